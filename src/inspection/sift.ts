/**
 * From an object as the API server sends it to the few fields that are kept of it.
 * @packageDocumentation
 */
import type { ConfigMapView, ContainerView, CustomView, DaemonSetView, NodeView, PolicyView } from "./api-facts.js";

type Fields = Readonly<Record<string, unknown>>;

/** Annotations that network products write on nodes. */
const TELLING_ANNOTATIONS = /^(?:flannel\.alpha\.coreos\.com|projectcalico\.org|k8s\.ovn\.org|k3s\.io\/node-args|network\.cilium\.io)/;

/** Labels by which charts tell their versions. */
const VERSION_LABELS = /^(?:helm\.sh\/chart|app\.kubernetes\.io\/version)$/;

/** A node's fields. */
export function nodeView(object: unknown): NodeView {
  const { metadata, spec, status } = fields(object);
  const info = fields(fields(status)["nodeInfo"]);
  const cidrs = texts(fields(spec)["podCIDRs"]);
  const [first] = texts([fields(spec)["podCIDR"]]);
  return {
    name: text(fields(metadata)["name"]),
    podCidrs: cidrs.length > 0 || first === undefined ? cidrs : [first],
    notReady: notReady(fields(status)["conditions"]),
    annotations: matching(fields(metadata)["annotations"], TELLING_ANNOTATIONS),
    labels: matching(fields(metadata)["labels"], /^/),
    providerId: text(fields(spec)["providerID"]),
    addresses: list(fields(status)["addresses"]).flatMap((one) =>
      fields(one)["type"] === "InternalIP" ? texts([fields(one)["address"]]) : [],
    ),
    kernel: text(info["kernelVersion"]),
    runtime: text(info["containerRuntimeVersion"]),
    kubelet: text(info["kubeletVersion"]),
    architecture: text(info["architecture"]),
    os: text(info["osImage"]),
  };
}

function notReady(conditions: unknown): string {
  const ready = list(conditions)
    .map(fields)
    .find(({ type }) => type === "Ready");
  return ready === undefined || ready["status"] === "True" ? "" : text(ready["message"]) || text(ready["reason"]);
}

/** A DaemonSet's fields. */
export function daemonSetView(object: unknown): DaemonSetView {
  const { metadata, spec, status } = fields(object);
  const desired = fields(status)["desiredNumberScheduled"];
  const pod = fields(fields(fields(spec)["template"])["spec"]);
  return {
    namespace: text(fields(metadata)["namespace"]),
    name: text(fields(metadata)["name"]),
    desired: typeof desired === "number" ? desired : undefined,
    labels: matching(fields(metadata)["labels"], VERSION_LABELS),
    containers: [...list(pod["initContainers"]), ...list(pod["containers"])].map(containerView),
  };
}

function containerView(object: unknown): ContainerView {
  const { name, image, command, args, env } = fields(object);
  const values = list(env).flatMap((one) => {
    const { name: key, value } = fields(one);
    return typeof key === "string" && typeof value === "string" ? [[key, value] as const] : [];
  });
  return { name: text(name), image: text(image), argv: [...texts(command), ...texts(args)], env: Object.fromEntries(values) };
}

/** A ConfigMap's fields. */
export function configMapView(object: unknown): ConfigMapView {
  const { metadata, data } = fields(object);
  return { namespace: text(fields(metadata)["namespace"]), name: text(fields(metadata)["name"]), data: matching(data, /^/) };
}

/** The fields of an object of a product's own type. */
export function customView(object: unknown): CustomView {
  const { kind, metadata, spec, status } = fields(object);
  return { kind: text(kind), name: text(fields(metadata)["name"]), spec: fields(spec), status: fields(status) };
}

/** A policy's fields: what it selects, not what it allows. */
export function policyView(object: unknown): PolicyView {
  const { apiVersion, kind, metadata, spec, specs } = fields(object);
  const product = /^cilium\.io\//.test(text(apiVersion))
    ? "cilium"
    : /projectcalico\.org\//.test(text(apiVersion))
      ? "calico"
      : "kubernetes";
  const namespace = text(fields(metadata)["namespace"]);
  const key = { kubernetes: "podSelector", cilium: "endpointSelector", calico: "selector" }[product];
  // Cilium's may have several parts, and parts that select nodes.
  const parts = [...(spec === undefined ? [] : [spec]), ...list(specs)].map(fields);
  const ofNodes = parts.filter((part) => "nodeSelector" in part);
  return {
    product,
    kind: text(kind),
    ...(namespace === "" ? {} : { namespace }),
    name: text(fields(metadata)["name"]),
    selectors: parts.filter((part) => !ofNodes.includes(part)).map((part) => part[key]),
    ...(ofNodes.length === 0 ? {} : { nodeSelectors: ofNodes.map(({ nodeSelector }) => nodeSelector) }),
  };
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value's fields; none where it is no object. */
export const fields = (value: unknown): Fields => (isFields(value) ? value : {});

/** The value's elements; none where it is no list. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The elements that are texts. */
const texts = (value: unknown): readonly string[] => list(value).filter((one) => typeof one === "string");

function matching(value: unknown, pattern: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields(value)).flatMap(([key, one]) => (typeof one === "string" && pattern.test(key) ? [[key, one] as const] : [])),
  );
}
