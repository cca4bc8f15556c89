/**
 * CPU time for each piece of work and for each packet, layer by layer, of a path beside the host.
 *
 * A cost is a ratio of sums over profiled rounds; its interval, and that of the difference, come from drawing these rounds anew, both paths of a round together.
 * @packageDocumentation
 */
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { Beside, Cost, Estimate, LayerCost, Profile, ProfileLook } from "../../model/profile.js";
import { bootstrapInterval, type Resampling, resampling } from "../../statistics/bootstrap.js";
import { FEWEST_FOR_INTERVAL } from "../../statistics/median-interval.js";
import { costUnit } from "./cost-unit.js";
import { LEFT_OUT } from "./fold.js";

/** Which paths are held against each other, and the seed of the intervals' draws. */
export interface Held {
  readonly host: MeasuredPath;
  readonly variant: MeasuredPath;
  readonly seed: number;
}

/** All layers of a path beside the host. */
export interface LayerCosts {
  /** Profiled rounds that have both. */
  readonly rounds: number;
  /** All of them together. */
  readonly total: Cost;
  /** CPU time of other programs over that of all that is not idle, while the variant was loaded. */
  readonly othersShare: number;
  /** The largest difference first. Idle time and other programs are no layers here. */
  readonly layers: readonly LayerCost[];
  /** By how much some of them cost more than on the host together, the same rounds drawn for all. */
  readonly differenceOf: (layers: readonly string[]) => Estimate;
}

/** One round of both. */
interface Pair {
  readonly host: ProfileLook;
  readonly variant: ProfileLook;
}

const CONFIDENCE = 0.95;
const NS_IN_US = 1_000;

/** The costs; undefined where no round has both paths. */
export function layerCosts(profile: Profile, { host, variant, seed }: Held): LayerCosts | undefined {
  const pairs = pairsOf(profile, host, variant);
  if (pairs.length === 0) return undefined;
  const { pieces } = costUnit(profile.workload);
  const draws = resampling(pairs.length, seed);
  const costOf = (time: (look: ProfileLook) => number): Cost => ({
    ...beside(pairs, draws, time, ({ work }) => work * pieces),
    perPacket: beside(pairs, draws, time, ({ packets }) => packets),
  });
  const names = new Set(pairs.flatMap((pair) => [pair.host, pair.variant].flatMap(({ layers }) => Object.keys(layers))));
  const layers = [...names].filter(isWork).map((layer): LayerCost => {
    const inclusive = pairs.map(({ variant: look }) => [(look.layers[layer]?.inclusive ?? 0) / NS_IN_US, look.work * pieces] as const);
    return { layer, ...costOf((look) => look.layers[layer]?.self ?? 0), inclusive: ratioOfSums(inclusive) };
  });
  return {
    rounds: pairs.length,
    total: costOf(workTime),
    othersShare: othersShareOf(pairs.map((pair) => pair.variant)),
    differenceOf: (some) =>
      beside(
        pairs,
        draws,
        ({ layers: of }) => some.reduce((sum, layer) => sum + (of[layer]?.self ?? 0), 0),
        ({ work }) => work * pieces,
      ).difference,
    layers: layers.sort((one, other) => Math.abs(other.difference.value) - Math.abs(one.difference.value)),
  };
}

const isWork = (layer: string): boolean => !LEFT_OUT.has(layer);

function othersShareOf(looks: readonly ProfileLook[]): number {
  const others = looks.reduce((sum, { layers }) => sum + (layers["other-programs"]?.self ?? 0), 0);
  const work = looks.reduce((sum, look) => sum + workTime(look), 0);
  return others === 0 ? 0 : others / (others + work);
}

/** Nanoseconds in which a CPU worked for the network. */
const workTime = ({ layers }: ProfileLook): number =>
  Object.entries(layers).reduce((sum, [layer, { self }]) => (isWork(layer) ? sum + self : sum), 0);

function pairsOf({ looks }: Profile, host: MeasuredPath, variant: MeasuredPath): readonly Pair[] {
  const profiled = looks.filter((look) => look.profiled && look.packets > 0);
  return profiled
    .filter((look) => samePath(look, variant))
    .flatMap((look) => {
      const own = profiled.find((one) => one.round === look.round && samePath(one, host));
      return own === undefined ? [] : [{ host: own, variant: look }];
    });
}

/** A cost on both sides and their difference, in microseconds for each unit of an amount. */
function beside(
  pairs: readonly Pair[],
  draws: Resampling,
  time: (look: ProfileLook) => number,
  amount: (look: ProfileLook) => number,
): Beside {
  const sideOf = (side: keyof Pair): Rounds => pairs.map((pair) => [time(pair[side]) / NS_IN_US, amount(pair[side])]);
  const [host, variant] = [sideOf("host"), sideOf("variant")];
  return {
    host: estimateOf(draws, (weights) => ratioOfSums(host, weights)),
    variant: estimateOf(draws, (weights) => ratioOfSums(variant, weights)),
    difference: estimateOf(draws, (weights) => ratioOfSums(variant, weights) - ratioOfSums(host, weights)),
  };
}

type Rounds = readonly (readonly [numerator: number, denominator: number])[];

/** @param weights how often each round is drawn; once each where there are none */
function ratioOfSums(rounds: Rounds, weights?: Uint8Array): number {
  let [above, below] = [0, 0];
  for (const [place, [numerator, denominator]] of rounds.entries()) {
    const times = weights === undefined ? 1 : (weights[place] ?? 0);
    above += times * numerator;
    below += times * denominator;
  }
  return above / below;
}

function estimateOf({ n, resamples, counts }: Resampling, value: (weights?: Uint8Array) => number): Estimate {
  const estimate = value();
  if (n < FEWEST_FOR_INTERVAL) return { value: estimate, low: null, high: null };
  const values = Float64Array.from({ length: resamples }, (_, row) => value(counts.subarray(row * n, (row + 1) * n)));
  const interval = bootstrapInterval(estimate, values, n, CONFIDENCE);
  return { value: estimate, low: interval?.low ?? null, high: interval?.high ?? null };
}
