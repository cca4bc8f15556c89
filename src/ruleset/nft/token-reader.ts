/**
 * Tokens of nft's text form, taken one after the other.
 * @packageDocumentation
 */
import { RulesetError } from "../ruleset.js";
import type { Token } from "./tokens.js";

/** A line's tokens, taken from the front. */
export class Tokens {
  #next = 0;
  constructor(
    readonly tokens: readonly Token[],
    readonly where: string,
  ) {}

  done(): boolean {
    return this.#next >= this.tokens.length;
  }
  position(): number {
    return this.#next;
  }
  /** The tokens since a position, as text. */
  since(start: number): string {
    return this.tokens
      .slice(start, this.#next)
      .map(({ text, quoted }) => (quoted ? `"${text}"` : text))
      .join(" ");
  }
  /** Whether one of these words was taken since a position; texts in quotes are none. */
  hasWordSince(start: number, words: ReadonlySet<string>): boolean {
    return this.tokens.slice(start, this.#next).some(({ text, quoted }) => !quoted && words.has(text));
  }
  peekText(ahead = 0): string | undefined {
    return this.tokens[this.#next + ahead]?.text;
  }
  /** The next token where it is no text in quotes. */
  peekWord(ahead = 0): string | undefined {
    const token = this.tokens[this.#next + ahead];
    return token === undefined || token.quoted ? undefined : token.text;
  }
  take(): Token | undefined {
    return this.tokens[this.#next++];
  }
  /** @throws RulesetError where the rule ends */
  text(): string {
    const token = this.take();
    if (token === undefined) throw new RulesetError(`${this.where}: the rule is cut short`);
    return token.text;
  }
  /** @throws RulesetError where something else stands here */
  skip(text: string): void {
    if (this.text() !== text) throw new RulesetError(`${this.where}: ${text} is missing`);
  }
  /** @throws RulesetError where the brace is not closed */
  skipBraces(): void {
    let depth = 0;
    do {
      const text = this.text();
      depth += text === "{" ? 1 : text === "}" ? -1 : 0;
    } while (depth > 0);
  }
}
