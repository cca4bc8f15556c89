import type { Clock } from "../../src/machine/ports.js";
import { type Milliseconds, milliseconds } from "../../src/units/quantity.js";

/** A clock that sleeping moves, and nothing else: what waits for minutes is tested at once. */
export function handClock(start = new Date("2026-01-01T00:00:00Z")): Clock & { readonly slept: Milliseconds[] } {
  let time = 0;
  const slept: Milliseconds[] = [];
  return {
    slept,
    monotonic: () => milliseconds(time),
    now: () => new Date(start.getTime() + time),
    sleep: async (duration) => {
      slept.push(duration);
      time += duration;
      await Promise.resolve();
    },
  };
}
