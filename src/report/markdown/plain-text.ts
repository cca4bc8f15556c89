/**
 * Text in Markdown.
 * @packageDocumentation
 */

/** Text that Markdown leaves as it is: no markup, no HTML, no mention, no link to an issue, no line break. */
export function plainText(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cs}\p{Bidi_Control}]/gu, "\ufffd")
    .trim()
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/#/g, "&#35;")
    .replace(/@/g, "&#64;")
    .replace(/:\/\//g, "&#58;//")
    .replace(/\bwww\./gi, "www&#46;")
    .replace(/[\\`*_[\]|~!]/g, (character) => `\\${character}`)
    .replace(/^([-+=]|\d+[.)])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);
}
