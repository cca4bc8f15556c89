import { expect, test } from "vitest";
import { fakePath } from "../../../test/synthetic/fake-venue.js";
import { readingAt } from "../../../test/synthetic/outcome.js";
import type { Sample } from "../../probes/contract.js";
import { observationOf } from "./observer.js";

const LANE = { workload: "tcp", path: fakePath("gce"), stayKey: "gce" } as const;

/** What becomes of a sample that was read in so many seconds. */
const observed = (sample: Partial<Sample>, seconds = 1) =>
  observationOf(
    { lane: LANE, slot: { round: 0, position: 0, startedAt: 0 }, how: "trial" },
    { ok: true, sample: { values: { tcp: 1e9 }, work: 0.1, ...sample } },
    { before: readingAt(5e9), after: readingAt((5 + seconds) * 1e9) },
  );

test("a figure that nothing can have is an error, whatever probe it comes from, and no 0", () => {
  for (const [sample, reason] of [
    [{ values: { tcp: Number.POSITIVE_INFINITY } }, "tcp came out as Infinity: a counter or a clock was set back"],
    [{ values: { tcp: Number.NaN } }, "tcp came out as NaN: a counter or a clock was set back"],
    [{ values: { tcp: -1 } }, "tcp came out as -1: a counter or a clock was set back"],
    [{ work: -0.1 }, "work came out as -0.1: a counter or a clock was set back"],
  ] as const)
    expect(observed(sample)).toMatchObject({ values: {}, work: 0, error: reason });
});

test("a clock that went back makes no observation", () => {
  expect(observed({}, -0.25)).toMatchObject({ values: {}, elapsed: 0, error: "the clock went back by 0.250 s" });
});

test("nothing that moved is a figure", () => {
  const still = observed({ values: { tcp: 0 }, work: 0 });
  expect(still).toMatchObject({ values: { tcp: 0 }, work: 0, elapsed: 1 });
  expect(still.error).toBeUndefined();
});
