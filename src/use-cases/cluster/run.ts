/**
 * The use case behind `podwire cluster run`: from a request to a run, with everything that was made removed again.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Run } from "../../model/run.js";
import { freshRunId } from "../../venues/cluster/objects/run-labels.js";
import type { Listener, UseCaseContext } from "../context.js";
import type { RunWatcher } from "../watcher.js";
import { type Lived, withObjects } from "./lifetime.js";
import { measureMatrix } from "./matrix.js";
import { measureCluster } from "./measuring.js";
import { newRun, sayLeftovers } from "./new-run.js";
import { needOf, type Preparation, prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";
import { requireRights } from "./rights.js";
import { measureServiceCounts } from "./service-counts.js";

/** What is measured where, and who sees what. */
export interface ClusterRunOptions extends Listener {
  readonly kubernetes: Kubernetes;
  readonly request: ClusterRequest;
  /** Whether what was made stays. */
  readonly keep: boolean;
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
  const { kubernetes, request, keep, say, progress } = options;
  await requireRights(kubernetes, needOf(request), say);
  await sayLeftovers(kubernetes, request, context, say);
  const { preparer, draw } = newRun(context);
  const prepared = await prepareRun(kubernetes, request, preparer);
  options.onPrepared(prepared);
  const lived = await withObjects({ kubernetes, plan: prepared.plan, keep, context, say }, async () => {
    const measured = await measureCluster({ kubernetes, request, prepared, draw }, context, watcher);
    await options.onMeasured(measured);
    return measured;
  });
  const main = lived.result;
  if (main.status !== "complete") return lived;
  const { beside } = prepared;
  const { services: counts = [] } = request;
  const nodes = (prepared.choice?.views ?? []).map(({ name }) => name);
  const freshRun = (): string => freshRunId(draw);
  const small = { kubernetes, request, main, freshRun, draw, say };
  const matrix = beside === undefined ? undefined : await measureMatrix({ ...small, nodes, beside }, context);
  const serviceCounts =
    counts.length === 0 ? undefined : await measureServiceCounts({ ...small, progress, counts, nodes: nodes.slice(0, 2) }, context);
  return {
    ...lived,
    result: { ...main, ...(matrix === undefined ? {} : { matrix }), ...(serviceCounts === undefined ? {} : { serviceCounts }) },
  };
}
