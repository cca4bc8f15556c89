/**
 * Three or more nodes: every pair of them, by small runs of their own beside the main one. Pairs that share no node are measured at once.
 * @packageDocumentation
 */

import { oddNodes } from "../../compare/odd-node.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Matrix, NodePair } from "../../model/matrix.js";
import type { Run } from "../../model/run.js";
import type { UseCaseContext } from "../context.js";
import { summaryOf } from "../summary.js";
import { UNWATCHED } from "../watcher.js";
import { sentenceOf, withObjects } from "./lifetime.js";
import { measureCluster } from "./measuring.js";
import { disjointTurns, type NodeNames, PAIR_PATH, type PairsBeside } from "./pairs.js";
import { prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";

/** What the pairs are measured with. */
export interface MatrixOptions {
  readonly kubernetes: Kubernetes;
  readonly request: ClusterRequest;
  /** Names of all nodes; the first two are the main run's. */
  readonly nodes: readonly string[];
  readonly beside: PairsBeside;
  /** The run of the first two nodes. */
  readonly main: Run;
  readonly freshRun: () => string;
  readonly draw: (below: number) => number;
  readonly say: (sentence: string) => void;
}

/** Measures every pair but the first, which the main run has. Pairs that cannot be had stand with their reason; nothing of this ends the run. */
export async function measureMatrix(options: MatrixOptions, context: UseCaseContext): Promise<Matrix> {
  const { nodes, main, beside } = options;
  const { metrics } = beside;
  const [a = "", b = ""] = nodes;
  const pairs: NodePair[] = pairsOf(main, [a, b], metrics);
  for (const turn of disjointTurns(nodes)) {
    const others = turn.filter(([from, to]) => from !== a || to !== b);
    pairs.push(...(await Promise.all(others.map(async (pair) => measurePair(pair, options, context)))).flat());
  }
  const placeOf = ({ from, to }: NodePair): number => nodes.indexOf(from) * nodes.length + nodes.indexOf(to);
  pairs.sort((one, other) => placeOf(one) - placeOf(other));
  return { pairs, odd: oddNodes(pairs) };
}

async function measurePair(pair: NodeNames, options: MatrixOptions, context: UseCaseContext): Promise<NodePair[]> {
  const { metrics } = options.beside;
  if (context.interrupted.aborted) return without(pair, metrics, "interrupted before this pair");
  try {
    const run = await runOfPair(pair, options, context);
    return pairsOf(run, pair, metrics);
  } catch (error) {
    return without(pair, metrics, sentenceOf(error));
  }
}

async function runOfPair(pair: NodeNames, options: MatrixOptions, context: UseCaseContext): Promise<Run> {
  const { kubernetes, draw, say } = options;
  const { paths, workloads, metrics, budgetSeconds } = options.beside;
  const request: ClusterRequest = { ...options.request, nodes: pair, paths, workloads, metrics, budgetSeconds, quick: true, deep: false };
  const { clock } = context.machine;
  const process = context.processIdentity.own;
  const prepared = await prepareRun(kubernetes, request, { run: options.freshRun(), version: context.version, now: clock.now(), process });
  const lived = await withObjects({ kubernetes, plan: prepared.plan, keep: false, context, say }, async () =>
    measureCluster({ kubernetes, request, prepared, draw }, context, UNWATCHED),
  );
  if (lived.leftover !== undefined) say(lived.leftover);
  return lived.result;
}

/** What a run says of its pair of nodes. */
export function pairsOf(run: Run, [from, to]: NodeNames, metrics: readonly string[]): NodePair[] {
  const cells = summaryOf(run).modes.flatMap((mode) => mode.cells);
  return metrics.map((metric) => {
    const cell = cells.find((one) => one.path === PAIR_PATH && one.metric === metric);
    const base = { from, to, path: PAIR_PATH, metric } as const;
    if (cell?.ratio === undefined) {
      return { ...base, median: null, low: null, high: null, n: 0, reason: cell?.reason ?? "it has no ratio" };
    }
    const { median, low, high, n } = cell.ratio;
    return { ...base, median, low, high, n };
  });
}

const without = ([from, to]: NodeNames, metrics: readonly string[], reason: string): NodePair[] =>
  metrics.map((metric) => ({ from, to, path: PAIR_PATH, metric, median: null, low: null, high: null, n: 0, reason }));
