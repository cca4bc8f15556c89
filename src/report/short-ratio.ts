/**
 * A ratio in few signs, for cells that have room for a number alone.
 * @packageDocumentation
 */
import type { RatioLimit } from "../units/format.js";

/** `0.41`, `0.013`, `12.3`, `≥3.20`: two digits after the point around 1, two significant ones where it is small. */
export function shortRatio(ratio: number, limit?: RatioLimit): string {
  const sign = limit === undefined ? "" : limit === "at-least" ? "≥" : "≤";
  return `${sign}${ratioForms(ratio)[0]}`;
}

/** A ratio in several lengths: first as reports print it, then coarser and shorter for cells that have less room. */
export function ratioForms(ratio: number): readonly [string, ...string[]] {
  if (!Number.isFinite(ratio)) return [ratio > 0 ? "∞" : String(ratio)];
  // As it is printed: 0.0996 has as many digits as 0.1.
  const size = Math.abs(Number(ratio.toPrecision(3)));
  const power = ratio.toExponential(0).replace("e+", "e");
  if (size >= 1e5) return [ratio.toExponential(1), power];
  if (size >= 100) return [ratio.toFixed(0), power];
  if (size >= 10) return [ratio.toFixed(1), ratio.toFixed(0)];
  if (size >= 0.995) return [ratio.toFixed(2), ratio.toFixed(1), ratio.toFixed(0)];
  if (size >= 0.0995 || size === 0) return [ratio.toFixed(2)];
  if (size < 1e-4) return [power];
  return [ratio.toPrecision(2), size >= 0.0095 ? ratio.toFixed(2) : ratio.toPrecision(1), power];
}
