/**
 * What podwire asks of a cluster's API: each verb with its reason, and what is lost without it.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../../machine/kubernetes/port.js";
import { accessTo, ENDPOINT_SLICES, EVENTS, NAMESPACES, NETWORK_POLICIES, NODES, PODS, SERVICES } from "../objects/resources.js";
import { INSPECTION_RIGHTS } from "./inspection-rights.js";
import { accessWords, optional, type Right, required } from "./right.js";

/** What is going to be done, as far as it decides which rights it takes. */
export interface ClusterNeed {
  readonly use: "run" | "inspect" | "clean" | "conformance";
  /** A namespace that was made beforehand; absent means that podwire makes one a run. */
  readonly namespace?: string;
  /** Whether host-network pods are used, and nodes are chosen (for `inspect`: whether nodes are read). */
  readonly host: boolean;
  /** Whether paths through Services are measured, or Services are tried. */
  readonly services: boolean;
  /** Whether Services are made by the thousand, each with slices of its own. */
  readonly manyServices?: boolean;
  /** Whether pods are made at all: `inspect` without `--pods` makes none. */
  readonly pods: boolean;
}

/** Every verb that the use takes. */
export function rightsFor(need: ClusterNeed): Right[] {
  return distinct({ run: runRights, inspect: inspectRights, clean: cleanRights, conformance: conformanceRights }[need.use](need));
}

/** Each verb once, required ones first: the same verb may serve two ends, and the one that requires it counts. */
export function distinct(rights: readonly Right[]): Right[] {
  const requiredFirst = [
    ...rights.filter(({ necessity }) => necessity === "required"),
    ...rights.filter(({ necessity }) => necessity === "optional"),
  ];
  const seen = new Set<string>();
  return requiredFirst.filter(({ access }) => seen.size < seen.add(accessWords(access)).size);
}

function runRights(need: ClusterNeed): Right[] {
  return [
    ...nodeRights(need.host ? required : optional),
    ...namespaceRights(need),
    ...podRights(need.namespace),
    ...(need.services ? serviceRights(need.namespace) : []),
    ...(need.manyServices === true
      ? [required(accessTo("create", ENDPOINT_SLICES), "to give each of many Services its endpoints", "their number cannot be tried")]
      : []),
    ...INSPECTION_RIGHTS,
  ];
}

/** What is missing of Services costs their cells alone. */
function conformanceRights(need: ClusterNeed): Right[] {
  return [
    ...nodeRights(need.host ? required : optional),
    ...namespaceRights(need),
    ...podRights(need.namespace),
    ...(need.services ? ownServiceRights(need.namespace) : []),
    ...INSPECTION_RIGHTS,
  ];
}

const SERVICES_UNTRIED = "cells that ask a Service are not tried";

/** Rights to Services whose endpoints podwire names itself: without any one of them no Service is made. */
export function ownServiceRights(namespace: string | undefined): Right[] {
  const where = namespace === undefined ? {} : { namespace };
  return [
    optional(accessTo("create", SERVICES, where), "to make the Services that are asked", SERVICES_UNTRIED),
    optional(accessTo("get", SERVICES, where), "to verify that they are gone", SERVICES_UNTRIED),
    optional(accessTo("delete", SERVICES, where), "to remove them", SERVICES_UNTRIED),
    optional(accessTo("create", ENDPOINT_SLICES, where), "to say which pods are behind them, terminating ones too", SERVICES_UNTRIED),
    optional(accessTo("get", ENDPOINT_SLICES, where), "to verify that they are gone", SERVICES_UNTRIED),
    optional(
      accessTo("delete", ENDPOINT_SLICES, where),
      "to take an endpoint away while it is asked, and to remove them",
      SERVICES_UNTRIED,
    ),
  ];
}

function inspectRights(need: ClusterNeed): Right[] {
  const making = need.pods ? [...namespaceRights(need), ...podRights(need.namespace)] : [];
  return [...nodeRights(need.host ? required : optional), ...making, ...INSPECTION_RIGHTS];
}

function nodeRights(necessity: typeof required): Right[] {
  return [
    necessity(
      accessTo("list", NODES),
      "to choose nodes that are fit, and to read their addresses, PodCIDRs and kernels",
      "nodes cannot be chosen, and what they run is not known",
    ),
    optional(
      accessTo("get", NODES),
      "to see whether a node that fell silent is still ready",
      "that a node went away is not distinguished from a cut",
    ),
  ];
}

function namespaceRights({ namespace }: ClusterNeed): Right[] {
  if (namespace !== undefined)
    return [
      optional(
        // A namespace is authorized as an object within itself.
        accessTo("get", NAMESPACES, { namespace, name: namespace }),
        "to see beforehand whether its PodSecurity level admits the pods",
        "a PodSecurity level that refuses a pod is seen only when it does",
      ),
      optional(
        accessTo("list", NETWORK_POLICIES, { namespace }),
        "to name the NetworkPolicies that a path may be dropped by",
        "a path that a NetworkPolicy drops is reported without the policy's name",
      ),
    ];
  return [
    required(accessTo("create", NAMESPACES), "to make a namespace for each run", "no run has a namespace; name one with --namespace"),
    required(accessTo("get", NAMESPACES), "to verify that the run's namespace is gone", "it cannot be verified that nothing is left"),
    required(accessTo("delete", NAMESPACES), "to remove the run's namespace with all that is in it", "what a run made would stay"),
    optional(accessTo("list", NAMESPACES), "to mention what killed runs left", "what killed runs left is not mentioned"),
  ];
}

