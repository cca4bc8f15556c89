/**
 * Words of a line of `iptables-save`: blanks part them, except inside of quotes, where a backslash keeps the next character.
 * @packageDocumentation
 */
import type { AddressFamily } from "../../units/address.js";
import { RulesetError, type SetLook } from "../ruleset.js";

/**
 * The words of a line. Nearly all of a large ruleset's time goes into this, so that words are cut out whole and only quoted ones are looked at by piece.
 * @throws RulesetError when a quote is not closed
 */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let at = behindBlanks(line, 0);
  while (at < line.length) {
    const end = endOfPlain(line, at);
    if (line.charCodeAt(end) === QUOTE) {
      const quoted = quotedWord(line, at);
      words.push(quoted.word);
      at = behindBlanks(line, quoted.end);
    } else {
      words.push(line.slice(at, end));
      at = behindBlanks(line, end);
    }
  }
  return words;
}

const SPACE = 32;
const QUOTE = 34;

function behindBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && line.charCodeAt(at) <= SPACE) at++;
  return at;
}

/** The end of what is neither blank nor a quote. */
function endOfPlain(line: string, from: number): number {
  let at = from;
  for (let code = line.charCodeAt(at); at < line.length && code > SPACE && code !== QUOTE; code = line.charCodeAt(at)) at++;
  return at;
}

/** A word of which a part or all stands in quotes. */
function quotedWord(line: string, from: number): { readonly word: string; readonly end: number } {
  let word = "";
  let at = from;
  for (;;) {
    const end = endOfPlain(line, at);
    word += line.slice(at, end);
    if (line.charCodeAt(end) !== QUOTE) return { word, end };
    at = end + 1;
    while (line.charCodeAt(at) !== QUOTE) {
      if (at >= line.length) throw new RulesetError(`a quote is not closed: ${line.slice(0, 80)}`);
      const isEscaped = line[at] === "\\";
      word += line[isEscaped ? at + 1 : at] ?? "";
      at += isEscaped ? 2 : 1;
    }
    at++;
  }
}

/** What a rule is read within. */
export interface RuleContext {
  readonly tool: "iptables" | "ip6tables";
  readonly table: string;
  readonly line: number;
  /** The table's own chains, which a target may name. */
  readonly chains: { readonly has: (name: string) => boolean };
  /** IP sets that were given with the rules. */
  readonly sets: KnownSets;
}

/** IP sets, by name. */
export interface KnownSets {
  /** How a packet is looked up in a set, by `src` or `dst` for each dimension; undefined where that is not known. */
  readonly looksInto: (name: string, directions: readonly string[], family: AddressFamily) => readonly SetLook[] | undefined;
}

/** Words of a rule, taken from the front. */
export class Words {
  #next = 0;
  constructor(
    readonly words: readonly string[],
    readonly context: RuleContext,
  ) {}

  peek(ahead = 0): string | undefined {
    return this.words[this.#next + ahead];
  }

  take(): string | undefined {
    return this.words[this.#next++];
  }

  /** @throws RulesetError where the rule ends */
  value(option: string): string {
    const word = this.take();
    if (word === undefined) throw new RulesetError(`line ${String(this.context.line)}: ${option} has no value`);
    return word;
  }
}
