import { describe, expect, test } from "vitest";
import type { IrqCell } from "../model/irq-experiment.js";
import { combinationsOf, confidenceOf, sentencesOf, verdictOf } from "./experiment.js";

const ASKED = { modes: ["gce"], queues: ["one", "spread", "rps"], workers: [1, 2] } as const;

describe("combinations", () => {
  test("are variants of the mode, by layers", () => {
    expect(combinationsOf(ASKED, 2).map(({ variant }) => variant)).toEqual([
      "gce+rps:1",
      "gce+rps:1+http-workers:2",
      "gce+queues:2",
      "gce+queues:2+http-workers:2",
      "gce+rps:3",
      "gce+rps:3+http-workers:2",
    ]);
    expect(combinationsOf({ ...ASKED, queues: ["rps"], workers: [1] }, 32)[0]?.variant).toBe("gce+rps:4294967295");
  });

  test("share the 5 % that all comparisons may be wrong", () => {
    expect(confidenceOf(combinationsOf(ASKED, 2))).toBeCloseTo(0.99);
    expect(confidenceOf(combinationsOf({ ...ASKED, modes: ["gce", "kindnet"] }, 2))).toBeCloseTo(0.995);
    expect(confidenceOf([])).toBe(0.95);
  });
});

describe("what follows", () => {
  const cell = (queues: IrqCell["queues"], toFirst?: readonly [median: number, low: number, high: number]): IrqCell => ({
    mode: "gce",
    queues,
    workers: 1,
    variant: queues,
    status: "measured",
    ...(toFirst === undefined
      ? {}
      : {
          toFirst: {
            median: toFirst[0],
            low: toFirst[1],
            high: toFirst[2],
            says: verdictOf({ estimate: Math.log(toFirst[0]), low: Math.log(toFirst[1]), high: Math.log(toFirst[2]) }),
          },
        }),
  });

  test("a difference is said with its interval, and what is not seen with how large it could be", () => {
    expect(sentencesOf([cell("one"), cell("spread", [0.8, 0.7, 0.9]), cell("rps", [1.01, 0.95, 1.08])])).toEqual([
      "gce, compared with everything on CPU 0 and one worker: a queue for each CPU and one worker does 20 % less (0.70 to 0.90 of it); " +
        "no difference seen of one queue with RPS to all CPUs and one worker; it could be up to 8.0 %.",
    ]);
    expect(sentencesOf([cell("one"), cell("rps", [1, 0.6, 1.2])])).toEqual([
      "gce, compared with everything on CPU 0 and one worker: no difference seen; it could be up to 40 %.",
    ]);
  });

  test("what has no figure is named with its cause", () => {
    const broken: IrqCell = { mode: "gce", queues: "rps", workers: 2, variant: "x", status: "unsupported", reason: "needs root" };
    expect(sentencesOf([broken])).toEqual([
      "gce: one queue with RPS to all CPUs and 2 workers is unsupported, so that there is nothing to compare with: needs root.",
    ]);
    expect(sentencesOf([cell("one"), broken])[0]).toContain("2 workers has no figure (needs root)");
    expect(sentencesOf([cell("one")])[0]).toContain("one combination only");
    const wordy: IrqCell = {
      ...broken,
      status: "failed",
      reason: "1 of 17 rounds were lost; it ended with exit code 1; This is ApacheBench",
    };
    expect(sentencesOf([cell("one"), wordy])[0]).toMatch(/2 workers has no figure \(1 of 17 rounds were lost\)\.$/);
  });
});
