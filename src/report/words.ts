/**
 * The sentences that every report says alike: the headline, and the words of verdicts and scores.
 * @packageDocumentation
 */
import type { CellRatio, Summary, Verdict } from "../model/summary.js";
import { exactRate, formatPercent, formatRatio } from "../units/format.js";
import { listed } from "../units/listed.js";
import { clusterHeadline, type Headline } from "./cluster-headline.js";
import { confidenceOf } from "./confidence.js";

/** A sign for each verdict, one column wide. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = { faster: "▲", same: "=", slower: "▼", undecided: "?" };

/** Verdicts in words of the field, which is what people read; machine output has their names. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { faster: "better", same: "same", slower: "worse", undecided: "undecided" };

/** What a verdict means, for legends. `slower` always means worse, also where less is better. */
export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  faster: "better than the host beyond the margin",
  same: "the whole interval lies within the margin",
  slower: "worse than the host beyond the margin",
  undecided: "the interval straddles the margin",
};

/** What a stalling mode's mark means. */
export const STALLS_MEANING = "stalls at times: the ratio of sums differs from the median ratio";

/** What modes of one rank are. Ties are of scores: in a single figure the same modes may differ clearly. */
export const TIED = "cannot be told apart by score";

/** The same of ranks, where these are shown as numbers. */
export const EQUAL_RANKS = `equal ranks ${TIED}`;

type Ranked = Summary["ranking"][number];

/** `0.981 [0.975, 0.987]`; of a variant on which something does not arrive at all `broken`. */
export const scoreText = (entry: Ranked): string =>
  entry.score === 0 ? "broken" : formatRatio(entry.score, entry.scoreLow, entry.scoreHigh);

/** What a score is, with the weights of its metrics where the summary holds them. */
export function scoreMeaning(summary: Summary): string {
  const weights = weightsText(summary.rankingWeights ?? {});
  return `geometric mean of the ratios to the host, costs inverted, 1 being the host; its interval is made of theirs${weights === "" ? "" : `; weights: ${weights}`}`;
}

/** `tcp 40 %; http, pps 30 % each`, the heaviest first; `the same for all of 9 metrics`. */
function weightsText(weights: Readonly<Record<string, number>>): string {
  const byWeight = new Map<string, string[]>();
  for (const [metric, weight] of Object.entries(weights).sort(([, a], [, b]) => b - a)) {
    const text = formatPercent(weight);
    byWeight.set(text, [...(byWeight.get(text) ?? []), metric]);
  }
  if (byWeight.size === 1) return `the same for all of ${String(Object.keys(weights).length)} metrics`;
  return [...byWeight].map(([weight, metrics]) => `${metrics.join(", ")} ${weight}${metrics.length > 1 ? " each" : ""}`).join("; ");
}

/** Says who is first, together with whom, and who is last; of a cluster, how close its pods come to its hosts. */
export function headline(summary: Summary): Headline {
  if (summary.venue === "cluster") return clusterHeadline(summary);
  const first = summary.ranking[0];
  if (first === undefined)
    return { claim: "No pod network could be ranked", detail: "Nothing was measured that can be compared with the bare host." };
  const top = summary.ranking.filter((entry) => entry.rank === first.rank);
  const last = summary.ranking.at(-1);
  if (first.score === 0)
    return { claim: "Every ranked pod network is broken", detail: "Something that the bare host carries does not arrive on any of them." };
  const detail = `${first.mode} scores ${scoreText(first)}, where the bare host is 1`;
  const tail =
    last === undefined || last.rank === first.rank
      ? ""
      : `; ${last.mode} is last${last.score === 0 ? ", since it is broken" : ` at ${scoreText(last)}`}`;
  return { claim: claimOf(top), detail: `${detail}${tail}. The score is the geometric mean of the metrics' ratios to the host.` };
}

function claimOf(top: readonly Ranked[]): string {
  const names = top.map((entry) => entry.mode);
  if (names.length === 1) return `${names.join("")} comes closest to the wire`;
  if (names.length <= 3) return `${listed(names)} come closest to the wire, and ${TIED}`;
  return `${listed([...names.slice(0, 2), `${String(names.length - 2)} others`])} come closest to the wire, and ${TIED}`;
}

/** A verdict by its name. Where the generators were held to a rate, sameness beyond it is not known. */
export const verdictText = ({ verdict }: Pick<CellRatio, "verdict">, cap?: number): string => withCap(verdict, verdict, cap);

/** The same in words of the field: `worse`, `same up to 1 Gbit/s`. */
export const verdictInWords = ({ verdict }: Pick<CellRatio, "verdict">, cap?: number): string =>
  withCap(verdict, VERDICT_WORDS[verdict], cap);

const withCap = (verdict: Verdict, word: string, cap: number | undefined): string =>
  verdict === "same" && cap !== undefined ? `${word} up to ${exactRate(cap)}` : word;

/** A ratio with everything that belongs to it, as a sentence: for tooltips. */
export function ratioSentence(row: string, ratio: CellRatio, cap?: number): string {
  const against = ratio.baseline === "host" ? "the host" : "its own hosts";
  const stalls =
    ratio.stalls === true
      ? `, stalls at times${ratio.ratioOfSums === undefined ? "" : ` (ratio of sums ${formatRatio(ratio.ratioOfSums, null, null).split(" ")[0] ?? ""})`}`
      : "";
  return `${row}: ${formatRatio(ratio.median, ratio.low, ratio.high, ratio.limit)} of ${against}${ratio.low === null && ratio.high === null ? "" : ` at ${formatPercent(confidenceOf(ratio))} confidence`}, ${verdictInWords(ratio, cap)} at ±${formatPercent(ratio.margin)}, n = ${String(ratio.n)}${stalls}`;
}
