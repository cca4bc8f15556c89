/**
 * Texts as print sets them, where the terminal's plain characters would look poor.
 * @packageDocumentation
 */
import { formatPercent, quantityParts } from "../../units/format.js";
import type { Unit } from "../../units/quantity.js";
import { html, type Markup } from "../markup.js";
import type { Figure } from "../question-table.js";
import { shortFigure } from "../short-figure.js";

/** A quantity with its own micro sign, and a space that no line breaks at. */
export function quantity(value: number, unit: Unit): string {
  const parts = quantityParts(value, unit);
  return `${parts.number}\u00a0${parts.unit === "us" ? "µs" : parts.unit}`;
}

/** An absolute figure below or beside a heading that says what is counted: `12.5 kreq/s`. */
export const figureText = (figure: Figure): string => shortFigure(figure).replace(/ us$/, " µs");

/** A fraction as percent, in one piece. */
export const percent = (fraction: number): string => formatPercent(fraction).replace(" ", "\u00a0");

/** A sentence whose hyphenated names stay in one piece where the line has room for them, and whose commands in backquotes are set as code. */
export function unbroken(sentence: string): Markup {
  const parts = sentence.split("`");
  // A single backquote is one; only pairs of them are around something.
  if (parts.length % 2 === 0) return words(sentence);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : words(part)))}`;
}

const words = (text: string): Markup =>
  html`${text.split(" ").map((word, index) => html`${index === 0 ? "" : " "}${word.includes("-") ? html`<span class="name">${word}</span>` : word}`)}`;
