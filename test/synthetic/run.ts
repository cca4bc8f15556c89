/**
 * A made-up run that looks like a real one: 15 modes, some of them unsupported or failed, refused and undecided cells, stalls.
 * The same arguments always give the same run, so reports can be tested on its meaning.
 */
import { toolWay } from "../../src/model/campaign.js";
import { METRICS, metricsOf, WORKLOADS, type WorkloadName, workload } from "../../src/model/metric.js";
import { type Observation, type PathPlan, RUN_SCHEMA, type Run } from "../../src/model/run.js";
import type { LabScenario } from "../../src/model/scenario.js";
import { pathsOfFile } from "../../src/paths/of-file.js";
import { normal, threeDigits, uniform } from "./numbers.js";
import { HOST, MISSING, SYNTHETIC_MODES, TRUTH } from "./truth.js";

/** What can be varied in a synthetic run. */
export interface SyntheticOptions {
  readonly rounds?: number;
  readonly seed?: number;
  readonly workloads?: readonly WorkloadName[];
  readonly configuredBaseline?: boolean;
  readonly needs?: readonly string[];
  readonly partialReason?: string;
}

const ICMP_REASON = "ICMP does not cross a published port";

/** A run of the lab. */
export type LabRun = Run & { readonly scenario: LabScenario };

/** Builds the run. Times are fixed, noise comes from the seed. */
export function syntheticRun(options: SyntheticOptions = {}): LabRun {
  const workloads = options.workloads ?? WORKLOADS;
  const observations = observationsOf(workloads, options.rounds ?? 12, options.seed ?? 1);
  return withPaths({
    schema: RUN_SCHEMA,
    podwire: "0.1.0",
    startedAt: "2026-02-03T09:15:00.000Z",
    endedAt: "2026-02-03T09:18:41.000Z",
    status: options.partialReason === undefined ? "complete" : "partial",
    ...(options.partialReason === undefined ? {} : { partialReason: options.partialReason }),
    scenario: {
      venue: "lab",
      modes: [...SYNTHETIC_MODES],
      workloads: [...workloads],
      metrics: METRICS.filter(({ workload: of, byNameOnly }) => byNameOnly !== true && workloads.includes(of)).map((metric) => metric.name),
      linkBitsPerSecond: 1e9,
      mtu: 1500,
      nodes: 2,
      budgetSeconds: 180,
      margin: { capped: 0.02, open: 0.05 },
      configuredBaseline: options.configuredBaseline ?? false,
      quick: false,
      needs: [...(options.needs ?? [])],
      seed: 20160314,
    },
    environment: ENVIRONMENT,
    modes: SYNTHETIC_MODES.map((mode) => ({
      mode,
      status: "built",
      ...MISSING[mode],
      ...(mode === "docker-nat" ? { unsupportedWorkloads: { "latency.icmp": ICMP_REASON } } : {}),
    })),
    observations,
    raw: {
      "tcp/3/flannel-vxlan": {
        argv: ["iperf3", "--client", "198.19.2.2", "--port", "5201", "--bytes", "32M", "--json"],
        stdout: '{"start":{"system_info":"Linux build-17 6.1.0-18-amd64 #1 SMP x86_64"},"end":{}}',
        stderr: "",
      },
    },
  });
}

/** The same with the paths and comparisons that follow from its scenario and modes. */
export const withPaths = <Of extends Pick<Run, "scenario" | "modes">>(run: Of): Of & PathPlan => ({
  ...run,
  ...pathsOfFile({ scenario: run.scenario, modes: run.modes }),
});

const ENVIRONMENT: Readonly<Record<string, string>> = {
  kernel: "Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64",
  distribution: "Debian GNU/Linux 12 (bookworm)",
  hostname: "build-17.corp.example.net",
  cpu: "Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz",
  "cpu.count": "2",
  "cpu.governor": "performance",
  memory: "24 GiB",
  virtualization: "kvm",
  user: "root",
  "tool.iperf3": "iperf 3.12 (cJSON 1.7.15)",
  "tool.sockperf": "sockperf, version 3.10",
  "tool.trafgen": "trafgen 0.6.8",
  "tool.nginx": "nginx/1.22.1",
  "tool.ab": "ApacheBench, Version 2.3 <$Revision: 1903618 $>",
  "tool.iptables": "iptables v1.8.9 (nf_tables)",
  "sysctl.net.ipv4.tcp_congestion_control": "cubic",
  "sysctl.net.core.rmem_max": "212992",
  "offload.eth0": "tso on, gso on, gro on, tx-checksum on, scatter-gather on",
};

function observationsOf(workloads: readonly WorkloadName[], rounds: number, seed: number): Observation[] {
  const next = uniform(seed);
  const observations: Observation[] = [];
  let clock = 2.4;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of workloads) {
      for (const [position, mode] of visited(name, next).entries()) {
        const observation = observed({ name, round, position, mode, startedAt: threeDecimals(clock) }, next);
        observations.push(observation);
        clock += observation.elapsed + 0.02;
      }
    }
  }
  return observations;
}

