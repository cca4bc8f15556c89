/**
 * Which pairs of three or more nodes are measured beside the main run, and when. Pure.
 * @packageDocumentation
 */
import { findMetric, type WorkloadName } from "../../model/metric.js";
import type { PathName } from "../../model/path.js";
import type { ClusterRequest } from "./request.js";

/** The path that pairs are compared on. */
export const PAIR_PATH = "pod-pod" satisfies PathName;
/** Seconds of measuring for each pair. */
const PAIR_BUDGET = { quick: 8, full: 20 } as const;

/** A pair of nodes by name: clients run on the first. */
export type NodeNames = readonly [from: string, to: string];

/** What the pairs are compared by: a throughput and requests, as far as they were asked for. */
export function matrixMetrics(metrics: readonly string[]): readonly string[] {
  const throughput = ["tcp-open", "tcp"].find((name) => metrics.includes(name));
  return [...(throughput === undefined ? [] : [throughput]), ...(metrics.includes("http") ? ["http"] : [])];
}

/** Every pair once, in turns whose pairs share no node: the circle of a round-robin tournament. */
export function disjointTurns(nodes: readonly string[]): NodeNames[][] {
  const seats: (string | undefined)[] = nodes.length % 2 === 0 ? [...nodes] : [...nodes, undefined];
  const [fixed, ...circle] = seats;
  return circle.map((_, turn) => {
    const turned = [fixed, ...circle.slice(turn), ...circle.slice(0, turn)];
    return turned.slice(0, turned.length / 2).flatMap((one, place): NodeNames[] => {
      const other = turned[turned.length - 1 - place];
      if (one === undefined || other === undefined) return [];
      return [nodes.indexOf(one) < nodes.indexOf(other) ? [one, other] : [other, one]];
    });
  });
}

/** What is measured beside the main run. */
export interface PairsBeside {
  /** How many, without the main run's. */
  readonly pairs: number;
  /** Of measuring, for each. */
  readonly budgetSeconds: number;
  readonly paths: readonly PathName[];
  readonly metrics: readonly string[];
  readonly workloads: readonly WorkloadName[];
}

/** What a request has measured beside the main run; undefined where there are only two nodes or nothing to compare. */
export function pairsBeside(
  { quick, metrics, workloads }: Pick<ClusterRequest, "quick" | "metrics" | "workloads">,
  nodes: readonly string[],
): PairsBeside | undefined {
  const names = matrixMetrics(metrics);
  if (nodes.length < 3 || names.length === 0) return undefined;
  return {
    pairs: (nodes.length * (nodes.length - 1)) / 2 - 1,
    budgetSeconds: quick ? PAIR_BUDGET.quick : PAIR_BUDGET.full,
    paths: ["host-host", PAIR_PATH],
    metrics: names,
    workloads: workloads.filter((workload) => names.some((name) => findMetric(name)?.workload === workload)),
  };
}

/** The same in words. */
export const pairsNotice = ({ pairs, budgetSeconds, metrics }: PairsBeside, nodes: readonly string[]): string =>
  `${String(nodes.length)} nodes: after ${nodes.slice(0, 2).join(" and ")} each of the ${String(pairs)} other pairs is measured too (${metrics.join(", ")} on host-host and ${PAIR_PATH}, ${String(budgetSeconds)} s each), pairs without a common node at once`;
