/**
 * A cell after the checks of its evidence: as it was, flagged, or refused.
 * @packageDocumentation
 */
import { type Metric, workload } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import type { Cell } from "../../model/summary.js";
import type { BothSides, CellEvidence } from "../distrust/evidence.js";
import { doubtsOf } from "../distrust/index.js";
import { slicesBehind } from "../observing/strategy.js";
import { marginOf } from "./cell-board.js";
import type { CellTracker } from "./cell-tracker.js";
import { cellWithout } from "./cells.js";
import type { MeasuredPath, WorkloadRecord } from "./workload-record.js";

/** Where the evidence of a cell lies. */
export interface DoubtSource {
  readonly scenario: Scenario;
  /** Observations of the workload; undefined where there are none. */
  readonly record: WorkloadRecord | undefined;
  /** Undefined for a baseline's own cell. */
  readonly tracker: CellTracker | undefined;
  readonly congestionControl: (path: MeasuredPath) => string | undefined;
}

/** A measured cell with what speaks against it. */
export function withDoubts(cell: Cell, metric: Metric, path: MeasuredPath, source: DoubtSource): Cell {
  if (cell.status !== "measured" || source.record === undefined) return cell;
  const doubts = doubtsOf(evidenceOf(cell, metric, path, source, source.record));
  const fatal = doubts.find(({ severity }) => severity === "refuse");
  if (fatal !== undefined) return cellWithout(metric, cell.path, "refused", `${fatal.check}: ${fatal.sentence}`);
  const flags = doubts.map(({ check, sentence, evidence }) => ({ check, sentence, evidence }));
  return flags.length === 0 ? cell : { ...cell, flags };
}

function evidenceOf(cell: Cell, metric: Metric, path: MeasuredPath, source: DoubtSource, record: WorkloadRecord): CellEvidence {
  const { scenario, tracker } = source;
  const own = record.of(path).filter(({ error }) => error === undefined);
  const host = tracker === undefined ? [] : record.of(tracker.source.denominator).filter(({ error }) => error === undefined);
  const sliced = tracker?.source.sliced ?? slicesBehind(metric, own);
  const { ratio, ratioConfigured } = cell;
  return {
    ...behind(own, host, sliced, roundsOf(tracker)),
    otherWay: tracker === undefined ? { own: [], host: [] } : behind(own, host, !sliced),
    metric,
    margin: marginOf(scenario, metric),
    capped: scenario.linkBitsPerSecond !== null && workload(metric.workload).link === "capped",
    ratio,
    ratioConfigured,
    congestionControl: { own: source.congestionControl(path), host: tracker && source.congestionControl(tracker.source.denominator) },
  };
}

/** Observations of one way, of these rounds where rounds are named: a ratio stands where its look decided, and so does what speaks against it. */
function behind(own: readonly Observation[], host: readonly Observation[], sliced: boolean, rounds?: ReadonlySet<number>): BothSides {
  const counts = ({ how, round }: Observation): boolean => (how === "slice") === sliced && (rounds?.has(round) ?? true);
  const mine = own.filter(counts);
  const met = new Set(mine.map(({ round }) => round));
  return { own: mine, host: host.filter((observation) => counts(observation) && met.has(observation.round)) };
}

function roundsOf(tracker: CellTracker | undefined): ReadonlySet<number> | undefined {
  const outcome = tracker?.finish();
  return outcome?.kind === "estimated" ? new Set(outcome.rounds) : undefined;
}
