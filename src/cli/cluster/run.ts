import { formatRun } from "../../archive/run-file.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { isBaseline } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import { pathLabel } from "../../report/labels.js";
import type { Preparation } from "../../use-cases/cluster/preparation.js";
import type { ClusterRequest } from "../../use-cases/cluster/request.js";
import { runCluster } from "../../use-cases/cluster/run.js";
import { type CliContext, listenerOf } from "../context.js";
import { maskedIf } from "../deliver.js";
import { EXIT } from "../errors.js";
import { freshSeed } from "../lab/flag-values.js";
import type { LivePlan } from "../live/live-progress.js";
import { deliverRun, type OutputFlags, openOutput } from "../run-output.js";
import { openCluster } from "./open.js";
import { type ClusterFlags, clusterRequest } from "./request.js";
import { trafficSentences } from "./traffic-words.js";

/** Flags of `podwire cluster run`. */
export interface ClusterRunFlags extends ClusterFlags, OutputFlags {
  readonly keep?: boolean;
}

/** Measures pods beside their hosts in a cluster, reports, and removes everything. */
export async function clusterRun(flags: ClusterRunFlags, context: CliContext): Promise<number> {
  const request = clusterRequest(flags, freshSeed(context.machine.clock));
  const { out, live } = await openOutput(flags, livePlan(request), context);
  const listener = listenerOf(context);
  const { say } = listener;
  const kubernetes = await openCluster(flags, context);
  const { result: run, leftover } = await runCluster(
    {
      kubernetes,
      request,
      keep: flags.keep ?? false,
      ...listener,
      onPrepared: (prepared) => {
        for (const sentence of announcement(prepared, kubernetes)) say(sentence);
      },
      onMeasured: async (measured) => {
        // What is said of the removal must not be drawn over.
        live.close();
        await saveEarly(measured, out, flags, context);
      },
    },
    context,
    live,
  ).finally(() => {
    live.close();
  });
  const exitCode = await deliverRun(run, out, flags, context);
  if (run.status === "partial") say(`partial: ${run.partialReason ?? "for no known reason"}`);
  if (leftover === undefined) return exitCode;
  say(leftover);
  return Math.max(exitCode, EXIT.failed);
}

function livePlan({ paths, maxRate, budgetSeconds, metrics }: ClusterRequest): LivePlan {
  const rows = paths.filter((path) => !isBaseline(path)).map((path) => ({ name: path, label: pathLabel(path) }));
  return { venue: "cluster", linkBitsPerSecond: null, maxRate, budgetSeconds, metrics, rows };
}

/** A second Ctrl-C during the removal must not cost what was measured. A place that cannot be written to any more is dealt with at the end. */
async function saveEarly(run: Run, out: string, flags: ClusterRunFlags, { machine }: CliContext): Promise<void> {
  await machine.files.writeText(out, formatRun(maskedIf(flags.anonymize, run))).catch(() => undefined);
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
