/**
 * Is `cluster inspect --pods` right on every variant of the fixture that is made of CNI plugins and flannel? (`npm run test:products` has the others.)
 */
import { KUBE_PROXIES, nameOf, PLAIN_NETWORKS } from "../../../test/cluster/variants.mjs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, met, parsed, record } from "../record.mjs";
import { CLUSTER_FOLDER, deadline, podwire, variantOf, withCluster } from "./bench-cluster.mjs";

/**
 * @typedef {import("../../../test/cluster/variants.mjs").Variant} Variant
 * @typedef {{ cni: string, mode: string, kubeProxy: string, mtu: { pod?: number, host?: number, overhead?: number }, ipFamilies: readonly string[], evidence: readonly unknown[] }} Seen
 * @typedef {{ variant: Variant, seconds: number, seen?: Seen, error?: string }} Entry
 */

/** What the wiring of each network is called: the mode that is wired alike. @type {Readonly<Record<string, { mode: string, cni: string }>>} */
const TRUTH = {
  gce: { mode: "gce", cni: "bridge" },
  "host-routes": { mode: "flannel-host-gw", cni: "bridge" },
  "flannel-vxlan": { mode: "flannel-vxlan", cni: "flannel" },
  "flannel-host-gw": { mode: "flannel-host-gw", cni: "flannel" },
  ptp: { mode: "kindnet", cni: "ptp" },
  macvlan: { mode: "macvlan", cni: "macvlan" },
};

/** Both kube-proxies on every network, and once each what else a cluster may be. @returns {Variant[]} */
const all = () => [
  ...PLAIN_NETWORKS.flatMap((network) => KUBE_PROXIES.map((proxy) => variantOf({ network, proxy }))),
  variantOf({ podMtu: 1400 }),
  variantOf({ network: "gce", podMtu: 1400 }),
  variantOf({ dualStack: true }),
  variantOf({ network: "ptp", dualStack: true, proxy: "nftables" }),
  variantOf({ nodes: 1 }),
  variantOf({ network: "flannel-host-gw", nodes: 3 }),
];

/** @param {import("../cluster.mjs").Flags} flags */
export async function variants(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger("variants", flags, CLUSTER_FOLDER);
  const isLeft = deadline(flags);
  const done = new Set(ledger.entries.map(({ variant }) => nameOf(variant)));
  for (const variant of all()) {
    if (flags.report || done.has(nameOf(variant)) || !isLeft()) continue;
    ledger.add(await inspected(variant));
  }
  report(ledger.entries, flags, machine);
}

/** @param {Variant} variant @returns {Promise<Entry>} */
async function inspected(variant) {
  process.stderr.write(`${nameOf(variant)}\n`);
  return withCluster(variant, async (cluster) => {
    const { code, out, err, seconds } = await podwire(["cluster", "inspect", "--pods", "--json"], cluster);
    return code === 0
      ? { variant, seconds, seen: /** @type {{ inspection: Seen }} */ (parsed(out)).inspection }
      : { variant, seconds, error: err.trim() };
  });
}

/** What is wrong in an answer. @param {Entry} entry @returns {string[]} */
function wrong({ variant, seen, error }) {
  if (seen === undefined) return [error ?? "no answer"];
  const { network, proxy, podMtu, dualStack } = variant;
  const truth = TRUTH[network];
  const mtu = podMtu ?? (network === "flannel-vxlan" ? 1450 : 1500);
  return [
    ...(seen.mode === truth?.mode ? [] : [`mode ${seen.mode}, not ${truth?.mode ?? "known"}`]),
    ...(seen.cni === truth?.cni ? [] : [`CNI ${seen.cni}, not ${truth?.cni ?? "known"}`]),
    ...(seen.kubeProxy === proxy ? [] : [`kube-proxy ${seen.kubeProxy}, not ${proxy}`]),
    ...(seen.mtu.pod === mtu ? [] : [`pod MTU ${String(seen.mtu.pod)}, not ${String(mtu)}`]),
    ...(seen.ipFamilies.includes("IPv6") === (dualStack === true) ? [] : [`IP families ${seen.ipFamilies.join(", ")}`]),
  ];
}

/** @param {readonly Entry[]} entries @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(entries, flags, machine) {
  const judged = entries.map((entry) => ({ ...entry, wrong: wrong(entry) }));
  const right = judged.filter((entry) => entry.wrong.length === 0).length;
  record({
    name: "cluster-variants",
    machine,
    short: flags.short,
    tables: [
      {
        title: `\`cluster inspect --pods\`: right on ${String(right)} of ${String(judged.length)} variants (${String(all().length)} in all)`,
        head: ["variant", "CNI", "mode", "kube-proxy", "MTU of pod and host", "evidence", "seconds", ""],
        rows: judged.map(({ variant, seen, seconds, wrong: mistakes }) => [
          nameOf(variant),
          seen?.cni ?? "-",
          seen?.mode ?? "-",
          seen?.kubeProxy ?? "-",
          `${String(seen?.mtu.pod ?? "-")}, ${String(seen?.mtu.host ?? "-")}`,
          String(seen?.evidence.length ?? 0),
          seconds.toFixed(1),
          mistakes.length === 0 ? "right" : mistakes.join("; "),
        ]),
      },
    ],
    outcomes: [met(right === judged.length)],
    figures: judged,
  });
}
