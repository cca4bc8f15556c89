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

describe("the tools' own words", () => {
  const raw = { argv: ["iperf3"], stdout: "", stderr: "" };
  const keysOf = (...kept: readonly Observation[]): readonly (string | undefined)[] => {
    const store = new ObservationStore();
    return kept.map((one) => store.keep({ observation: one, raw }).raw);
  };

  test("of a path under a condition are kept apart from those of the path as it was built, and name it", () => {
    const store = new ObservationStore();
    for (const condition of [undefined, "small", "small"]) {
      const one = observation("a", 0);
      store.keep({ observation: condition === undefined ? one : { ...one, condition }, raw });
    }
    store.keep({ observation: { ...observation("a", 3, "lost"), condition: "small" }, raw });
    expect(store.raw).toEqual({
      "tcp/trial a pod-pod": raw,
      "tcp/trial a pod-pod under small": { ...raw, condition: "small" },
      "tcp/trial a pod-pod round 3 position 0 under small": { ...raw, condition: "small" },
    });
  });

  test("of two ways of observing are kept apart", () => {
    expect(keysOf({ ...observation("a", 0), how: "slice" }, { ...observation("a", 1), how: "trial" })).toEqual([
      "tcp/slice a pod-pod",
      "tcp/trial a pod-pod",
    ]);
  });

  test("of a failure are kept apart from those of a condition that is named like one", () => {
    const failed = observation("a", 3, "lost");
    const keys = keysOf(
      failed,
      { ...observation("a", 0), condition: "round 3 position 0" },
      { ...failed, condition: "x" },
      observation("a", 4),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
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
