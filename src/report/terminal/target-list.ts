/**
 * What can be rendered, for people.
 * @packageDocumentation
 */
import type { TargetList } from "../../model/render-targets.js";

const WORDS = { run: "run from them here", parsed: "read by it here", "not here": "not checked here" } as const;

/** A target a paragraph. */
export const renderTargetList = ({ targets }: TargetList, width: number): string =>
  targets
    .map(({ target, title, variants, checker, checked, why }) =>
      [
        `${target}: ${title}`,
        ...wrapped("for", variants.join(", "), width),
        ...wrapped("checked", `${checker} (${WORDS[checked]}${why === undefined ? "" : `; ${why}`})`, width),
        "",
      ].join("\n"),
    )
    .join("\n");

function wrapped(label: string, text: string, width: number): string[] {
  const lines = [`  ${label.padEnd(8)}`];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last.length + 1 + word.length <= width || last.trim() === "" || lines.length === 0) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${" ".repeat(10)} ${word}`);
  }
  return lines;
}
