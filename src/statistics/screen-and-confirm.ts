/**
 * Whether a change helps: screened first, then confirmed on fresh blocks. A rule without effects, so that how often it is wrong can be simulated.
 *
 * A block is four visits, without, with, with, without the change: a drift that is even over the block falls out of it. 25 harmless changes that are each
 * tested once at 95 % keep something in a third of healthy runs; that a change has to win twice, on blocks that have nothing in common, is what prevents it.
 * @packageDocumentation
 */
import { scaledMedianAbsoluteDeviation } from "./median.js";
import { estimateOf, type MedianEstimate } from "./median-interval.js";
import { LOOK_CONFIDENCE, SINGLE_CONFIDENCE } from "./planned-looks.js";
import { sampleOf } from "./sample.js";

/** The logarithm of a block's figure with the change over that without it; more is better. Infinite where one side moved nothing, undefined where neither did. */
export type Block = number | undefined;

/** The two phases of a trial. */
export type Phase = "screening" | "confirmation";

/** Where a phase stands after a block. */
export type Standing =
  | { readonly kind: "open" }
  | { readonly kind: "won"; readonly estimate: MedianEstimate }
  /** Nothing moved without the change, and with it something does. */
  | { readonly kind: "revived" }
  | { readonly kind: "lost"; readonly why: "cannot win" | "undecided" | "nothing moved"; readonly estimate?: MedianEstimate };

/** Numbers of blocks at which a phase is looked at; the last one ends it. */
export const LOOKS: Readonly<Record<Phase, readonly [number, number, number]>> = { screening: [6, 12, 25], confirmation: [12, 25, 60] };
const CONFIDENCE: Readonly<Record<Phase, number>> = { screening: SINGLE_CONFIDENCE, confirmation: LOOK_CONFIDENCE };
/** A path that carried nothing in so many blocks and something with the change in each of them works again: that is no matter of noise. */
const REVIVED: Readonly<Record<Phase, number>> = { screening: 2, confirmation: 3 };
/** Where nothing moves on either side, in four visits, more of them show nothing new. */
const SILENT = 1;

/**
 * The figure of a block. A failed visit counts against the change: with it as nothing moved, without it not at all where the block's other visit moved something.
 * @param without - figures of its two visits without the change, and `withIt` of those with it; what failed is 0
 */
export function blockOf(without: readonly [number, number], withIt: readonly [number, number], better: "higher" | "lower"): Block {
  const before = meanOf(without.filter((figure) => figure !== 0));
  const moved = withIt.filter((figure) => figure !== 0);
  if (moved.length === 0) return before === 0 ? undefined : Number.NEGATIVE_INFINITY;
  if (before === 0) return Number.POSITIVE_INFINITY;
  if (moved.length < withIt.length && better === "lower") return Number.NEGATIVE_INFINITY;
  const ratio = Math.log(meanOf(withIt) / before);
  return better === "higher" ? ratio : -ratio;
}

const meanOf = (figures: readonly number[]): number => figures.reduce((sum, one) => sum + one, 0) / Math.max(1, figures.length);

/**
 * Where a phase stands.
 * @param margin - the smallest gain that is worth keeping, a fraction
 */
export function standingAfter(phase: Phase, blocks: readonly Block[], margin: number): Standing {
  const n = blocks.length;
  if (n >= SILENT && blocks.every((block) => block === undefined)) return { kind: "lost", why: "nothing moved" };
  if (n >= REVIVED[phase] && blocks.every((block) => block === Number.POSITIVE_INFINITY)) return { kind: "revived" };
  const looks = LOOKS[phase];
  const last = looks[looks.length - 1] ?? 0;
  if (!looks.includes(n) && n < last) return { kind: "open" };
  return looked(phase, blocks, margin, n >= last);
}

/** What a phase comes to when no more blocks can be had. */
export function standingAtEnd(phase: Phase, blocks: readonly Block[], margin: number): Standing {
  const before = standingAfter(phase, blocks, margin);
  return before.kind === "open" ? looked(phase, blocks, margin, true) : before;
}

function looked(phase: Phase, blocks: readonly Block[], margin: number, isLast: boolean): Standing {
  const estimate = estimateOf(
    blocks.map((block) => block ?? 0),
    CONFIDENCE[phase],
  );
  const least = Math.log1p(margin);
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = estimate?.interval ?? {};
  if (estimate !== undefined && low > least) return { kind: "won", estimate };
  const shown = estimate === undefined ? {} : { estimate };
  if (high < least) return { kind: "lost", why: "cannot win", ...shown };
  if (!isLast) return { kind: "open" };
  // A screening sorts out what is worth fresh blocks: faster, and typically by as much as is worth keeping.
  if (phase === "screening" && estimate !== undefined && low > 0 && estimate.centre > least) return { kind: "won", estimate };
  return { kind: "lost", why: "undecided", ...shown };
}

const FEWEST_FOR_SPREAD = 3;
/** Of the median of n normal values, in their standard deviations. */
const MEDIAN_ERROR = Math.sqrt(Math.PI / 2);
/** Half-width of a 98.2 % interval, and what four of five stay above, in standard deviations of a normal estimate. */
const LOOK_FACTOR = 2.366;
const FOUR_OF_FIVE = 0.842;

/**
 * The gain that would be kept four times in five, as a ratio, by the spread that blocks showed; undefined where too few were seen.
 * @param most - blocks that a confirmation could have
 */
export function smallestEffect(series: readonly (readonly Block[])[], margin: number, most: number): number | undefined {
  const deviations = series.flatMap((blocks) => {
    const finite = sampleOf(blocks.filter((block): block is number => block !== undefined && Number.isFinite(block)));
    return finite === undefined || finite.length < FEWEST_FOR_SPREAD ? [] : [scaledMedianAbsoluteDeviation(finite)];
  });
  if (deviations.length === 0 || most < 1) return undefined;
  const spread = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  const error = (MEDIAN_ERROR * spread) / Math.sqrt(Math.min(most, LOOKS.confirmation[2]));
  return Math.exp(Math.log1p(margin) + (LOOK_FACTOR + FOUR_OF_FIVE) * error);
}
