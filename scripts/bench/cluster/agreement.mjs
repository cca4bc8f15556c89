/**
 * Does the lab say what a cluster shows? flannel's vxlan and host-gw and the routes of gce, each in the lab and in a cluster: the same order of verdicts
 * in tcp, pps and http, and ratios within ten points.
 */
import { existsSync, readFileSync } from "node:fs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, parsed, record } from "../record.mjs";
import { CLUSTER_FOLDER, deadline, podwireOrThrow, variantOf, withCluster } from "./bench-cluster.mjs";

/** Modes that both can be, by the name that both use. */
const MODES = /** @type {const} */ (["flannel-vxlan", "flannel-host-gw", "gce"]);
const METRICS = ["tcp", "pps", "http"];
/** Both sides' links: so tcp is limited by the link, pps and http by the CPUs, as in the lab. */
const RATE = 1e9;

/**
 * @typedef {import("../../../dist/model/prediction.js").Prediction} Prediction
 * @typedef {{ what: "lab" | (typeof MODES)[number], file: string, turn: number }} Entry one run
 */

/** @param {import("../cluster.mjs").Flags} flags */
export async function agreement(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger("agreement", flags, CLUSTER_FOLDER);
  const isLeft = deadline(flags);
  const budget = flags.short ? "15s" : "100s";
  while (!flags.report && (flags.short || isLeft())) {
    // Alternately, so that the machine's hour is the same for all as far as it can be.
    const { what, turn } = next(ledger.entries);
    if (flags.short && turn > 0) break;
    const file = `${CLUSTER_FOLDER}agreement-${what}-${String(turn)}${flags.short ? "-short" : ""}.json`;
    process.stderr.write(`${what}, turn ${String(turn + 1)}\n`);
    if (what === "lab") await runLab(file, budget);
    else await runCluster(what, file, budget);
    ledger.add({ what, file, turn });
  }
  await report(ledger.entries, flags, machine);
}

/** What is to be run next: the one with the fewest runs. @param {readonly Entry[]} entries */
function next(entries) {
  const count = (/** @type {Entry["what"]} */ what) => entries.filter((entry) => entry.what === what).length;
  const whats = /** @type {const} */ (["lab", ...MODES]);
  const [first, ...others] = whats;
  const what = others.reduce((/** @type {Entry["what"]} */ least, one) => (count(one) < count(least) ? one : least), first);
  return { what, turn: count(what) };
}

/** @param {string} file @param {string} budget */
const runLab = (file, budget) =>
  podwireOrThrow(["lab", "--modes", MODES.join(","), "--metrics", METRICS.join(","), "--link", "1gbit", "--budget", budget, "--out", file]);

/** @param {(typeof MODES)[number]} network @param {string} file @param {string} budget */
const runCluster = (network, file, budget) =>
  withCluster(variantOf({ network, linkRate: RATE }), (cluster) =>
    podwireOrThrow(
      ["cluster", "run", "--paths", "host-host,pod-pod", "--metrics", METRICS.join(","), "--budget", budget, "--out", file],
      cluster,
    ),
  );

/** @param {readonly Entry[]} entries @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
async function report(entries, flags, machine) {
  const turns = [...new Set(entries.map(({ turn }) => turn))];
  const predictions = [];
  for (const turn of turns) {
    const fileOf = (/** @type {Entry["what"]} */ what) => entries.find((entry) => entry.what === what && entry.turn === turn)?.file;
    const lab = fileOf("lab");
    const clusters = MODES.flatMap((mode) => fileOf(mode) ?? []).filter((file) => existsSync(file));
    if (lab === undefined || clusters.length === 0) continue;
    const { out } = await podwireOrThrow(["compare", lab, ...clusters, "--json"]);
    predictions.push({ turn, .../** @type {Prediction} */ (parsed(out)) });
  }
  const cells = predictions.flatMap(({ turn, cells: own }) => own.map((cell) => ({ turn, ...cell })));
  const orders = predictions.flatMap(({ turn, orders: own }) =>
    own.filter(({ of }) => of === "modes").map((order) => ({ turn, ...order })),
  );
  const told = cells.filter(({ difference }) => difference !== undefined);
  const beyond = told.filter(({ difference }) => Math.abs(difference?.median ?? 0) > 0.1);
  record({
    name: "cluster-agreement",
    machine,
    short: flags.short,
    tables: [
      {
        title: "The pod's ratio to its host from pod to pod, in the lab and in a cluster that is wired alike",
        head: ["turn", "mode", "metric", "lab", "cluster", "points", "medians within 10"],
        rows: cells.map(({ turn, mode, metric, lab, inCluster, difference }) => [
          String(turn + 1),
          mode,
          metric,
          sideText(lab),
          sideText(inCluster),
          pointsText(difference),
          difference === undefined ? "-" : Math.abs(difference.median) <= 0.1 ? "yes" : "no",
        ]),
        note: `${String(told.length - beyond.length)} of ${String(told.length)} within ten points.`,
      },
      {
        title: "Order of the modes",
        head: ["turn", "metric", "lab", "cluster", "predicted", ""],
        rows: orders.map(({ turn, by, lab, inCluster, predicted, because }) => [
          String(turn + 1),
          by,
          lab.join(" > "),
          inCluster.join(" > "),
          predicted,
          because,
        ]),
      },
    ],
    outcomes: orders.map(({ predicted }) => (predicted === "yes" ? "met" : predicted === "no" ? "missed" : "undecided")),
    figures: { predictions, runs: entries.map(({ what, turn, file }) => ({ what, turn, bytes: readFileSync(file).length })) },
  });
}

/** @param {Prediction["cells"][number]["lab"]} side */
function sideText({ status, ratio, reason }) {
  if (ratio === undefined) return `${status}: ${reason ?? ""}`.slice(0, 120);
  const limit = (/** @type {number | null} */ value) => (value === null ? "-" : value.toFixed(3));
  return `${ratio.median.toFixed(3)} [${limit(ratio.low)}, ${limit(ratio.high)}], n ${String(ratio.n)}`;
}

/** @param {Prediction["cells"][number]["difference"]} difference */
function pointsText(difference) {
  if (difference === undefined) return "-";
  const points = (/** @type {number | null} */ value) => (value === null ? "-" : (value * 100).toFixed(0));
  return `${points(difference.median)} [${points(difference.low)}, ${points(difference.high)}]`;
}
