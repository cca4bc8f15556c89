/**
 * The ranking on a terminal: a line or two a mode, and what is asked of the network by the modes that one might run.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import type { Summary } from "../../model/summary.js";
import { partsOfWhy } from "../why.js";
import { EQUAL_RANKS, scoreMeaning, scoreText } from "../words.js";
import type { Paint } from "./paint.js";
import { displayWidth, PROSE_WIDTH, padEnd, padStart, plain, truncateMiddle, wrap } from "./text.js";

/** The section's lines; none where nothing was ranked. */
export function ranking(summary: Summary, run: Run, width: number, paint: Paint): readonly string[] {
  if (summary.ranking.length + summary.excluded.length === 0) return [];
  const prose = Math.min(width, PROSE_WIDTH);
  const needs = run.scenario.needs.length === 0 ? "" : ` under ${plain(run.scenario.needs.join(", "))}`;
  const meaning = wrap(`The score is the ${scoreMeaning(summary)}.`, prose).map((line) => paint("quiet", line));
  return [
    "",
    ...wrap(`Ranking${needs}: ${EQUAL_RANKS}`, prose).map((line) => paint("heading", line)),
    ...meaning,
    ...places(summary, width, paint),
    ...asks(summary, prose, paint),
  ];
}

function places(summary: Summary, width: number, paint: Paint): readonly string[] {
  const ranked = summary.ranking.map((entry) => ({
    rank: String(entry.rank),
    mode: plain(entry.mode),
    score: scoreText(entry),
    remarks: shorter(partsOfWhy(entry.why).measured),
  }));
  const excluded = summary.excluded.map((entry) => ({ rank: "-", mode: plain(entry.mode), score: "left out", remarks: [entry.why] }));
  const rows = [...ranked, ...excluded];
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth));
  const ranks = widest(rows.map((row) => row.rank));
  const scores = widest(ranked.map((row) => row.score));
  const room = width - 3 * GAP.length - ranks - widest(rows.map((row) => row.score));
  const modes = Math.min(widest(rows.map((row) => row.mode)), Math.max(LEAST_MODE, room));
  return rows.flatMap((row) => {
    const mode = padEnd(truncateMiddle(row.mode, modes), modes);
    const score = row.score === "left out" ? row.score : padEnd(row.score, scores);
    const start = [padStart(row.rank, ranks), mode, score].map((text) => `${GAP}${text}`).join("");
    return beside(start, row.remarks, width, paint);
  });
}

const GAP = "  ";
/** Shorter than this a name of a variant says nothing. */
const LEAST_MODE = 16;

/** What was measured, and the same without intervals, for which there may be room: the table above has them. */
const shorter = (measured: string): readonly string[] => [measured, measured.replaceAll(/ \[[^\]]*\]/g, "")];

/** A remark takes no more lines than this beside its row; */
const MOST_LINES = 2;
/** and no line shorter than this. */
const LEAST_ROOM = 28;

/** The first of the remarks that finds room beside a row. Where none does, the last one stands below, if it is not in the table anyway. */
function beside(start: string, remarks: readonly string[], width: number, paint: Paint): readonly string[] {
  const indent = displayWidth(start) + 2;
  const room = width - indent;
  const fitting = room < LEAST_ROOM ? undefined : remarks.map((remark) => wrap(remark, room)).find((lines) => lines.length <= MOST_LINES);
  const below = remarks.length > 1 ? [] : wrap(remarks.join(""), Math.min(width, PROSE_WIDTH) - 6);
  if (fitting === undefined) return [start, ...below.map((line) => `      ${paint("quiet", line)}`)];
  const [first = "", ...rest] = fitting;
  return [
    first === "" ? start : `${start}  ${paint("quiet", first)}`,
    ...rest.map((line) => `${" ".repeat(indent)}${paint("quiet", line)}`),
  ];
}

/** So many modes say in full what they ask; of more than these only what they need is shown. */
const MOST_IN_FULL = 4;

/** What the modes that one might run need and give up; the long reports have it of all modes. */
function asks(summary: Summary, width: number, paint: Paint): readonly string[] {
  const [first] = summary.ranking;
  const advised = wordsOf(summary.advice);
  const shown = summary.ranking.filter((entry) => entry.rank === first?.rank || advised.has(entry.mode));
  const inFull = shown.length <= MOST_IN_FULL;
  const modesByText = new Map<string, string[]>();
  for (const entry of shown) {
    const { asks: sentences } = partsOfWhy(entry.why);
    const text = inFull ? sentences.join(" ") : withoutLosses(sentences);
    modesByText.set(text, [...(modesByText.get(text) ?? []), plain(entry.mode)]);
  }
  modesByText.delete("");
  if (modesByText.size === 0) return [];
  const told = inFull ? "What they need and give up" : "What they need";
  const scope = `Of the modes ranked first or advised; the HTML and Markdown reports have ${inFull ? "" : "what they give up, and "}the other modes too.`;
  return [
    "",
    paint("heading", told),
    ...wrap(scope, width).map((line) => paint("quiet", line)),
    ...[...modesByText].flatMap(([text, modes]) => wrap(`${modes.join(", ")}: ${text}`, width - 2, "  ").map((line) => `  ${line}`)),
  ];
}

/** What a mode needs, below a heading that says so. */
const withoutLosses = (sentences: readonly string[]): string =>
  sentences
    .filter((sentence) => !sentence.startsWith("Gives up: "))
    .join(" ")
    .replace(/^Needs: /, "");

/** The words of a sentence, hyphenated names whole. */
const wordsOf = (sentence: string): ReadonlySet<string> => new Set(sentence.split(/[^\w-]+/));
