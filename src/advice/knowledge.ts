/**
 * What advice knows of modes beyond their figures.
 * @packageDocumentation
 */
import { LAYERS } from "../layers/index.js";
import type { VariantConformance } from "../model/conformance.js";
import type { Fulfilment, Mode, Need } from "../modes/contract.js";
import { isAnsweredByPackets, type Layered } from "./needs.js";
import { type Answered, answeredByPackets, cellsKept } from "./packets.js";

/** The part of a mode that advice reads. The catalogue of modes fits. */
export type ModeKnowledge = Pick<Mode, "name" | "requires" | "requiresInBrief" | "givesUp" | "needs">;

/** A mode of a run, by what is known of it. */
export interface Known extends Layered {
  /** Its own file, of a variant that of the mode without layers; undefined where this version of podwire does not know it. */
  readonly file: ModeKnowledge | undefined;
  /** What works on it; undefined where that was not tried. */
  readonly tried: VariantConformance | undefined;
}

/** How a mode stands to a stated need. A need that podwire does not know, or a mode that it does not know any more, cannot be vouched for. */
export const fulfilmentOf = (known: Known, need: string): Answered =>
  isAnsweredByPackets(need, known) ? answeredByPackets(need, known.tried) : byItsFile(known, need);

/** What a mode's file says of a need, and its layers against it. */
export function byItsFile({ file, layers = [] }: Known, need: string): Fulfilment {
  const denial = layers.flatMap(({ layer }) => LAYERS.find(({ name }) => name === layer)?.denies?.[need] ?? []).at(0);
  if (denial !== undefined) return { met: "no", because: denial };
  if (file === undefined) return { met: "no", because: "this version of podwire does not know the mode" };
  return isNeed(file, need) ? file.needs[need] : { met: "no", because: "this version of podwire does not know the need" };
}

function isNeed(file: ModeKnowledge, need: string): need is Need {
  return Object.hasOwn(file.needs, need);
}

/** Why a mode is left out. */
export interface Exclusion {
  readonly why: string;
  /** In a few words, where the whole is long. */
  readonly inBrief?: string;
}

/** Why a mode is left out under these needs, or undefined when it fulfils all of them, if only with care. */
export function whyExcluded(known: Known, needs: readonly string[]): Exclusion | undefined {
  const unmet = needs.map((need) => ({ need, ...fulfilmentOf(known, need) })).filter(({ met }) => met === "no");
  if (unmet.length === 0) return undefined;
  const why = unmet.map(({ need, because }) => `${need}: ${because}`).join("; ");
  const inBrief = unmet.map((one) => `${one.need}: ${one.inBrief ?? one.because}`).join("; ");
  return { why, ...(inBrief === why ? {} : { inBrief }) };
}

/** What must be done for the needs that a mode fulfils only with care, one sentence each. */
export function caveats(known: Known, needs: readonly string[]): readonly string[] {
  return needs.flatMap((need) => {
    const { met, because } = fulfilmentOf(known, need);
    return met === "with-care" ? [`${need}: ${because}`] : [];
  });
}

/** The stated needs that packets answered on a mode, and in how many cells they showed them; undefined where they answered none. */
export function keptBy(known: Known, needs: readonly string[]): { readonly needs: string[]; readonly cells: number } | undefined {
  const answered = needs.filter((need) => isAnsweredByPackets(need, known));
  return answered.length === 0 ? undefined : { needs: answered, cells: cellsKept(answered, known.tried) };
}
