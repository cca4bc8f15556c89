/**
 * From the flags of `podwire cluster run` and `plan` to what is asked of a cluster: every name checked, every default filled in, once.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import { baselineOf, isBaseline, PATH_NAMES, type PathName } from "../../model/path.js";
import { parseDuration, parseFraction, parseLinkRate } from "../../units/parse.js";
import { matrixMetrics } from "../../use-cases/cluster/pairs.js";
import type { ClusterRequest } from "../../use-cases/cluster/request.js";
import { touchesHost } from "../../venues/cluster/objects/layout.js";
import { suggestion } from "../completion/nearest.js";
import { UsageError } from "../errors.js";
import { seedFrom, usage, wholeNumber, words } from "../lab/flag-values.js";
import { resolveMetrics } from "../lab/scenario-from-flags.js";

/** Flags that say what is measured where. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly nodes?: string;
  readonly nodeSelector?: string;
  readonly paths?: string;
  readonly metrics?: string;
  readonly margin?: string;
  readonly budget?: string;
  readonly quick?: boolean;
  readonly image?: string;
  readonly imagePullSecret?: string;
  readonly namespace?: string;
  /** False with `--no-host`. */
  readonly host: boolean;
  readonly maxRate?: string;
  readonly force?: boolean;
  readonly owner?: string;
  readonly seed?: string;
  readonly trials?: boolean;
  readonly deep?: boolean;
  /** Of `run` alone. */
  readonly services?: string;
}

const QUICK_PATHS: readonly PathName[] = ["host-host", "host-host-local", "pod-pod", "pod-pod-local", "pod-service"];
const QUICK_METRICS = "tcp,pps,latency,http";
const QUICK_BUDGET = 55;
const DEFAULT_BUDGET = 300;
/** No link of a cluster is capped by podwire. */
const MARGIN = 0.05;

/** Resolves flags; `freshSeed` is used when no seed is given. */
export function clusterRequest(flags: ClusterFlags, freshSeed: number): ClusterRequest {
  const quick = flags.quick ?? false;
  const margin = flags.margin === undefined ? MARGIN : usage("--margin", () => parseFraction(flags.margin ?? ""));
  if (margin <= 0 || margin >= 1) throw new UsageError("--margin: must be between 0 and 100 %, for example 5%");
  const budget = flags.budget === undefined ? undefined : usage("--budget", () => parseDuration(flags.budget ?? ""));
  if (budget !== undefined && budget <= 0) throw new UsageError("--budget: must be more than 0, for example 5m");
  const maxRate = flags.maxRate === undefined ? undefined : usage("--max-rate", () => parseLinkRate(flags.maxRate ?? ""));
  const nodes = flags.nodes === undefined ? undefined : namedNodes(flags.nodes);
  if (nodes !== undefined && flags.nodeSelector !== undefined)
    throw new UsageError("--nodes names nodes and --node-selector looks for them: give one of the two");
  if (flags.imagePullSecret !== undefined && flags.namespace === undefined)
    throw new UsageError("--image-pull-secret: a namespace of the run's own holds no Secret; name the one that does with --namespace");
  if (flags.deep === true && !flags.host) throw new UsageError("--deep looks at nodes from their own network, and --no-host forbids that");
  const { workloads, metrics, leftOut } = metricsOf(flags, quick);
  const paths = resolvePaths(flags, quick);
  const services = flags.services === undefined ? undefined : serviceCounts(flags, flags.services, paths, metrics);
  return {
    paths,
    workloads,
    metrics,
    leftOut,
    margin,
    budgetSeconds: budget ?? (quick ? QUICK_BUDGET : DEFAULT_BUDGET),
    quick,
    trials: flags.trials ?? false,
    host: flags.host,
    force: flags.force ?? false,
    deep: flags.deep ?? false,
    seed: seedFrom(flags.seed, freshSeed),
    ...(nodes === undefined ? {} : { nodes }),
    ...(services === undefined ? {} : { services }),
    ...(maxRate === undefined || maxRate === null ? {} : { maxRate }),
    ...optional("nodeSelector", flags.nodeSelector),
    ...optional("namespace", flags.namespace === undefined ? undefined : namespaceName(flags.namespace)),
    ...optional("image", flags.image),
    ...optional("pullSecret", flags.imagePullSecret),
    ...optional("owner", flags.owner),
  };
}