/** How often a round visits what others are compared with: once where clients stay, as a run does. */
export const baselineVisits = (name: WorkloadName, ofTrials: number): number => (toolWay(name) === "burst" ? 1 : ofTrials);

/** How a round is observed: where clients stay, five of them are resumed in turn, for two rounds each. */
export const wayIn = (name: WorkloadName, round: number): Pick<Observation, "how" | "restart"> =>
  toolWay(name) === "burst" ? { how: "burst", restart: 5 * Math.floor(round / 10) + (round % 5) } : { how: "trial" };

/** The paths of one round: every measured mode, and the host as often as a run visits it, shuffled. */
function visited(name: WorkloadName, next: () => number): string[] {
  const modes = Object.keys(TRUTH).filter((mode) => !(mode === "docker-nat" && name === "latency.icmp"));
  const paths = [...new Array<string>(baselineVisits(name, 4)).fill("host"), ...modes];
  return paths
    .map((mode) => ({ mode, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ mode }) => mode);
}

export const threeDecimals = (value: number): number => Math.round(value * 1000) / 1000;

type Place = {
  readonly name: WorkloadName;
  readonly round: number;
  readonly position: number;
  readonly mode: string;
  readonly startedAt: number;
};

function observed(place: Place, next: () => number): Observation {
  const { name, mode } = place;
  const base: Observation = {
    workload: name,
    round: place.round,
    position: place.position,
    mode,
    path: mode === "host" ? "host-host" : "pod-pod",
    ...wayIn(name, place.round),
    startedAt: place.startedAt,
    elapsed: threeDecimals(0.11 + 0.02 * next()),
    values: {},
    work: 0,
    cpu: { busy: 0.15, softirq: 0.06, steal: 0, idle: 0.07 },
  };
  if (mode === "kindnet" && name === "pps" && place.round === 5) return { ...base, error: "trafgen ended by SIGKILL after 2 s: timed out" };
  return {
    ...base,
    ...measured(name, seenValue(name, mode, next), base.elapsed, next),
    ...(name === "tcp" && mode === "flannel-vxlan" && place.round === 3 ? { raw: "tcp/3/flannel-vxlan" } : {}),
  };
}

/** The value that one observation saw, in the unit of the workload's first metric. */
function seenValue(name: WorkloadName, mode: string, next: () => number): number {
  const { value, noise } = HOST[name];
  const truth = TRUTH[mode];
  const share = truth === undefined ? 1 : workload(name).link === "capped" ? truth.capped : truth.open;
  const latency = name.startsWith("latency");
  const stalled = truth?.stalls !== undefined && next() < truth.stalls ? 0.4 : 1;
  const speed = share * stalled * Math.exp(noise * normal(next));
  return latency ? value / speed : value * speed;
}

/** What an observation of a workload holds that saw this value of its first metric. */
export function measured(name: WorkloadName, value: number, elapsed: number, next: () => number): Partial<Observation> {
  const first = metricsOf(name)[0];
  const single = first?.estimator.kind === "value" ? { values: { [first.name]: value } } : {};
  const histogram =
    name.startsWith("latency.") && name !== "latency.icmp"
      ? histogramAround(value, 4000)
      : name === "http"
        ? histogramAround(5e7 / value, 1200)
        : undefined;
  const work = name.startsWith("tcp")
    ? (value * elapsed) / 8e9
    : name.startsWith("latency")
      ? elapsed / value
      : (value * elapsed) / (name === "pps" ? 1e6 : 1e3);
  return {
    ...single,
    work: threeDigits(work),
    ...(histogram === undefined ? {} : { histogram }),
    ...(name === "pps"
      ? {
          counts: {
            offered: Math.round(value * elapsed * 1.01),
            forwarded: Math.round(value * elapsed),
            lost: Math.round(value * elapsed * 0.01),
          },
        }
      : {}),
    ...(name === "http" ? { counts: { offered: 1200, forwarded: 1200, failed: next() < 0.01 ? 1 : 0 } } : {}),
    ...(name.startsWith("tcp") ? { facts: { retransmits: Math.floor(next() * 4) } } : {}),
  };
}

/** A right-skewed distribution with this median. */
function histogramAround(middle: number, samples: number): [number, number][] {
  const shape: readonly (readonly [number, number])[] = [
    [0.82, 0.08],
    [0.92, 0.22],
    [1, 0.4],
    [1.12, 0.18],
    [1.4, 0.08],
    [2.1, 0.03],
    [4.8, 0.0085],
    [14, 0.0015],
  ];
  return shape.map(([factor, share]) => [threeDigits(middle * factor), Math.round(samples * share)]);
}
