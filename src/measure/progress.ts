/**
 * Measuring in progress: which paths still need rounds, how far each cell has come, and how much is still to do. No verdicts: between looks there are none.
 * @packageDocumentation
 */
import type { Metric, WorkloadName } from "../model/metric.js";
import type { Observation } from "../model/run.js";
import type { Scenario } from "../model/scenario.js";
import { halfWidth, type Interval } from "../statistics/interval.js";
import { nextHalfWidth, roundsToNextLook } from "../statistics/planned-looks.js";
import { addRound, type BoardCell, cellBoard } from "./cells/cell-board.js";
import { type Built, comparisonsOf } from "./cells/comparisons.js";
import { type MeasuredPath, pathKey } from "./cells/workload-record.js";

/** How far one cell has come. Widths are on the log scale: 0.02 is about 2 % to each side, at the confidence of a look. */
export interface CellProgress {
  readonly workload: WorkloadName;
  readonly mode: string;
  readonly path: MeasuredPath["path"];
  readonly metric: string;
  /** Paired rounds so far. */
  readonly rounds: number;
  readonly lost: number;
  /** `ended` after a decided or the last look, `failing` after {@link FAILING_ROUNDS} rounds without a single number. */
  readonly state: "open" | "ended" | "failing";
  /** The ratio to the host as it stands, with its interval; undefined while there is no interval. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number } | undefined;
  /** Undefined while there is no interval. */
  readonly halfWidth: number | undefined;
  /** The half-width at which it is looked at next. */
  readonly nextHalfWidth: number | undefined;
  /** Rounds that the next look is away; undefined while that cannot be told. */
  readonly roundsNeeded: number | undefined;
}

/** So many rounds without one number, and a path is given up. */
export const FAILING_ROUNDS = 3;

/** What the measuring loop and the live view ask. */
export interface Progress {
  /** Takes in the observations of one complete round of one workload. */
  addRound(workload: WorkloadName, observations: readonly Observation[]): void;
  /**
   * Paths with an open cell, as {@link pathKey} names them, without their baselines. `concerns` leaves out cells that the asking campaign does not
   * measure.
   */
  openPaths(workload: WorkloadName, concerns?: (metric: Metric, path: MeasuredPath) => boolean): ReadonlySet<string>;
  /** Cells of the paths against their baselines, in table order for each. */
  cells(workload: WorkloadName): readonly CellProgress[];
  /** Rounds until every open cell has had its next look; undefined while none can tell. */
  roundsNeeded(workload: WorkloadName): number | undefined;
}

/** Follows a run from its first round. */
export function trackProgress(scenario: Scenario, built: Built): Progress {
  const board = cellBoard(scenario, (name) => comparisonsOf(scenario, built, name).filter(({ decides }) => decides));
  const cells = (name: WorkloadName): CellProgress[] => (board.get(name)?.cells ?? []).map((cell) => progressOf(name, cell));
  return {
    addRound: (name, observations) => {
      const own = board.get(name);
      const round = observations[0]?.round;
      if (own !== undefined && round !== undefined) addRound(own, round, observations);
    },
    openPaths: (name, concerns = () => true) => {
      const concerned = (board.get(name)?.cells ?? []).filter((cell) => concerns(cell.metric, cell.numerator));
      return new Set(concerned.flatMap((cell) => (progressOf(name, cell).state === "open" ? [pathKey(cell.numerator)] : [])));
    },
    cells,
    roundsNeeded: (name) => {
      const needs = cells(name).flatMap((cell) => (cell.state === "open" && cell.roundsNeeded !== undefined ? [cell.roundsNeeded] : []));
      return needs.length === 0 ? undefined : Math.max(...needs);
    },
  };
}

function progressOf(workload: WorkloadName, { numerator, metric, tracker }: BoardCell): CellProgress {
  const { state, plan, rounds, lost, latest } = tracker;
  const interval = latest?.kind === "estimated" ? latest.interval : undefined;
  const failing = rounds === 0 && lost >= FAILING_ROUNDS;
  return {
    workload,
    ...numerator,
    metric: metric.name,
    rounds,
    lost,
    state: failing ? "failing" : state.status === "open" ? "open" : "ended",
    ratio: latest?.kind === "estimated" && interval !== undefined ? ratioOf(latest.centre, interval) : undefined,
    halfWidth: interval === undefined ? undefined : halfWidth(interval),
    nextHalfWidth: nextHalfWidth(state, plan),
    roundsNeeded: latest?.kind === "too-few-samples" ? roundsToSamples(latest, rounds) : roundsToNextLook(state, plan, rounds, interval),
  };
}

const ratioOf = (centre: number, { low, high }: Interval): CellProgress["ratio"] => ({
  median: Math.exp(centre),
  low: Math.exp(low),
  high: Math.exp(high),
});

function roundsToSamples(few: { readonly samples: number; readonly required: number }, rounds: number): number | undefined {
  return few.samples === 0 ? undefined : Math.ceil((rounds * few.required) / few.samples) - rounds;
}
