/**
 * One cell of the screen's table, as exact as its room allows: `0.41±13%▼`, `0.41±13▼`, `.41±13▼`, `0.41▼`.
 * @packageDocumentation
 */
import type { RatioLimit } from "../../../units/format.js";
import type { Figure } from "../../question-table.js";
import { shortParts } from "../../short-figure.js";
import { ratioForms } from "../../short-ratio.js";
import type { Role } from "../paint.js";
import { displayWidth } from "../text.js";
import type { Signs } from "./signs.js";

/** What a cell of the screen shows. */
export type GridCell =
  | {
      readonly kind: "ratio";
      readonly ratio: number;
      /** As {@link RatioCell.distance}. */
      readonly distance: number | undefined;
      readonly limit?: RatioLimit | undefined;
      /** What stands behind the figures, one column. */
      readonly sign: string;
      readonly role: Role;
    }
  | {
      readonly kind: "words";
      /** The same in several lengths, longest first. */
      readonly forms: readonly string[];
      readonly role: Role;
    };

/** How the ratios of a table are set. */
export interface CellStyle {
  /** `percent` with its unit, `bare` without it. */
  readonly distance: "percent" | "bare" | "none";
  readonly leadingZero: boolean;
}

/** Columns of a ratio of the usual size with its sign, by style; the plus-minus comes on top. */
const NEEDS: readonly (readonly [least: number, style: CellStyle])[] = [
  [8, { distance: "percent", leadingZero: true }],
  [7, { distance: "bare", leadingZero: true }],
  [6, { distance: "bare", leadingZero: false }],
];

/** No cell has less room; a table that cannot give it is set in several blocks. */
export const LEAST_ROOM = 5;

/** The most exact style in which ratios of the usual size fit. It follows from the room alone, so that a table that fills does not change its look. */
export function styleFor(room: number, signs: Signs): CellStyle {
  const fits = NEEDS.find(([least]) => room >= least + signs.plusMinus.length);
  return fits?.[1] ?? { distance: "none", leadingZero: true };
}

/** A cell's text, never wider than its room. */
export function cellText(cell: GridCell, style: CellStyle, room: number, signs: Signs): string {
  const forms = cell.kind === "words" ? cell.forms : formsOf(cell, style, signs);
  return forms.find((form) => displayWidth(form) <= room) ?? "";
}

/** So many forms of a number keep two digits where it is of usual size. */
const FINE_FORMS = 2;

/** From the most exact to the shortest: a digit of the ratio goes before the interval does, and the exact interval before a digit that matters. */
function formsOf(cell: Extract<GridCell, { kind: "ratio" }>, style: CellStyle, signs: Signs): readonly string[] {
  const { ratio, distance, limit, sign } = cell;
  const before = limit === undefined ? "" : signs.limits[limit];
  const numbers = numberForms(ratio, signs);
  const alone = numbers.flatMap(bothWays);
  const fine = numbers.slice(0, FINE_FORMS);
  const beside = style.leadingZero ? fine.flatMap(bothWays) : fine.map(withoutZero);
  const distances = style.distance === "none" ? [] : distanceForms(distance, style.distance, signs);
  const withDistance = distances.flatMap((text) => beside.map((number) => `${number}${text}`));
  const roughly = distances.flatMap((text) => numbers.slice(FINE_FORMS).map((number) => `${number}${text}`));
  return [...[...withDistance, ...roughly, ...alone].map((text) => `${before}${text}${sign}`), `${before}?`, "?"];
}

const withoutZero = (number: string): string => number.replace(/^(-?)0\./, "$1.");

const bothWays = (number: string): readonly string[] => [number, withoutZero(number)];

const numberForms = (ratio: number, signs: Signs): readonly string[] =>
  Number.isFinite(ratio) ? ratioForms(ratio) : [ratio > 0 ? signs.infinite : "?"];

/** From here on the limit is out of sight. */
const FARTHEST = 900;

/** In percent, or from 100 % on in multiples of the ratio, rounded up. */
function distanceForms(distance: number | undefined, style: "percent" | "bare", { plusMinus }: Signs): readonly string[] {
  if (distance === undefined) return [""];
  const unit = style === "percent" ? "%" : "";
  if (distance < 100) return [`${plusMinus}${String(distance)}${unit}`];
  if (!Number.isFinite(distance)) return [`${plusMinus}?`];
  if (distance > FARTHEST) return [`${plusMinus}>${String(FARTHEST / 100)}x`];
  return [`${plusMinus}${String(distance)}${unit}`, `${plusMinus}${String(Math.ceil(distance / 100))}x`];
}

/** An absolute figure in several lengths: `21.4 Gbit/s`, `21.4Gbit/s`, `21.4G`, `21`. */
export function figureForms(figure: Figure, signs: Signs): readonly string[] {
  const { number, unit } = shortParts(figure);
  const before = figure.atLeast ? signs.limits["at-least"] : "";
  const step = /^[GMkT](?=bit|pkt|req)/.exec(unit)?.[0] ?? (/^[um]?s$/.test(unit) ? unit : "");
  const rounded = Number.isFinite(Number(number)) ? String(Number(Number(number).toPrecision(2))) : number;
  const forms = [`${number} ${unit}`, `${number}${unit}`, `${number}${step}`, `${rounded}${step}`, number, rounded];
  return [...forms.map((text) => `${before}${text}`), "-"];
}
