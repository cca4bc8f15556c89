/**
 * Modes in order, with as many ranks as the figures can tell apart.
 * @packageDocumentation
 */
import type { MeasuredRun } from "../model/adviser.js";
import { type Estimated, sumOfDependent } from "../statistics/combine-intervals.js";
import { verdictOf } from "../statistics/verdict.js";
import { marginOfScore, scoreOf } from "./score.js";

/** A mode's place. The score is the logarithm of its geometric mean of ratios to the host. */
export interface Ranked {
  readonly mode: string;
  readonly rank: number;
  readonly score: Estimated;
}

/**
 * Ranks modes by score, best first. A mode shares the rank of the first one of that rank unless their direct comparison inside rounds lies wholly
 * beyond the margin: the order of scores alone would make some pair of equal modes look different in most runs. Two that no round compares are
 * told apart by the intervals of their scores. Ranks count modes: 1, 1, 3.
 */
export function rank(run: MeasuredRun, candidates: readonly string[]): readonly Ranked[] {
  const scored = candidates.flatMap((mode) => {
    const score = scoreOf(run.between(mode, "host"));
    return score === undefined ? [] : [{ mode, score }];
  });
  scored.sort((one, other) => other.score.estimate - one.score.estimate);
  const ranked: Ranked[] = [];
  let leader: Ranked | undefined;
  for (const [index, { mode, score }] of scored.entries()) {
    if (leader === undefined || isBehind(run, { mode, score }, leader)) {
      leader = { mode, rank: index + 1, score };
      ranked.push(leader);
    } else ranked.push({ mode, rank: leader.rank, score });
  }
  return ranked;
}

type Scored = Pick<Ranked, "mode" | "score">;

function isBehind(run: MeasuredRun, one: Scored, leader: Scored): boolean {
  const shared = run.between(one.mode, leader.mode);
  const direct = scoreOf(shared);
  const metrics = direct === undefined ? run.between(one.mode, "host") : shared;
  const margin = marginOfScore([...metrics.keys()], (metric) => marginOf(run, metric));
  return verdictOf(direct ?? apart(one.score, leader.score), { margin, better: "higher" }) === "slower";
}

/** One score over another. Both stand on the same host, so their errors may depend on each other. */
const apart = (one: Estimated, other: Estimated): Estimated =>
  sumOfDependent([
    { ...one, weight: 1 },
    { ...other, weight: -1 },
  ]);

function marginOf(run: MeasuredRun, metric: string): number {
  for (const { cells } of run.modes) {
    const margin = cells.find((cell) => cell.metric === metric && cell.ratio !== undefined)?.ratio?.margin;
    if (margin !== undefined) return margin;
  }
  return run.scenario.margin.open;
}
