/**
 * Numbers as people read them: three significant digits, an SI step, the unit beside the number.
 * @packageDocumentation
 */
import type { Unit } from "./quantity.js";

/** A quantity split where typography may want to treat the two differently. */
export interface QuantityParts {
  readonly number: string;
  readonly unit: string;
}

type Step = readonly [factor: number, unit: string];

const SI_BITS: readonly Step[] = [
  [1e12, "Tbit/s"],
  [1e9, "Gbit/s"],
  [1e6, "Mbit/s"],
  [1e3, "kbit/s"],
  [1, "bit/s"],
];
const SI_FRAMES: readonly Step[] = [
  [1e9, "Gframe/s"],
  [1e6, "Mframe/s"],
  [1e3, "kframe/s"],
  [1, "frame/s"],
];
const REQUESTS: readonly Step[] = [
  [1e6, "million request/s"],
  [1e3, "thousand request/s"],
  [1, "request/s"],
];
const MICROSECONDS: readonly Step[] = [
  [1e6, "s"],
  [1e3, "ms"],
  [1, "us"],
];

const STEPS: Readonly<Partial<Record<Unit, readonly Step[]>>> = {
  "bit/s": SI_BITS,
  "frame/s": SI_FRAMES,
  "request/s": REQUESTS,
  us: MICROSECONDS,
};

/** Three significant digits without an exponent wherever that stays readable: `933`, `41.2`, `1.23`, `0.0571`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size === 0) return "0";
  if (size >= 1e7 || size < 1e-6) return rounded.toExponential(2);
  return rounded.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

/** Splits a quantity into number and unit at the largest step that leaves the rounded number at 1 or more. */
export function quantityParts(value: number, unit: Unit): QuantityParts {
  const steps = STEPS[unit];
  if (steps === undefined) return { number: formatNumber(value), unit };
  const step = steps.find(([factor]) => Math.abs(Number((value / factor).toPrecision(3))) >= 1) ?? steps.at(-1);
  const [factor, name] = value === 0 || step === undefined ? [1, unit] : step;
  return { number: formatNumber(value / factor), unit: name };
}

/** A quantity as one text: `933 Mbit/s`, `1.23 Mframe/s`, `41.2 us`, `12.3 thousand request/s`, `0.512 CPU s/GB`. */
export function formatQuantity(value: number, unit: Unit): string {
  const parts = quantityParts(value, unit);
  return `${parts.number} ${parts.unit}`;
}

/** The same for narrow columns: `12.3 kreq/s` instead of `12.3 thousand request/s`, `s/Mframe` instead of `CPU s/million frames`. */
export function formatQuantityShort(value: number, unit: Unit): string {
  const parts = quantityParts(value, unit);
  return `${parts.number} ${SHORT_UNITS[parts.unit] ?? parts.unit}`;
}

const SHORT_UNITS: Readonly<Record<string, string>> = {
  "million request/s": "Mreq/s",
  "thousand request/s": "kreq/s",
  "request/s": "req/s",
  "CPU s/million frames": "CPU s/Mframe",
  "CPU s/thousand requests": "CPU s/kreq",
  "CPU s/million round trips": "CPU s/Mtrip",
};

/** Digits after the point that a ratio of this size is shown with: 3 around 1, fewer above 10, more below 0.01. */
function ratioDigits(ratio: number): number {
  const size = Math.abs(ratio);
  if (!Number.isFinite(size) || size === 0) return 3;
  const threeSignificant = 2 - Math.floor(Math.log10(size));
  return size >= 0.01 && size < 10 ? 3 : Math.min(8, Math.max(0, threeSignificant));
}

/** A ratio and its limits, all with the digits that the ratio itself needs. Limits are undefined where there is no interval; one that is not known is `unknown`. */
export interface RatioTexts {
  readonly median: string;
  readonly low: string | undefined;
  readonly high: string | undefined;
  /** Set where the ratio itself is only a limit. */
  readonly limit?: RatioLimit | undefined;
}

/** How the true ratio lies to one that is only a limit. */
export type RatioLimit = "at-least" | "at-most";
const LIMITS: Readonly<Record<RatioLimit, { readonly sign: string; readonly words: string }>> = {
  "at-least": { sign: ">= ", words: "lower limit" },
  "at-most": { sign: "<= ", words: "upper limit" },
};

/** Formats the three numbers of a ratio alike, so that they can be set in aligned columns. A limit has its sign before it: `>= 12.3`. */
export function ratioTexts(median: number, low: number | null, high: number | null, limit?: RatioLimit): RatioTexts {
  const digits = ratioDigits(median);
  const text = (value: number | null): string | undefined => {
    if (value !== null) return fixed(value, digits);
    return low === null && high === null ? undefined : "unknown";
  };
  const sign = limit === undefined ? "" : LIMITS[limit].sign;
  return { median: `${sign}${fixed(median, digits)}`, low: text(low), high: text(high), limit };
}

