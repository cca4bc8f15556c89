/**
 * What an inspection has to say of each cluster. The clusters themselves are held to it (`products.test.ts`, and plain ones in `../cluster/inspect.test.ts`), and
 * what they answered when they were captured (`src/inspection/products-captured.test.ts`).
 * @packageDocumentation
 */
import { expect } from "vitest";
import type { DeepFact, Inspection } from "../../src/model/inspection.js";
import type { ClusterOptions } from "../cluster/start.mjs";

const NOT_CLAIMED = ["podCidrs", "networkPolicies", "services", "endpointSlices", "kubernetes", "nodes", "evidence", "deep"] as const;
/** Everything that is claimed of a network: not what was counted there, nor what it rests on ({@link unfounded}). */
type Claims = Omit<Inspection, (typeof NOT_CLAIMED)[number]>;

/** A fact of the privileged look, with what its value has to be like. */
type ExpectedFact = readonly [topic: DeepFact["topic"], name: RegExp, value: RegExp];

/** What is told of one cluster. */
export interface Told {
  /** Each claim, and no others. */
  readonly claims: Claims;
  /** Some of the facts of each of its nodes. */
  readonly deep: readonly ExpectedFact[];
  /** What none of its nodes could tell, with the bpftool of the agent's image and of the captures (7.1). */
  readonly untold: readonly RegExp[];
}

/** The versions that were installed, as their authors write them. */
interface Versions {
  readonly cilium: string;
  readonly kubeRouter: string;
}

/** The claims of an inspection. */
export const claimsOf = (inspection: Inspection): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(inspection).filter(([key]) => !NOT_CLAIMED.some((one) => one === key)));

/**
 * What an inspection claims and gives no evidence of. A claim that there is none (`kubeProxy: none`) rests on nothing that could be shown, and a CNI plugin that
 * no object names on the kind of the pods' links, which is evidence of the mode.
 */
export function unfounded({ cni, mode, kubeProxy, mtu, podRoutes, unknown, evidence }: Inspection): readonly string[] {
  const told = {
    cni: cni !== "unknown" && !unknown.some(({ claim }) => claim === "cni"),
    mode: mode !== "unknown",
    kubeProxy: kubeProxy !== "unknown" && kubeProxy !== "none",
    // Pods on a card of their own are on the segment by the kind of their link.
    podRoutes: podRoutes.by !== "unknown" && podRoutes.by !== "segment",
    "mtu.pod": mtu.pod !== undefined,
    "mtu.podRoute": mtu.podRoute !== undefined,
    "mtu.host": mtu.host !== undefined,
  };
  return Object.entries(told).flatMap(([name, is]) => (is && !evidence.some(({ claim }) => claim === name) ? [name] : []));
}

/** What nodes could not read or tell and what was not expected of them, and what was expected and not said: a line each. */
export const unexpectedProblems = (problems: readonly string[], untold: readonly RegExp[]): readonly string[] => [
  ...problems.filter((problem) => ![...untold, ...SHARED].some((one) => one.test(problem))),
  ...untold.filter((one) => !problems.some((problem) => one.test(problem))).map((one) => `missing: ${String(one)}`),
];

const NO_DEVICES = /^at which devices TCX and netkit programs are could not be told: .* does not name them/;
/** The test machine's nodes share its kernel, and its links are listed on each: whatever runs beside a cluster may have some. */
const SHARED = [NO_DEVICES];

/** Expected facts that a node does not show, a line each. */
export const missingFacts = (facts: readonly DeepFact[], expected: readonly ExpectedFact[]): readonly string[] =>
  expected
    .filter(([topic, name, value]) => !facts.some((one) => one.topic === topic && name.test(one.name) && value.test(one.value)))
    .map(([topic, name, value]) => `${topic} ${String(name)}: ${String(value)}`);

