/**
 * A made-up run of a cluster: one mode, every path, each at a known share of its baseline. The same arguments always give the same run.
 */
import { adviserOf } from "../../src/advice/advice.js";
import { summarise } from "../../src/measure/summarise.js";
import { METRICS, WORKLOADS, type WorkloadName } from "../../src/model/metric.js";
import { baselineOf, isBaseline, PATH_NAMES, type PathName } from "../../src/model/path.js";
import { type Observation, RUN_SCHEMA, type Run, type RunPath } from "../../src/model/run.js";
import type { ClusterScenario } from "../../src/model/scenario.js";
import type { Summary } from "../../src/model/summary.js";
import { clusterPaths } from "../../src/paths/cluster.js";
import { normal, uniform } from "./numbers.js";
import { baselineVisits, measured, threeDecimals, wayIn } from "./run.js";
import { HOST } from "./truth.js";

/** What can be varied. */
export interface ClusterOptions {
  readonly rounds?: number;
  readonly seed?: number;
  readonly mode?: string;
  readonly workloads?: readonly WorkloadName[];
  readonly paths?: readonly PathName[];
  /** Entries of `paths` in the run that differ from `built`. */
  readonly places?: readonly Omit<RunPath, "mode">[];
  readonly maxRate?: number;
  /** Shares of the baselines that differ from {@link CLUSTER_TRUTH}. */
  readonly truth?: Readonly<Partial<Record<PathName, number>>>;
  readonly partialReason?: string;
  readonly matrix?: Run["matrix"];
  readonly serviceCounts?: Run["serviceCounts"];
}

/** A run of a cluster. */
export type ClusterRun = Run & { readonly scenario: ClusterScenario };

/** By path: its speed as a share of its baseline's. */
export const CLUSTER_TRUTH: Readonly<Record<PathName, number>> = {
  "host-host": 1,
  "host-host-local": 1,
  "pod-pod": 0.557,
  "pod-pod-local": 0.82,
  "pod-service": 0.541,
  "pod-service-local": 0.78,
  "pod-headless": 0.556,
  "pod-nodeport": 0.48,
  "host-pod": 0.63,
  "pod-host": 0.97,
};

/** Hosts on one node skip the wire. */
const LOCAL_HOSTS = 1.8;

/** Builds the run. */
export function clusterRun(options: ClusterOptions = {}): ClusterRun {
  const workloads = options.workloads ?? WORKLOADS;
  const paths = options.paths ?? PATH_NAMES;
  const mode = options.mode ?? "flannel-vxlan";
  const places = paths.map((path) => ({
    path,
    status: "built" as const,
    congestionControl: "cubic",
    ...options.places?.find((one) => one.path === path),
  }));
  const built = places.filter(({ status }) => status === "built").map(({ path }) => path);
  const scenario: ClusterScenario = {
    venue: "cluster",
    modes: [mode],
    paths: [...paths],
    workloads: [...workloads],
    metrics: METRICS.filter(({ workload: of, byNameOnly }) => byNameOnly !== true && workloads.includes(of)).map((metric) => metric.name),
    linkBitsPerSecond: null,
    ...(options.maxRate === undefined ? {} : { maxRate: options.maxRate }),
    nodes: 2,
    budgetSeconds: 180,
    margin: { capped: 0.02, open: 0.05 },
    configuredBaseline: false,
    quick: false,
    strategy: "trials",
    needs: [],
    seed: 20160314,
  };
  return {
    schema: RUN_SCHEMA,
    podwire: "0.1.0",
    startedAt: "2026-02-03T10:15:00.000Z",
    endedAt: "2026-02-03T10:16:21.000Z",
    status: options.partialReason === undefined ? "complete" : "partial",
    ...(options.partialReason === undefined ? {} : { partialReason: options.partialReason }),
    scenario,
    environment: ENVIRONMENT,
    inspection: { ...INSPECTION, mode },
    modes: [{ mode, status: "built" }],
    ...clusterPaths(scenario, places),
    observations: observationsOf(options, workloads, built, mode),
    ...(options.matrix === undefined ? {} : { matrix: options.matrix }),
    ...(options.serviceCounts === undefined ? {} : { serviceCounts: options.serviceCounts }),
    raw: {
      "tcp flannel-vxlan pod-pod": {
        argv: ["iperf3", "--client", "10.244.1.7", "--port", "5201", "--bytes", "32M", "--json"],
        stdout: '{"start":{"system_info":"Linux podwire-pod-a 6.1.0-18-amd64 #1 SMP x86_64"},"end":{}}',
        stderr: "",
      },
    },
  };
}

