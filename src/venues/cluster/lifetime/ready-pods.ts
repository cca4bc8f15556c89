/**
 * From pods as the API shows them to pods that agents can be started in.
 * @packageDocumentation
 */
import { z } from "zod";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";
import { ClusterError } from "../cluster-error.js";
import type { PodRole } from "../objects/layout.js";
import type { ReadyPod } from "../pod-agent.js";

const podSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  spec: z.object({ nodeName: z.string() }),
  status: z.object({
    podIP: z.string().optional(),
    podIPs: z.array(z.object({ ip: z.string() })).optional(),
    hostIP: z.string().optional(),
    hostIPs: z.array(z.object({ ip: z.string() })).optional(),
  }),
});

const isIpv4 = (address: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(address);

/**
 * Where a ready pod is.
 * @throws ClusterError when it has no IPv4 address
 */
export function readyPod(role: PodRole, object: KubernetesObject): ReadyPod {
  const { metadata, spec, status } = podSchema.parse(object);
  const addresses = [status.podIP, ...(status.podIPs ?? []).map(({ ip }) => ip)].filter((ip) => ip !== undefined);
  const hosts = [status.hostIP, ...(status.hostIPs ?? []).map(({ ip }) => ip)].filter((ip) => ip !== undefined);
  const address = addresses.find(isIpv4);
  if (address === undefined) {
    throw new ClusterError(
      `pod ${metadata.namespace}/${metadata.name} has no IPv4 address (it has ${addresses.join(", ") || "none"})`,
      "podwire measures IPv4; a cluster with IPv6 alone cannot be measured yet",
    );
  }
  return {
    role: role.name,
    name: metadata.name,
    namespace: metadata.namespace,
    labels: metadata.labels ?? {},
    node: spec.nodeName,
    address,
    hostAddress: hosts.find(isIpv4) ?? address,
  };
}
