/**
 * The types of objects that podwire creates or reads in a cluster.
 * @packageDocumentation
 */
import type { Access, ResourceType } from "../../../machine/kubernetes/port.js";

const core = (kind: string, plural: string): ResourceType => ({ apiVersion: "v1", kind, plural });

export const NAMESPACES = core("Namespace", "namespaces");
export const NODES = core("Node", "nodes");
export const PODS = core("Pod", "pods");
export const SERVICES = core("Service", "services");
export const EVENTS = core("Event", "events");
export const CONFIG_MAPS = core("ConfigMap", "configmaps");
export const NETWORK_POLICIES: ResourceType = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", plural: "networkpolicies" };
export const ENDPOINT_SLICES: ResourceType = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", plural: "endpointslices" };

/** The API group of a type; empty for the core group. */
export const groupOf = ({ apiVersion }: ResourceType): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";

/** A verb on a type, as an authorizer sees it. */
export const accessTo = (verb: string, type: ResourceType, more: Pick<Access, "namespace" | "name" | "subresource"> = {}): Access => ({
  verb,
  group: groupOf(type),
  resource: type.plural,
  ...more,
});
