import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClockExchange, errorAt, estimateOffset, onAgent, onOurs } from "./clock-offset.js";

const SECOND = 1e9;

/** An exchange as it happens: both ways take their time, and the agent's clock runs a little faster or slower than ours. */
const exchanges = fc.record({
  offset: fc.integer({ min: -1e15, max: 1e15 }),
  drift: fc.integer({ min: -100, max: 100 }).map((ppm) => ppm * 1e-6),
  trips: fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: SECOND }),
      there: fc.integer({ min: 1_000, max: 50e6 }),
      back: fc.integer({ min: 1_000, max: 50e6 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

type Drawn = typeof exchanges extends fc.Arbitrary<infer T> ? T : never;

const agentClock = ({ offset, drift }: Drawn, moment: number): number => moment + offset + moment * drift;

function carryOut(drawn: Drawn): [ClockExchange, ...ClockExchange[]] {
  let now = 0;
  const made = drawn.trips.map(({ after, there, back }) => {
    const sent = now + after;
    now = sent + there + back;
    return { sent, shown: agentClock(drawn, sent + there), received: now };
  });
  return made as [ClockExchange, ...ClockExchange[]];
}

/** Sums of numbers around 1e15 are exact to an eighth or so. */
const ROUNDING = 2;

describe("the offset of an agent's clock", () => {
  test("lies within the error bound of the truth, however uneven the two ways are", () => {
    fc.assert(
      fc.property(exchanges, fc.integer({ min: 0, max: 10 * SECOND }), (drawn, later) => {
        const estimate = estimateOffset(carryOut(drawn));
        if (estimate === undefined) throw new Error("the exchanges of one steady clock do not agree");
        const moment = estimate.at + later;
        expect(Math.abs(onAgent(estimate, moment) - agentClock(drawn, moment))).toBeLessThanOrEqual(errorAt(estimate, moment) + ROUNDING);
      }),
    );
  });

  test("is known at least as well as the quickest exchange alone would tell, drift apart", () => {
    fc.assert(
      fc.property(exchanges, (drawn) => {
        const made = carryOut(drawn);
        const quickest = Math.min(...made.map(({ sent, received }) => received - sent));
        const age = (estimateOffset(made)?.at ?? 0) - Math.min(...made.map(({ sent }) => sent));
        expect(estimateOffset(made)?.error).toBeLessThanOrEqual(quickest / 2 + age * 100e-6 + ROUNDING);
      }),
    );
  });

  test("is exact when both ways take no time", () => {
    expect(estimateOffset([{ sent: 500, received: 500, shown: 900 }])).toEqual({ offset: 400, error: 0, at: 500 });
  });

  test("takes the slowest answer's word on one side and the quickest question's on the other", () => {
    const slowBack = { sent: 0, shown: 1_010, received: 100 };
    const slowThere = { sent: 200, shown: 1_290, received: 300 };
    const estimate = estimateOffset([slowBack, slowThere]);
    expect(estimate?.offset).toBeCloseTo(1_000, -1);
    expect(estimate?.error).toBeLessThan(11);
  });

  test("is unknown after a clock was set between two exchanges", () => {
    const before = { sent: 0, received: 1e6, shown: 5e9 };
    const after = { sent: 2e6, received: 3e6, shown: 5.1e9 };
    expect(estimateOffset([before, after])).toBeUndefined();
  });

  test("turns moments into each other", () => {
    const offset = { offset: 400, error: 0, at: 0 };
    expect(onOurs(offset, onAgent(offset, 1_234))).toBe(1_234);
  });
});
