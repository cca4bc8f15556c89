/**
 * Which of several nodes stands out among the pairs that they form.
 * @packageDocumentation
 */
import { groupBy } from "../model/grouped.js";
import type { NodePair, OddNode } from "../model/matrix.js";

/**
 * Nodes that stand out, one at most for each path and metric: the one whose pairs' intervals lie, all of them, below or above those of all other
 * pairs. With three nodes every node has two pairs and one is left, so a node stands out when its two lie apart from the third. Where two nodes
 * would qualify, as where a single pair is apart from the others, none does: the pair cannot say which of its ends it is. Among two nodes, with
 * no pair to stand against, there is none.
 */
export function oddNodes(pairs: readonly NodePair[]): OddNode[] {
  const groups = groupBy(pairs, ({ path, metric }) => `${path} ${metric}`);
  return [...groups.values()].flatMap((group) => oddOf(group) ?? []);
}

function oddOf(pairs: readonly NodePair[]): OddNode | undefined {
  const nodes = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))];
  const [only, ...more] = nodes.flatMap((node) => standsOut(node, pairs) ?? []);
  return more.length === 0 ? only : undefined;
}

function standsOut(node: string, pairs: readonly NodePair[]): OddNode | undefined {
  const [first] = pairs;
  const own = hullOf(pairs.filter(({ from, to }) => from === node || to === node));
  const others = hullOf(pairs.filter(({ from, to }) => from !== node && to !== node));
  if (first === undefined || own === undefined || others === undefined) return undefined;
  const { path, metric } = first;
  if (own.high < others.low) return { path, metric, node, side: "below", own, others };
  if (own.low > others.high) return { path, metric, node, side: "above", own, others };
  return undefined;
}

interface Hull {
  readonly low: number;
  readonly high: number;
}

/** From the lowest to the highest limit; undefined for no pair at all, and where a pair has no interval, since it could lie anywhere. */
function hullOf(pairs: readonly NodePair[]): Hull | undefined {
  const intervals = pairs.flatMap(({ low, high }) => (low === null || high === null ? [] : [{ low, high }]));
  if (intervals.length === 0 || intervals.length < pairs.length) return undefined;
  return { low: Math.min(...intervals.map(({ low }) => low)), high: Math.max(...intervals.map(({ high }) => high)) };
}
