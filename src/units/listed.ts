/**
 * Several names inside of a sentence.
 * @packageDocumentation
 */

/** `a`, `a and b`, `a, b and c`; empty without any. */
export const listed = (parts: readonly string[], word: "and" | "or" = "and"): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${word} ${parts.at(-1) ?? ""}`;

/** Of many names the first ones, and how many more there are, which takes the place of one: of five at most three are `a, b and 3 more`. */
export function listedUpTo(parts: readonly string[], most: number): string {
  if (parts.length <= most) return listed(parts);
  const shown = Math.max(1, most - 1);
  return `${parts.slice(0, shown).join(", ")} and ${String(parts.length - shown)} more`;
}
