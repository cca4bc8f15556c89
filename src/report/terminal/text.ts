/**
 * Text as a terminal shows it: columns instead of characters, no control characters, padding, cutting and wrapping.
 * @packageDocumentation
 */

/** Prose is not set wider than this, however wide the terminal is. */
export const PROSE_WIDTH = 110;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
/** Blocks that terminals draw two columns wide (Unicode Standard Annex 11, W and F), and pictographs. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;

/** One line of plain text: no escape sequences, control characters or line breaks, whatever a run file holds. */
export function plain(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cs}\p{Bidi_Control}]/gu, "\ufffd")
    .trim();
}

/** Text in which every character surely takes one column: ASCII, Latin, dashes, box drawing and geometric shapes. The usual case, and a hundred times quicker. */
const SIMPLE = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2015\u2018-\u2027\u2500-\u25fc]*$/;

/** What a person sees as one character each, e.g. a letter with its accents, or a family of emoji. */
export const graphemesOf = (text: string): readonly string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** Columns that a plain text takes on a terminal. */
export function displayWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemesOf(text)) width += INVISIBLE.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1;
  return width;
}

/** Fills up with spaces on the right. Longer texts stay as they are. */
export const padEnd = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - displayWidth(text)));

/** Fills up with spaces on the left. Longer texts stay as they are. */
export const padStart = (text: string, width: number): string => " ".repeat(Math.max(0, width - displayWidth(text))) + text;

/** Cuts to a number of columns; what is cut shows as `~`, which every terminal draws one column wide. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    const next = used + displayWidth(grapheme);
    if (next > width - 1) break;
    kept += grapheme;
    used = next;
  }
  return width > 0 ? `${kept}~` : "";
}

/** One line of prose: what does not fit is cut at a word, with an ellipsis. */
export function clipped(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const [first = ""] = wrap(text, width - ELLIPSIS.length);
  return `${first.replace(/[\s,;:.]+$/, "")}${ELLIPSIS}`;
}

const ELLIPSIS = "...";

/** The same as {@link truncate}, but both ends stay: of names that differ at their ends. */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const head = truncate(text, Math.ceil(width / 2));
  let kept = "";
  for (const grapheme of graphemesOf(text).toReversed()) {
    if (displayWidth(grapheme + kept) > width - displayWidth(head)) break;
    kept = grapheme + kept;
  }
  return `${head}${kept}`;
}

/** Breaks into lines of at most `width` columns at spaces; a longer word is broken where it must be. Continued lines start with `indent`. */
export function wrap(text: string, width: number, indent = ""): readonly string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = "";
  for (const word of plain(text)
    .split(" ")
    .flatMap((one) => pieces(one, room - displayWidth(indent)))) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (displayWidth(joined) <= room) line = joined;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return [...lines, line];
}

/** A text behind its label, which takes `column` columns; lines that go on stand below its first word. */
export const labelled = (label: string, text: string, column: number, width: number): readonly string[] =>
  wrap(text, width - column).map((line, index) => `${padEnd(index === 0 ? label : "", column)}${line}`);

function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  for (const grapheme of graphemesOf(word)) {
    if (displayWidth(part + grapheme) > width) {
      parts.push(part);
      part = "";
    }
    part += grapheme;
  }
  return [...parts, part];
}
