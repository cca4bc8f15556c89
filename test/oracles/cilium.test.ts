/**
 * Devices, routes and programs of the modes of eBPF host routing beside those of a running Cilium 1.20.2 with host routing by eBPF, kube-proxy replaced, as its
 * nodes and pods answered (test/captured/products). What differs is listed here by name: anything else that differed would be a defect.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Step, Wiring } from "../../src/model/wiring.js";
import { resolveVariant } from "../../src/variants/variant.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;

interface Printed {
  readonly printed: string;
}
interface Look {
  readonly id: string;
  readonly answers: Readonly<Record<string, Printed>>;
}
interface RawLink {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly linkinfo?: { readonly info_kind: string; readonly info_data?: Readonly<Record<string, unknown>> };
}
interface RawRoute {
  readonly dst: string;
  readonly type?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly scope?: string;
  readonly prefsrc?: string;
  readonly metrics?: readonly { readonly mtu?: number }[];
}

/** One node, a pod of it, and what stands for words that differ between any two clusters. */
interface Seen {
  readonly devices: readonly string[];
  readonly tunnel: readonly string[];
  readonly addresses: readonly string[];
  readonly nodeRoutes: readonly string[];
  readonly podRoutes: readonly string[];
}

/** Addresses by what they are. */
type Names = readonly (readonly [address: string, name: string])[];
const named = (text: string, names: Names): string => names.reduce((now, [address, name]) => now.replaceAll(address, name), text);

/** Names of veth ends are hashes, or numbers. */
const deviceName = (name: string): string => name.replace(/^lxc[0-9a-f]{12}$/, "lxcPOD");

