import { expect, test } from "vitest";
import { readNumber } from "./written-number.js";

test.each([
  ["933", 933],
  ["9.33", 9.33],
  ["9.345", 9.345],
  ["93,4", 93.4],
  ["0,934", 0.934],
  ["1,234,567", 1_234_567],
  ["1,234.5", 1234.5],
  ["1.234,5", 1234.5],
  ["1.234.567", 1_234_567],
  ["1234,5", 1234.5],
])("%s is %d", (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each(["1,234", "12,345", "1,2,3", "1.2.3", "", "1,23,456"])("%s has no one reading", (text) => {
  expect(readNumber(text)).toBeUndefined();
});
