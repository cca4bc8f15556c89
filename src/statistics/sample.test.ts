import fc from "fast-check";
import { expect, test } from "vitest";
import { median, medianOf, medianOfSorted, scaledMedianAbsoluteDeviation } from "./median.js";
import { GrowingSample, orderStatistic, sampleOf, sorted } from "./sample.js";

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 60 });

const sample = (numbers: readonly number[]) => {
  const made = sampleOf(numbers);
  if (made === undefined) throw new Error("the test gave no numbers");
  return made;
};

test("no values are no sample, and NaN is none either", () => {
  expect(sampleOf([])).toBeUndefined();
  expect(new GrowingSample().view()).toBeUndefined();
  const refusal = new RangeError("a sample cannot hold NaN");
  expect(() => sampleOf([1, Number.NaN])).toThrow(refusal);
  expect(() => {
    new GrowingSample().add(Number.NaN);
  }).toThrow(refusal);
});

test("a growing sample is sorted as if it had been sorted at once, and remembers the order of coming", () => {
  fc.assert(
    fc.property(values, (numbers) => {
      const growing = new GrowingSample();
      for (const number of numbers) growing.add(number);
      expect(growing.view()?.sorted).toEqual([...numbers].sort((one, other) => one - other));
      expect(growing.view()?.inOrder).toEqual(numbers);
      expect(growing.n).toBe(numbers.length);
    }),
  );
});

test("half of a sample lies on each side of its median", () => {
  fc.assert(
    fc.property(values, (numbers) => {
      const middle = median(sample(numbers));
      expect(numbers.filter((number) => number < middle).length).toBeLessThanOrEqual(numbers.length / 2);
      expect(numbers.filter((number) => number > middle).length).toBeLessThanOrEqual(numbers.length / 2);
    }),
  );
});

test("known medians", () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  expect(medianOf([])).toBeUndefined();
  expect(medianOf([Number.MIN_VALUE, Number.MIN_VALUE])).toBe(Number.MIN_VALUE);
  expect(medianOfSorted(sorted(sample([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])))).toBe(Number.NEGATIVE_INFINITY);
});

test("the scaled deviation of a normal sample is its standard deviation", () => {
  // Quantiles of the normal distribution with sd 2 at 1/8, 3/8, 5/8, 7/8 and the quartiles: half of it within 0.6745 sd.
  expect(scaledMedianAbsoluteDeviation(sample([-1.3489795, 0, 1.3489795]))).toBeCloseTo(2, 6);
  expect(scaledMedianAbsoluteDeviation(sample([5 - 1.3489795, 5, 5 + 1.3489795]))).toBeCloseTo(2, 6);
});

test("a rank outside the sample is an error", () => {
  const two = sorted(sample([2, 1]));
  expect(orderStatistic(two, 1)).toBe(1);
  expect(() => orderStatistic(two, 0)).toThrow(new RangeError("rank 0 is not within 1 and 2"));
  expect(() => orderStatistic(two, 3)).toThrow(new RangeError("rank 3 is not within 1 and 2"));
});
