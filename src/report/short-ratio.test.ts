import fc from "fast-check";
import { expect, test } from "vitest";
import { ratioForms, shortRatio } from "./short-ratio.js";

test.each([
  [0.4142, "0.41"],
  [0.9984, "1.00"],
  [1, "1.00"],
  [2.466, "2.47"],
  [9.996, "10.0"],
  [12.34, "12.3"],
  [123.4, "123"],
  [0.0134, "0.013"],
  [0.0801, "0.080"],
  [0.0996, "0.10"],
  [0.00034, "0.00034"],
  [0.0000123, "1e-5"],
  [0, "0.00"],
  [1234567, "1.2e+6"],
  [Number.POSITIVE_INFINITY, "∞"],
])("%d is %s", (ratio, text) => {
  expect(shortRatio(ratio)).toBe(text);
});

test("a limit has its sign", () => {
  expect([shortRatio(3.2, "at-least"), shortRatio(0.5, "at-most")]).toEqual(["≥3.20", "≤0.50"]);
});

test("the forms become shorter and keep the size of the ratio", () => {
  expect(ratioForms(0.037)).toEqual(["0.037", "0.04", "4e-2"]);
  expect(ratioForms(0.00042)).toEqual(["0.00042", "0.0004", "4e-4"]);
  expect(ratioForms(1.64)).toEqual(["1.64", "1.6", "2"]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (ratio) => {
      const forms = ratioForms(ratio);
      for (const form of forms) expect(Math.abs(Math.log(Number(form) / ratio))).toBeLessThan(0.5);
      expect(Math.abs(Number(forms[0]) / ratio - 1)).toBeLessThan(ratio < 1e-4 ? 0.34 : 0.051);
      expect(forms.map(({ length }) => length)).toEqual(forms.map(({ length }) => length).sort((one, other) => other - one));
    }),
  );
});
