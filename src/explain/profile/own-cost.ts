/**
 * What profiling itself costs: rounds with it and rounds without it, in the same run.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import { pathKey } from "../../model/path.js";
import type { OwnCost, Profile, ProfileLook } from "../../model/profile.js";
import { estimateOf } from "../../statistics/median-interval.js";

const CONFIDENCE = 0.95;

/** Rounds 2k and 2k + 1 are a pair: one of them, drawn by lot, is profiled. */
const pairOf = ({ round }: ProfileLook): number => Math.floor(round / 2);

/** For each path, the median of its rate while profiled over its rate while not, inside pairs of rounds. */
export function ownCosts({ looks }: Pick<Profile, "looks">): readonly OwnCost[] {
  return [...groupBy(looks, pathKey).values()].flatMap((ofPath) => {
    const [first] = ofPath;
    const logs = [...groupBy(ofPath, pairOf).values()].flatMap(logOfPair);
    const estimate = estimateOf(logs, CONFIDENCE);
    if (estimate === undefined) return [];
    const { low, high } = estimate.interval ?? {};
    const ratio = {
      value: Math.exp(estimate.centre),
      low: low === undefined ? null : Math.exp(low),
      high: high === undefined ? null : Math.exp(high),
    };
    return [{ mode: first.mode, path: first.path, ratio, pairs: logs.length }];
  });
}

function logOfPair(looks: readonly ProfileLook[]): readonly number[] {
  const [during, without] = [looks.find(({ profiled }) => profiled), looks.find(({ profiled }) => !profiled)];
  return during === undefined || without === undefined ? [] : [Math.log(rateOf(during) / rateOf(without))];
}

const rateOf = ({ work, seconds }: ProfileLook): number => work / seconds;
