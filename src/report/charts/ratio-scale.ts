/**
 * The axis of a ratio plot: logarithmic, so that half and double lie equally far from the host, with ticks at plain numbers.
 * @packageDocumentation
 */

/** An axis of ratios with the host's 1 always on it. */
export interface RatioScale {
  readonly low: number;
  readonly high: number;
  /** Ratios to label, ascending; 1 is among them. */
  readonly ticks: readonly number[];
  /** Place of a ratio between 0 (the low end) and 1; ratios beyond an end are put on it. */
  place(ratio: number): number;
  /** Whether a ratio lies beyond an end, and on which side. */
  beyond(ratio: number): "low" | "high" | undefined;
}

/** No axis goes further; what lies beyond is drawn as an arrow at the end. */
const LEAST = 0.01;
const MOST = 100;
const ROOM = 0.06;

/** What an axis must hold of one row. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

/**
 * An axis that holds these extents and the margin band around 1. One or two rows that lie so far out that the others could no longer be
 * told apart are left beyond its ends; so are ratios that are not positive.
 */
export function ratioScale(extents: readonly Extent[], margin: number): RatioScale {
  const { low: least, high: most } = around(withoutOutliers(extents, margin), margin);
  const room = Math.log(most / least) * ROOM;
  const low = least * Math.exp(-room);
  const high = most * Math.exp(room);
  const span = Math.log(high / low);
  return {
    low,
    high,
    ticks: ticks(low, high),
    place: (ratio) => (ratio > 0 ? Math.min(1, Math.max(0, Math.log(Math.min(ratio, 1e9) / low) / span)) : 0),
    beyond: (ratio) => (ratio < low ? "low" : ratio > high ? "high" : undefined),
  };
}

/** The least and the most of the extents, with room for the band around the host. */
function around(extents: readonly Extent[], margin: number): Extent {
  const closest = Math.min(0.5, Math.max(margin * 1.6, 0.01));
  const usable = extents
    .flatMap(({ low, high }) => [low, high])
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
    .map((ratio) => Math.min(MOST, Math.max(LEAST, ratio)));
  return { low: Math.min(1 - closest, ...usable), high: Math.max(1 + closest, ...usable) };
}

/** A row is left out when the axis is less than this share as long without it. */
const WORTH_CUTTING = 0.6;

function withoutOutliers(extents: readonly Extent[], margin: number): readonly Extent[] {
  const span = (rows: readonly Extent[]): number => {
    const { low, high } = around(rows, margin);
    return Math.log(high / low);
  };
  let kept = extents;
  for (let cut = 0; cut < 2 && kept.length >= 4; cut += 1) {
    const spans = kept.map((_, index) => span(kept.filter((_row, other) => other !== index)));
    const shortest = Math.min(...spans);
    if (shortest > span(kept) * WORTH_CUTTING) break;
    kept = kept.filter((_, index) => index !== spans.indexOf(shortest));
  }
  return kept;
}

/** Multipliers of the powers of ten, the finest first: an axis takes the first that gives few enough ticks. */
const WIDE_STEPS = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]] as const;
const DECADES = [0.01, 0.1, 1, 10, 100];
const STEPS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
const MOST_TICKS = 6;

/** Even steps while the axis is short, plain multiples of the powers of ten when it is long. */
function ticks(low: number, high: number): readonly number[] {
  const step = STEPS.find((one) => (high - low) / one <= MOST_TICKS);
  if (high / low > 4 || step === undefined) return wideTicks(low, high);
  const first = Math.ceil((low - 1) / step);
  const last = Math.floor((high - 1) / step);
  return Array.from({ length: last - first + 1 }, (_, index) => Number((1 + (first + index) * step).toFixed(4)));
}

function wideTicks(low: number, high: number): readonly number[] {
  const choices = WIDE_STEPS.map((multipliers) =>
    DECADES.flatMap((decade) => multipliers.map((multiplier) => Number((decade * multiplier).toPrecision(2)))).filter(
      (tick) => tick >= low && tick <= high,
    ),
  );
  return choices.find((ticks) => ticks.length <= MOST_TICKS) ?? choices.at(-1) ?? [1];
}

/** A tick as short as it can be written. */
export const tickText = (tick: number): string => String(Number(tick.toFixed(4)));