/** One of the nodes: which comes first is the run's choice. */
const A_NODE = expect.stringMatching(/^198\.18\.0\.1[1-3]$/) as string;
const UNWRAPPED = { pod: 1500, podPath: 1500, host: 1500, overhead: 0, explainedBy: "nothing is wrapped" };
const NO_ENFORCER = { policies: [], enforcedBy: "unknown" };

/** With what all of them have alike. */
const claims = (own: Omit<Claims, "ipFamilies" | "findings" | "unknown"> & Partial<Claims>): Claims => ({
  ipFamilies: ["IPv4"],
  findings: [],
  unknown: [],
  ...own,
});

/** Of a cluster whose links and routes no object of its API explains. */
const noProduct = (plugin: string) => ({
  claim: "cni",
  why: `no object of the API names a network product: pods' links are those of the CNI plugin ${plugin}, and what set it up is not known`,
});
const NO_PRODUCT = noProduct("bridge");
const UNKNOWN_WRITER = {
  claim: "podRoutes.protocol",
  why: "routes to other nodes' pods are of protocol 77, which is no routing daemon's that podwire knows",
};

const EVERYWHERE: readonly ExpectedFact[] = [
  ["sysctl", /^net\.core\.rmem_max$/, /^\d+$/],
  ["qdisc", /^eth0$/, /./],
  ["drops", /^softnet dropped$/, /^\d+$/],
  ["datapath", /^packets that the IP stack forwarded$/, /^\d+$/],
  ["conntrack", /^entries$/, /^\d+ of \d+/],
  ["offload", /^eth0$/, /^on: [^;]*\btx-checksumming\b/],
  ["rps", /^eth0$/, /^off on \d+ queues$/],
];
const KUBE_PROXY: readonly ExpectedFact[] = [
  ...EVERYWHERE,
  ["ruleset", /^iptables \((?:nft|legacy)\) ip nat$/, /^[1-9]\d* rules in \d+ chains/],
];
const KUBE_PROXY_NFTABLES: readonly ExpectedFact[] = [
  ...EVERYWHERE,
  ["ruleset", /^nft ip kube-proxy$/, /^[1-9]\d* rules in \d+ chains, [1-9]\d* elements/],
];

/** As `sandbox/products/cilium.mjs` installs it: each trait as the nodes show it and as the configuration says it. */
const traitsOfCilium = (version: string, routing: string): NonNullable<Claims["traits"]> => [
  { trait: "version", configured: version },
  { trait: "routing", seen: routing, configured: routing },
  { trait: "services", seen: "eBPF at the socket", configured: "eBPF at the socket" },
  { trait: "hostRouting", seen: "eBPF", configured: "eBPF" },
  { trait: "masquerade", seen: "eBPF", configured: "eBPF" },
  { trait: "encryption", seen: "none", configured: "none" },
  { trait: "bandwidthManager", seen: "off", configured: "off" },
];

const ofCilium = (own: Pick<Claims, "setting" | "mode" | "traits" | "mtu" | "podRoutes">): Claims =>
  claims({
    ...own,
    cni: "cilium",
    differs: [
      "its programs track connections, enforce policies and look for Services too, where the mode's only pass packets on",
      "Services are translated by eBPF",
    ],
    kubeProxy: "none",
    servicesBy: "Cilium",
    policiesInForce: { policies: [], enforcedBy: "Cilium" },
  });

