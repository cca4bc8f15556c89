/**
 * Makes a doubt of one sentence: the figures in it are its evidence, so that what is said and what is recorded cannot differ.
 * @packageDocumentation
 */
import type { CheckName, Doubt } from "../../model/doubt.js";
import { formatCount, formatNumber, formatPercent, formatQuantity, formatRatio } from "../../units/format.js";
import type { Unit } from "../../units/quantity.js";

/** A number that a check judges by. */
export interface StatedFigure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** How it reads in the sentence. */
  readonly text: string;
}

/** A figure that reads as its unit is written. */
export const figure = (what: string, value: number, unit: string): StatedFigure => ({ what, value, unit, text: textOf(value, unit) });

/** A figure in a metric's unit. */
export const quantity = (what: string, value: number, unit: Unit): StatedFigure => ({
  what,
  value,
  unit,
  text: formatQuantity(value, unit),
});

/** The affected ones of some things: reads as `3 of 60 slices (5 %)`, and is a share in the evidence. */
export function portion(what: string, affected: number, of: number, things: string): StatedFigure {
  const value = affected / of;
  return { what, value, unit: "share", text: `${String(affected)} of ${String(of)} ${things} (${formatPercent(value)})` };
}

/** A ratio that reads with its limits. */
export const ratioFigure = (what: string, { median, low, high }: RatioLimits): StatedFigure => ({
  what,
  value: median,
  unit: "ratio",
  text: formatRatio(median, low, high),
});

interface RatioLimits {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A sentence with the figures in it. */
export interface Statement {
  readonly sentence: string;
  readonly evidence: Doubt["evidence"];
}

/** Tag of a sentence: figures in it become its evidence, other values stand as they are. */
export function says(texts: TemplateStringsArray, ...values: readonly (StatedFigure | Statement | string | number)[]): Statement {
  const parts = values.map(partOf);
  return {
    sentence: texts.reduce((sentence, text, index) => `${sentence}${parts[index - 1]?.sentence ?? ""}${text}`),
    evidence: parts.flatMap(({ evidence }) => evidence),
  };
}

/** A doubt that leaves the figure standing. */
export const flag = (check: CheckName, statement: Statement): Doubt => doubt(check, "flag", statement);

/** A doubt that takes the figure away. */
export const refuse = (check: CheckName, statement: Statement): Doubt => doubt(check, "refuse", statement);

/**
 * A doubt by what a mode promises, its headers, its MTU and its link's rate: it takes the figure away, unless a planted fault may have broken the promise.
 */
export const againstPromise = (faulty: boolean, check: CheckName, { sentence, evidence }: Statement): Doubt =>
  faulty ? flag(check, { sentence: `${sentence}; or the planted fault is the reason`, evidence }) : refuse(check, { sentence, evidence });

/** What a check says against a cell. */
export const doubt = (check: CheckName, severity: Doubt["severity"], statement: Statement): Doubt => ({ check, severity, ...statement });

function partOf(value: StatedFigure | Statement | string | number): Statement {
  if (typeof value !== "object") return { sentence: String(value), evidence: [] };
  if ("sentence" in value) return value;
  const { what, unit, text } = value;
  // JSON has no infinity: a limit that is not there stands in the sentence only.
  return { sentence: text, evidence: Number.isFinite(value.value) ? [{ what, value: value.value, unit }] : [] };
}

/** Whole numbers from five digits on are set in groups. */
const LONG = 10_000;

function textOf(value: number, unit: string): string {
  if (unit === "share") return formatPercent(value);
  const number = Number.isInteger(value) ? (value < LONG ? String(value) : formatCount(value)) : formatNumber(value);
  return unit === "ratio" ? number : `${number} ${unit}`;
}
