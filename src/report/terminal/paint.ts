/**
 * Colour on a terminal, only where it was asked for. Nothing is said by colour alone.
 * @packageDocumentation
 */
import type { Verdict } from "../../model/summary.js";

/** A role that text plays; each has one look. */
export type Role = Verdict | "heading" | "quiet" | "strong" | "warning" | "plain";

const CODES: Readonly<Record<Exclude<Role, "plain">, string>> = {
  heading: "1",
  strong: "1",
  quiet: "2",
  warning: "33",
  same: "32",
  slower: "31",
  faster: "36",
  undecided: "33",
};

/** Gives a text the look of its role. Pad before painting: the codes take no columns. */
export type Paint = (role: Role, text: string) => string;

/** A painter that paints, or one that leaves every text as it is. */
export function painter(colour: boolean): Paint {
  return colour
    ? (role, text) => (text === "" || role === "plain" ? text : `\u001b[${CODES[role]}m${text}\u001b[0m`)
    : (_role, text) => text;
}