function podRights(namespace: string | undefined): Right[] {
  const where = namespace === undefined ? {} : { namespace };
  const exec = { ...where, subresource: "exec" };
  return [
    required(accessTo("create", PODS, where), "to start the pods that are measured", "no pod can be started"),
    required(accessTo("get", PODS, where), "to read a pod's address and state", "a pod's address cannot be read"),
    required(
      accessTo("list", PODS, where),
      "to find the run's pods, and to verify that they are gone",
      "it cannot be verified that nothing is left",
    ),
    required(accessTo("watch", PODS, where), "to wait for pods, and to see one being evicted", "pods cannot be waited for"),
    required(accessTo("delete", PODS, where), "to remove the pods", "what a run made would stay"),
    required(
      accessTo("get", PODS, exec),
      "to speak to the agent in a pod (an exec over WebSocket is a get)",
      "the agents in the pods cannot be started",
    ),
    required(
      accessTo("create", PODS, exec),
      "for the same from Kubernetes 1.35 on, which asks for both",
      "the agents in the pods cannot be started",
    ),
    optional(accessTo("list", EVENTS, where), "to say why a pod does not start", "why a pod does not start is taken from its status alone"),
  ];
}

function serviceRights(namespace: string | undefined): Right[] {
  const where = namespace === undefined ? {} : { namespace };
  return [
    required(accessTo("create", SERVICES, where), "to make the Services of the Service paths", "paths through Services cannot be measured"),
    required(accessTo("get", SERVICES, where), "to read a Service's address", "a Service's address cannot be read"),
    required(
      accessTo("list", SERVICES, where),
      "to find the run's Services, and to verify that they are gone",
      "it cannot be verified that nothing is left",
    ),
    required(accessTo("delete", SERVICES, where), "to remove the Services", "what a run made would stay"),
    required(
      accessTo("list", ENDPOINT_SLICES, where),
      "to wait until a Service has its endpoint, and to read a headless Service's addresses",
      "it is not known when a Service is ready",
    ),
  ];
}

function cleanRights({ namespace }: ClusterNeed): Right[] {
  const where = namespace === undefined ? {} : { namespace };
  const inside = [PODS, SERVICES].flatMap((type) => [
    required(accessTo("list", type, where), "to find what earlier runs left", "what earlier runs left is not found"),
    required(accessTo("delete", type, where), "to remove it", "it cannot be removed"),
  ]);
  const slices = [
    optional(accessTo("list", ENDPOINT_SLICES, where), "to find EndpointSlices that conformance left", "they are not found"),
    optional(accessTo("delete", ENDPOINT_SLICES, where), "to remove them", "they cannot be removed"),
  ];
  if (namespace !== undefined) return [...inside, ...slices];
  return [
    required(accessTo("list", NAMESPACES), "to find namespaces of earlier runs", "namespaces of earlier runs are not found"),
    required(accessTo("get", NAMESPACES), "to verify that they are gone", "it cannot be verified that they are gone"),
    required(accessTo("delete", NAMESPACES), "to remove them", "they cannot be removed"),
    ...inside.map((right): Right => ({ ...right, necessity: "optional" })),
    ...slices,
  ];
}

/** A right that the caller does not have. */
export interface MissingRight extends Right {
  /** The authorizer's own words, where it has any. */
  readonly reason?: string;
}

/** Asks the API server for every right that the use takes (SelfSubjectAccessReview); gives those it refuses. Creates nothing. */
export async function missingRights(kubernetes: Kubernetes, need: ClusterNeed): Promise<MissingRight[]> {
  const answers = await Promise.all(rightsFor(need).map(async (right) => ({ right, answer: await kubernetes.allowed(right.access) })));
  return answers.flatMap(({ right, answer: { allowed, reason } }) =>
    allowed ? [] : [{ ...right, ...(reason === undefined || reason === "" ? {} : { reason }) }],
  );
}

/** The sentence for a right that is missing. */
export const missingSentence = ({ access, why, without }: Right): string =>
  `this account may not ${accessWords(access)}, which podwire uses ${why}: ${without}`;

/** One sentence for all required rights that are missing, with the next step; undefined when there are none. */
export function refusalOf(missing: readonly MissingRight[], { namespace, host }: ClusterNeed): string | undefined {
  const lacking = missing.filter(({ necessity }) => necessity === "required");
  const [first, ...more] = lacking;
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : ` (nor ${more.map(({ access }) => accessWords(access)).join(", ")})`;
  const scope = namespace === undefined ? "" : ` --namespace ${namespace}${host ? "" : " --namespace-only"}`;
  return `${missingSentence(first)}${others}; \`podwire cluster rbac${scope}\` prints a role that suffices`;
}
