import { expect, test } from "vitest";
import { standardGoals } from "../measure/no-drop/goals.js";
import type { Cell } from "../model/summary.js";
import { formatQuantityShort } from "../units/format.js";
import { goalText, insteadOfRatio } from "./no-drop.js";

const figure = ({ unit }: Cell, median: number): string => formatQuantityShort(median, unit);
const cell: Cell = { metric: "ndr", path: "pod-pod", status: "measured", unit: "frame/s", better: "higher", median: 512_000, n: 3 };

test("a goal is printed with all of its numbers", () => {
  expect(standardGoals().map(goalText)).toEqual([
    "ndr: loss ratio 0 %, final trial 1 s, duration sum 21 s, exceed ratio 50 %, width 5 % of the upper bound",
    "pdr: loss ratio 0.5 %, final trial 1 s, duration sum 21 s, exceed ratio 50 %, width 5 % of the upper bound",
  ]);
});

test.each([
  [{ ...cell, bound: "generator" as const }, ">= 512 kframe/s, generator-bound"],
  [cell, "512 kframe/s, no ratio"],
  [{ ...cell, status: "refused" as const, median: null }, "refused"],
  [{ ...cell, metric: "tcp" }, "no ratio"],
  [undefined, "not measured"],
])("in place of a ratio: %#", (one, text) => {
  expect(insteadOfRatio(one, figure)).toBe(text);
});
