/**
 * The interval of a ratio of CPU costs: by rounds, or by the starts of the load generators where these are the units.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import { bootstrapInterval } from "../../statistics/bootstrap.js";
import { normalFactor } from "../../statistics/distributions.js";
import { restartEffect } from "../../statistics/f-test.js";
import { FEWEST_FOR_INTERVAL, type Interval } from "../../statistics/median-interval.js";
import { type Sample, sampleOf } from "../../statistics/sample.js";
import { startsInterval } from "../../statistics/starts-interval.js";
import { addedUp, deviationsOf, sensitivityToIdle } from "./cpu-cost.js";
import type { PooledCost } from "./pooled.js";

/** An interval of a log ratio, and what its units are. */
export interface CostInterval {
  readonly interval: Interval | undefined;
  /** Set where each start has a few rounds by design: so many are the units. */
  readonly starts?: number;
  /** Set where starts turned out to differ by more than rounds do: so many are the units. */
  readonly restarts?: number;
}

/** Both sides over the same rounds. */
export interface CostSides {
  readonly above: PooledCost;
  readonly below: PooledCost;
  /** The start of the load generators that each round belongs to; undefined where an observation starts its own. */
  readonly starts: readonly (number | undefined)[];
}

/**
 * The interval of the ratio of two costs.
 * @param byStart - clients stay for a few bursts each: what was drawn at a start is in all of them, and starts are the units whatever a test says
 */
export function costInterval(sides: CostSides, byStart: boolean, confidence: number): CostInterval {
  const { above, below, starts } = sides;
  const centre = above.logarithm - below.logarithm;
  const rounds = starts.length;
  if (byStart || startsDiffer(sides)) {
    const ofStarts = deviationsByStart(sides);
    const interval = startsInterval(centre, ofStarts, confidence);
    return { interval: interval && widened(interval, centre, sides), [byStart ? "starts" : "restarts"]: ofStarts.length };
  }
  if (rounds < FEWEST_FOR_INTERVAL) return { interval: undefined };
  const ratios = above.resampled.map((value, row) => value - (below.resampled[row] ?? Number.NaN));
  return { interval: bootstrapInterval(centre, ratios, rounds, confidence) };
}

/** Whether an F test at 1 % finds that starts differ by more than their rounds do (method.md, "Time slices"). */
function startsDiffer({ above, below, starts }: CostSides): boolean {
  const [over, under] = [deviationsOf(above.each, above.idle), deviationsOf(below.each, below.idle)];
  const restarts = groupsOf(starts).map((rounds) => sampleOf(rounds.map((round) => (over[round] ?? 0) - (under[round] ?? 0))));
  const effect = restartEffect(restarts.filter((restart): restart is Sample => restart !== undefined));
  return effect.kind === "tested" && effect.unit === "restart";
}

/** By how much the log ratio of each start differs from that of all, to first order. */
function deviationsByStart({ above, below, starts }: CostSides): readonly number[] {
  const groups = groupsOf(starts);
  const [over, under] = [above, below].map(({ each, idle }) =>
    deviationsOf(
      groups.map((rounds) => addedUp(rounds.flatMap((round) => each[round] ?? []))),
      idle,
    ),
  );
  return groups.map((_, place) => (over?.[place] ?? 0) - (under?.[place] ?? 0));
}

/** Places of the rounds of each start. */
function groupsOf(starts: readonly (number | undefined)[]): readonly (readonly number[])[] {
  return [...groupBy(starts.keys(), (place) => starts[place] ?? `round ${String(place)}`).values()];
}

/** Starts share one idle rate, so their spread does not show its error: that is added in squares. */
function widened(interval: Interval, centre: number, sides: CostSides): Interval {
  const error = normalFactor(interval.confidence) * idleError(sides);
  return { ...interval, low: centre - Math.hypot(centre - interval.low, error), high: centre + Math.hypot(interval.high - centre, error) };
}

/** Standard error of the log ratio by that of the idle rates. Both sides' ends are often on the same machines: then one error moves both. */
function idleError({ above, below }: CostSides): number {
  const [over, under] = [above, below].map(({ each, idle }) =>
    idle === undefined ? 0 : idle.error * sensitivityToIdle(addedUp(each), idle),
  );
  const shared = above.idle !== undefined && above.idle.deviates === below.idle?.deviates;
  return shared ? Math.abs((over ?? 0) - (under ?? 0)) : Math.hypot(over ?? 0, under ?? 0);
}
