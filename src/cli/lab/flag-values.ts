/**
 * Values of flags: lists, numbers, and what parsers throw as a usage error.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { UsageError } from "../errors.js";

/** The words of a list with commas. */
export const words = (list: string): string[] =>
  list
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** A whole number within bounds, or a usage error that names the flag. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`${flag}: ${text} is not a whole number from ${String(least)} to ${String(most)}`);
  }
  return value;
}

/** The value of `--seed`, or the one that is drawn where none is asked for. */
export const seedFrom = (asked: string | undefined, fresh: number): number =>
  asked === undefined ? fresh : wholeNumber("--seed", asked, 0, SEEDS - 1);

/** A seed that the clock draws. */
export const freshSeed = (clock: Clock): number => clock.now().getTime() % SEEDS;

const SEEDS = 2 ** 31;

/** Turns what a parser throws into a usage error that names the flag. */
export function usage<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
