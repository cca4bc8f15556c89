import type { Check } from "../../conformance/check.js";
import { CHECKS } from "../../conformance/checks/index.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { CHECK_NAMES, CHECK_SETS, contradictions } from "../../model/conformance.js";
import { anonymizeConformance, maskOf } from "../../report/anonymize.js";
import { clusterConformance } from "../../use-cases/cluster/conformance/conformance.js";
import { INSPECTED_PATHS } from "../../use-cases/cluster/inspect.js";
import { DEEP_NOTICE, type Preparation } from "../../use-cases/cluster/preparation.js";
import type { ClusterRequest } from "../../use-cases/cluster/request.js";
import { suggestion } from "../completion/nearest.js";
import { type CliContext, listenerOf } from "../context.js";
import { requireWritable } from "../deliver.js";
import { deliverConformance } from "../deliver-conformance.js";
import { EXIT, UsageError } from "../errors.js";
import { words } from "../lab/flag-values.js";
import type { FormatFlags } from "../output-format.js";
import { openCluster } from "./open.js";
import { type ClusterFlags, clusterRequest } from "./request.js";

/** Flags of `podwire cluster conformance`. */
export interface ClusterConformanceFlags
  extends FormatFlags,
    Pick<
      ClusterFlags,
      "kubeconfig" | "context" | "nodes" | "nodeSelector" | "image" | "imagePullSecret" | "namespace" | "host" | "force" | "owner" | "deep"
    > {
  readonly checks?: string;
  readonly html?: string;
  readonly anonymize?: boolean;
  readonly full?: boolean;
  readonly keep?: boolean;
}

/** Pods end by themselves two minutes after these, should podwire not live to delete them. */
const TRYING_SECONDS = 300;

/** Tries with packets what works in a cluster. Exit code 1 where packets contradict what is expected of its network. */
export async function clusterConformanceCommand(flags: ClusterConformanceFlags, context: CliContext): Promise<number> {
  await requireWritable("--html", flags.html, context);
  const listener = listenerOf(context);
  const { say } = listener;
  const checks = checksNamed(flags.checks);
  const request = requestOf(flags);
  const kubernetes = await openCluster(flags, context);
  const onPrepared = (prepared: Preparation): void => {
    for (const sentence of announcement(prepared, kubernetes)) say(sentence);
  };
  const { result, leftover } = await clusterConformance(
    { kubernetes, request, checks, keep: flags.keep === true, ...listener, onPrepared },
    context,
  );
  const found = flags.anonymize === true ? anonymizeConformance(result.found, maskOf(result.telling)) : result.found;
  await deliverConformance(found, flags, context);
  if (leftover !== undefined) say(leftover);
  if (context.interrupted.aborted) return EXIT.interrupted;
  return leftover !== undefined || found.variants.some((variant) => contradictions(variant).length > 0) ? EXIT.failed : EXIT.ok;
}

/** The named checks and those of the named sets; all without any. */
function checksNamed(list: string | undefined): readonly Check[] {
  if (list === undefined) return CHECKS;
  const names = words(list);
  if (names.length === 0) throw new UsageError(`--checks: names no check; sets are ${CHECK_SETS.join(", ")}`);
  const known: readonly string[] = [...CHECK_SETS, ...CHECK_NAMES];
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new UsageError(
      `--checks: no check or set is called ${strange}.${suggestion(strange, known)} Sets are ${CHECK_SETS.join(", ")}; docs/conformance.md lists the checks.`,
    );
  return CHECKS.filter(({ name, set }) => names.includes(name) || names.includes(set));
}

function requestOf(flags: ClusterConformanceFlags): ClusterRequest {
  const paths = flags.host ? INSPECTED_PATHS : INSPECTED_PATHS.filter((path) => !path.startsWith("host"));
  const asked = { ...flags, paths: paths.join(","), metrics: "http", budget: `${String(TRYING_SECONDS)}s` };
  // No workload: nothing is measured, so no pod needs a right for it.
  return { ...clusterRequest(asked, 0), workloads: [], leftOut: [], pings: true };
}

/** What a cluster's people should know before it happens. */
const announcement = ({ plan, choice }: Preparation, { server }: Kubernetes): readonly string[] => [
  ...(choice?.reasons ?? []),
  ...(plan.deep ? [DEEP_NOTICE] : []),
  `this makes pods and Services in a cluster that others may use (${server}), in namespace ${plan.namespace.name}; while it runs, two Services open a port on every node and one uses the first node's address, reachable from outside too`,
];
