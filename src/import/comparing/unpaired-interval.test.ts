import fc from "fast-check";
import { expect, test } from "vitest";
import { FEWEST_OUTPUTS, unpairedInterval } from "./unpaired-interval.js";

const rate = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
const copies = fc.tuple(rate, fc.integer({ min: FEWEST_OUTPUTS, max: 40 })).map(([value, n]) => Array.from({ length: n }, () => value));
const repeats = fc.array(rate, { minLength: FEWEST_OUTPUTS, maxLength: 40 });

test("copies of one output have no spread, whatever the arithmetic makes of them", () => {
  fc.assert(
    fc.property(copies, repeats, (same, others) => {
      expect(unpairedInterval(same, others, 1)).toBeUndefined();
      expect(unpairedInterval(others, same, 1)).toBeUndefined();
    }),
  );
});
