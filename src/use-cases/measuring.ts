/**
 * What every venue's run has in common: measuring what was opened, while a watcher looks on, and the run file that comes of it.
 * @packageDocumentation
 */

import type { Planned } from "../measure/cells/comparisons.js";
import { leftOutByCap } from "../measure/observing/cap.js";
import type { Servers } from "../measure/observing/servers.js";
import { unslicedOf } from "../measure/observing/strategy.js";
import { trackProgress } from "../measure/progress.js";
import { costsAreGross } from "../measure/rounds/earlier-part.js";
import { type Measured, measure } from "../measure/rounds/loop.js";
import { samePath } from "../model/path.js";
import { type PathPlan, RUN_SCHEMA, type Run } from "../model/run.js";
import { probeFor } from "../probes/index.js";
import { randomFrom } from "../statistics/random.js";
import type { VenueSession } from "../venues/contract.js";
import type { UseCaseContext } from "./context.js";
import type { RunWatcher } from "./watcher.js";

/** Rounds that every workload gets before any gets more. */
export const MINIMUM_ROUNDS = { quick: { trials: 6, slices: 6 }, full: { trials: 9, slices: 15 } } as const;

/** An open venue with what is to be measured in it. */
export interface Measurable extends Planned {
  readonly session: VenueSession;
  /** What an interrupted run had seen. */
  readonly earlier?: Run | undefined;
  /** Servers of the venue, where more is measured in it afterwards. */
  readonly servers?: Servers;
}

/** Measures in rounds until every cell is decided, the budget is spent, or podwire is interrupted. */
export async function measureIn(measurable: Measurable, context: UseCaseContext, watcher: RunWatcher): Promise<Measured> {
  const { session, scenario, earlier, servers } = measurable;
  const progress = trackProgress(measurable, costsAreGross(earlier));
  const random = randomFrom(scenario.seed);
  const inCluster = scenario.venue === "cluster";
  watcher.follow(progress, ({ mode, path }) => (inCluster ? path : mode));
  return measure({
    session,
    scenario: { ...scenario, workloads: scenario.workloads.filter((name) => leftOutByCap(scenario, name) === undefined) },
    built: measurable,
    probeFor,
    clock: context.machine.clock,
    random: (below) => random.integer(below),
    signal: context.interrupted,
    minimumRounds: scenario.quick ? MINIMUM_ROUNDS.quick : MINIMUM_ROUNDS.full,
    progress,
    onEvent: watcher.onEvent,
    ...(earlier === undefined ? {} : { earlier }),
    ...(servers === undefined ? {} : { servers }),
  });
}

/** What a run file says beside what was measured. */
export type Around = Pick<Run, "startedAt" | "scenario" | "environment" | "modes" | "paths" | "comparisons"> &
  Partial<Pick<Run, "inspection" | "matrix" | "searches" | "partEnds">>;

/** The run file of what was measured. It is partial when the venue failed or podwire was interrupted. */
export function runOf(around: Around, measured: Measured, context: UseCaseContext): Run {
  const unsliced = unslicedOf(around.scenario, builtComparisons(around));
  return {
    schema: RUN_SCHEMA,
    podwire: context.version,
    ...(context.commit === undefined ? {} : { commit: context.commit }),
    endedAt: context.machine.clock.now().toISOString(),
    ...statusOf(measured, context.interrupted.aborted),
    ...around,
    ...(unsliced.length === 0 ? {} : { withoutSlices: unsliced }),
    observations: [...measured.observations],
    ...(measured.idle === undefined ? {} : { idle: measured.idle }),
    ...(measured.givenUp.length === 0 ? {} : { givenUp: [...measured.givenUp] }),
    raw: measured.raw,
  };
}

/** The comparisons that decide and whose path could be built. */
const builtComparisons = ({ paths, comparisons }: PathPlan): Run["comparisons"] =>
  comparisons.filter(({ numerator, decides }) => decides && paths.some((path) => path.status === "built" && samePath(path, numerator)));

function statusOf(measured: Measured, interrupted: boolean): Pick<Run, "status" | "partialReason"> {
  if (measured.failure !== undefined) return { status: "partial", partialReason: measured.failure };
  if (measured.interrupted) return { status: "partial", partialReason: "interrupted: only the rounds that were finished are reported" };
  if (interrupted) return { status: "partial", partialReason: "interrupted: only the no-drop searches that were finished are reported" };
  return { status: "complete" };
}
