/**
 * Services without a selector, whose endpoints podwire names itself, a slice each: so an endpoint can be terminating, and one can go while another stays.
 * Pure. Source: kubernetes.io, Services without selectors; discovery.k8s.io/v1 EndpointSlice.
 * @packageDocumentation
 */
import type { ObjectRef } from "../../../machine/kubernetes/port.js";
import type { Service, ServiceEndpoint } from "../../../model/service.js";
import { annotationsOf, labelsOf } from "./manifests.js";
import { type ClusterPlan, objectName, type PlannedObject } from "./plan.js";
import { reasonAt } from "./pod-spec.js";
import { ENDPOINT_SLICES, SERVICES } from "./resources.js";
import { SLICE_MANAGED_BY, SLICE_SERVICE } from "./run-labels.js";

/** Such a Service: the cluster gives it its addresses, and node ports where it is to have one. Endpoints are named by their pods. */
export interface OwnService extends Omit<Service, "namespace" | "address" | "ports" | "endpoints"> {
  readonly ports: readonly {
    readonly name: string;
    readonly protocol: "tcp" | "udp";
    readonly port: number;
    readonly targetPort: number;
  }[];
  readonly nodePorts: boolean;
  readonly endpoints: readonly OwnEndpoint[];
  /** Why it is made. */
  readonly reason: string;
}

/** A pod behind a Service. */
export interface OwnEndpoint extends Pick<ServiceEndpoint, "state"> {
  /** Its name within the run. */
  readonly pod: string;
}

/** Where a pod is. */
export interface EndpointPlace {
  readonly address: string;
  /** Its node's name in the cluster; absent where it is on none. */
  readonly node?: string;
}

/** The name of such a Service: pods of a run may have the same names. */
export const ownServiceName = (plan: Pick<ClusterPlan, "run" | "namespace">, name: string): string => objectName(plan, `check-${name}`);

const sliceName = (plan: Pick<ClusterPlan, "run" | "namespace">, service: string, pod: string): string =>
  `${ownServiceName(plan, service)}-${pod}`;

/** The Service alone. */
export function ownService(plan: ClusterPlan, service: OwnService): PlannedObject {
  const { name, nodePorts, externalAddresses, internalPolicy, externalPolicy, affinitySeconds, reason } = service;
  return {
    type: SERVICES,
    reason,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: ownServiceName(plan, name),
        namespace: plan.namespace.name,
        labels: labelsOf(plan),
        annotations: annotationsOf(plan),
      },
      spec: {
        type: nodePorts ? "NodePort" : "ClusterIP",
        ipFamilyPolicy: "SingleStack",
        ipFamilies: ["IPv4"],
        ...(externalAddresses === undefined ? {} : { externalIPs: externalAddresses }),
        ...(internalPolicy === undefined ? {} : { internalTrafficPolicy: internalPolicy }),
        ...(externalPolicy === undefined ? {} : { externalTrafficPolicy: externalPolicy }),
        ...(affinitySeconds === undefined
          ? {}
          : { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } }),
        ports: service.ports.map(({ name: port, protocol, port: number, targetPort }) => ({
          name: port,
          protocol: protocol.toUpperCase(),
          port: number,
          targetPort,
        })),
      },
    },
    because: [
      reasonAt("spec.ports", "no selector: each endpoint is named by a slice of its own"),
      ...(nodePorts ? [reasonAt("spec.type", "opens a port on every node, to the outside too, until it is deleted")] : []),
    ],
  };
}

/** One endpoint of it. */
export function ownSlice(
  plan: ClusterPlan,
  service: OwnService,
  { pod, state }: OwnEndpoint,
  { address, node }: EndpointPlace,
): PlannedObject {
  return {
    type: ENDPOINT_SLICES,
    reason: `${pod} behind the Service ${service.name}`,
    object: {
      apiVersion: ENDPOINT_SLICES.apiVersion,
      kind: ENDPOINT_SLICES.kind,
      metadata: {
        name: sliceName(plan, service.name, pod),
        namespace: plan.namespace.name,
        labels: {
          ...labelsOf(plan),
          [SLICE_SERVICE]: ownServiceName(plan, service.name),
          [SLICE_MANAGED_BY.key]: SLICE_MANAGED_BY.value,
        },
        annotations: annotationsOf(plan),
      },
      addressType: "IPv4",
      endpoints: [{ addresses: [address], ...(node === undefined ? {} : { nodeName: node }), conditions: conditionsOf(state) }],
      ports: service.ports.map(({ name, protocol, targetPort }) => ({ name, protocol: protocol.toUpperCase(), port: targetPort })),
    },
    because: [],
  };
}

/** A terminating endpoint still serves, and is not ready. */
const conditionsOf = (state: ServiceEndpoint["state"]): Readonly<Record<"ready" | "serving" | "terminating", boolean>> => ({
  ready: state === undefined,
  serving: state !== "not-ready",
  terminating: state === "terminating",
});

/** The slice of an endpoint, to be deleted. */
export const ownSliceRef = ({ run, namespace }: ClusterPlan, service: string, pod: string): ObjectRef => ({
  ...ENDPOINT_SLICES,
  name: sliceName({ run, namespace }, service, pod),
  namespace: namespace.name,
});

/** Everything of such a Service, to be deleted: in a namespace that others use too nothing else takes it along. */
export const ownServiceRefs = (plan: ClusterPlan, { name, endpoints }: OwnService): readonly ObjectRef[] => [
  { ...SERVICES, name: ownServiceName(plan, name), namespace: plan.namespace.name },
  ...endpoints.map(({ pod }) => ownSliceRef(plan, name, pod)),
];
