/**
 * The real clock.
 * @packageDocumentation
 */
import { performance } from "node:perf_hooks";
import { milliseconds } from "../units/quantity.js";
import type { Clock } from "./ports.js";

/** Time as this process sees it. */
export const realClock: Clock = {
  monotonic: () => milliseconds(performance.now()),
  now: () => new Date(),
  sleep: async (duration, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, duration);
      signal?.addEventListener("abort", finish, { once: true });
    }),
};