/** Kubernetes is specified up to this many; more is a typing mistake. */
const MOST_SERVICES = 10_000;

/** The numbers of Services, ascending. Each asks for what a small run beside the main one measures. */
function serviceCounts(
  { host, namespace }: ClusterFlags,
  list: string,
  paths: readonly PathName[],
  metrics: readonly string[],
): readonly number[] {
  const counts = words(list).map((text) => wholeNumber("--services", text, 0, MOST_SERVICES));
  if (counts.length === 0) throw new UsageError("--services: names no number, for example 0,1000,5000");
  if (!host) throw new UsageError("--services: figures are ratios to the host, which --no-host leaves out");
  if (namespace !== undefined)
    throw new UsageError(
      "--services: thousands of Services are removed for certain only with a namespace of their own; leave out --namespace",
    );
  if (!paths.includes("pod-service")) throw new UsageError("--services: measures the path pod-service; name it in --paths");
  if (matrixMetrics(metrics).length === 0) throw new UsageError("--services: measures tcp and http; name one of them in --metrics");
  return [...new Set(counts)].sort((one, other) => one - other);
}

const optional = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);

function namedNodes(list: string): readonly string[] {
  const names = words(list);
  if (names.length === 0) throw new UsageError("--nodes: names no node");
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new UsageError(`--nodes: ${twice} is named twice`);
  return names;
}

/** RFC 1123 labels, as the API server asks for them: a name that cannot exist is refused before anything is asked. */
export function namespaceName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(`--namespace: ${JSON.stringify(name)} is not a valid namespace name (lower-case letters, digits and -, at most 63)`);
}

/** The asked paths with the baselines that their ratios are taken to. */
function resolvePaths({ paths, host }: ClusterFlags, quick: boolean): readonly PathName[] {
  const asked = paths === undefined ? (quick ? QUICK_PATHS : PATH_NAMES) : words(paths).map(pathNamed);
  if (asked.length === 0) throw new UsageError(`--paths: names no path; known are ${PATH_NAMES.join(", ")}`);
  const refused = host ? undefined : asked.find((path) => paths !== undefined && touchesHost(path));
  if (refused !== undefined) throw new UsageError(`--no-host: the path ${refused} needs a pod on the host network`);
  return PATH_NAMES.filter((path) => {
    if (!host) return asked.includes(path) && !touchesHost(path);
    return asked.includes(path) || (isBaseline(path) && asked.some((one) => baselineOf(one) === path));
  });
}

function pathNamed(name: string): PathName {
  const path = PATH_NAMES.find((known) => known === name);
  if (path === undefined)
    throw new UsageError(`--paths: no path is called ${name}.${suggestion(name, PATH_NAMES)} Known are ${PATH_NAMES.join(", ")}.`);
  return path;
}

interface AskedMetrics {
  readonly workloads: readonly WorkloadName[];
  readonly metrics: readonly string[];
  readonly leftOut: readonly string[];
}

/** Without host-network pods the run may be confined to a namespace that admits no NET_RAW: what needs that is measured only when it is named. */
function metricsOf({ metrics, host }: ClusterFlags, quick: boolean): AskedMetrics {
  const asked = resolveMetrics(metrics ?? (quick ? QUICK_METRICS : "all"), false);
  if (asked.workloads.length === 0 || words(metrics ?? "").some((name) => name === "ndr" || name === "pdr"))
    throw new UsageError(
      "--metrics: no-drop rates (ndr, pdr) pace frames by a queueing discipline, which pods may not set; they are measured in the lab",
    );
  if (host || metrics !== undefined) return { ...asked, leftOut: [] };
  const rest = resolveMetrics(asked.metrics.filter((name) => name !== "pps" && name !== "pps.cpu").join(","), false);
  return {
    ...rest,
    leftOut: ["pps is left out: raw frames take NET_RAW, which asks for the namespace level privileged; --metrics with pps asks for it"],
  };
}
