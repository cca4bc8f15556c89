import { expect, test } from "vitest";
import { fullest } from "./tracked.js";

test("the fullest table is the one nearest to its limit, not the one with the most entries", () => {
  const [large, small] = [
    { entries: 100_000, most: 1_000_000 },
    { entries: 60_000, most: 65_536 },
  ];
  expect(fullest([large, undefined, small])).toBe(small);
  expect(fullest([small, large])).toBe(small);
  expect(fullest([undefined])).toBeUndefined();
});
