/**
 * What each cluster was made of, and so what an inspection has to say of it.
 * @packageDocumentation
 */
import type { Inspection } from "../../src/model/inspection.js";
import type { Cluster } from "../cluster/fixture.js";
import { CILIUM_VERSION, KUBE_ROUTER_VERSION } from "../cluster/products/programs.mjs";
import type { ClusterOptions } from "../cluster/start.mjs";
import { TOLD_ALWAYS, TOLD_TOO } from "../cluster/told.mjs";
import { bridgeByHand } from "./by-hand.js";
import type { Expected } from "./whole-run.js";

/** One cluster. */
export interface Installed {
  /** The network's, or what was done. */
  readonly name: string;
  readonly variant: ClusterOptions;
  /** What else is done before it is looked at. */
  readonly prepare?: (cluster: Cluster) => Promise<void>;
  /** Fields as they must be told. */
  readonly told: Partial<Inspection>;
  /** Paths that cannot carry anything there, with what a run has to say of each. */
  readonly without?: Expected;
}

const NOT_BEHIND = /What pods send does not pass their node \(macvlan\), whose rules carry Services/;
const NO_PROXY = /No kube-proxy answers on the nodes, and nothing else was found that carries Services/;
const UNWRAPPED = { pod: 1500, host: 1500, overhead: 0, explainedBy: "nothing is wrapped" };

/** As `sandbox/products/cilium.mjs` installs it: each trait as the nodes show it and as the configuration says it. */
const traitsOfCilium = (routing: string): NonNullable<Inspection["traits"]> => [
  { trait: "version", configured: CILIUM_VERSION.slice(1) },
  { trait: "routing", seen: routing, configured: routing },
  { trait: "services", seen: "eBPF at the socket", configured: "eBPF at the socket" },
  { trait: "hostRouting", seen: "eBPF", configured: "eBPF" },
  // No rule masquerades; that a program does is shown by no name of a program or map alone.
  { trait: "masquerade", configured: "eBPF" },
  { trait: "encryption", seen: "none", configured: "none" },
  { trait: "bandwidthManager", seen: "off", configured: "off" },
];

const CILIUM = {
  cni: "cilium",
  differs: [
    "its programs track connections, enforce policies and look for Services too, where the mode's only pass packets on",
    "Services are translated by eBPF",
  ],
  kubeProxy: "none",
  servicesBy: "Cilium",
  policiesInForce: { policies: [], enforcedBy: "Cilium" },
  findings: [],
} as const satisfies Partial<Inspection>;

/** All of them, the quickest to start first. */
export const INSTALLED: readonly Installed[] = [
  {
    name: "by-hand",
    variant: { network: "none" },
    prepare: bridgeByHand,
    told: { cni: "bridge", mode: "flannel-host-gw", kubeProxy: "iptables", mtu: UNWRAPPED, podRoutes: { by: "peers" }, findings: [] },
  },
  {
    name: "gce-without-kube-proxy",
    variant: { network: "gce", proxy: "none" },
    told: {
      ...{ cni: "bridge", mode: "gce", kubeProxy: "none", mtu: UNWRAPPED, findings: [] },
      podRoutes: { by: "fabric", via: "198.18.0.1" },
    },
    without: { "pod-service": NO_PROXY, "pod-service-local": NO_PROXY },
  },
  {
    name: "bird",
    variant: { network: "bird" },
    told: {
      ...{ cni: "bridge", setting: "pod routes by BIRD", mode: "flannel-host-gw", kubeProxy: "iptables", mtu: UNWRAPPED, findings: [] },
      podRoutes: { by: "peers", protocol: "bird" },
    },
  },
  {
    name: "kube-router",
    variant: { network: "kube-router" },
    told: {
      ...{ cni: "kube-router", mode: "flannel-host-gw", kubeProxy: "iptables", mtu: UNWRAPPED, findings: [] },
      podRoutes: { by: "peers", protocol: "17" },
      traits: [
        { trait: "version", configured: KUBE_ROUTER_VERSION.slice(1) },
        { trait: "routing", seen: "native routing", configured: "native routing within a subnet or ipip tunnel between subnets" },
        { trait: "services", configured: "kube-proxy" },
      ],
      policiesInForce: { policies: [], enforcedBy: "kube-router" },
    },
  },
  {
    name: "cilium-vxlan",
    variant: { network: "cilium-vxlan" },
    told: {
      ...{ ...CILIUM, mode: "ebpf-vxlan" },
      traits: traitsOfCilium("vxlan tunnel"),
      mtu: { pod: 1500, podRoute: 1450, podPath: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4 takes 50 bytes" },
      podRoutes: { by: "tunnel", via: "cilium_vxlan" },
    },
  },
  {
    name: "cilium-native",
    variant: { network: "cilium-native" },
    told: { ...CILIUM, mode: "ebpf-routed", traits: traitsOfCilium("native routing"), mtu: UNWRAPPED, podRoutes: { by: "peers" } },
  },
];

/** Those without a product, as `npm test` has them too: one of each network. */
export const PLAIN: readonly Installed[] = [...TOLD_ALWAYS, ...TOLD_TOO]
  .filter(({ variant }, place, all) => all.findIndex((one) => one.variant.network === variant.network) === place)
  .map(({ variant, told }) => ({
    name: variant.network,
    variant,
    told: told as Partial<Inspection>,
    ...(variant.network === "macvlan" ? { without: { "pod-service": NOT_BEHIND, "pod-service-local": NOT_BEHIND } } : {}),
  }));
