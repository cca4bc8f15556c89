/**
 * Quantities as people type them on a command line. Every error says what was given, what is understood, and an example.
 * @packageDocumentation
 */
import { type BitsPerSecond, bitsPerSecond, type Seconds, seconds } from "./quantity.js";

/** A text that is not the quantity it should be. The message is complete: it can be printed as it is. */
export class QuantityError extends Error {
  override readonly name = "QuantityError";
  /** The text as it was given. */
  readonly given: string;

  constructor(given: string, problem: string, remedy: string) {
    super(`"${given}" ${problem}; ${remedy}`);
    this.given = given;
  }
}

const RATE_FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const RATE_REMEDY = "write a rate such as 1gbit, 100mbit or 2.5gbit, or none for no limit";

/** Below this the lab's 10-ms token bucket holds fewer than ten full frames, and the limiter itself would be measured. */
export const SLOWEST_LINK = bitsPerSecond(10e6);
/** Above this no Ethernet exists, so it is a slip of the keyboard. */
export const FASTEST_LINK = bitsPerSecond(1.6e12);

/**
 * Reads the rate of a link: `1gbit`, `100mbit`, `2.5Gbit/s`; `none` is null, a link without a limit.
 * @throws {@link QuantityError} for anything else, and for rates outside {@link SLOWEST_LINK} to {@link FASTEST_LINK}.
 */
export function parseLinkRate(text: string): BitsPerSecond | null {
  const word = text.trim().toLowerCase();
  if (word === "none") return null;
  if (/^[\d.]+\s*[kmgt]?bps$/.test(word)) throw new QuantityError(text, "could mean bits or bytes (tc reads bps as bytes)", RATE_REMEDY);
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)bit(?:\/s)?$/.exec(word);
  if (match === null) throw new QuantityError(text, "is not a link rate", RATE_REMEDY);
  const rate = Number(match[1]) * (RATE_FACTORS[match[2] ?? ""] ?? 1);
  if (rate === 0) throw new QuantityError(text, "is a link that carries nothing", RATE_REMEDY);
  if (rate < SLOWEST_LINK)
    throw new QuantityError(
      text,
      "is too slow for the lab's limiter",
      "10mbit is the least; below it the limiter itself would be measured",
    );
  if (rate > FASTEST_LINK) throw new QuantityError(text, "is faster than any link", RATE_REMEDY);
  return bitsPerSecond(rate);
}

const DURATION_FACTORS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };
const DURATION_REMEDY = "write a time such as 90s, 3m, 1.5m or 2m30s";

/**
 * Reads a span of time: `90s`, `3m`, `1.5m`, `2m30s`, `1h`, `500ms`. It is more than zero.
 * @throws {@link QuantityError} for anything else, a number without a unit included.
 */
export function parseDuration(text: string): Seconds {
  const word = text.trim().toLowerCase();
  if (Number(word) === 0 && word !== "") throw new QuantityError(text, "must be longer than 0", DURATION_REMEDY);
  if (/^\d+(?:\.\d+)?$/.test(word)) throw new QuantityError(text, "has no unit", `write ${word}s for seconds or ${word}m for minutes`);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|min|[smh])\s*)+$/.test(word)) throw new QuantityError(text, "is not a time", DURATION_REMEDY);
  let total = 0;
  let previous = Number.POSITIVE_INFINITY;
  for (const [, count, unit] of word.matchAll(/(\d+(?:\.\d+)?)(ms|min|[smh])/g)) {
    const factor = DURATION_FACTORS[unit ?? ""] ?? 1;
    if (factor >= previous) throw new QuantityError(text, "names its units out of order", DURATION_REMEDY);
    previous = factor;
    total += Number(count) * factor;
  }
  if (total === 0) throw new QuantityError(text, "must be longer than 0", DURATION_REMEDY);
  if (!Number.isFinite(total)) throw new QuantityError(text, "is longer than can be counted", DURATION_REMEDY);
  return seconds(total);
}

const FRACTION_REMEDY = "write a share such as 2% or 0.02";

/**
 * Reads a share of one: `2%` and `0.02` are both 0.02. It lies above 0 and below 1.
 * @throws {@link QuantityError} for anything else; `2` is refused, since 2 % and 200 % are both likely meanings.
 */
export function parseFraction(text: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim());
  if (match === null) throw new QuantityError(text, "is not a share", FRACTION_REMEDY);
  const [, number = "", percent] = match;
  const fraction = percent === "%" ? Number(number) / 100 : Number(number);
  if (fraction === 0) throw new QuantityError(text, "must be greater than 0", FRACTION_REMEDY);
  if (fraction >= 1)
    throw new QuantityError(text, "must be less than 100 %", percent === "%" ? FRACTION_REMEDY : `if you mean percent, write ${number}%`);
  return fraction;
}
