/**
 * One number of one path, as a summary says it: its figure, its ratios, and what speaks against them.
 * @packageDocumentation
 */
import { wayOf } from "../../model/campaign.js";
import { type Metric, workload } from "../../model/metric.js";
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { Observation, Run } from "../../model/run.js";
import type { Cell, CellRatio } from "../../model/summary.js";
import { largestOf } from "../../statistics/extremes.js";
import type { BothSides, CellEvidence } from "../distrust/evidence.js";
import { doubtsOf } from "../distrust/index.js";
import { cappedAt } from "../observing/cap.js";
import type { CampaignSource } from "./campaign-sources.js";
import { type BoardCell, type CellBoard, cellsOf, marginOf } from "./cell-board.js";
import type { CellOutcome, CellTracker } from "./cell-tracker.js";
import { whyAbsent } from "./comparisons.js";
import { deliveryOf, figureOf, type NoFigure } from "./figure.js";
import { isFaulty, silenceOf } from "./planted-fault.js";
import { ratioOf } from "./ratio.js";

/** What cells are made from: a run and the board that has seen all of its rounds. */
export interface CellInputs {
  readonly run: Run;
  readonly board: CellBoard;
}

/** The cell of a metric of a path. One without a result says why, and not how much. */
export function cellOf(inputs: CellInputs, metric: Metric, path: MeasuredPath): Cell {
  const { run, board } = inputs;
  const absent = whyAbsent(run, path, metric.workload);
  if (absent !== undefined) return cellWithout(metric, path, absent);
  const [compared, ...others] = cellsOf(board, metric, path);
  const campaign = compared?.campaign ?? board.sources.behind(metric, path);
  const source = board.sources.of(campaign);
  const silence = compared === undefined ? undefined : silenceOf(inputs, metric, compared, source);
  if (silence !== undefined) return cellWithout(metric, path, silence);
  const givenUp = source.record.of(path).length === 0 ? whyGivenUp(run, metric, path) : undefined;
  if (givenUp !== undefined) return cellWithout(metric, path, { status: "failed", reason: givenUp });
  const figure = figureOf(metric, path, source, whyUnseen(run));
  if ("status" in figure) return cellWithout(metric, path, figure);
  const outcome = compared?.tracker.finish();
  if (outcome !== undefined && outcome.kind !== "estimated") return cellWithout(metric, path, withoutRatio(outcome, run));
  const cap = cappedAt(run.scenario, metric);
  const ratio = ratioFrom(board, compared);
  const ratioConfigured = ratioFrom(
    board,
    others.find(({ baseline }) => baseline === "host-configured"),
  );
  const reason = compared === undefined ? whyNoRatio(run, metric, path) : undefined;
  const cell: Cell = {
    ...identityOf(metric, path),
    status: "measured",
    ...figure,
    how: wayOf(campaign),
    ...(reason === undefined ? {} : { reason }),
    ...(cap === undefined ? {} : { cappedAt: cap }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(ratioConfigured === undefined ? {} : { ratioConfigured }),
  };
  return doubted(cell, metric, path, evidenceOf(inputs, cell, metric, path, { source, compared }));
}

/** What of a metric says what a cell is. */
type Named = Pick<Metric, "name" | "unit" | "better">;

/** A cell without a figure. */
export const cellWithout = (metric: Named, path: MeasuredPath, { status, reason }: NoFigure): Cell => ({
  ...identityOf(metric, path),
  status,
  reason,
  median: null,
  n: 0,
});

/** Which cell it is, and how its number reads. */
export const identityOf = (
  { name, unit, better }: Named,
  { path, condition }: MeasuredPath,
): Pick<Cell, "metric" | "path" | "condition" | "unit" | "better"> => ({
  metric: name,
  path,
  ...(condition === undefined ? {} : { condition }),
  unit,
  better,
});

/** A path whose denominator is not there stands for itself and says so; one that is compared with nothing has nothing to say. */
function whyNoRatio(run: Run, metric: Metric, path: MeasuredPath): string | undefined {
  const denominator = run.comparisons.find(({ numerator }) => samePath(numerator, path))?.denominator;
  const absent = denominator && whyAbsent(run, denominator, metric.workload);
  return absent && `no ratio: ${denominator.path} ${absent.status}: ${absent.reason}`;
}

const ratioFrom = ({ sources }: CellBoard, cell: BoardCell | undefined): CellRatio | undefined =>
  cell === undefined ? undefined : ratioOf(cell.tracker, cell.tracker.finish(), sources.draws);

const withoutRatio = (outcome: Exclude<CellOutcome, { kind: "estimated" }>, run: Run): NoFigure =>
  outcome.kind === "unseen" ? { status: "refused", reason: whyUnseen(run) } : { status: outcome.kind, reason: outcome.reason };

/** Why a path was given up before any round reached it. */
const whyGivenUp = ({ givenUp = [] }: Run, metric: Metric, path: MeasuredPath): string | undefined =>
  givenUp.find((one) => one.workload === metric.workload && samePath(one, path))?.reason;

const whyUnseen = ({ partialReason }: Run): string =>
  `not measured: ${partialReason ?? "the budget ended before its first complete round"}`;

/** A measured cell with what speaks against it, or refused. */
function doubted(cell: Cell, metric: Metric, path: MeasuredPath, evidence: CellEvidence): Cell {
  const doubts = doubtsOf(evidence);
  const fatal = doubts.find(({ severity }) => severity === "refuse");
  // What was lost is often why.
  if (fatal !== undefined)
    return { ...cellWithout(metric, path, { status: "refused", reason: `${fatal.check}: ${fatal.sentence}` }), ...deliveryOf(cell.counts) };
  const flags = doubts.map(({ check, sentence, evidence: seen }) => ({ check, sentence, evidence: seen }));
  return flags.length === 0 ? cell : { ...cell, flags };
}

interface Behind {
  readonly source: CampaignSource;
  readonly compared: BoardCell | undefined;
}

function evidenceOf(
  { run, board }: CellInputs,
  cell: Cell,
  metric: Metric,
  path: MeasuredPath,
  { source, compared }: Behind,
): CellEvidence {
  const { scenario } = run;
  const { ratio, ratioConfigured } = cell;
  const host = compared?.denominator;
  const other = compared === undefined || host === undefined ? undefined : board.sources.beside(compared.campaign, metric, path, host);
  const rounds = roundsOf(compared?.tracker);
  const sides = sidesOf(source, path, host, rounds);
  return {
    ...sides,
    otherWay: other === undefined ? { own: [], host: [] } : sidesOf(other, path, host),
    metric,
    faulty: isFaulty(run, path),
    failed: failedOf(source, path, rounds),
    margin: marginOf(scenario, metric),
    cap: workload(metric.workload).link === "capped" ? (scenario.linkBitsPerSecond ?? undefined) : undefined,
    ratio,
    ratioConfigured,
    idle: board.sources.idle.timesOf(path),
    cpuCost: { own: knownCost(metric, source, path, sides.own), host: host && knownCost(metric, source, host, sides.host) },
    congestionControl: { own: congestionControlOf(run, path), host: host && congestionControlOf(run, host) },
  };
}

function knownCost(
  metric: Metric,
  { pooled }: CampaignSource,
  path: MeasuredPath,
  observations: readonly Observation[],
): number | undefined {
  const cost = pooled.costOfAll(metric, path, observations);
  return "refused" in cost ? undefined : cost.cost;
}

/** What both sides showed, of these rounds where rounds are named: a ratio stands where its look decided, and so does what speaks against it. */
function sidesOf({ record }: CampaignSource, path: MeasuredPath, host: MeasuredPath | undefined, rounds?: ReadonlySet<number>): BothSides {
  const whole = ({ error }: Observation): boolean => error === undefined;
  const own = record.of(path).filter((one) => whole(one) && (rounds?.has(one.round) ?? true));
  const met = new Set(own.map(({ round }) => round));
  return { own, host: host === undefined ? [] : record.of(host).filter((one) => whole(one) && met.has(one.round)) };
}

/** What failed up to the look that decided. */
function failedOf({ record }: CampaignSource, path: MeasuredPath, rounds?: ReadonlySet<number>): readonly Observation[] {
  const last = rounds === undefined ? Number.POSITIVE_INFINITY : largestOf(rounds);
  return record.of(path).filter(({ error, round }) => error !== undefined && round <= last);
}

function roundsOf(tracker: CellTracker | undefined): ReadonlySet<number> | undefined {
  const outcome = tracker?.finish();
  return outcome?.kind === "estimated" ? new Set(outcome.rounds) : undefined;
}

/** What the TCP senders of a cluster's path use. In the lab all paths have the same by construction. */
const congestionControlOf = ({ paths }: Run, path: MeasuredPath): string | undefined =>
  paths.find((one) => samePath(one, path))?.congestionControl;
