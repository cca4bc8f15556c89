import fc from "fast-check";
import { expect, test } from "vitest";
import { groupBy } from "./grouped.js";

test("groups hold everything once, under its key, in the order in which it came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 })), (numbers) => {
      const groups = groupBy(numbers, (number) => number % 4);
      for (const [key, group] of groups) expect(group).toEqual(numbers.filter((number) => number % 4 === key));
      expect([...groups.keys()]).toEqual([...new Set(numbers.map((number) => number % 4))]);
    }),
  );
});
