/**
 * What a network mode is to podwire: its wiring, what it needs, what it gives up, and what products call it.
 * @packageDocumentation
 */
import type { Expectations } from "../model/conformance.js";
import type { KernelFeature } from "../model/kernel-feature.js";
import type { WorkloadName } from "../model/metric.js";
import type { Topology, Wiring } from "../model/wiring.js";
import type { DualStack } from "./parts/dual-stack.js";
import type { Rung, TakenAway } from "./parts/made-of.js";

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
  /** The same in at most 120 characters, to follow "It needs"; empty where nothing is required. */
  readonly requiresInBrief: string;
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
  /** Checks that are expected to end otherwise than with "works", with the reason. Packets have the last word. */
  readonly conformance?: Expectations;
  /**
   * What of the wiring is not the same by IPv6, or why podwire's has none where `needs` say that the product does. Absent: each address, route and rule stands
   * once more in IPv6. Tried by conformance; measured wirings are of IPv4 alone.
   */
  readonly dualStack?: DualStack | { readonly lacks: string };
  /** Why it is measured only when it is named, one clause: neither a default run nor `--modes all` has it. */
  readonly onlyByName?: string;
  /** Why figures of it would say nothing, one clause: it is built and tried, and no command measures, compares or ranks it (`measured.ts`). */
  readonly neverMeasured?: string;
  /** Workloads that cannot run on the mode's pod-pod path, with the reason. */
  readonly unsupported?: Readonly<Partial<Record<WorkloadName, string>>>;
  /** Of a variant with a planted fault: a path of it on which nothing arrives is a result, and no reason to leave the mode out. */
  readonly faulty?: true;
  /** Pure: the same topology always gives the same wiring. */
  wire(topology: Topology): Wiring;
  /** From the bare host to the mode itself, one layer a rung; the last rung is what `wire` gives, step by step. Empty for the bare host. */
  rungs(topology: Topology): readonly Rung[];
  /** The mode without each layer that it can lack, with those that need it; what is a rung already is left out. */
  without(topology: Topology): readonly TakenAway[];
}
