/**
 * Texts as print sets them, where the terminal's plain characters would look poor.
 * @packageDocumentation
 */
import { formatPercent, formatQuantityShort, quantityParts } from "../../units/format.js";
import type { Unit } from "../../units/quantity.js";
import { html, type Markup } from "../markup.js";

/** A quantity with its own micro sign, and a space that no line breaks at. */
export function quantity(value: number, unit: Unit): string {
  const parts = quantityParts(value, unit);
  return `${parts.number}\u00a0${parts.unit === "us" ? "µs" : parts.unit}`;
}

/** The same for narrow columns: `12.5 kreq/s`. */
export const quantityShort = (value: number, unit: Unit): string => formatQuantityShort(value, unit).replace(/ us$/, " µs");

/** A fraction as percent, in one piece. */
export const percent = (fraction: number): string => formatPercent(fraction).replace(" ", "\u00a0");

/** A sentence whose hyphenated names stay in one piece where the line has room for them. */
export function unbroken(sentence: string): Markup {
  return html`${sentence.split(" ").map((word, index) => html`${index === 0 ? "" : " "}${word.includes("-") ? html`<span class="name">${word}</span>` : word}`)}`;
}
