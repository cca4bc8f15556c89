/**
 * Words and signs of nft's text form.
 * @packageDocumentation
 */
import { RulesetError } from "../ruleset.js";

/** A word, a quoted text, or a sign. */
export interface Token {
  readonly text: string;
  /** A text in quotes, which is never a keyword. */
  readonly quoted: boolean;
}

/** Signs that stand by themselves. A dot is one only between blanks: addresses and device names have it too. */
const SIGN = /^(?:==|!=|<=|>=|<<|>>|[{}(),;:=<>&|^/@])/;

/**
 * The tokens of a line.
 * @throws RulesetError when a quote is not closed
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    if (rest.startsWith('"')) {
      const end = rest.indexOf('"', 1);
      if (end < 0) throw new RulesetError(`a quote is not closed: ${text.trim().slice(0, 80)}`);
      tokens.push({ text: rest.slice(1, end), quoted: true });
      rest = rest.slice(end + 1).trimStart();
      continue;
    }
    const word = wordAt(rest);
    tokens.push({ text: word, quoted: false });
    rest = rest.slice(word.length).trimStart();
  }
  return tokens;
}

/** An address of IPv6 holds colons, a prefix a slash and a set's name an at sign, none of which parts it. */
const ADDRESS = /^(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]*(?:\/\d{1,3})?(?:-(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]*)?(?=[\s,}:;)]|$)/i;
const PREFIX = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}(?![\d.])/;
const NAME = /^@[\w.\-/]+/;
const WORD = /^[^\s{}(),;:=<>&|^/@!"]+/;

function wordAt(rest: string): string {
  const found = ADDRESS.exec(rest) ?? PREFIX.exec(rest) ?? NAME.exec(rest) ?? SIGN.exec(rest) ?? WORD.exec(rest);
  return found === null || found[0] === "" ? (rest[0] ?? "") : found[0];
}