/** The summary that podwire itself makes of it. */
export const clusterSummary = (run: Run): Summary => summarise(run, adviserOf([]));

const ENVIRONMENT: Readonly<Record<string, string>> = {
  kernel: "Linux 6.1.0-18-amd64",
  "cluster.context": "kind-production",
  "cluster.server": "https://10.20.30.40:6443",
  "cluster.namespace": "podwire-ab12cd",
  "node.a": "worker-17.corp.example.net",
  "node.b": "worker-18.corp.example.net",
  "tool.iperf3": "iperf 3.12",
};

const INSPECTION: NonNullable<Run["inspection"]> = {
  cni: "flannel",
  setting: "Backend.Type vxlan",
  mode: "flannel-vxlan",
  kubeProxy: "iptables",
  mtu: { pod: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4" },
  podRoutes: { by: "tunnel", via: "flannel.1" },
  podCidrs: { pools: ["10.244.0.0/16"], nodes: 2, examples: [{ node: "worker-17.corp.example.net", cidrs: ["10.244.0.0/24"] }] },
  ipFamilies: ["IPv4"],
  networkPolicies: 3,
  services: 12,
  endpointSlices: 14,
  kubernetes: "v1.34.1",
  nodes: [
    {
      count: 2,
      examples: ["worker-17.corp.example.net", "worker-18.corp.example.net"],
      kernel: "6.1.0-18-amd64",
      runtime: "containerd://1.6.20",
      kubelet: "v1.34.1",
      architecture: "amd64",
      os: "Debian GNU/Linux 12 (bookworm)",
    },
  ],
  evidence: [
    { claim: "mode", value: "vxlan", from: "ConfigMap kube-flannel/kube-flannel-cfg, net-conf.json" },
    { claim: "kubeProxy", value: "iptables", from: "127.0.0.1:10249/proxyMode on worker-17.corp.example.net" },
  ],
  unknown: [],
};

function observationsOf(
  options: ClusterOptions,
  workloads: readonly WorkloadName[],
  paths: readonly PathName[],
  mode: string,
): Observation[] {
  const next = uniform(options.seed ?? 1);
  const observations: Observation[] = [];
  let clock = 2.4;
  for (let round = 0; round < (options.rounds ?? 12); round += 1) {
    for (const name of workloads) {
      const carried = paths.filter((path) => options.places?.find((one) => one.path === path)?.unsupportedWorkloads?.[name] === undefined);
      const visits = carried.flatMap((path) => Array.from({ length: isBaseline(path) ? baselineVisits(name, 3) : 1 }, () => path));
      for (const [position, path] of shuffled(visits, next).entries()) {
        const elapsed = threeDecimals(0.11 + 0.02 * next());
        const place = { workload: name, round, ...wayIn(name, round), position, mode, path, startedAt: threeDecimals(clock), elapsed };
        const cpu = { busy: 0.15 / CLUSTER_TRUTH[path], softirq: 0.06, steal: 0, idle: 0.07 };
        observations.push({
          ...place,
          values: {},
          work: 0,
          cpu,
          ...measured(name, seenOn(name, path, options.truth?.[path] ?? CLUSTER_TRUTH[path], next), elapsed, next),
        });
        clock += elapsed + 0.02;
      }
    }
  }
  return observations;
}

const shuffled = <T>(items: readonly T[], next: () => number): T[] =>
  items
    .map((item) => ({ item, key: next() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);

function seenOn(name: WorkloadName, path: PathName, share: number, next: () => number): number {
  const { value, noise } = HOST[name];
  const wire = baselineOf(path) === "host-host-local" ? LOCAL_HOSTS : 1;
  const speed = wire * share * Math.exp(noise * normal(next));
  return name.startsWith("latency") ? value / speed : value * speed;
}
