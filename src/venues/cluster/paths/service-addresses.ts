/**
 * Where the Services of a run are reached.
 * @packageDocumentation
 */
import { z } from "zod";
import type { Kubernetes, KubernetesObject } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import type { ServicePorts } from "../../../model/wiring.js";
import { milliseconds } from "../../../units/quantity.js";
import { ClusterError } from "../cluster-error.js";
import { ENDPOINT_SLICES } from "../objects/resources.js";

const serviceSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    clusterIP: z.string().optional(),
    ports: z.array(z.object({ name: z.string().optional(), port: z.number(), nodePort: z.number().optional() })),
  }),
});

/** The cluster address of a Service; undefined for a headless one. */
export function clusterAddress(service: KubernetesObject): string | undefined {
  const address = serviceSchema.parse(service).spec.clusterIP;
  return address === undefined || address === "None" || address === "" ? undefined : address;
}

/** The node port of one of a Service's ports; undefined where it has none. */
export const nodePort = (service: KubernetesObject, name: string): number | undefined =>
  serviceSchema.parse(service).spec.ports.find((one) => one.name === name)?.nodePort;

/** The node ports of a measured Service; undefined where it has none. */
export function nodePorts(service: KubernetesObject): ServicePorts | undefined {
  const port = (name: string): number | undefined => nodePort(service, name);
  const [http, iperf3, tcp, udp] = [port("http"), port("iperf3"), port("latency-tcp"), port("latency-udp")];
  // Ports of one number but two protocols are given one node port.
  if (http === undefined || iperf3 === undefined || tcp === undefined || udp !== tcp) return undefined;
  return { http, iperf3, sockperf: tcp, discard: 9 };
}

const sliceSchema = z.object({
  endpoints: z
    .array(z.object({ addresses: z.array(z.string()), conditions: z.object({ ready: z.boolean().nullish() }).optional() }))
    .nullish(),
});

/** Addresses of the ready endpoints of a Service's EndpointSlices. */
export const endpointAddresses = (slices: readonly KubernetesObject[]): readonly string[] =>
  slices.flatMap((slice) =>
    (sliceSchema.parse(slice).endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses),
  );

/** The controllers take about a second in a quiet cluster. */
const ENDPOINT_WITHIN = milliseconds(30_000);
const POLL = milliseconds(200);

/**
 * Waits until a Service has its one endpoint, and gives that address.
 * @throws ClusterError when it has none for long, or another than expected
 */
export async function awaitEndpoint(kubernetes: Kubernetes, namespace: string, service: string, clock: Clock): Promise<string> {
  const deadline = clock.monotonic() + ENDPOINT_WITHIN;
  for (;;) {
    const slices: KubernetesObject[] = [];
    const query = { ...ENDPOINT_SLICES, namespace, labelSelector: `kubernetes.io/service-name=${service}` };
    for await (const slice of kubernetes.list(query)) slices.push(slice);
    const [address] = endpointAddresses(slices);
    if (address !== undefined) return address;
    if (clock.monotonic() > deadline) {
      throw new ClusterError(
        `Service ${namespace}/${service} has no endpoint after ${String(ENDPOINT_WITHIN / 1000)} s though its pod is ready`,
        "See whether the controller-manager of the cluster makes EndpointSlices: `kubectl get endpointslices -A`",
      );
    }
    await clock.sleep(POLL);
  }
}
