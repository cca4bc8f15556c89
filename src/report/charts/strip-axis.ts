/**
 * Where ratios lie on a strip. On every strip left is worse than the host and right is better, so an axis runs backwards where lower is better.
 * @packageDocumentation
 */
import { type Extent, ratioScale } from "./ratio-scale.js";

/** Which way a metric is good. */
export type Better = "higher" | "lower";

/** The axis of a strip. */
export interface StripAxis {
  readonly better: Better;
  /** Place of a ratio from the left, 0 to 1; what lies beyond an end is put on it. */
  readonly place: (ratio: number) => number;
  /** The side on which a ratio lies beyond the axis. */
  readonly beyond: (ratio: number) => "left" | "right" | undefined;
  /** Ratios to label; 1 is among them. */
  readonly ticks: readonly number[];
  /** The ratios within the margin, where the axis shows them. */
  readonly margin: Extent | undefined;
}

/** A ratio that an axis must hold. */
export interface AxisValue {
  readonly median: number;
  readonly better: Better;
}

/** What is gained: above 1 is better than the host, whatever is counted. */
const gainOf = (ratio: number, better: Better): number => (better === "higher" ? ratio : ratio > 0 ? 1 / ratio : Number.POSITIVE_INFINITY);

/** Plain ends, since there is room for few labels. The nearest that hold nearly all medians are taken. */
const WORST_ENDS = [0.9, 0.8, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01] as const;
const BEST_ENDS = [1.1, 1.25, 2, 4, 10] as const;
/** What is labelled between an end and the host. */
const BETWEEN: Readonly<Record<number, number>> = { 0.25: 0.5, 0.1: 1 / 3, 0.05: 0.2, 0.02: 0.1, 0.01: 0.1 };
/** This share of the medians may lie beyond an end: one mode of a dozen that is slow in everything must not squeeze all others onto the host's line. */
const BEYOND = 0.1;
/** Only an end as far from the host as this, as a share of the axis, has room for a label of its own. */
const FAR = 0.27;

/** Axes for the columns of one matrix, all of one scale in what is gained: the ratio, or its reciprocal where lower is better. */
export function commonAxes(values: readonly AxisValue[]): (better: Better) => StripAxis {
  const gains = values
    .map(({ median, better }) => gainOf(median, better))
    .filter((gain) => !Number.isNaN(gain))
    .sort((one, other) => one - other);
  const cut = Math.floor(gains.length * BEYOND);
  const worst = WORST_ENDS.find((end) => end <= (gains[cut] ?? 1)) ?? 0.01;
  const best = BEST_ENDS.find((end) => end >= (gains[gains.length - 1 - cut] ?? 1)) ?? 10;
  const between = BETWEEN[worst];
  const span = Math.log(best / worst);
  const isFar = (end: number): boolean => Math.abs(Math.log(end)) >= FAR * span;
  const ends = [worst, ...(between === undefined ? [] : [between]), best].filter(isFar);
  const ticks = [...ends, 1].sort((one, other) => one - other);
  return (better) => ({
    better,
    place: (ratio) => {
      const gain = gainOf(ratio, better);
      return gain > 0 ? Math.min(1, Math.max(0, Math.log(Math.min(gain, 1e9) / worst) / span)) : 0;
    },
    beyond: (ratio) => {
      const gain = gainOf(ratio, better);
      return gain < worst ? "left" : gain > best ? "right" : undefined;
    },
    // Two digits after the point: 0.91 instead of 0.909, where the axis itself has 1.1.
    ticks: ticks.map((gain) => Number(gainOf(gain, better).toFixed(2))),
    margin: undefined,
  });
}

/** An axis for one metric alone, with its margin; a row or two that lie far out are left beyond its ends. */
export function ownAxis(extents: readonly Extent[], margin: number, better: Better): StripAxis {
  const scale = ratioScale(extents, margin);
  const [low, high] = better === "higher" ? (["left", "right"] as const) : (["right", "left"] as const);
  return {
    better,
    place: (ratio) => (better === "higher" ? scale.place(ratio) : 1 - scale.place(ratio)),
    beyond: (ratio) => {
      const side = scale.beyond(ratio);
      return side === undefined ? undefined : side === "low" ? low : high;
    },
    ticks: scale.ticks,
    margin: { low: 1 - margin, high: 1 + margin },
  };
}