function fixed(value: number, digits: number): string {
  if (value === Number.POSITIVE_INFINITY) return "∞";
  if (Math.abs(value) >= 1e7) return value.toExponential(2);
  const text = value.toFixed(digits);
  // A limit far below its ratio is small, not nothing.
  return value !== 0 && Number(text) === 0 ? String(Number(value.toPrecision(1))) : text;
}

/** `0.942 [0.936, 0.948]`, or `0.942 [no interval]` where there were too few rounds for one. */
export function formatRatio(median: number, low: number | null, high: number | null, limit?: RatioLimit): string {
  const texts = ratioTexts(median, low, high, limit);
  return `${texts.median} ${formatInterval(texts)}`;
}

/** `[0.936, 0.948]`, `[no interval]` or, of a limit, `[lower limit]`. */
export function formatInterval(texts: RatioTexts): string {
  return texts.low === undefined || texts.high === undefined ? `[${withoutInterval(texts)}]` : `[${texts.low}, ${texts.high}]`;
}

/** Why a ratio has no interval, in two words. */
export const withoutInterval = ({ limit }: RatioTexts): string => (limit === undefined ? "no interval" : LIMITS[limit].words);

/** A fraction as percent: 0.02 is `2 %`, 0.0571 is `5.7 %`, 0.0004 is `0.04 %`. */
export function formatPercent(fraction: number): string {
  const percent = fraction * 100;
  if (!Number.isFinite(percent)) return `${String(percent)} %`;
  const size = Math.abs(percent);
  const digits = size >= 100 || size === 0 ? 0 : size >= 0.1 ? 1 : 1 - Math.floor(Math.log10(size));
  const text = percent.toFixed(Math.min(digits, 8));
  return `${text.includes(".") ? text.replace(/\.?0+$/, "") : text} %`;
}

/** A share delivered as percent, never rounded to all of it: 0.9996 is `99.96 %`. */
export function formatDelivered(share: number): string {
  const lost = (1 - share) * 100;
  const digits = lost > 0 ? Math.min(13, Math.max(1, 1 - Math.floor(Math.log10(lost)))) : 0;
  return share < 1 ? `${(share * 100).toFixed(digits).replace(/\.?0+$/, "")} %` : "100 %";
}

/** A span of time in words: `0.4 s`, `42 s`, `3 min 5 s`, `1 h 2 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return `${String(seconds)} s`;
  if (Math.abs(seconds) < 10) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined([minutes, "min"], [whole % 60, "s"]);
  return joined([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
}

function joined(large: readonly [number, string], small: readonly [number, string]): string {
  return [large, small]
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${String(count)} ${unit}`)
    .join(" ");
}

/** A span of time as a clock shows it: `1:32`, `1:02:05`. Negative spans are shown as `0:00`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(Number.isFinite(seconds) ? seconds : 0));
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${String(minutes)}:${two(whole % 60)}`;
  return `${String(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A moment as it stands in run files (ISO 8601), for people: `2026-02-03 09:15 UTC`. What is no such moment stays as it is. */
export function formatMoment(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(iso);
  return match === null ? iso : `${match[1] ?? ""} ${match[2] ?? ""} UTC`;
}

/** A whole number with its thousands apart: `1 234 567`, by spaces that no line breaks at. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return String(count);
  const text = Math.abs(count) >= 1e15 ? count.toExponential(2) : Math.round(count).toString();
  return text.includes("e") ? text : text.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/** A whole number for texts that programs read as well, in JSON and in a pipe: `1,234,567`. */
export const plainCount = (count: number): string => count.toLocaleString("en");

/** A rate that was set, not measured: `1 Gbit/s`, without digits that say nothing. */
export const exactRate = (rate: number): string =>
  formatQuantity(rate, "bit/s").replace(/\.?0+(?= )/, (zeros) => (zeros.startsWith(".") ? "" : zeros));

/**
 * Half of an interval, rounded up so that it never claims more than is known. Where so few digits would leave nothing, or make one tenth of a unit a whole one, it
 * has one more; 0 is of an interval without width alone.
 * @param digits - behind the point
 */
export function formatHalfWidth(half: number, digits: number): string {
  if (half === 0) return half.toFixed(digits);
  // What an addition leaves in a last binary place is no reason to round up.
  const tolerance = 1e-6;
  const shown = digits + (half * 10 ** digits < 1 - tolerance ? 1 : 0);
  const unit = 10 ** shown;
  return (Math.max(1, Math.ceil(half * unit - tolerance)) / unit).toFixed(shown);
}