const CILIUM_FACTS: readonly ExpectedFact[] = [
  ...EVERYWHERE,
  ["datapath", /^host routing$/, /past the node's IP stack/],
  ["datapath", /^Services$/, /^eBPF at the socket: iptables does not carry them, and has no rule of theirs$/],
  ["ebpf", /^cgroup connect4$/, /cil_sock4_connect/],
  ["ebpf", /^cgroup sock_release$/, /cil_sock_release/],
  ["ebpf", /tcx/, /cil_from_container/],
  ["ebpf", /tcx/, /cil_from_netdev/],
  ["ebpf", /tcx/, /cil_to_host/],
];

/** Clusters with a table of their own. */
type ClusterName = "by-hand" | "gce-without-kube-proxy" | "bird" | "kube-router" | "cilium-vxlan" | "cilium-native";

/** By the cluster's name. */
export const toldOf = ({ cilium, kubeRouter }: Versions): Readonly<Record<ClusterName, Told>> => ({
  "by-hand": {
    claims: claims({
      cni: "bridge",
      mode: "flannel-host-gw",
      kubeProxy: "iptables",
      mtu: UNWRAPPED,
      podRoutes: { by: "peers", via: A_NODE },
      policiesInForce: NO_ENFORCER,
      unknown: [NO_PRODUCT, UNKNOWN_WRITER],
    }),
    deep: KUBE_PROXY,
    untold: [],
  },
  "gce-without-kube-proxy": {
    claims: claims({
      cni: "bridge",
      mode: "gce",
      kubeProxy: "none",
      mtu: UNWRAPPED,
      podRoutes: { by: "fabric", via: "198.18.0.1" },
      policiesInForce: NO_ENFORCER,
      unknown: [NO_PRODUCT],
    }),
    deep: EVERYWHERE,
    untold: [],
  },
  bird: {
    claims: claims({
      cni: "bridge",
      setting: "pod routes by BIRD",
      mode: "flannel-host-gw",
      kubeProxy: "iptables",
      mtu: UNWRAPPED,
      podRoutes: { by: "peers", via: A_NODE, protocol: "bird" },
      policiesInForce: NO_ENFORCER,
      unknown: [NO_PRODUCT],
    }),
    deep: KUBE_PROXY,
    untold: [],
  },
  "kube-router": {
    claims: claims({
      cni: "kube-router",
      setting: "BGP routes, overlay between subnets",
      mode: "flannel-host-gw",
      differs: ["nodes of other subnets are reached by a tunnel", "chains and sets of each pod's policies are walked"],
      traits: [
        { trait: "version", configured: kubeRouter },
        { trait: "routing", seen: "native routing", configured: "native routing within a subnet or ipip tunnel between subnets" },
        { trait: "services", configured: "kube-proxy" },
      ],
      kubeProxy: "iptables",
      mtu: UNWRAPPED,
      podRoutes: { by: "peers", via: A_NODE, protocol: "17" },
      policiesInForce: { policies: [], enforcedBy: "kube-router" },
    }),
    deep: [...KUBE_PROXY, ["ruleset", /^iptables \((?:nft|legacy)\) ip filter$/, /^[1-9]\d* rules in \d+ chains/]],
    untold: [],
  },
  "cilium-vxlan": {
    claims: ofCilium({
      setting: "vxlan tunnel, kube-proxy-replacement true, datapath veth",
      mode: "ebpf-vxlan",
      traits: traitsOfCilium(cilium, "vxlan tunnel"),
      mtu: { pod: 1500, podRoute: 1450, podPath: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4 takes 50 bytes" },
      podRoutes: { by: "tunnel", via: "cilium_vxlan" },
    }),
    deep: [...CILIUM_FACTS, ["ebpf", /tcx/, /cil_from_overlay/]],
    untold: [NO_DEVICES],
  },
  "cilium-native": {
    claims: ofCilium({
      setting: "native routing, kube-proxy-replacement true, datapath veth",
      mode: "ebpf-routed",
      traits: traitsOfCilium(cilium, "native routing"),
      mtu: { ...UNWRAPPED, podRoute: 1500 },
      podRoutes: { by: "peers", via: A_NODE },
    }),
    deep: CILIUM_FACTS,
    untold: [NO_DEVICES],
  },
});

/** A cluster whose network is no product with a datapath of its own. */
interface Plain {
  readonly variant: ClusterOptions & Required<Pick<ClusterOptions, "network">>;
  readonly told: Told;
}

const ofFlannel = (own: Pick<Claims, "setting" | "mode" | "mtu" | "podRoutes"> & Partial<Claims>): Claims =>
  claims({ cni: "flannel", kubeProxy: "iptables", policiesInForce: NO_ENFORCER, ...own });

const ofPlugin = (cni: string, own: Pick<Claims, "mode" | "podRoutes"> & Partial<Claims>): Claims =>
  claims({ cni, kubeProxy: "iptables", mtu: UNWRAPPED, policiesInForce: NO_ENFORCER, unknown: [noProduct(cni)], ...own });

const OVER_VXLAN = { pod: 1450, podPath: 1450, host: 1500, overhead: 50 };
const BY_VXLAN = { setting: "backend vxlan", mode: "flannel-vxlan" };
const BY_FABRIC = { mode: "gce", podRoutes: { by: "fabric", via: "198.18.0.1" } } as const;

/** The two that `npm test` has running anyway. */
export const PLAIN_ALWAYS: readonly Plain[] = [
  {
    variant: { network: "flannel-vxlan" },
    told: {
      claims: ofFlannel({
        ...BY_VXLAN,
        mtu: { ...OVER_VXLAN, explainedBy: "VXLAN over IPv4 takes 50 bytes" },
        podRoutes: { by: "tunnel", via: "flannel.1" },
      }),
      deep: [...KUBE_PROXY, ["offload", /^flannel\.1$/, /^on: /]],
      untold: [],
    },
  },
  {
    variant: { network: "gce", proxy: "nftables" },
    told: { claims: ofPlugin("bridge", { ...BY_FABRIC, kubeProxy: "nftables" }), deep: KUBE_PROXY_NFTABLES, untold: [] },
  },
];

/** The others: each other network, and what else of one may differ. */
export const PLAIN_TOO: readonly Plain[] = [
  {
    variant: { network: "flannel-host-gw", nodes: 3 },
    told: {
      claims: ofFlannel({
        ...{ setting: "backend host-gw", mode: "flannel-host-gw" },
        ...{ mtu: UNWRAPPED, podRoutes: { by: "peers", via: A_NODE } },
      }),
      deep: KUBE_PROXY,
      untold: [],
    },
  },
  {
    variant: { network: "host-routes", proxy: "nftables" },
    told: {
      claims: ofPlugin("bridge", { mode: "flannel-host-gw", kubeProxy: "nftables", podRoutes: { by: "peers", via: A_NODE } }),
      deep: KUBE_PROXY_NFTABLES,
      untold: [],
    },
  },
  {
    variant: { network: "ptp", dualStack: true },
    told: {
      claims: ofPlugin("ptp", { mode: "kindnet", podRoutes: { by: "peers", via: A_NODE }, ipFamilies: ["IPv4", "IPv6"] }),
      deep: KUBE_PROXY,
      untold: [],
    },
  },
  {
    variant: { network: "macvlan", proxy: "nftables" },
    told: {
      claims: ofPlugin("macvlan", { mode: "macvlan", kubeProxy: "nftables", podRoutes: { by: "segment", via: "eth0" } }),
      deep: KUBE_PROXY_NFTABLES,
      untold: [],
    },
  },
  {
    variant: { network: "gce", podMtu: 1400 },
    told: {
      claims: ofPlugin("bridge", {
        ...BY_FABRIC,
        mtu: {
          ...{ pod: 1400, podPath: 1400, host: 1500, overhead: 100 },
          problem: "nothing is wrapped, and nothing that was seen takes the 100 bytes: pods could have 1500",
        },
      }),
      deep: KUBE_PROXY,
      untold: [],
    },
  },
  {
    variant: { network: "flannel-vxlan", nodes: 1 },
    told: {
      claims: ofFlannel({
        ...{ ...BY_VXLAN, mtu: OVER_VXLAN, podRoutes: { by: "unknown" } },
        unknown: [{ claim: "podRoutes", why: "no two pods were looked at that could tell it" }],
      }),
      deep: KUBE_PROXY,
      untold: [],
    },
  },
];
