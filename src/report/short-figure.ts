/**
 * An absolute figure as every table of questions shows it, below a heading that says what is counted.
 * @packageDocumentation
 */
import { formatQuantityShort, type QuantityParts, quantityParts } from "../units/format.js";
import type { Unit } from "../units/quantity.js";
import type { Figure } from "./question-table.js";

/** `21.4 Gbit/s`, `306 kpkt/s`, `64.7 us`, `≥1.31 Mpkt/s`. */
export function shortFigure(figure: Figure): string {
  const { number, unit } = shortParts(figure);
  return `${figure.atLeast ? "≥" : ""}${number} ${unit}`;
}

/** Its number and its unit. */
export function shortParts({ median, unit }: Pick<Figure, "median" | "unit">): QuantityParts {
  const [value, shown] = perPiece(median, unit);
  const { number } = quantityParts(value, shown);
  const short = formatQuantityShort(value, shown).replace("frame/s", "pkt/s").replace("CPU ", "");
  return { number, unit: short.slice(number.length + 1) };
}

/** CPU seconds a thousand or a million pieces are a time for each, as the heading says. */
function perPiece(median: number, unit: Unit): readonly [value: number, unit: Unit] {
  if (unit === "CPU s/thousand requests") return [median * 1e3, "us"];
  return unit === "CPU s/million frames" || unit === "CPU s/million round trips" ? [median, "us"] : [median, unit];
}
