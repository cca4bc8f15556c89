import fc from "fast-check";
import { expect, test } from "vitest";
import { FEWEST_STARTS, startsInterval } from "./starts-interval.js";

const ratio = fc.double({ min: -1, max: 1, noNaN: true });
const starts = fc.array(ratio, { minLength: FEWEST_STARTS, maxLength: 30 });

test("five starts: t with four degrees of freedom around the pooled ratio", () => {
  const interval = startsInterval(0.1, [-2, -1, 0, 1, 2], 0.95);
  // sd sqrt(2.5), 2.776 sd / sqrt(5) = 1.963.
  expect(interval?.low).toBeCloseTo(0.1 - 1.963, 3);
  expect(interval?.high).toBeCloseTo(0.1 + 1.963, 3);
  expect(interval).toMatchObject({ confidence: 0.95, method: "t-starts" });
});

test("it moves with the estimate, and only the spread of the starts makes its width", () => {
  fc.assert(
    fc.property(starts, ratio, ratio, (values, estimate, shift) => {
      const one = startsInterval(estimate, values, 0.95);
      const moved = startsInterval(
        estimate + shift,
        values.map((value) => value - shift),
        0.95,
      );
      expect(moved?.low).toBeCloseTo((one?.low ?? 0) + shift, 9);
      expect(moved?.high).toBeCloseTo((one?.high ?? 0) + shift, 9);
      expect((startsInterval(estimate, values, 0.982)?.low ?? 0) <= (one?.low ?? 0)).toBe(true);
    }),
  );
});

test("four starts have none, nor has a start without a ratio", () => {
  expect(startsInterval(0, [1, 2, 3, 4], 0.95)).toBeUndefined();
  expect(startsInterval(0, [1, 2, 3, 4, Number.NEGATIVE_INFINITY], 0.95)).toBeUndefined();
  expect(startsInterval(Number.NaN, [1, 2, 3, 4, 5], 0.95)).toBeUndefined();
});
