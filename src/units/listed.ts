/**
 * Several names inside of a sentence.
 * @packageDocumentation
 */

/** `a`, `a and b`, `a, b and c`; empty without any. */
export const listed = (parts: readonly string[], word: "and" | "or" = "and"): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${word} ${parts.at(-1) ?? ""}`;
