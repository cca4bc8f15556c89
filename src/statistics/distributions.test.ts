import { expect, test } from "vitest";
import { fTail, logGamma, normalFactor, regularisedIncompleteBeta, studentCumulative, studentFactor } from "./distributions.js";

test("factors of the tables (R: qt(0.975, n), qnorm)", () => {
  expect(studentFactor(0.95, 1)).toBeCloseTo(12.7062047, 5);
  expect(studentFactor(0.95, 2)).toBeCloseTo(4.3026527, 6);
  expect(studentFactor(0.95, 5)).toBeCloseTo(2.5705818, 6);
  expect(studentFactor(0.99, 7)).toBeCloseTo(3.4994833, 6);
  expect(studentFactor(0.95, 30)).toBeCloseTo(2.0422725, 6);
  expect(normalFactor(0.95)).toBeCloseTo(1.959964, 4);
  expect(normalFactor(0.982)).toBeCloseTo(2.365618, 3);
});

test("the distribution is symmetric", () => {
  expect(studentCumulative(0, 4)).toBeCloseTo(0.5, 12);
  expect(studentCumulative(1.3, 4) + studentCumulative(-1.3, 4)).toBeCloseTo(1, 12);
});

test("the F tail of the tables (R: qf(0.95, 3, 20) and qf(0.99, 4, 10))", () => {
  expect(fTail(3.0983912, 3, 20)).toBeCloseTo(0.05, 6);
  expect(fTail(5.994339, 4, 10)).toBeCloseTo(0.01, 6);
});

test("gamma and beta at known points", () => {
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  expect(regularisedIncompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 12);
  expect(regularisedIncompleteBeta(0.4, 2, 3)).toBeCloseTo(0.5248, 10);
  expect(regularisedIncompleteBeta(0, 2, 3)).toBe(0);
  expect(regularisedIncompleteBeta(1, 2, 3)).toBe(1);
});
