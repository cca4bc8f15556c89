/**
 * What to run, as data: the first choice, what ties with it, what it needs, and what to run where it cannot be.
 * @packageDocumentation
 */
import type { Recommendation } from "../model/summary.js";
import { byItsFile, caveats, fulfilmentOf, type Known, keptBy } from "./knowledge.js";
import type { Ranked } from "./ranking.js";

/** What is known of a mode, by its name or that of a variant. */
export type Knowledge = (mode: string) => Known;

/** The first choice of a ranking; undefined where it is empty. What packets showed to meet the stated needs comes before what only its file vouches for. */
export function recommend(ranked: readonly Ranked[], needs: readonly string[], knowledge: Knowledge): Recommendation | undefined {
  const [first, ...others] = shownBest(ranked, needs, knowledge);
  if (first === undefined) return undefined;
  const known = knowledge(first.mode);
  const brief = known.file?.requiresInBrief ?? "";
  const kept = keptBy(known, needs);
  const before = ranked.slice(0, ranked.indexOf(first)).map(({ mode }) => mode);
  const instead = otherwise(ranked, first, knowledge);
  return {
    mode: first.mode,
    tied: others.filter(({ rank }) => rank === first.rank).map(({ mode }) => mode),
    ...(brief === "" ? {} : { needs: brief }),
    care: [...caveats(known, needs)],
    ...(kept === undefined ? {} : { kept }),
    ...(before.length === 0 ? {} : { before }),
    ...(instead === undefined ? {} : { otherwise: instead }),
  };
}

/** Those on which packets answered the most of these needs, in rank order. */
function shownBest(ranked: readonly Ranked[], needs: readonly string[], knowledge: Knowledge): readonly Ranked[] {
  const shown = ({ mode }: Ranked): number => keptBy(knowledge(mode), needs)?.needs.length ?? 0;
  const most = Math.max(0, ...ranked.map(shown));
  return ranked.filter((one) => shown(one) === most);
}

const FALLBACKS = [
  { need: "no-l2", where: "Where nodes share no L2 segment" },
  { need: "services", where: "Where pods use Services through kube-proxy" },
] as const;

/**
 * The best mode that asks less of the network, else the best that carries Services. Of those that share its rank the one with the fewest losses in the
 * catalogue comes first: their number only says which of equals is named, since it does not tell how much each of them weighs.
 */
function otherwise(ranked: readonly Ranked[], first: Ranked, knowledge: Knowledge): Recommendation["otherwise"] {
  const meets = (mode: string, need: string): boolean => {
    const known = knowledge(mode);
    return (known.tried === undefined ? byItsFile(known, need) : fulfilmentOf(known, need)).met === "yes";
  };
  const lossesListed = ({ mode }: Ranked): number => knowledge(mode).file?.givesUp.length ?? Number.POSITIVE_INFINITY;
  for (const { need, where } of FALLBACKS) {
    if (meets(first.mode, need)) continue;
    const able = ranked.filter(({ mode }) => meets(mode, need));
    const [best, ...tied] = able.filter(({ rank }) => rank === able[0]?.rank).sort((one, other) => lossesListed(one) - lossesListed(other));
    if (best !== undefined) return { where, mode: best.mode, ...(tied.length === 0 ? {} : { tied: tied.map(({ mode }) => mode) }) };
  }
  return undefined;
}
