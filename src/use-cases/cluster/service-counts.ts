/**
 * A cluster's path to a Service at several numbers of Services: each is made, measured by a small run of its own, and removed before the next.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { findMetric } from "../../model/metric.js";
import type { PathName } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import type { ServiceCounts, ServiceFigure, ServicePointInCluster } from "../../model/service-counts.js";
import { plainCount } from "../../units/format.js";
import { milliseconds } from "../../units/quantity.js";
import { createObjects } from "../../venues/cluster/lifetime/create.js";
import { makeManyServices } from "../../venues/cluster/lifetime/many-services.js";
import { agentImage } from "../../venues/cluster/objects/image-reference.js";
import { manifestsOf } from "../../venues/cluster/objects/manifests.js";
import type { ClusterPlan } from "../../venues/cluster/objects/plan.js";
import { namespaceOf } from "../../venues/cluster/objects/run-labels.js";
import type { Listener, UseCaseContext } from "../context.js";
import { summaryOf } from "../summary.js";
import { UNWATCHED } from "../watcher.js";
import { sentenceOf, withObjects } from "./lifetime.js";
import { measureCluster } from "./measuring.js";
import { matrixMetrics } from "./pairs.js";
import { prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";

/** The path whose figures are shown by the number of Services. */
const SERVICE_PATH = "pod-service" satisfies PathName;
/** Seconds of measuring at each number. */
const BUDGET = { quick: 12, full: 30 } as const;
/** So long after they were begun to be made, a second for each ten beside, thousands of Services are no longer in use. */
const IN_USE_SECONDS = 600;
/** A namespace is emptied object by object: milliseconds for each Service, beside what any removal may take. */
const REMOVAL = { least: 90_000, each: 60 } as const;
/** Every so many Services it is said how far it is. */
const SAID_EVERY = 1_000;

/** What is measured with. */
export interface ServiceCountsOptions extends Listener {
  readonly kubernetes: Kubernetes;
  readonly request: ClusterRequest;
  readonly counts: readonly number[];
  /** Names of the main run's nodes. */
  readonly nodes: readonly string[];
  /** The run without any beside. */
  readonly main: Run;
  readonly freshRun: () => string;
  readonly draw: (below: number) => number;
}

/** Figures at each number; one that could not be had stands with its reason. Nothing of this ends the run. */
export async function measureServiceCounts(options: ServiceCountsOptions, context: UseCaseContext): Promise<ServiceCounts> {
  const points: ServicePointInCluster[] = [];
  for (const services of options.counts) points.push(await pointOf(services, options, context));
  return points;
}

async function pointOf(services: number, options: ServiceCountsOptions, context: UseCaseContext): Promise<ServicePointInCluster> {
  const metrics = matrixMetrics(options.request.metrics);
  if (services === 0) return { services, figures: figuresOf(options.main, metrics) };
  if (context.interrupted.aborted) return { services, reason: "interrupted before this number", figures: [] };
  try {
    return await measuredAt(services, metrics, options, context);
  } catch (error) {
    return { services, reason: sentenceOf(error), figures: [] };
  }
}

/** The Services live in a namespace of their own, around those of the small run. */
async function measuredAt(
  services: number,
  metrics: readonly string[],
  { kubernetes, request, nodes, freshRun, draw, say, progress }: ServiceCountsOptions,
  context: UseCaseContext,
): Promise<ServicePointInCluster> {
  const { clock } = context.machine;
  const plan = planOfMany(services, request, freshRun(), kubernetes.context, context);
  const within = milliseconds(REMOVAL.least + REMOVAL.each * services);
  const { result, leftover } = await withObjects({ kubernetes, plan, keep: false, removal: { within }, context, say }, async () => {
    await createObjects(kubernetes, manifestsOf(plan), clock, context.interrupted);
    const began = clock.monotonic();
    const made = await makeManyServices(kubernetes, plan, services, {
      signal: context.interrupted,
      onMade: (count) => {
        if (count % SAID_EVERY === 0) progress(`${plainCount(count)} of ${plainCount(services)} Services are made`);
      },
    });
    const seconds = (clock.monotonic() - began) / 1000;
    if (made < services) return { services, reason: "interrupted while the Services were made", figures: [] };
    const run = await smallRun(metrics, { kubernetes, request, nodes, freshRun, draw, say }, context);
    return { services, seconds, figures: figuresOf(run, metrics) };
  });
  if (leftover !== undefined) say(leftover);
  return result;
}

function planOfMany(
  services: number,
  request: ClusterRequest,
  run: string,
  cluster: string,
  { version, machine, processIdentity }: UseCaseContext,
): ClusterPlan {
  const inUse = IN_USE_SECONDS + services / 10;
  return {
    run,
    namespace: { name: namespaceOf(run), own: true },
    image: request.image ?? agentImage(version),
    nodes: {},
    paths: [],
    workloads: [],
    budgetSeconds: inUse,
    owner: request.owner ?? cluster,
    process: processIdentity.own,
    expires: new Date(machine.clock.now().getTime() + inUse * 1000).toISOString(),
    tolerateTaints: false,
    deep: false,
  };
}

/** The measured Service is made after all others, and answers before anything is measured: by then their rules stand too. */
async function smallRun(
  metrics: readonly string[],
  { kubernetes, request, nodes, freshRun, draw, say }: Omit<ServiceCountsOptions, "counts" | "main" | "progress">,
  context: UseCaseContext,
): Promise<Run> {
  const small: ClusterRequest = {
    ...request,
    services: [],
    nodes,
    paths: ["host-host", SERVICE_PATH],
    metrics,
    workloads: request.workloads.filter((workload) => metrics.some((name) => findMetric(name)?.workload === workload)),
    budgetSeconds: request.quick ? BUDGET.quick : BUDGET.full,
    quick: true,
    deep: false,
  };
  const preparer = { run: freshRun(), version: context.version, now: context.machine.clock.now(), process: context.processIdentity.own };
  const prepared = await prepareRun(kubernetes, small, preparer);
  const { result, leftover } = await withObjects({ kubernetes, plan: prepared.plan, keep: false, context, say }, async () =>
    measureCluster({ kubernetes, request: small, prepared, draw }, context, UNWATCHED),
  );
  if (leftover !== undefined) say(leftover);
  return result;
}

/** What a run says of its path to a Service. */
export function figuresOf(run: Run, metrics: readonly string[]): ServiceFigure[] {
  const cells = summaryOf(run).modes.flatMap((mode) => mode.cells);
  return metrics.map((metric) => {
    const cell = cells.find((one) => one.path === SERVICE_PATH && one.metric === metric);
    if (cell?.ratio === undefined) return { metric, median: null, low: null, high: null, n: 0, reason: cell?.reason ?? "it has no ratio" };
    const { median, low, high, n } = cell.ratio;
    return { metric, median, low, high, n };
  });
}
