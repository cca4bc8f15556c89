import fc from "fast-check";
import { expect, test } from "vitest";
import { largestOf, smallestOf } from "./extremes.js";

test("are those that Math.max and Math.min find, of none too", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      expect([largestOf(values), smallestOf(values)]).toEqual([Math.max(...values), Math.min(...values)]);
    }),
  );
});

test("are found among more numbers than a call takes arguments", () => {
  const many = Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 300_007);
  expect(() => Math.max(...many)).toThrow(RangeError);
  expect([largestOf(many), smallestOf(many)]).toEqual([300_006, 0]);
});
