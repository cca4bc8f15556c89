import { expect, test } from "vitest";
import { RESAMPLES, resampling } from "../../statistics/bootstrap.js";
import { drawsOf } from "./pooled.js";

test("a hundred cells that were decided after different rounds keep no more than a few draws of a byte a round each", () => {
  const rounds = Array.from({ length: 100 }, (_, index) => 1_000 + index);
  const draws = drawsOf(7);
  const first = rounds.map(draws);
  const still = rounds.toReversed().flatMap((n) => first.filter((drawn) => drawn.n === n && drawn === draws(n)));
  const bytes = still.reduce((sum, { counts }) => sum + counts.byteLength, 0);
  expect(bytes).toBeLessThanOrEqual(4 * RESAMPLES * 1_099);
});

test("draws that are made again are the same, so that what is compared stays paired", () => {
  const draws = drawsOf(7);
  const before = draws(30);
  for (let n = 31; n < 60; n += 1) draws(n);
  expect(draws(30)).not.toBe(before);
  expect(draws(30)).toEqual(before);
  expect(draws(30)).toEqual(resampling(30, 37));
});
