/**
 * What a network mode is to podwire: its wiring, what it needs, what it gives up, and what products call it.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";
import type { Topology, Wiring } from "../model/wiring.js";

/** A kernel feature that a mode is built from. The lab probes each in a throwaway namespace before use. */
export const KERNEL_FEATURES = [
  "veth",
  "bridge",
  "br_netfilter",
  "vxlan",
  "macvlan",
  "ipvlan",
  "ipvlan_l3s",
  "vlan",
  "ipip",
  "tun",
  "iptables",
  "tbf",
] as const;
/** One of {@link KERNEL_FEATURES}. */
export type KernelFeature = (typeof KERNEL_FEATURES)[number];

/** Needs a user can state with `--need`. */
export const NEEDS = ["services", "policy", "encryption", "no-l2", "ipv6"] as const;
/** One of {@link NEEDS}. */
export type Need = (typeof NEEDS)[number];

/** Whether a mode fulfils a need, and why or with what. */
export interface Fulfilment {
  readonly met: "yes" | "no" | "with-care";
  /** One sentence; for `with-care` it says what must be done. */
  readonly because: string;
}

/** Where a mode's wiring is known from, or what a product calls it. */
export interface KnownAs {
  readonly product: string;
  readonly setting: string;
}

/** A network mode. One file in this folder each; adding a mode is adding one file and one line in `index.ts`. */
export interface Mode {
  readonly name: string;
  readonly title: string;
  /** Two or three sentences: how a packet travels from pod to pod. */
  readonly summary: string;
  readonly kernel: readonly KernelFeature[];
  /** Programs beyond iproute2 that the wiring runs, e.g. `socat`. */
  readonly programs: readonly string[];
  /** What must be true of the real network, in one sentence each, e.g. `all nodes share one L2 segment`. */
  readonly requires: readonly string[];
  /** What the mode gives up, in one sentence each, e.g. `a host cannot reach its own pods`. */
  readonly givesUp: readonly string[];
  readonly needs: Readonly<Record<Need, Fulfilment>>;
  /** Bytes that a tunnel takes from the MTU; 0 without encapsulation. */
  readonly overhead: number;
  readonly knownAs: readonly KnownAs[];
  /** Documents and source files the wiring is taken from. */
  readonly sources: readonly string[];
  /** Differences from the real implementation, each with its reason. */
  readonly deviations: readonly string[];
  /** Workloads that cannot run on the mode's pod-pod path, with the reason. */
  readonly unsupported?: Readonly<Partial<Record<WorkloadName, string>>>;
  /** Pure: the same topology always gives the same wiring. */
  wire(topology: Topology): Wiring;
}
