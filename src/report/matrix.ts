/**
 * Pairs of nodes as reports show them: a grid for each path and metric, and the node that stands out.
 * @packageDocumentation
 */
import { groupBy } from "../model/grouped.js";
import type { NodePair, OddNode } from "../model/matrix.js";
import type { Summary } from "../model/summary.js";
import { formatRatio } from "../units/format.js";

/** All pairs of nodes in one metric of one path. */
export interface NodeGrid {
  readonly path: string;
  readonly metric: string;
  /** Nodes that load comes from, and those that it goes to, in the order in which pairs name them. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly pairs: readonly NodePair[];
  /** Says which node stands out and by how much, or that none does. */
  readonly finding: string;
}

/** The grids of a summary; none where fewer than three nodes were measured. */
export function nodeGrids({ matrix }: Summary): readonly NodeGrid[] {
  const groups = groupBy(matrix?.pairs ?? [], ({ path, metric }) => `${path} ${metric}`);
  return [...groups.values()].map((pairs) => {
    const [{ path, metric }] = pairs;
    const odd = matrix?.odd.find((one) => one.path === path && one.metric === metric);
    const from = [...new Set(pairs.map((pair) => pair.from))];
    const to = [...new Set(pairs.map((pair) => pair.to))];
    return { path, metric, from, to, pairs, finding: odd === undefined ? NOBODY : oddText(odd) };
  });
}

const NOBODY = "no node stands out: the intervals of no node's pairs lie wholly apart from those of the others";

const oddText = ({ node, side, own, others }: OddNode): string =>
  `${node} stands out: the ratios of its pairs lie within ${hullText(own)}, wholly ${side} those of all other pairs, ${hullText(others)}`;

const hullText = ({ low, high }: OddNode["own"]): string => `${low.toFixed(3)} to ${high.toFixed(3)}`;

/** A pair's ratio with its interval, or why there is none. */
export const pairText = ({ median, low, high, reason }: NodePair): string =>
  median === null ? (reason ?? "not measured") : formatRatio(median, low, high);

/** The pair of two nodes in this direction; undefined where it was not measured. */
export const pairOf = ({ pairs }: NodeGrid, from: string, to: string): NodePair | undefined =>
  pairs.find((pair) => pair.from === from && pair.to === to);
