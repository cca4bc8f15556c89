/**
 * The matrix of the first screen: a row a mode, a column a question, in each cell a dot with its interval and the number beside it.
 * @packageDocumentation
 */

import { formatRatio } from "../../units/format.js";
import { REFERENCE_SIGN, ratioStrip, type StripValue, stripTicks } from "../charts/ratio-strip.js";
import { commonAxes, type StripAxis } from "../charts/strip-axis.js";
import { html, type Markup } from "../markup.js";
import { type EmptyCell, type QuestionCell, type QuestionRow, type QuestionTable, type RatioCell, ratioCells } from "../question-table.js";
import { FOUND } from "../reasons.js";
import { shortRatio } from "../short-ratio.js";
import type { VerdictMeanings } from "../verdict-meanings.js";
import { VERDICT_SIGNS } from "../words.js";
import { figureText } from "./typeset.js";

/** What the page has elsewhere about a row or a question: ids of the page, undefined where it has nothing. */
export interface MatrixLinks {
  readonly row: (name: string) => string | undefined;
  readonly question: (metric: string) => string | undefined;
}

/** What stands in the matrix beside its figures. */
export interface MatrixWords {
  /** What the table is, for those who do not see it. */
  readonly label: string;
  /** What rows are: `Mode`. */
  readonly rows: string;
  /** What the verdicts mean here. */
  readonly verdicts: VerdictMeanings;
}

/** With more rows they stand closer, so that the first screen still holds them. */
const COMFORTABLE = 12;

/** The matrix as a table; its strips share one scale. */
export function ratioMatrix(table: QuestionTable, words: MatrixWords, links: MatrixLinks): Markup {
  const axes = axesOf(table);
  const ranked = table.rows.some(({ rank }) => rank !== undefined);
  const head = table.questions.map(
    ({ metric, long, headings }, index) =>
      html`<th scope="col"><span class="question">${linked(long, links.question(metric))}</span><span class="brief" aria-hidden="true">${headings[0].join(" ")}</span>${hostFigure(table, index)}</th>`,
  );
  const body = groupsOf(table.rows).map(
    (group) =>
      html`<tbody>${group.map((row) => matrixRow(row, { axes, ranked, link: links.row(row.name), verdicts: words.verdicts }))}</tbody>`,
  );
  const ticks = axes.map((axis) => html`<td><span class="cell">${stripTicks(axis)}</span></td>`);
  return html`<table class="${lookOf(table)}"><caption class="unseen">${words.label}</caption><thead><tr><th scope="col"><span class="question">${words.rows}</span></th>${head}</tr></thead>${body}<tfoot aria-hidden="true"><tr><td></td>${ticks}</tr></tfoot></table>`;
}

/** So few questions would be drawn wider than eyes follow. */
const FEW_QUESTIONS = 3;
/** The usual number has fewer signs: a smaller ratio takes more room. */
const LONG_NUMBER = 6;

function lookOf(table: QuestionTable): string {
  const isLong = ratioCells(table).some(({ ratio, limit }) => shortRatio(ratio, limit).length >= LONG_NUMBER);
  const looks = [
    ["dense", table.rows.length > COMFORTABLE],
    ["few", table.questions.length <= FEW_QUESTIONS],
    ["long-numbers", isLong],
  ] as const;
  return ["matrix", ...looks.flatMap(([look, has]) => (has ? [look] : []))].join(" ");
}

function axesOf({ questions, rows }: QuestionTable): readonly StripAxis[] {
  const values = questions.flatMap(({ better }, index) =>
    rows.flatMap(({ cells }) => {
      const cell = cells[index];
      return cell?.kind === "ratio" ? [{ median: cell.ratio, better }] : [];
    }),
  );
  const axisFor = commonAxes(values);
  return questions.map(({ better }) => axisFor(better));
}

/** The first baseline's own figure below a question: what 1 stands for. */
function hostFigure({ baselines }: QuestionTable, index: number): Markup {
  const figure = baselines[0]?.figures[index];
  return figure === undefined ? html`` : html`<span class="host-figure">${figureText(figure)}</span>`;
}

/** Rows of one group stand together, as do those of one rank, which cannot be told apart. */
function groupsOf(rows: readonly QuestionRow[]): readonly (readonly QuestionRow[])[] {
  const groups: QuestionRow[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && last[0].rank === row.rank && last[0].group === row.group) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

const linked = (text: string, id: string | undefined): Markup => (id === undefined ? html`${text}` : html`<a href="#${id}">${text}</a>`);

interface RowStyle {
  readonly axes: readonly StripAxis[];
  readonly ranked: boolean;
  readonly link: string | undefined;
  readonly verdicts: VerdictMeanings;
}

function matrixRow(row: QuestionRow, { axes, ranked, link, verdicts }: RowStyle): Markup {
  const rank = ranked ? html`<span class="rank-number">${row.rank === undefined ? "–" : String(row.rank)}</span>` : html``;
  return html`<tr><th scope="row"><span class="row-name">${rank}<span>${linked(row.label, link)}</span></span></th>${axes.map((axis, index) => matrixCell(row, row.cells[index], axis, verdicts))}</tr>`;
}

function matrixCell(row: QuestionRow, cell: QuestionCell | undefined, axis: StripAxis, verdicts: VerdictMeanings): Markup {
  if (cell === undefined) return html`<td></td>`;
  return cell.kind === "ratio" ? ratioCell(row, cell, axis, verdicts) : emptyCell(row, cell, axis);
}

function ratioCell({ label }: QuestionRow, cell: RatioCell, axis: StripAxis, verdicts: VerdictMeanings): Markup {
  const { ratio, low, high, limit, verdict = "reference", stalls, doubts } = cell;
  const value: StripValue = { median: ratio, low, high, verdict };
  const [word, sign] = verdict === "reference" ? ["", REFERENCE_SIGN] : [` ${verdicts[verdict]}`, VERDICT_SIGNS[verdict]];
  const marks = `${stalls ? "~" : ""}${doubts.length > 0 ? "!" : ""}`;
  const sentence = `${label}: ${formatRatio(ratio, low, high, limit)}${word}${doubts.map(({ check }) => `, doubted: ${FOUND[check]}`).join("")}${cell.figure === undefined ? "" : `; ${figureText(cell.figure)}`}`;
  return html`<td class="${verdict}" title="${sentence}"><span class="cell">${ratioStrip(value, axis)}<span class="number">${shortRatio(ratio, limit)}<span class="unseen">${word}</span></span><span class="marks"><span class="sign" aria-hidden="true">${sign}</span>${marks}</span></span></td>`;
}

function emptyCell({ label }: QuestionRow, { word, reason, figure }: EmptyCell, axis: StripAxis): Markup {
  const text = figure === undefined ? word : figureText(figure);
  return html`<td class="without" title="${label}: ${reason ?? word}"><span class="cell">${ratioStrip(undefined, axis)}<span class="number word">${text}</span></span></td>`;
}
