/**
 * Student's t distribution and, as its limit, the normal one.
 * @packageDocumentation
 */
import { regularisedIncompleteBeta } from "./incomplete-beta.js";

/** P(T <= t) with `freedom` degrees of freedom (at least 1). */
export function studentCumulative(t: number, freedom: number): number {
  const tail = regularisedIncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Degrees of freedom at which Student's distribution is taken for the normal one: the difference is below 1e-5. */
const NEARLY_NORMAL = 200_000;
const REMEMBERED = new Map<string, number>();

/** The factor t for a two-sided interval: P(-t <= T <= t) = confidence. */
export function studentFactor(confidence: number, freedom: number): number {
  const key = `${String(confidence)}/${String(freedom)}`;
  const known = REMEMBERED.get(key);
  if (known !== undefined) return known;
  const factor = bisect((t) => 2 * studentCumulative(t, freedom) - 1 - confidence);
  REMEMBERED.set(key, factor);
  return factor;
}

/** The factor z for a two-sided interval of normal noise: 1.96 at 95 %. */
export function normalFactor(confidence: number): number {
  return studentFactor(confidence, NEARLY_NORMAL);
}

/** The zero of a rising function of a positive number. */
function bisect(rising: (x: number) => number): number {
  let low = 0;
  let high = 1;
  while (rising(high) < 0) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    // No number lies between neighbours.
    if (middle === low || middle === high) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}
