import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { type CliContext, sayTo } from "../context.js";
import type { ClusterFlags } from "./request.js";

/** The cluster that flags name. What it waits for is said on standard error. */
export async function openCluster(
  { kubeconfig, context: name }: Pick<ClusterFlags, "kubeconfig" | "context">,
  context: CliContext,
): Promise<Kubernetes> {
  return context.openKubernetes({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(name === undefined ? {} : { context: name }),
    onWait: sayTo(context),
  });
}
