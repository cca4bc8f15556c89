/**
 * The matrix as a GitHub table: a row a mode, a column a question.
 * @packageDocumentation
 */
import { VERDICTS } from "../../model/summary.js";
import { capital } from "../../units/capital.js";
import { type EmptyCell, type Figure, type QuestionCell, type QuestionTable, type RatioCell, ratioCells } from "../question-table.js";
import { shortFigure } from "../short-figure.js";
import { shortRatio } from "../short-ratio.js";
import type { VerdictMeanings } from "../verdict-meanings.js";
import { EQUAL_RANKS, VERDICT_SIGNS, VERDICT_WORDS } from "../words.js";
import { table } from "./blocks.js";
import { plainText } from "./plain-text.js";

/**
 * The table.
 * @param rowWord what a row is: `mode`
 */
export function matrix({ questions, rows, baselines }: QuestionTable, rowWord: string): string {
  if (questions.length === 0 || rows.length === 0) return "Nothing was measured that can be compared with the host.";
  const ranked = rows.some(({ rank }) => rank !== undefined);
  const place = (rank: string): readonly string[] => (ranked ? [rank] : []);
  const head = [...place("rank"), rowWord, ...questions.map(({ long }) => plainText(long))];
  const hosts = baselines.map(({ label, figures }) => [...place(""), plainText(label), ...figures.map(figureText)]);
  const body = rows.map(({ rank, label, cells }) => [
    ...place(rank === undefined ? "" : String(rank)),
    plainText(label),
    ...cells.map(cellText),
  ]);
  return table(head, [...hosts, ...body], ranked ? 2 : 1);
}

/**
 * What the signs of the table mean, in one line.
 * @param figure what its figures are: `Ratio to the bare host`
 */
export function matrixLegend(table: QuestionTable, figure: string, meanings: VerdictMeanings = PLAIN_MEANINGS): string {
  const cells = ratioCells(table);
  const some = (is: (cell: RatioCell) => boolean): boolean => cells.some(is);
  const signs = VERDICTS.map((verdict) => `${VERDICT_SIGNS[verdict]} ${meanings[verdict]}`);
  const marks = [
    ...(some(({ doubts }) => doubts.length > 0) ? ["\\! a check doubts it"] : []),
    ...(some(({ stalls }) => stalls) ? ["\\~ stalls at times"] : []),
  ];
  const ranks = table.rows.some(({ rank }) => rank !== undefined) ? ` ${capital(EQUAL_RANKS)}.` : "";
  return `${plainText(figure)}, ± the farther end of its interval. ${[...signs, ...marks].join(", ")}.${ranks}`;
}

const PLAIN_MEANINGS: VerdictMeanings = { ...VERDICT_WORDS, same: `${VERDICT_WORDS.same} within the margin` };

const cellText = (cell: QuestionCell): string => (cell.kind === "ratio" ? ratioText(cell) : emptyText(cell));

/** `0.41 ±13 % ▼`. */
function ratioText({ ratio, limit, distance, verdict, stalls, doubts }: RatioCell): string {
  const around = distance === undefined ? "" : ` ±${Number.isFinite(distance) ? `${String(distance)} %` : "?"}`;
  const sign = verdict === undefined ? "" : ` ${VERDICT_SIGNS[verdict]}`;
  return `${shortRatio(ratio, limit)}${around}${sign}${stalls ? "\\~" : ""}${doubts.length > 0 ? "\\!" : ""}`;
}

const emptyText = ({ word, figure }: EmptyCell): string => (figure === undefined ? plainText(word) : figureText(figure));

const figureText = (figure: Figure | undefined): string => (figure === undefined ? "" : shortFigure(figure));
