import { formatRun } from "../../archive/run-file.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Run } from "../../model/run.js";
import { randomFrom } from "../../statistics/random.js";
import { leftoversOf } from "../../venues/cluster/lifetime/leftovers.js";
import { freshRunId } from "../../venues/cluster/objects/run-labels.js";
import { missingRights, missingSentence, refusalOf } from "../../venues/cluster/rights/rights.js";
import type { CliContext } from "../context.js";
import { maskedIf } from "../deliver.js";
import { EXIT, RunError } from "../errors.js";
import { deliverRun, openOutput } from "../run-output.js";
import { withObjects } from "./lifetime.js";
import { measureMatrix } from "./matrix.js";
import { measureCluster } from "./measuring.js";
import { needOf, type Preparation, prepareRun } from "./preparation.js";
import { type ClusterFlags, type ClusterRequest, clusterRequest } from "./request.js";
import { trafficSentences } from "./traffic-words.js";

/** Flags of `podwire cluster run`. */
export interface ClusterRunFlags extends ClusterFlags {
  readonly keep?: boolean;
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly anonymize?: boolean;
}

/** Measures pods beside their hosts in a cluster, reports, and removes everything. */
export async function clusterRun(flags: ClusterRunFlags, context: CliContext): Promise<number> {
  const { clock } = context.machine;
  const request = clusterRequest(flags, clock.now().getTime() % 2 ** 31);
  const { out, live } = await openOutput(flags, request.budgetSeconds, context);
  const say = (sentence: string): void => {
    context.terminal.err(`podwire: ${sentence}\n`);
  };
  const kubernetes = await openCluster(flags, context, say);
  await requireRights(kubernetes, request, say);
  const earlier = await leftoversOf(kubernetes, { ...where(request), now: clock.now(), fate: context.processIdentity.fate });
  if (earlier !== undefined) say(earlier);
  // Two runs with the same --seed are two runs.
  const draw = randomFrom(clock.now().getTime() % 2 ** 31);
  const run = freshRunId((below) => draw.integer(below));
  const prepared = await prepareRun(kubernetes, request, {
    run,
    version: context.version,
    now: clock.now(),
    process: context.processIdentity.own,
  });
  for (const sentence of announcement(prepared, kubernetes)) say(sentence);
  const lived = await withObjects({ kubernetes, plan: prepared.plan, keep: flags.keep ?? false, context }, async () => {
    // What is said of the removal must not be drawn over.
    const measured = await measureCluster({ kubernetes, request, prepared, draw: (below) => draw.integer(below) }, context, live).finally(
      () => {
        live.close();
      },
    );
    await saveEarly(measured, out, flags, context);
    return measured;
  });
  const { beside } = prepared;
  const nodes = (prepared.choice?.views ?? []).map(({ name }) => name);
  const freshRun = (): string => freshRunId((below) => draw.integer(below));
  const whole =
    lived.result.status === "complete" && beside !== undefined
      ? {
          ...lived.result,
          matrix: await measureMatrix(
            { nodes, kubernetes, request, beside, main: lived.result, freshRun, draw: (below) => draw.integer(below), say },
            context,
          ),
        }
      : lived.result;
  const exitCode = await deliverRun(whole, out, flags, context);
  if (whole.status === "partial") say(`partial: ${whole.partialReason ?? "for no known reason"}`);
  if (lived.leftover === undefined) return exitCode;
  say(lived.leftover);
  return Math.max(exitCode, EXIT.failed);
}

/** The removal may take its time, and a second Ctrl-C must not cost what was measured. A place that cannot be written to any more is dealt with at the end. */
async function saveEarly(run: Run, out: string, flags: ClusterRunFlags, { machine }: CliContext): Promise<void> {
  await machine.files.writeText(out, formatRun(maskedIf(flags.anonymize, run))).catch(() => undefined);
}

const where = ({ namespace }: ClusterRequest): { namespace?: string } => (namespace === undefined ? {} : { namespace });

/** The cluster that flags name. */
export async function openCluster(flags: ClusterFlags, context: CliContext, onWait: (sentence: string) => void): Promise<Kubernetes> {
  const { kubeconfig, context: name } = flags;
  return context.openKubernetes({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(name === undefined ? {} : { context: name }),
    onWait,
  });
}

/** @throws RunError when something is missing without which nothing is begun */
async function requireRights(kubernetes: Kubernetes, request: ClusterRequest, say: (sentence: string) => void): Promise<void> {
  const need = needOf(request);
  const missing = await missingRights(kubernetes, need);
  const refusal = refusalOf(missing, need);
  if (refusal !== undefined) throw new RunError(refusal);
  for (const right of missing) say(missingSentence(right));
}

/** What a cluster's people should know before it happens. */
function announcement({ plan, choice, traffic, notices, objects }: Preparation, { server }: Kubernetes): string[] {
  const pods = objects.filter(({ object }) => object.kind === "Pod").length;
  const services = objects.filter(({ object }) => object.kind === "Service").length;
  return [
    ...(choice?.reasons ?? []),
    ...notices,
    `this loads a cluster that others may use (${server}): ${counted(pods, "pod")}${services === 0 ? "" : ` and ${counted(services, "Service")}`} in namespace ${plan.namespace.name}, one pair at a time in short bursts; \`podwire cluster plan\` shows everything`,
    ...trafficSentences(traffic),
  ];
}

const counted = (number: number, noun: string): string => `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
