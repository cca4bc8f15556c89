/**
 * What advice knows of modes beyond their figures.
 * @packageDocumentation
 */
import type { Fulfilment, Mode, Need } from "../modes/contract.js";

/** The part of a mode that advice reads. The catalogue of modes fits. */
export type ModeKnowledge = Pick<Mode, "name" | "requires" | "givesUp" | "needs">;

/** How a mode stands to a stated need. A need that podwire does not know, or a mode that it does not know any more, cannot be vouched for. */
export function fulfilmentOf(knowledge: ModeKnowledge | undefined, need: string): Fulfilment {
  if (knowledge === undefined) return { met: "no", because: "this version of podwire does not know the mode" };
  return isNeed(knowledge, need) ? knowledge.needs[need] : { met: "no", because: "this version of podwire does not know the need" };
}

function isNeed(knowledge: ModeKnowledge, need: string): need is Need {
  return Object.hasOwn(knowledge.needs, need);
}

/** Why a mode is left out under these needs, or undefined when it fulfils all of them, if only with care. */
export function whyExcluded(knowledge: ModeKnowledge | undefined, needs: readonly string[]): string | undefined {
  const unmet = needs.map((need) => ({ need, ...fulfilmentOf(knowledge, need) })).filter(({ met }) => met === "no");
  return unmet.length === 0 ? undefined : unmet.map(({ need, because }) => `${need}: ${because}`).join("; ");
}

/** What must be done for the needs that a mode fulfils only with care, one sentence each. */
export function caveats(knowledge: ModeKnowledge | undefined, needs: readonly string[]): readonly string[] {
  return needs.flatMap((need) => {
    const { met, because } = fulfilmentOf(knowledge, need);
    return met === "with-care" ? [`${need}: ${because}`] : [];
  });
}
