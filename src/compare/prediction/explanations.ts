/**
 * In what a lab and a cluster differ, and what that does to the ratio of a pod to its host.
 * @packageDocumentation
 */
import { findMetric, workload } from "../../model/metric.js";
import type { Run } from "../../model/run.js";
import { formatQuantity } from "../../units/format.js";
import { isOfLab } from "../sides.js";

/** A difference with its meaning. */
export interface ToldDifference {
  readonly topic: string;
  readonly lab: string | null;
  readonly inCluster: string | null;
  readonly why: string;
  /** Whether it can have a part in a metric's difference. */
  readonly bearsOn: (metric: string) => boolean;
}

interface Topic {
  readonly topic: string;
  /** What a run says of it, or undefined where it recorded nothing. */
  readonly read: (run: Run) => string | undefined;
  readonly why: string;
  readonly bearsOn: (metric: string) => boolean;
}

const everything = (): boolean => true;
const workloadOf = (metric: string): string => findMetric(metric)?.workload ?? metric;
const isThroughput = (metric: string): boolean => /^(?:tcp|http)/.test(workloadOf(metric)) && !/^latency/.test(metric);
const opensConnections = (metric: string): boolean => workloadOf(metric) === "http";
const isCapped = (metric: string): boolean => {
  const found = findMetric(metric);
  return found !== undefined && workload(found.workload).link === "capped";
};
const measuredBy =
  (...workloads: readonly string[]) =>
  (metric: string): boolean =>
    workloads.some((name) => workloadOf(metric).startsWith(name));

/** What a run recorded under a name; nodes that differ each have theirs, as `kernel (node b)`. */
function facts(name: string): (run: Run) => string | undefined {
  return ({ environment }) => {
    const own = Object.entries(environment).filter(([key]) => key.replace(/ \(node \w+\)$/, "") === name);
    const texts = [...new Set(own.map(([, text]) => text))];
    if (texts.length <= 1) return texts[0];
    return own.map(([key, text]) => `${key}: ${text}`).join("; ");
  };
}

const tool = (name: string, ...workloads: readonly string[]): Topic => ({
  topic: name,
  read: (run) => facts(name)(run) ?? facts(`tool.${name}`)(run),
  why: "both sides of a ratio use the same program, so its version moves the ratio only where the program itself is the limit",
  bearsOn: measuredBy(...workloads),
});

const TOPICS: readonly Topic[] = [
  {
    topic: "link",
    read: linkText,
    why: "where the link is the limit, pod and host come out alike; where the CPU is, the pod's longer way shows. A virtual cable of one kernel has no card, no interrupts and no queues of its own",
    bearsOn: everything,
  },
  {
    topic: "kernel",
    read: facts("kernel"),
    why: "what a bridge, a tunnel or a rule costs differs from kernel to kernel",
    bearsOn: everything,
  },
  {
    topic: "CPU",
    read: facts("cpu"),
    why: "uncapped figures are CPU time per packet; caches and mitigations weigh host and pod differently",
    bearsOn: (metric) => !isCapped(metric),
  },
  {
    topic: "CPUs",
    read: facts("cpus"),
    why: "in the lab both nodes share one machine's CPUs, in a cluster each has its own: where sender and receiver compete for them, the longer way costs more",
    bearsOn: (metric) => !isCapped(metric),
  },
  {
    topic: "MTU",
    read: mtuText,
    why: "headers take a fixed number of bytes and each packet a fixed time, so that a larger MTU makes every mode look closer to the wire",
    bearsOn: isThroughput,
  },
  {
    topic: "congestion control",
    read: congestionControls,
    why: "it decides how a flow meets a full queue; the lab sets cubic on every path, a cluster has its nodes' own",
    bearsOn: measuredBy("tcp", "http"),
  },
  {
    topic: "kube-proxy",
    read: (run) => (isOfLab(run) ? "none: the lab wires the pod network alone" : run.inspection?.kubeProxy),
    why: "its rules are met by each new connection, its conntrack entry by each packet, from pod to pod as well",
    bearsOn: (metric) => opensConnections(metric) || measuredBy("pps")(metric),
  },
  {
    topic: "MTU of pods",
    read: ({ inspection }) => inspection?.mtu.problem,
    why: "packets that do not fit are split or lost",
    bearsOn: isThroughput,
  },
  {
    topic: "other traffic",
    read: (run) => (isOfLab(run) ? "none: nothing else is on the lab's links" : facts("other traffic")(run)),
    why: "pod and host share it in each round, and it leaves less for both",
    bearsOn: everything,
  },
  {
    topic: "offloads",
    read: ({ environment }) => Object.entries(environment).find(([name]) => name.startsWith("offloads "))?.[1],
    why: "with segmentation offload large TCP buffers cross the pod's way in one piece; without it each packet does",
    bearsOn: isThroughput,
  },
  tool("iperf3", "tcp"),
  tool("nginx", "http"),
  tool("ab", "http"),
  tool("sockperf", "latency"),
  tool("trafgen", "pps"),
];

function linkText(run: Run): string {
  const { linkBitsPerSecond: rate } = run.scenario;
  const what = isOfLab(run) ? "a virtual cable between namespaces of one kernel" : "the network between the cluster's nodes";
  return rate === null ? `${what}, not capped` : `${what}, capped at ${formatQuantity(rate, "bit/s")} for tcp, uncapped for the rest`;
}

/** Of the hosts: what pods have less is the mode's own. */
function mtuText({ scenario, inspection }: Run): string | undefined {
  const mtu = scenario.venue === "lab" ? scenario.mtu : inspection?.mtu.host;
  return mtu === undefined ? undefined : `${String(mtu)} bytes`;
}

/** The names alone: the sentences around them are the venues' own. */
function congestionControls({ environment }: Run): string | undefined {
  const told = environment["congestion control"];
  if (told === undefined) return undefined;
  const names = new Set([...told.matchAll(/(?:^|; )([\w-]+) (?:in|on) /g)].map(([, name = ""]) => name));
  return names.size === 0 ? told : [...names].sort().join(", ");
}

/** Topics in which the two differ, link first. What neither recorded is left out. */
export function explanationsOf(lab: Run, cluster: Run): ToldDifference[] {
  return TOPICS.flatMap(({ topic, read, why, bearsOn }) => {
    const [one, other] = [read(lab) ?? null, read(cluster) ?? null];
    return one === other ? [] : [{ topic, lab: one, inCluster: other, why, bearsOn }];
  });
}
