/**
 * Measuring in progress: which paths still need rounds, how far each cell has come, and how much is still to do. No verdicts: between looks there are none.
 * @packageDocumentation
 */
import type { CampaignKey } from "../model/campaign.js";
import type { WorkloadName } from "../model/metric.js";
import { type MeasuredPath, pathKey } from "../model/path.js";
import type { IdleReadings, Observation } from "../model/run.js";
import { ratioOfLog } from "../statistics/combine-intervals.js";
import { CampaignSources } from "./cells/campaign-sources.js";
import { addRound, type BoardCell, type CellBoard, cellBoard } from "./cells/cell-board.js";
import type { Planned } from "./cells/comparisons.js";
import { IdleCpu } from "./cells/idle-cpu.js";
import { drawsOf } from "./cells/pooled.js";
import { campaignFor } from "./observing/strategy.js";

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
}

/** So many rounds without one number, and a cell is shown as failing. The measuring loop gives a path up when its starts fail. */
export const FAILING_ROUNDS = 3;

/** What the measuring loop and the live view ask. */
export interface Progress {
  /** Takes in the observations of one complete round of one campaign. */
  addRound(observations: readonly Observation[]): void;
  /** Takes in what the CPUs of some paths' machines did without load. */
  addIdle(readings: IdleReadings): void;
  /** Paths with an open cell that this campaign measures, as {@link pathKey} names them, without their baselines. */
  openPaths(campaign: CampaignKey): ReadonlySet<string>;
  /** Cells of the paths against their baselines, in table order for each. */
  cells(workload: WorkloadName): readonly CellProgress[];
}

/**
 * The board of a run before its first round. Only comparisons that decide say when measuring ends, so it needs no others.
 * @param gross - whether CPU costs are of everything that the machines did, as in older runs
 */
export const emptyBoard = (planned: Planned, gross = false): CellBoard =>
  cellBoard({
    planned: { ...planned, comparisons: planned.comparisons.filter(({ decides }) => decides) },
    sources: new CampaignSources(drawsOf(planned.scenario.seed), new IdleCpu(gross ? undefined : [])),
    campaignFor: (metric, path) => campaignFor(planned.scenario, metric, path),
  });

/** Follows a run from its first round; `gross` as in {@link emptyBoard}. */
export function trackProgress(planned: Planned, gross = false): Progress {
  const board = emptyBoard(planned, gross);
  return {
    addRound: (observations) => {
      addRound(board, observations);
    },
    addIdle: (readings) => {
      board.sources.idle.add(readings);
    },
    openPaths: (campaign) => {
      const { untilBudget = false } = planned.scenario;
      const open = board.cells.filter((cell) => cell.campaign === campaign && (untilBudget || cell.tracker.state.status === "open"));
      return new Set(open.map(({ numerator }) => pathKey(numerator)));
    },
    cells: (name) => board.cells.filter(({ metric }) => metric.workload === name).map(progressOf),
  };
}

function progressOf({ numerator, metric, tracker }: BoardCell): CellProgress {
  const { state, rounds, lost, latest } = tracker;
  const interval = latest?.kind === "estimated" ? latest.interval : undefined;
  const failing = rounds === 0 && lost >= FAILING_ROUNDS;
  return {
    workload: metric.workload,
    ...numerator,
    metric: metric.name,
    rounds,
    lost,
    state: failing ? "failing" : state.status === "open" ? "open" : "ended",
    ratio: latest?.kind === "estimated" && interval !== undefined ? ratioOfLog({ ...interval, estimate: latest.centre }) : undefined,
  };
}
