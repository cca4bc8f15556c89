/** Systems whose no-drop rate is known, in place of a path: no time passes. */
import type { Counted } from "../../src/measure/no-drop/paced-load.js";
import type { Load } from "../../src/measure/no-drop/search-path.js";
import type { Random } from "../../src/statistics/random.js";

/** Frames a second that a system forwards when it is offered so many, in one trial. */
export type System = (offeredPerSecond: number, seconds: number) => number;

/** Forwards everything up to a rate, and no more. */
export const threshold =
  (rate: number): System =>
  (offered) =>
    Math.min(offered, rate);

/** The same with a rate that is drawn anew for each trial, within `spread` to both sides. */
export const noisyThreshold =
  (rate: number, spread: number, random: Random): System =>
  (offered) =>
    Math.min(offered, rate * (1 + spread * (2 * random.next() - 1)));

/** Loses a share of the frames at every load, and has a threshold too. */
export const lossFloor =
  (share: number, rate: number): System =>
  (offered) =>
    Math.min(offered * (1 - share), rate);

/** Forwards whatever chance lets it. */
export const erratic =
  (random: Random): System =>
  (offered) =>
    offered * (random.next() < 0.5 ? 1 : random.next());

/** Loads on a system by a generator that can offer so much and no more. */
export function simulatedLoad(system: System, generator: number): Load & { readonly loads: readonly number[] } {
  const loads: number[] = [];
  const trial = (load: number, seconds: number): Counted => {
    const offeredPerSecond = Math.min(load, generator);
    const offered = Math.max(1, Math.round(offeredPerSecond * seconds));
    const forwarded = Math.min(offered, Math.round(system(offeredPerSecond, seconds) * seconds));
    return { load, seconds, offeredPerSecond, offered, forwarded, lost: offered - forwarded, drained: 0 };
  };
  return {
    loads,
    flood: (seconds) => Promise.resolve({ ...trial(generator, seconds), load: generator }),
    at: (load, seconds) => {
      loads.push(load);
      return Promise.resolve(trial(load, seconds));
    },
  };
}
