import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Inspection } from "../../model/inspection.js";
import type { PathName } from "../../model/path.js";
import { anonymizeInspection, inspectionMask } from "../../report/anonymize.js";
import { renderInspectionJson } from "../../report/inspection/json.js";
import { renderInspectionMarkdown } from "../../report/inspection/markdown.js";
import { renderInspectionTerminal } from "../../report/inspection/terminal.js";
import { randomFrom } from "../../statistics/random.js";
import { milliseconds } from "../../units/quantity.js";
import { freshRunId } from "../../venues/cluster/objects/run-labels.js";
import { type ClusterNeed, missingRights, missingSentence, refusalOf } from "../../venues/cluster/rights/rights.js";
import type { CliContext } from "../context.js";
import { EXIT, RunError } from "../errors.js";
import { inspectDeep } from "./deep.js";
import { unlessInterrupted, withObjects } from "./lifetime.js";
import { inspectWith } from "./look.js";
import { askable } from "./measuring.js";
import { DEEP_NOTICE, prepareRun } from "./preparation.js";
import { type ClusterFlags, type ClusterRequest, clusterRequest } from "./request.js";
import { openCluster } from "./run.js";
import { bringUp } from "./up.js";

/** Flags of `podwire cluster inspect`. */
export interface ClusterInspectFlags
  extends Pick<
    ClusterFlags,
    "kubeconfig" | "context" | "nodes" | "nodeSelector" | "image" | "imagePullSecret" | "namespace" | "host" | "force" | "deep"
  > {
  /** Whether pods are made and asked. */
  readonly pods?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly anonymize?: boolean;
}

/** Says what a cluster's network is. Creates nothing unless --pods or --deep asks for it. */
export async function clusterInspect(flags: ClusterInspectFlags, context: CliContext): Promise<number> {
  const say = (sentence: string): void => {
    context.terminal.err(`podwire: ${sentence}\n`);
  };
  const request = requestOf(flags);
  const kubernetes = await openCluster(flags, context, say);
  const withPods = flags.pods === true || flags.deep === true;
  const { inspection, leftover } = withPods
    ? await throughPods(kubernetes, request, context, say)
    : { inspection: await inspectWith(kubernetes), leftover: undefined };
  show(inspection, kubernetes.context, flags, context);
  if (leftover !== undefined) say(leftover);
  if (context.interrupted.aborted) return EXIT.interrupted;
  return leftover === undefined ? EXIT.ok : EXIT.failed;
}

/** One pod on each node's own network, and on each node pods on the pod network: as many as it takes to see both ways between nodes. */
const PATHS: readonly PathName[] = ["host-host", "host-host-local", "pod-pod", "pod-pod-local"];
/** Time between the two readings of counters. */
const BETWEEN_READINGS = milliseconds(5_000);
/** Seconds; pods end by themselves two minutes after. */
const BUDGET = "60s";

function requestOf(flags: ClusterInspectFlags): ClusterRequest {
  const paths = flags.host ? PATHS : PATHS.filter((path) => !path.startsWith("host"));
  // No workload: nothing is measured, so no pod needs a right for it.
  return { ...clusterRequest({ ...flags, paths: paths.join(","), metrics: "http", budget: BUDGET }, 0), workloads: [], leftOut: [] };
}

interface Seen {
  readonly inspection: Inspection;
  /** What could not be removed. */
  readonly leftover: string | undefined;
}

async function throughPods(
  kubernetes: Kubernetes,
  request: ClusterRequest,
  context: CliContext,
  say: (sentence: string) => void,
): Promise<Seen> {
  const { clock } = context.machine;
  const { host, namespace } = request;
  await requireRights(
    kubernetes,
    { use: "inspect", host, services: false, pods: true, ...(namespace === undefined ? {} : { namespace }) },
    say,
  );
  const draw = randomFrom(clock.now().getTime() % 2 ** 31);
  const run = freshRunId((below) => draw.integer(below));
  const prepared = await prepareRun(kubernetes, request, { run, version: context.version, now: clock.now() });
  const { plan } = prepared;
  for (const sentence of prepared.choice?.reasons ?? []) say(sentence);
  if (plan.deep) say(DEEP_NOTICE);
  const waiting = new Said(say);
  const { result, leftover } = await withObjects({ kubernetes, plan, keep: false, context }, async () => {
    const agents = await bringUp({ kubernetes, prepared, draw: (below) => draw.integer(below) }, context, waiting);
    try {
      const inspection = await unlessInterrupted(inspectWith(kubernetes, askable(agents)), context);
      if (!request.deep) return inspection;
      const pause = async (): Promise<void> => unlessInterrupted(clock.sleep(BETWEEN_READINGS), context);
      const { deep } = await inspectDeep(kubernetes, plan, context, pause);
      return { ...inspection, deep };
    } finally {
      await agents.close();
    }
  });
  return { inspection: result, leftover };
}

/** @throws RunError when something is missing without which nothing is begun */
async function requireRights(kubernetes: Kubernetes, need: ClusterNeed, say: (sentence: string) => void): Promise<void> {
  const missing = await missingRights(kubernetes, need);
  const refusal = refusalOf(missing, need);
  if (refusal !== undefined) throw new RunError(refusal);
  for (const right of missing) say(missingSentence(right));
}

/** Says what is waited for, each reason once. */
class Said {
  readonly #said = new Set<string>();
  readonly #say: (sentence: string) => void;

  constructor(say: (sentence: string) => void) {
    this.#say = say;
  }

  phase(): void {
    // There is one phase only.
  }

  waiting(sentence: string): void {
    if (this.#said.has(sentence)) return;
    this.#said.add(sentence);
    this.#say(sentence);
  }
}

function show(inspection: Inspection, cluster: string, flags: ClusterInspectFlags, context: CliContext): void {
  const { out, colour, columns } = context.terminal;
  const mask = flags.anonymize === true ? inspectionMask(inspection) : undefined;
  const shown = mask === undefined ? inspection : anonymizeInspection(inspection, mask);
  if (flags.json === true) out(renderInspectionJson(shown, context.version));
  else if (flags.markdown === true) out(renderInspectionMarkdown(shown));
  else out(renderInspectionTerminal(shown, { width: columns(), colour: colour.out, cluster: mask === undefined ? cluster : "masked" }));
}
