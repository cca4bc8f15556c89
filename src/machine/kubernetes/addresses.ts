/**
 * Where the API serves an object, and its name in a sentence.
 * @packageDocumentation
 */
import type { ExecTarget, ObjectQuery, ObjectRef, ResourceType } from "./port.js";

/** Kubernetes API concepts, "Resource URIs": the core group's prefix differs from all others. */
function collectionPath({ apiVersion, plural }: ResourceType, namespace: string | undefined): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}${namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`}/${plural}`;
}

/** Where objects of a type are created. */
export const pathOfType = (type: ResourceType, namespace: string | undefined): string => collectionPath(type, namespace);

/** Where one object is. */
export const pathOfObject = (ref: ObjectRef): string => `${collectionPath(ref, ref.namespace)}/${encodeURIComponent(ref.name)}`;

/** Where objects are listed or watched. */
export function pathOfQuery(query: ObjectQuery, more: Readonly<Record<string, string | undefined>>): string {
  const { labelSelector, fieldSelector } = query;
  const asked = Object.entries({ labelSelector, fieldSelector, ...more }).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${collectionPath(query, query.namespace)}?${new URLSearchParams(asked).toString()}`;
}

/** `pod bench/host-a`, `node a`. */
export const nameOf = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind.toLowerCase()} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** `pods in namespace bench`, `nodes`. */
export const nameOfQuery = ({ plural, namespace }: ObjectQuery): string =>
  `${plural}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;

/** `node in pod bench/host-a`. */
export const nameOfExec = ({ argv, namespace, pod }: ExecTarget): string => `${argv[0]} in pod ${namespace}/${pod}`;
