import fc from "fast-check";
import { expect, test } from "vitest";
import { Recent } from "./recent.js";

test("what was asked for last is not made again, and the oldest goes first", () => {
  const made: string[] = [];
  const recent = new Recent<string, string>(2);
  const ask = (key: string) =>
    recent.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect(["a", "b", "a", "c", "a", "b"].map(ask)).toEqual(["A", "B", "A", "C", "A", "B"]);
  expect(made).toEqual(["a", "b", "c", "b"]);
});

test("nothing at all is a value, too", () => {
  let made = 0;
  const recent = new Recent<number, string | undefined>(1);
  const make = (): string | undefined => {
    made += 1;
    return undefined;
  };
  const got = [7, 7, 7].map((key) => ({ value: recent.get(key, make) }));
  expect(got).toEqual([{ value: undefined }, { value: undefined }, { value: undefined }]);
  expect(made).toBe(1);
});

test("no more is kept than is allowed, whatever is asked for", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (keys, most) => {
      const recent = new Recent<number, number>(most);
      for (const key of keys) expect(recent.get(key, () => key)).toBe(key);
      let kept = 0;
      for (const key of new Set(keys)) if (recent.get(key, () => -1) === key) kept += 1;
      expect(kept).toBeLessThanOrEqual(most);
    }),
  );
});
