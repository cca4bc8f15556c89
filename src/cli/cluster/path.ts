import type { PathName } from "../../model/path.js";
import { anonymizePacketPath, maskOf } from "../../report/anonymize.js";
import { clusterPath } from "../../use-cases/cluster/packet-path.js";
import { suggestion } from "../completion/nearest.js";
import { type CliContext, listenerOf } from "../context.js";
import { requireWritable } from "../deliver.js";
import { connectionsOf, deliverPath, type PathFlags } from "../deliver-path.js";
import { EXIT, UsageError } from "../errors.js";
import { openCluster } from "./open.js";
import { type ClusterFlags, clusterRequest } from "./request.js";

/** Paths that are followed: those between pods, and from pods to hosts and back. Names of headless Services are looked up before any packet is sent. */
const FOLLOWED: readonly PathName[] = [
  "pod-pod",
  "pod-pod-local",
  "pod-service",
  "pod-service-local",
  "pod-nodeport",
  "pod-host",
  "host-pod",
  "host-host",
];

/** Flags of `podwire cluster path`. */
export interface ClusterPathFlags
  extends PathFlags,
    Pick<ClusterFlags, "kubeconfig" | "context" | "nodes" | "nodeSelector" | "image" | "imagePullSecret" | "namespace" | "force"> {
  readonly path: string;
  readonly anonymize?: boolean;
}

/** Seconds after which pods end by themselves, but for what every run has on top. */
const SECONDS = 60;

/** Follows a packet through a cluster. Exit code 1 where not every connection of the burst was answered, or something is left. */
export async function clusterPathCommand(flags: ClusterPathFlags, context: CliContext): Promise<number> {
  await requireWritable("--html", flags.html, context);
  const path = FOLLOWED.find((one) => one === flags.path);
  if (path === undefined)
    throw new UsageError(`--path: ${flags.path} cannot be followed.${suggestion(flags.path, FOLLOWED)} Known are ${FOLLOWED.join(", ")}.`);
  const connections = connectionsOf(flags);
  // No workload: nothing is measured, so no pod needs a right for it. A pod on each node's own network counts its devices.
  const paths = path.endsWith("-local") ? `${path},host-host-local` : `${path},host-host`;
  const request = clusterRequest({ ...flags, paths, metrics: "http", budget: `${String(SECONDS)}s`, host: true, deep: true }, 0);
  const listener = listenerOf(context);
  const kubernetes = await openCluster(flags, context);
  const asked = { request: { ...request, workloads: [], leftOut: [] }, path, connections };
  const { result, leftover } = await clusterPath(kubernetes, asked, context, listener);
  const { found, telling } = result;
  const code = await deliverPath(flags.anonymize === true ? anonymizePacketPath(found, maskOf(telling)) : found, flags, context);
  if (leftover !== undefined) listener.say(leftover);
  if (context.interrupted.aborted) return EXIT.interrupted;
  return leftover === undefined ? code : EXIT.failed;
}