const read = (folder: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../captured/products/${folder}/${file}.json`, import.meta.url), "utf8"));

/** Of Cilium alone, each with what it is for. */
const CILIUMS_OWN = new Set(["lxc_health up mtu 1500: its own check of the way between nodes"]);
const PROTOCOLS =
  "Cilium's routes say that the kernel made them (proto kernel); these do not say who did, and each has a congestion control.";
const HOOKS = {
  shared: { cil_from_container: "from_pod", cil_from_netdev: "from_card", cil_from_overlay: "from_tunnel", cil_from_host: "from_node" },
  ciliumsOwn: {
    cil_to_netdev: "egress of the card: masquerading, node ports",
    cil_to_overlay: "egress of the tunnel: masquerading, identities",
    cil_to_host: "cilium_net and cilium_host: policies of the host",
    cil_lxc_policy: "called before a pod gets a packet: policies, connections",
    cil_lxc_policy_egress: "called when a pod sends: policies, connections",
    cil_host_policy: "called for the host's packets: policies",
  },
} as const;

function captured(folder: string): Seen {
  const looks = read(folder, "looks") as readonly Look[];
  const answer = (id: string, question: string): unknown =>
    JSON.parse(looks.find((look) => look.id === id)?.answers[question]?.printed ?? "");
  const [node, pod] = ["host-a", "pod-a"];
  const addressesOf = (id: string) =>
    (
      answer(id, "ip -json address") as readonly { readonly ifname: string; readonly addr_info: readonly Record<string, unknown>[] }[]
    ).flatMap(({ ifname, addr_info: list }) =>
      list
        .filter((one) => one["family"] === "inet" && ifname !== "lo")
        .map((one) => ({ device: deviceName(ifname), address: String(one["local"]), length: Number(one["prefixlen"]) })),
    );
  const gateway = addressesOf(node).find(({ device }) => device === "cilium_host")?.address ?? "";
  const own = gateway.replace(/\.\d+$/, ".0/24");
  const routes = (id: string): RawRoute[] =>
    (answer(id, "ip -json route show table all") as RawRoute[]).filter(({ dst, type }) => type === undefined && !dst.includes(":"));
  const other = routes(node).find(({ dst }) => dst.startsWith("198.19.") && dst.endsWith("/24") && dst !== own)?.dst ?? "";
  const podAddress = addressesOf(pod)[0]?.address ?? "";
  const names: Names = [
    [own, "OWN-PODS"],
    [other, "OTHER-PODS"],
    [podAddress, "POD"],
    [gateway, "GATEWAY"],
    ["198.18.0.11", "NODE"],
    ["198.18.0.12", "PEER"],
  ];
  const routeText = ({ dst, gateway: next, dev = "", scope, prefsrc, metrics }: RawRoute): string =>
    named(
      [
        dst,
        ...(next === undefined ? [] : ["via", next]),
        "dev",
        deviceName(dev),
        ...(scope === undefined ? [] : ["scope", scope]),
        ...(prefsrc === undefined ? [] : ["src", prefsrc]),
        ...(metrics ?? []).flatMap(({ mtu }) => (mtu === undefined ? [] : ["mtu", String(mtu)])),
      ].join(" "),
      names,
    );
  const links = answer(node, "ip -json -details link") as readonly RawLink[];
  const vxlan = links.find(({ linkinfo }) => linkinfo?.info_kind === "vxlan")?.linkinfo?.info_data;
  return {
    devices: links
      .filter(({ ifname }) => ifname !== "lo" && ifname !== "lxc_health")
      .map(
        (link) =>
          `${deviceName(link.ifname)} ${link.linkinfo?.info_kind ?? ""} mtu ${String(link.mtu)}${link.flags.includes("NOARP") ? " noarp" : ""}`,
      )
      .sort(),
    tunnel:
      vxlan === undefined
        ? []
        : [`external ${String(vxlan["external"])}`, `port ${String(vxlan["port"])}`, `learning ${String(vxlan["learning"])}`],
    addresses: [...addressesOf(node), ...addressesOf(pod)]
      .map(({ device, address, length }) => `${device} ${named(address, names)}/${String(length)}`)
      .sort(),
    // The way out of the cluster is the fixture's, or absent in the lab.
    nodeRoutes: routes(node)
      .filter(({ dst }) => dst !== "default")
      .map(routeText)
      .sort(),
    podRoutes: routes(pod).map(routeText).sort(),
  };
}

const ofKind = <Kind extends Step["kind"]>({ steps }: Wiring, kind: Kind): Extract<Step, { kind: Kind }>[] =>
  steps.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);

function wired(mode: string): Seen {
  const wiring = resolveVariant(mode).wire(TOPOLOGY);
  const names: Names = [
    ["198.19.1.0/24", "OWN-PODS"],
    ["198.19.2.0/24", "OTHER-PODS"],
    ["198.19.1.2", "POD"],
    ["198.19.1.1", "GATEWAY"],
    ["198.18.0.11", "NODE"],
    ["198.18.0.12", "PEER"],
  ];
  const after = (words: readonly string[] | undefined, word: string): string => words?.[words.indexOf(word) + 1] ?? "";
  const isWithoutArp = (name: string): boolean =>
    ofKind(wiring, "link-set").some((step) => step.in === "node-a" && step.name === name && step.settings.includes("arp"));
  const ends = ofKind(wiring, "link").flatMap(({ in: place, name, type, common, peer }) => [
    { place, name, type, mtu: after(common, "mtu") },
    ...(peer === undefined ? [] : [{ place: peer.in, name: peer.name, type, mtu: after(peer.common, "mtu") }]),
  ]);
  const routes = (place: string): string[] =>
    ofKind(wiring, "route")
      .filter((step) => step.in === place)
      .map(({ to, options }) => {
        const words = options.join(" ").replace(" congctl cubic", "").replace("proto kernel ", "");
        return named(`${to.replace(/\/32$/, "")} ${words}`, names);
      })
      .sort();
  const tunnel = ofKind(wiring, "link").find((step) => step.in === "node-a" && step.type === "vxlan")?.options;
  return {
    devices: ends
      .filter(({ place }) => place === "node-a")
      .map(({ name, type, mtu }) => `${deviceName(name)} ${type} mtu ${mtu}${isWithoutArp(name) ? " noarp" : ""}`)
      .sort(),
    tunnel:
      tunnel === undefined
        ? []
        : [
            `external ${String(tunnel.includes("external"))}`,
            `port ${after(tunnel, "dstport")}`,
            `learning ${String(!tunnel.includes("nolearning"))}`,
          ],
    addresses: ofKind(wiring, "address")
      .filter((step) => step.in === "node-a" || step.in === "pod-a")
      .map(({ device, address }) => `${device} ${named(address, names)}`)
      .sort(),
    nodeRoutes: routes("node-a"),
    podRoutes: routes("pod-a"),
  };
}

describe.each([
  ["ebpf-vxlan", "cilium-vxlan"],
  ["ebpf-routed", "cilium-native"],
] as const)("%s beside %s", (mode, folder) => {
  test(`has the same devices on a node, but for ${[...CILIUMS_OWN].join(", ")}`, () => {
    expect(wired(mode).devices).toEqual(captured(folder).devices);
  });

  test("has a tunnel of the same kind, or none", () => {
    expect(wired(mode).tunnel).toEqual(captured(folder).tunnel);
  });

  test("has the same addresses on node and pod", () => {
    expect(wired(mode).addresses).toEqual(captured(folder).addresses);
  });

  test(`has the same routes on node and pod. ${PROTOCOLS}`, () => {
    const { nodeRoutes, podRoutes } = captured(folder);
    expect(wired(mode).nodeRoutes).toEqual(nodeRoutes);
    expect(wired(mode).podRoutes).toEqual(podRoutes);
  });

  test("has a program where Cilium has one that passes packets on, and none of those that do more", () => {
    const listed = (read(folder, "deep") as { readonly once: Readonly<Record<string, Printed>> }).once["bpftool --json prog show"]?.printed;
    const programs = JSON.parse(listed ?? "") as readonly { readonly type: string; readonly name?: string }[];
    const ciliums = new Set(
      programs.filter(({ type }) => type === "sched_cls").flatMap(({ name = "" }) => (name.startsWith("cil_") ? [name] : [])),
    );
    const shared = Object.keys(HOOKS.shared).filter((name) => mode === "ebpf-vxlan" || name !== "cil_from_overlay");
    const more = Object.keys(HOOKS.ciliumsOwn).filter((name) => mode === "ebpf-vxlan" || name !== "cil_to_overlay");
    expect([...ciliums].sort()).toEqual([...shared, ...more].sort());
    const source = readFileSync(new URL("../../bpf/pod-routing.bpf.c", import.meta.url), "utf8");
    const own = [...source.matchAll(/^int (\w+)\(struct __sk_buff/gm)].map(([, name]) => name);
    expect(own).toEqual(["from_pod", "from_card", "from_tunnel", "from_node"]);
    expect([...Object.values(HOOKS.shared)].sort()).toEqual([...own].sort());
  });
});
