/**
 * Paragraphs, tables and folds as GitHub reads them.
 * @packageDocumentation
 */
import { type Answer, answerText } from "../answer.js";
import { plainText } from "./plain-text.js";

/** The answer in one line, its first sentence in bold. */
export const answerParagraph = ([first, ...rest]: Answer): string =>
  `**${plainText(first?.text ?? "")}** ${plainText(answerText(rest))}`.trim();

/**
 * A table; head and cells are Markdown already.
 * @param right from which column on cells are set to the right; default none
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], right = head.length): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index < right ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** A fold around what is not empty; nothing where everything is. Its parts stand apart, or GitHub would read them as HTML. */
export function folded(title: string, parts: readonly string[]): readonly string[] {
  const body = parts.filter((part) => part !== "");
  return body.length === 0 ? [] : [`<details><summary>${title}</summary>`, ...body, "</details>"];
}
