/**
 * The bounds of a search and the load that narrows them.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import { classifyLoad, type LoadGoal, type Trial } from "./classify.js";

/** Loads between which a goal's limit lies. Frames a second. */
export interface Bounds {
  /** The largest load below the upper bound that is a lower bound. */
  readonly lower?: number;
  /** The smallest load that is an upper bound. */
  readonly upper?: number;
}

/** The loads that may be used, frames a second. */
export interface LoadRange {
  readonly min: number;
  readonly max: number;
}

/** What has to be measured next for a goal, or how it ended. */
export type Selection =
  | { readonly kind: "measure"; readonly load: number }
  | { readonly kind: "done"; readonly bounds: Bounds; readonly stop: "width" | "max-load" | "min-load" | "generator" };

/** Trials by the load that they were made at. */
export type TrialsByLoad = ReadonlyMap<number, readonly Trial[]>;

/** Groups trials by load. */
export const byLoad = (trials: readonly Trial[]): TrialsByLoad => groupBy(trials, ({ load }) => load);

/** Loads that are bounds under a goal, each side in ascending order. */
interface Classified {
  readonly lowers: readonly number[];
  readonly uppers: readonly number[];
}

function classified(trials: TrialsByLoad, goal: LoadGoal): Classified {
  const lowers: number[] = [];
  const uppers: number[] = [];
  for (const [load, group] of trials) {
    const result = classifyLoad(group, goal);
    if (result === "lower") lowers.push(load);
    if (result === "upper") uppers.push(load);
  }
  const ascending = (one: number, other: number): number => one - other;
  return { lowers: lowers.sort(ascending), uppers: uppers.sort(ascending) };
}

/**
 * The relevant bounds (RFC 9971, section "Conservativeness and Relevant Bounds"). Where results are inconsistent, a lower bound above
 * an upper one, the loss is believed and the other taken for luck.
 */
export function relevantBounds(trials: TrialsByLoad, goal: LoadGoal): Bounds {
  return relevant(classified(trials, goal));
}

function relevant({ lowers, uppers }: Classified): Bounds {
  const [upper] = uppers;
  const lower = lowers.filter((load) => upper === undefined || load < upper).at(-1);
  return { ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) };
}

/** How far bounds lie apart, relative to the upper one. */
export const widthOf = (lower: number, upper: number): number => (upper - lower) / upper;

/**
 * Selects the next load for a goal. The same trials give the same load, so that a load is measured until it is decided.
 * Smaller loads come first: a bound that is found at a smaller load is not overturned by what is seen at larger ones.
 * @param hint bounds that coarser trials found; they are confirmed before anything between them is tried
 */
export function selectLoad(trials: TrialsByLoad, goal: LoadGoal & { readonly width: number }, range: LoadRange, hint: Bounds): Selection {
  const known = classified(trials, goal);
  const bounds = relevant(known);
  const { lower, upper } = bounds;
  if (lower === undefined) {
    if (upper !== undefined && upper <= range.min) return { kind: "done", bounds, stop: "min-load" };
    return { kind: "measure", load: below(upper, known.uppers.length, goal.width, range, hint) };
  }
  if (upper === undefined) {
    if (lower >= range.max) return { kind: "done", bounds, stop: "max-load" };
    return { kind: "measure", load: above(lower, known.lowers.length, goal.width, range, hint) };
  }
  if (widthOf(lower, upper) <= goal.width || upper - lower <= 1) return { kind: "done", bounds, stop: "width" };
  if (lower >= range.max) return { kind: "done", bounds, stop: "generator" };
  return { kind: "measure", load: within(range, between(lower, upper, hint)) };
}

/** A load that may turn out a lower bound: the hint, else ever larger steps down. */
function below(upper: number | undefined, found: number, width: number, range: LoadRange, hint: Bounds): number {
  if (hint.lower !== undefined && (upper === undefined || hint.lower < upper)) return within(range, hint.lower);
  if (upper === undefined) return within(range, hint.upper ?? range.max);
  return within(range, Math.min(upper - 1, upper * (1 - stride(found, width))));
}

/** A load that may turn out an upper bound: the hint, else ever larger steps up. */
function above(lower: number, found: number, width: number, range: LoadRange, hint: Bounds): number {
  if (hint.upper !== undefined && hint.upper > lower) return within(range, hint.upper);
  return within(range, Math.max(lower + 1, lower / (1 - stride(found, width))));
}

/** Doubles with every load that was already found on the wrong side, and never leaves less than a fifth. */
const stride = (found: number, width: number): number => Math.min(0.8, width * 2 ** Math.max(0, found - 1));

function between(lower: number, upper: number, hint: Bounds): number {
  const inside = [hint.lower, hint.upper].find((load) => load !== undefined && load > lower && load < upper);
  return inside ?? Math.min(upper - 1, Math.max(lower + 1, Math.round(Math.sqrt(lower * upper))));
}

const within = (range: LoadRange, load: number): number => Math.min(range.max, Math.max(range.min, Math.round(load)));
