import { describe, expect, test } from "vitest";
import type { Observation } from "../../model/run.js";
import { ObservationStore } from "./observation-store.js";

const observation = (mode: string, round: number, error?: string): Observation => ({
  workload: "tcp",
  round,
  position: 0,
  mode,
  path: "pod-pod",
  startedAt: round,
  elapsed: 0.1,
  values: {},
  work: 0,
  cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
  ...(error === undefined ? {} : { error }),
});

describe("a round that was cut short", () => {
  test("is not kept, not even the failures in it, which a resumed run would take for a whole round's", () => {
    const store = new ObservationStore();
    for (const one of [observation("a", 0), observation("b", 0, "lost"), observation("a", 1), observation("b", 1, "lost again")])
      store.keep({ observation: one });
    store.keepRounds((_, round) => round === 0);
    expect(store.observations.map(({ mode, round }) => [mode, round])).toEqual([
      ["a", 0],
      ["b", 0],
    ]);
  });

  test("is the only word of a lane that no whole round has seen", () => {
    const store = new ObservationStore();
    for (const one of [observation("a", 0), observation("b", 0, "no server")]) store.keep({ observation: one });
    store.keepRounds(() => false);
    expect(store.observations.map(({ mode, error }) => [mode, error])).toEqual([["b", "no server"]]);
  });
});
