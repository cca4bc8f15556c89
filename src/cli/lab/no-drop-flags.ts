/**
 * From flags to the plan of no-drop searches.
 * @packageDocumentation
 */
import { standardGoals } from "../../measure/no-drop/goals.js";
import { findSearchMetric, SEARCH_METRICS, type SearchMetric } from "../../model/metric.js";
import { FRAME_SIZES, type FrameSize, LOSS_METRICS, type LossMetric, type NoDropPlan } from "../../model/no-drop.js";
import { parseDuration } from "../../units/parse.js";
import { suggestion } from "../completion/nearest.js";
import { UsageError } from "../errors.js";

/** Flags of `podwire lab` that concern no-drop searches. */
export interface NoDropFlags {
  readonly frameSizes?: string;
  readonly trial?: string;
}

/** What is searched, and the metrics that come of it; no plan where no such metric was asked for. */
export interface AskedSearches {
  readonly metrics: readonly string[];
  readonly plan: NoDropPlan | undefined;
}

/** Searches of each path: three is the least that a ratio has an interval from. */
const SEARCHES = 3;
const SHORTEST_TRIAL = 0.1;

/**
 * The searches for metrics named on the command line: `ndr` and `pdr` at every frame size of the flag, `ndr.512` at its own.
 * @throws UsageError for an unknown frame size or a trial that is too short
 */
export function askedSearches(names: readonly string[], flags: NoDropFlags): AskedSearches {
  const sizes = frameSizes(flags.frameSizes);
  const asked = SEARCH_METRICS.filter((metric) => names.includes(metric.name) && !isGoal(metric.name)).concat(
    SEARCH_METRICS.filter((metric) => names.includes(metric.goal) && sizes.includes(metric.frameSize)),
  );
  const metrics = SEARCH_METRICS.filter((metric) => asked.includes(metric));
  return { metrics: metrics.map(({ name }) => name), plan: metrics.length === 0 ? undefined : planOf(metrics, trialSeconds(flags.trial)) };
}

/** Whether a name on the command line stands for a no-drop search. */
export const isSearch = (name: string): boolean => findSearchMetric(name) !== undefined;

const isGoal = (name: string): name is LossMetric => LOSS_METRICS.some((goal) => goal === name);

function planOf(metrics: readonly SearchMetric[], trial: number): NoDropPlan {
  return {
    goals: standardGoals(trial).filter(({ metric }) => metrics.some(({ goal }) => goal === metric)),
    frameSizes: FRAME_SIZES.filter((size) => metrics.some(({ frameSize }) => frameSize === size)),
    searches: SEARCHES,
  };
}

function frameSizes(list = "64"): readonly FrameSize[] {
  const asked = list
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "");
  for (const word of asked) {
    if (!FRAME_SIZES.some((size) => size === word)) {
      throw new UsageError(
        `--frame-sizes: ${word} is not a frame size.${suggestion(word, FRAME_SIZES)} Known are ${FRAME_SIZES.join(", ")}.`,
      );
    }
  }
  if (asked.length === 0) throw new UsageError(`--frame-sizes: names no size; known are ${FRAME_SIZES.join(", ")}`);
  return FRAME_SIZES.filter((size) => asked.includes(size));
}

function trialSeconds(text = "1s"): number {
  let seconds: number;
  try {
    seconds = parseDuration(text);
  } catch (error) {
    throw new UsageError(`--trial: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (seconds >= SHORTEST_TRIAL) return seconds;
  throw new UsageError(`--trial: must be ${String(SHORTEST_TRIAL)} s at least, for example 1s or 60s`);
}
