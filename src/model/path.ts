/**
 * The paths that can be measured: from where to where, and which one each is compared with. The names are a contract:
 * they stand in run files, on the command line and in reports.
 * @packageDocumentation
 */
import { z } from "zod";

/** Every path, baselines first. The lab has `host-host` and `pod-pod`; a cluster may have all. */
export const PATH_NAMES = [
  "host-host",
  "host-host-local",
  "pod-pod",
  "pod-pod-local",
  "pod-service",
  "pod-service-local",
  "pod-headless",
  "pod-nodeport",
  "host-pod",
  "pod-host",
] as const;
/** One of {@link PATH_NAMES}. */
export type PathName = (typeof PATH_NAMES)[number];

/** Schema of {@link MeasuredPath}. */
export const measuredPathSchema = z.object({
  /** Whose path it is. */
  mode: z.string(),
  path: z.enum(PATH_NAMES),
  /** The condition under which it is observed, by its name; absent for the path as it was built. */
  condition: z.string().optional(),
});
/** A path of a run: whose, between what, and under which condition. The same path under another condition is another one to compare with. */
export type MeasuredPath = z.infer<typeof measuredPathSchema>;

/** Whether two are the same path. */
export const samePath = (one: MeasuredPath, other: MeasuredPath): boolean =>
  one.mode === other.mode && one.path === other.path && one.condition === other.condition;

/** The path that stands for a mode: its first one, as it was built. */
export const standsFor = <Of extends MeasuredPath>(mode: string, paths: readonly Of[]): Of | undefined =>
  paths.find((path) => path.mode === mode && path.condition === undefined);

/** A path as a key. */
export const pathKey = ({ mode, path, condition }: MeasuredPath): string =>
  condition === undefined ? `${mode} ${path}` : `${mode} ${path} ${condition}`;

/** Paths between hosts, to which the others are compared. */
export type BaselinePath = "host-host" | "host-host-local";

/** Whether both ends of a path are hosts. */
export const isBaseline = (path: PathName): path is BaselinePath => path === "host-host" || path === "host-host-local";

/** The path between hosts that a path is compared with: it stays on one node where the path does. Of a baseline that is itself. */
export const baselineOf = (path: PathName): BaselinePath => (path.endsWith("-local") ? "host-host-local" : "host-host");

const TITLES: Readonly<Record<PathName, string>> = {
  "host-host": "host to host, across nodes",
  "host-host-local": "two processes of one host, by its address",
  "pod-pod": "pod to pod, across nodes",
  "pod-pod-local": "pod to pod, on one node",
  "pod-service": "pod to a Service's cluster address, its pod on the other node",
  "pod-service-local": "pod to a Service's cluster address, its pod on the same node",
  "pod-headless": "pod to the pod behind a headless Service, across nodes",
  "pod-nodeport": "pod to a node port, on the node of the Service's pod",
  "host-pod": "host to a pod on the other node",
  "pod-host": "pod to the other node's host",
};

/** A path in words, for captions and help. */
export const pathTitle = (path: PathName): string => TITLES[path];
