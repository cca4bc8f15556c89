/**
 * What rows are called in front of people: modes by their own names, paths by short ones.
 * @packageDocumentation
 */
import type { PathName } from "../model/path.js";
import type { Summary } from "../model/summary.js";

/** The name of a row for people: a mode's own, or a path's in at most 16 columns. */
export const labelOf = ({ venue }: Pick<Summary, "venue">, name: string): string =>
  venue === "cluster" ? pathLabel(name) : name === "host" ? "bare host" : name;

/** A path for people, in at most 16 columns. */
export const pathLabel = (name: string): string => (Object.hasOwn(PATH_LABELS, name) ? PATH_LABELS[name as PathName] : name);

const PATH_LABELS: Readonly<Record<PathName, string>> = {
  "host-host": "hosts",
  "host-host-local": "one host",
  "pod-pod": "pod to pod",
  "pod-pod-local": "pods on one node",
  "pod-service": "to a Service",
  "pod-service-local": "Service, 1 node",
  "pod-headless": "headless Service",
  "pod-nodeport": "to a node port",
  "host-pod": "host to pod",
  "pod-host": "pod to host",
};
