/**
 * What paths of every venue cannot carry, and why.
 * @packageDocumentation
 */
import type { WorkloadName } from "./metric.js";
import type { PathName } from "./path.js";

/** Workloads that a path cannot carry, with the reason. */
export type PathLimits = Readonly<Partial<Record<WorkloadName, string>>>;

const RAW_FRAMES = "raw frames are addressed to a device, and a Service has none: its address exists in rules only";
const AT_SERVICE: PathLimits = { pps: RAW_FRAMES, "latency.icmp": "nothing answers echo requests at a Service's address" };

const LIMITS: Readonly<Partial<Record<PathName, PathLimits>>> = {
  "host-host-local": { pps: "raw frames on the loopback device never meet a link" },
  "pod-service": AT_SERVICE,
  "pod-service-local": AT_SERVICE,
  "pod-nodeport": { pps: RAW_FRAMES, "latency.icmp": "the node answers echo requests itself; they do not reach the pod" },
};

/** What a path cannot carry, and why. */
export const unsupportedOn = (name: PathName): PathLimits => LIMITS[name] ?? {};
