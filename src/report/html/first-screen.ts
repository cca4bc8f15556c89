/**
 * What the page opens with: the answer, and the matrix that shows why.
 * @packageDocumentation
 */

import { VERDICTS } from "../../model/summary.js";
import type { Answer } from "../answer.js";
import { type MarkKind, REFERENCE_SIGN, SHAPES } from "../charts/ratio-strip.js";
import { html, type Markup } from "../markup.js";
import { type QuestionTable, ratioCells } from "../question-table.js";
import type { VerdictMeanings } from "../verdict-meanings.js";
import { TIED, VERDICT_SIGNS } from "../words.js";
import { type MatrixLinks, type MatrixWords, ratioMatrix } from "./ratio-matrix.js";
import { unbroken } from "./typeset.js";

/** What the first screen says about the matrix. */
export interface Picture {
  readonly table: QuestionTable;
  readonly words: Omit<MatrixWords, "verdicts">;
  readonly links: MatrixLinks;
  /** What each verdict means here. */
  readonly verdicts: VerdictMeanings;
  /** What the ratios are that are not judged; absent where all are. */
  readonly reference?: string;
  /** What the figures are: `Ratio to the bare host`. */
  readonly figure: string;
  /** Whose figures these are, in small print: the venue and the time. */
  readonly source: string;
}

/** The answer's first sentence is the page's heading. */
export function firstScreen(answer: Answer, picture: Picture): Markup {
  const [first, ...rest] = answer;
  const more =
    rest.length === 0
      ? html``
      : html`<p class="answer">${rest.map(({ text }, index) => html`${index === 0 ? "" : " "}${unbroken(text)}`)}</p>`;
  return html`<header class="first"><h1>${unbroken(first?.text ?? "")}</h1>${more}${figure(picture)}</header>`;
}

function figure({ table, words, links, verdicts, reference, figure: meaning, source }: Picture): Markup {
  if (table.questions.length === 0 || table.rows.length === 0) {
    return html`<p class="note">There is nothing to compare. ${source}</p>`;
  }
  const ranked = table.rows.some(({ rank }) => rank !== undefined);
  const cells = ratioCells(table);
  const marks = [
    ...(cells.some(({ doubts }) => doubts.length > 0) ? [html`<li><b>!</b> a check doubts it</li>`] : []),
    ...(cells.some(({ stalls }) => stalls) ? [html`<li><b>~</b> stalls at times</li>`] : []),
  ];
  const entry = (kind: MarkKind, sign: string, text: string): Markup =>
    html`<li class="${kind}" data-sign="${sign}"><svg viewBox="-7 -7 14 14" aria-hidden="true"><g class="mark ${kind}">${SHAPES[kind]}</g></svg>${text}</li>`;
  const legend = [
    ...VERDICTS.map((verdict) => entry(verdict, VERDICT_SIGNS[verdict], verdicts[verdict])),
    ...(reference === undefined ? [] : [entry("reference", REFERENCE_SIGN, reference)]),
  ];
  return html`<figure class="picture">${ratioMatrix(table, { ...words, verdicts }, links)}<figcaption><ul class="legend">${legend}${marks}</ul><p>${meaning} with its interval, on one scale: left of the line is worse. ${ranked ? `Rows between two lines ${TIED}. ` : ""}${source}</p></figcaption></figure>`;
}
