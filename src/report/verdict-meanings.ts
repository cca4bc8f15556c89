/**
 * What the signs of a table of questions mean, which depends on what its ratios are held against.
 * @packageDocumentation
 */
import type { Verdict } from "../model/summary.js";
import { formatPercent } from "../units/format.js";
import { type QuestionTable, ratioCells } from "./question-table.js";
import { VERDICT_WORDS } from "./words.js";

/** A meaning for each verdict, in a few words that follow its sign. */
export type VerdictMeanings = Readonly<Record<Verdict, string>>;

/** More margins than these are not listed. */
const MOST_MARGINS = 3;

/**
 * Of ratios that are judged by margins.
 * @param against what they are better or worse than, in words
 */
export function meaningsAgainst(against: string, table: QuestionTable): VerdictMeanings {
  const margins = [...new Set(ratioCells(table).map(({ margin }) => margin))].sort((one, other) => one - other).map(formatPercent);
  const within = margins.length > MOST_MARGINS ? "their margins" : margins.join(" or ");
  return {
    faster: VERDICT_WORDS.faster,
    slower: `${VERDICT_WORDS.slower} than ${against}`,
    same: `${VERDICT_WORDS.same} within ${within}`,
    undecided: VERDICT_WORDS.undecided,
  };
}
