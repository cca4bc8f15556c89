import { expect, test } from "vitest";
import { importTexts } from "../../../../test/synthetic/imported-texts.js";

test.each(["Between pods 9 Gbit/s is normal, your 2 Gbit/s is not.", "Between pods 9 Gbit/s is normal, Your 2 Gbit/s is not."])(
  "the figure of whoever is answered is of no side: %s",
  (text) => {
    expect(importTexts({ t: text }).figures.map(({ role, value }) => [role, value])).toEqual([
      ["pod", 9e9],
      [null, 2e9],
    ]);
  },
);

test("also where it opens a sentence below a heading", () => {
  expect(importTexts({ t: "Between pods:\n\nYour 2 Gbit/s is not normal." }).figures.map(({ role }) => role)).toEqual([null]);
});
