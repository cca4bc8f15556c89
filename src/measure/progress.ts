/**
 * Measuring in progress: which paths still need rounds, how far each cell has come, and how much is still to do. No verdicts: between looks there are none.
 * @packageDocumentation
 */
import type { Metric, WorkloadName } from "../model/metric.js";
import type { Observation } from "../model/run.js";
import type { Scenario } from "../model/scenario.js";
import { halfWidth, type Interval } from "../statistics/interval.js";
import { nextHalfWidth, roundsToNextLook } from "../statistics/planned-looks.js";
import {
  addRound,
  type BoardCell,
  type BuiltModes,
  type CellBoard,
  cellBoard,
  lookPlanOf,
  metricsAsked,
  whyUnsupported,
} from "./cell-board.js";
import { HOST_PATH, type MeasuredPath } from "./workload-record.js";

/** How far one cell has come. Widths are on the log scale: 0.02 is about 2 % to each side, at the confidence of a look. */
export interface CellProgress {
  readonly workload: WorkloadName;
  readonly mode: string;
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
  /** Paths that need further rounds, the bare host among them; empty when the workload is done. */
  openPaths(workload: WorkloadName): readonly MeasuredPath[];
  /** Modes with an open cell, without the host. `concerns` leaves out cells that the asking campaign does not measure. */
  openModes(workload: WorkloadName, concerns?: (metric: Metric, mode: string) => boolean): ReadonlySet<string>;
  /** Cells of the pod paths against the host, in table order for each mode. */
  cells(workload: WorkloadName): readonly CellProgress[];
  /** Rounds until every open cell has had its next look; undefined while none can tell. */
  roundsNeeded(workload: WorkloadName): number | undefined;
}

/** Follows a run from its first round. */
export function trackProgress(scenario: Scenario, modes: BuiltModes): Progress {
  const board = cellBoard(scenario, modes, ["pods-to-host"]);
  const cells = (name: WorkloadName): CellProgress[] => (board.get(name)?.cells ?? []).map((cell) => progressOf(name, cell));
  const openModes: Progress["openModes"] = (name, concerns = () => true) => {
    const concerned = (board.get(name)?.cells ?? []).filter((cell) => concerns(cell.metric, cell.mode));
    return new Set(concerned.map((cell) => progressOf(name, cell)).flatMap((cell) => (cell.state === "open" ? [cell.mode] : [])));
  };
  return {
    addRound: (name, observations) => {
      const own = board.get(name);
      const round = observations[0]?.round;
      if (own !== undefined && round !== undefined) addRound(own, round, observations);
    },
    openPaths: (name) => openPaths(scenario, board, name, hostAlone(scenario, modes, name), openModes(name)),
    openModes,
    cells,
    roundsNeeded: (name) => {
      const needs = cells(name).flatMap((cell) => (cell.state === "open" && cell.roundsNeeded !== undefined ? [cell.roundsNeeded] : []));
      return needs.length === 0 ? undefined : Math.max(...needs);
    },
  };
}

function progressOf(workload: WorkloadName, { mode, metric, tracker }: BoardCell): CellProgress {
  const { state, plan, rounds, lost, latest } = tracker;
  const interval = latest?.kind === "estimated" ? latest.interval : undefined;
  const failing = rounds === 0 && lost >= FAILING_ROUNDS;
  return {
    workload,
    mode,
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

/** Without any mode to compare, the host is observed as often as a first look would need. */
function hostAlone(scenario: Scenario, modes: BuiltModes, name: WorkloadName): number | undefined {
  const others = modes.filter(
    (built) => built.mode !== HOST_PATH.mode && built.status === "built" && whyUnsupported(built, name) === undefined,
  );
  if (others.length > 0) return undefined;
  return Math.max(0, ...metricsAsked(scenario).map((metric) => lookPlanOf(scenario, metric, HOST_PATH.mode).fewestRounds));
}

function openPaths(
  scenario: Scenario,
  board: CellBoard,
  name: WorkloadName,
  alone: number | undefined,
  open: ReadonlySet<string>,
): readonly MeasuredPath[] {
  if (alone !== undefined) return (board.get(name)?.record.rounds().length ?? 0) < alone ? [HOST_PATH] : [];
  if (open.size === 0) return [];
  const pods = [...open].map((mode): MeasuredPath => ({ mode, path: "pod-pod" }));
  const ownNodes = scenario.configuredBaseline ? [...open].map((mode): MeasuredPath => ({ mode, path: "host-host" })) : [];
  return [HOST_PATH, ...pods, ...ownNodes];
}
