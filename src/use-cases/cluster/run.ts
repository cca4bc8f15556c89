/**
 * The use case behind `podwire cluster run`: from a request to a run, with everything that was made removed again.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Run } from "../../model/run.js";
import { randomFrom } from "../../statistics/random.js";
import { leftoversOf } from "../../venues/cluster/lifetime/leftovers.js";
import { freshRunId } from "../../venues/cluster/objects/run-labels.js";
import type { Say, UseCaseContext } from "../context.js";
import type { RunWatcher } from "../watcher.js";
import { type Lived, withObjects } from "./lifetime.js";
import { measureMatrix } from "./matrix.js";
import { measureCluster } from "./measuring.js";
import { needOf, type Preparation, prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";
import { requireRights } from "./rights.js";

/** What is measured where, and who sees what. */
export interface ClusterRunOptions {
  readonly kubernetes: Kubernetes;
  readonly request: ClusterRequest;
  /** Whether what was made stays. */
  readonly keep: boolean;
  readonly say: Say;
  /** Takes what is going to be made, before it is made. */
  readonly onPrepared: (prepared: Preparation) => void;
  /** Takes the run once nothing more is measured on the first pair of nodes, before anything is removed: the removal may take its time. */
  readonly onMeasured: (run: Run) => Promise<void>;
}

/**
 * Measures pods beside their hosts and removes everything.
 * @throws InterruptedError when it is interrupted before anything is measured, RunError with what the cluster says
 */
export async function runCluster(options: ClusterRunOptions, context: UseCaseContext, watcher: RunWatcher): Promise<Lived<Run>> {
  const { kubernetes, request, keep, say } = options;
  const { clock } = context.machine;
  await requireRights(kubernetes, needOf(request), say);
  const earlier = await leftoversOf(kubernetes, { ...where(request), now: clock.now(), fate: context.processIdentity.fate });
  if (earlier !== undefined) say(earlier);
  // Two runs with the same --seed are two runs.
  const random = randomFrom(clock.now().getTime() % 2 ** 31);
  const draw = (below: number): number => random.integer(below);
  const preparer = { run: freshRunId(draw), version: context.version, now: clock.now(), process: context.processIdentity.own };
  const prepared = await prepareRun(kubernetes, request, preparer);
  options.onPrepared(prepared);
  const lived = await withObjects({ kubernetes, plan: prepared.plan, keep, context, say }, async () => {
    const measured = await measureCluster({ kubernetes, request, prepared, draw }, context, watcher);
    await options.onMeasured(measured);
    return measured;
  });
  const { beside } = prepared;
  if (lived.result.status !== "complete" || beside === undefined) return lived;
  const nodes = (prepared.choice?.views ?? []).map(({ name }) => name);
  const main = lived.result;
  const matrix = await measureMatrix({ nodes, kubernetes, request, beside, main, freshRun: () => freshRunId(draw), draw, say }, context);
  return { ...lived, result: { ...main, matrix } };
}

const where = ({ namespace }: ClusterRequest): { namespace?: string } => (namespace === undefined ? {} : { namespace });
