/**
 * Values of flags: lists, numbers, and what parsers throw as a usage error.
 * @packageDocumentation
 */
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

/** Turns what a parser throws into a usage error that names the flag. */
export function usage<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
