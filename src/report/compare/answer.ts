/**
 * What a comparison comes to, in a few sentences.
 * @packageDocumentation
 */
import type { RunComparison } from "../../model/run-comparison.js";
import type { VERDICTS } from "../../model/summary.js";
import { capital } from "../../units/capital.js";
import { listed } from "../../units/listed.js";
import type { Answer, AnswerSentence } from "../answer.js";
import { questionOf } from "../questions.js";
import { shortRatio } from "../short-ratio.js";
import { type ChangedCell, changedCells, gatesText } from "./outline.js";
import { type Compared, rowLabel, rowName } from "./question-table.js";

/** Gates first, since they decide; then what became worse, and what better. */
export function comparisonAnswer(comparison: RunComparison, scenario: Compared): Answer {
  const { gates } = comparison;
  const gated = gates.length === 0 ? [] : [same(`${capital(gatesText(gates))}.`)];
  return [...gated, ...changes(changedCells(comparison), scenario)];
}

const same = (text: string): AnswerSentence => ({ about: "run", text, short: text });

function changes(cells: readonly ChangedCell[], scenario: Compared): Answer {
  if (cells.length === 0) return [same("No figure is in both runs.")];
  const of = (verdict: (typeof VERDICTS)[number]): readonly ChangedCell[] => cells.filter(({ change }) => change.verdict === verdict);
  const [worse, better] = [of("slower"), of("faster")];
  const rest = { same: of("same").length, open: of("undecided").length };
  if (worse.length + better.length === 0) return [same(nothingMoved(rest))];
  return [
    ...moved("worse", worse, cells.length, scenario),
    ...moved("better", better, cells.length, scenario),
    ...(rest.same + rest.open === 0 ? [] : [{ about: "next" as const, text: othersText(rest), short: "" }]),
  ];
}

/** How many figures are the same, and how many undecided. */
interface Rest {
  readonly same: number;
  readonly open: number;
}

function nothingMoved({ same: alike, open }: Rest): string {
  const both = "that both runs have";
  const all = alike + open;
  const every = `${EVERY[all] ?? `all ${String(all)} figures`} ${both}`;
  if (open === 0) return `B is the same as A in ${every}.`;
  if (alike === 0) return `Whether B is worse or better than A is undecided in ${every}.`;
  return `B is nowhere clearly worse or better than A: of ${String(all)} figures ${both} ${restText({ same: alike, open })}.`;
}

const EVERY: Readonly<Record<number, string>> = { 1: "the one figure", 2: "the two figures" };

function othersText(rest: Rest): string {
  const all = rest.same + rest.open;
  if (rest.same > 0 && rest.open > 0) return `Of the others ${restText(rest)}.`;
  const how = rest.open === 0 ? "the same" : "undecided";
  return all === 1 ? `The other is ${how}.` : `The other ${String(all)} are ${how}.`;
}

const restText = ({ same: alike, open }: Rest): string =>
  `${String(alike)} ${alike === 1 ? "is" : "are"} the same and ${String(open)} ${open === 1 ? "is" : "are"} undecided`;

const MOST_NAMED = 3;

/** `B is worse than A in 2 of 40 figures: HTTP with new connections of macvlan is 0.80 times A's.` */
function moved(how: "worse" | "better", cells: readonly ChangedCell[], total: number, scenario: Compared): Answer {
  if (cells.length === 0) return [];
  const farthest = [...cells].sort((one, other) => Math.abs(Math.log(other.change.median)) - Math.abs(Math.log(one.change.median)));
  const named = farthest.slice(0, MOST_NAMED).map((cell) => {
    const own = cell.path === "host-host" ? " (its own hosts)" : "";
    return `${questionOf(cell.metric, scenario).inWords} of ${rowLabel(rowName(cell, scenario), scenario)}${own} is ${shortRatio(cell.change.median)} times A's`;
  });
  const where = total === 1 ? "the one figure that both runs have" : `${String(cells.length)} of ${String(total)} figures`;
  const head = `B is ${how} than A in ${where}`;
  const text = `${head}: ${cells.length > MOST_NAMED ? `${named.join(", ")} and more` : listed(named)}.`;
  return [{ about: "run", text, short: `${head}.` }];
}
