/**
 * The signs of the screen, for terminals that show UTF-8 and for those that do not. Each takes as many columns as it has characters.
 * @packageDocumentation
 */
import type { Verdict } from "../../../model/summary.js";
import type { RatioLimit } from "../../../units/format.js";
import { VERDICT_SIGNS } from "../../words.js";
import { displayWidth, graphemesOf } from "../text.js";

/** One set of signs. */
export interface Signs {
  readonly plusMinus: string;
  readonly infinite: string;
  readonly limits: Readonly<Record<RatioLimit, string>>;
  /** One column each. `slower` is worse, also where less is better. */
  readonly verdicts: Readonly<Record<Verdict, string>>;
  /** What joins the names of modes of one rank, one column each. */
  readonly ties: readonly [first: string, middle: string, last: string];
  /** A question that is decided and measured no longer. */
  readonly settled: string;
  readonly bar: readonly [done: string, left: string];
  /** A text in characters that the terminal has. */
  readonly text: (text: string) => string;
}

/**
 * Any text in ASCII: the characters that podwire itself writes become what stands for them, others a question mark, and what is not seen goes. Colours stay.
 * Nothing but podwire's own signs takes more columns than before.
 */
const ascii = (text: string): string => (IS_ASCII.test(text) ? text : graphemesOf(text).map(asciiGrapheme).join(""));

const IS_ASCII = /^[\n -~]*$/;

function asciiGrapheme(grapheme: string): string {
  const own = PLAIN[grapheme];
  if (own !== undefined) return own;
  const bare = grapheme.normalize("NFD").replace(/[\p{M}\p{Cf}]/gu, "");
  if (IS_ASCII.test(bare)) return bare;
  return PLAIN[bare] ?? (displayWidth(grapheme) === 0 ? "" : "?");
}

const PLAIN: Readonly<Record<string, string>> = {
  "\u001b": "\u001b",
  "\t": "\t",
  "\r\n": "\n",
  "\u00a0": " ",
  "±": "+-",
  "≥": ">=",
  "≤": "<=",
  "–": "-",
  "—": "-",
  "−": "-",
  "…": "...",
  "·": ".",
  "×": "x",
  "→": "->",
  µ: "u",
  μ: "u",
  "∞": "inf",
  "’": "'",
  "“": '"',
  "”": '"',
  "▲": "^",
  "▼": "v",
  "✓": "*",
  "✗": "x",
  "●": "o",
  "█": "#",
  "─": "-",
  "━": "=",
  "│": "|",
  "┐": "\\",
  "┘": "/",
};

const UTF8: Signs = {
  plusMinus: "±",
  infinite: "∞",
  limits: { "at-least": "≥", "at-most": "≤" },
  verdicts: VERDICT_SIGNS,
  ties: ["┐", "│", "┘"],
  settled: "✓",
  bar: ["━", "─"],
  text: (text) => text,
};

const ASCII: Signs = {
  plusMinus: "+-",
  infinite: "inf",
  limits: { "at-least": ">=", "at-most": "<=" },
  verdicts: { faster: "^", same: "=", slower: "v", undecided: "?" },
  ties: ["\\", "|", "/"],
  settled: "*",
  bar: ["=", "-"],
  text: ascii,
};

/** The signs that fit. */
export const signsFor = (utf8: boolean): Signs => (utf8 ? UTF8 : ASCII);
