/**
 * A layer: a named, pure change of a wiring. It adds or changes steps, each with its reason, and nothing else.
 * @packageDocumentation
 */
import type { Expectations } from "../model/conformance.js";
import type { KernelFeature } from "../model/kernel-feature.js";
import type { Service, ServiceEndpoint } from "../model/service.js";
import type { ServiceChange, Topology, Wiring } from "../model/wiring.js";
import type { Fault } from "./fault.js";

/** Which of a layer's families it belongs to, as its folder says. */
export const LAYER_FAMILIES = ["services", "policies", "tunings", "faults"] as const;
/** One of {@link LAYER_FAMILIES}. */
export type LayerFamily = (typeof LAYER_FAMILIES)[number];

/** The number behind a layer's name: `socket-lb:10000`. */
export interface LayerArgument {
  /** What is counted, as it stands in messages: `Services`. Layers of one variant that count the same thing have one number. */
  readonly kind: string;
  /** Where the name has no number. */
  readonly default: number;
  readonly least: number;
  readonly most: number;
}

/** Why a wiring cannot carry a layer: a clause about the mode that begins with a verb, `has no rules of its own`. */
export interface Lacking {
  readonly lacks: string;
}

interface LayerFacts {
  readonly name: string;
  readonly family: LayerFamily;
  /** What it is, in a sentence. */
  readonly sentence: string;
  /** Why it costs or helps, in a sentence or two. */
  readonly why: string;
  /** What it takes of the machine; the wiring's own needs come on top. */
  readonly needs: { readonly kernel: readonly KernelFeature[]; readonly programs: readonly string[] };
  /** What it carries for its variant, which is then measured and ranked by it. */
  readonly carries?: "services";
  /** By the name of a need (`--need`): why a variant with it does not meet it any more, whatever its mode's file says; a clause. */
  readonly denies?: Readonly<Record<string, string>>;
  /** By the name of another layer: why the two cannot stand together. One side's word is enough. */
  readonly excludes?: Readonly<Record<string, string>>;
  /** A kind of step of which it leaves none: no layer after it may bring one. */
  readonly clears?: "ruleset";
  /** What it changes of what a variant is expected to do in conformance's checks; given what the variant without it is expected to do, and the mode's wiring. */
  readonly conformance?: (sofar: Expectations, wiring: Wiring) => Expectations;
  /** Layers without which it changes nothing: it is put on a mode that has them. */
  readonly beside?: readonly string[];
  /** Of a fault: what it does, and what tells of it. */
  readonly fault?: Fault;
  /** Documents, source files and captures that it is taken from. */
  readonly sources: readonly string[];
  /** Differences from the real implementation, each with its reason. */
  readonly deviations: readonly string[];
}

/** A layer without an argument. */
export interface PlainLayer extends LayerFacts {
  readonly argument?: undefined;
  /** Pure: the wiring with the layer, or what it lacks for it. */
  onto(wiring: Wiring, topology: Topology): Wiring | Lacking;
}

/** A layer with a number. */
export interface CountedLayer extends LayerFacts {
  readonly argument: LayerArgument;
  /**
   * About how many seconds one node's load takes alone (measured on two cores, kernel 6.18, docs/services.md, unless the layer's file says otherwise);
   * absent where that is no matter.
   */
  readonly loadSeconds?: (count: number) => number;
  /** As {@link PlainLayer.onto}; cheap whatever the number is, since what is loaded is made when it is asked for (`LoadStep`). */
  onto(wiring: Wiring, topology: Topology, count: number): Wiring | Lacking;
  /** The commands that put Services as they are now in the place of what they were, once some of their endpoints came or went. */
  readonly change?: (wiring: Wiring, services: readonly Service[], removed: readonly ServiceEndpoint[]) => readonly ServiceChange[];
}

/** A layer. One file each in its family's folder, and one line in `index.ts`. */
export type Layer = PlainLayer | CountedLayer;

/** Whether something could not be had of a wiring. */
export const isLacking = (found: object): found is Lacking => "lacks" in found;
