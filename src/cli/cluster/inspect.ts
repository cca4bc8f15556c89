import type { Inspection } from "../../model/inspection.js";
import { anonymizeInspection, inspectionMask } from "../../report/anonymize.js";
import { renderInspectionJson } from "../../report/inspection/json.js";
import { renderInspectionMarkdown } from "../../report/inspection/markdown.js";
import { renderInspectionTerminal } from "../../report/inspection/terminal.js";
import { INSPECTED_PATHS, INSPECTION_SECONDS, inspectThroughPods } from "../../use-cases/cluster/inspect.js";
import { inspectWith } from "../../use-cases/cluster/look.js";
import type { ClusterRequest } from "../../use-cases/cluster/request.js";
import { type CliContext, listenerOf } from "../context.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import type { FormatFlags } from "../output-format.js";
import { openCluster } from "./open.js";
import { type ClusterFlags, clusterRequest } from "./request.js";

/** Flags of `podwire cluster inspect`. */
export interface ClusterInspectFlags
  extends FormatFlags,
    Pick<
      ClusterFlags,
      "kubeconfig" | "context" | "nodes" | "nodeSelector" | "image" | "imagePullSecret" | "namespace" | "host" | "force" | "deep"
    > {
  /** Whether pods are made and asked. */
  readonly pods?: boolean;
  readonly anonymize?: boolean;
}

/** Says what a cluster's network is. Creates nothing unless --pods or --deep asks for it. */
export async function clusterInspect(flags: ClusterInspectFlags, context: CliContext): Promise<number> {
  const listener = listenerOf(context);
  const request = requestOf(flags);
  const kubernetes = await openCluster(flags, context);
  const withPods = flags.pods === true || flags.deep === true;
  const { result, leftover } = withPods
    ? await inspectThroughPods(kubernetes, request, context, listener)
    : { result: await inspectWith(kubernetes), leftover: undefined };
  await show(result, kubernetes.context, flags, context);
  if (leftover !== undefined) listener.say(leftover);
  if (context.interrupted.aborted) return EXIT.interrupted;
  return leftover === undefined ? EXIT.ok : EXIT.failed;
}

function requestOf(flags: ClusterInspectFlags): ClusterRequest {
  const paths = flags.host ? INSPECTED_PATHS : INSPECTED_PATHS.filter((path) => !path.startsWith("host"));
  const budget = `${String(INSPECTION_SECONDS)}s`;
  // No workload: nothing is measured, so no pod needs a right for it.
  return { ...clusterRequest({ ...flags, paths: paths.join(","), metrics: "http", budget }, 0), workloads: [], leftOut: [] };
}

async function show(inspection: Inspection, cluster: string, flags: ClusterInspectFlags, context: CliContext): Promise<void> {
  const mask = flags.anonymize === true ? inspectionMask(inspection) : undefined;
  const shown = mask === undefined ? inspection : anonymizeInspection(inspection, mask);
  await handOut(
    flags,
    {
      text: (setting) => renderInspectionTerminal(shown, { ...setting, cluster: mask === undefined ? cluster : "masked" }),
      json: () => renderInspectionJson(shown, context.version),
      markdown: () => renderInspectionMarkdown(shown),
    },
    context,
  );
}
