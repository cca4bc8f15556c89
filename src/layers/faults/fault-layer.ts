/**
 * What every layer that plants a fault has in common.
 * @packageDocumentation
 */
import type { KernelFeature } from "../../model/kernel-feature.js";
import type { Topology, Wiring } from "../../model/wiring.js";
import type { Lacking, PlainLayer } from "../contract.js";
import type { Fault } from "../fault.js";

/** Bytes of an Ethernet header, which device counters count and an MTU does not. */
export const ETHERNET_HEADER = 14;

/** A layer that plants a fault. */
export type FaultLayer = PlainLayer & { readonly family: "faults"; readonly fault: Fault };

/** What one file of this folder says. */
export interface FaultFacts extends Fault {
  /** Behind `fault.`. */
  readonly name: string;
  readonly sentence: string;
  readonly why: string;
  readonly kernel?: readonly KernelFeature[];
  readonly programs?: readonly string[];
  readonly sources: readonly string[];
  /** Where the planted fault differs from the reported one. */
  readonly deviations?: readonly string[];
  /** Names of layers without which it has nothing to break. */
  readonly beside?: readonly string[];
  onto(wiring: Wiring, topology: Topology): Wiring | Lacking;
}

/** What the names of all faults begin with. */
const PREFIX = "fault.";

/** The layer of a fault. */
export function faultLayer(facts: FaultFacts): FaultLayer {
  const { name, sentence, why, kernel = [], programs = [], sources, deviations = [], beside, row, effect, shownBy } = facts;
  return {
    name: `${PREFIX}${name}`,
    family: "faults",
    sentence,
    why,
    needs: { kernel, programs },
    sources,
    deviations,
    ...(beside === undefined ? {} : { beside }),
    fault: { ...(row === undefined ? {} : { row }), effect, shownBy, sign: (wiring) => facts.sign(wiring) },
    onto: (wiring, topology) => facts.onto(wiring, topology),
  };
}
