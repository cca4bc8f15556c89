/**
 * Text as man(7) macros take it: what the formatter would read as a command or turn into a typographic sign is escaped.
 * @packageDocumentation
 */

const COLUMNS = 78;

/** Signs that groff and mandoc print as other ones, or read as commands, unless they are written so (groff_char(7)). */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** A text with every sign as it is, whatever its place in a line. */
export function literal(text: string): string {
  return text
    .replaceAll(/[\\\-'`^~]/g, (sign) => ESCAPES[sign] ?? sign)
    .replaceAll(/[^\n\x20-\x7e]/gu, (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** In bold, as what is typed. */
export const bold = (text: string): string => `\\fB${literal(text)}\\fR`;

/** In italics, as what stands for something else. */
const italic = (text: string): string => `\\fI${literal(text)}\\fR`;

/** A sentence of ours, in which backquotes hold what is typed, as lines that a person can read. */
export function prose(text: string): string {
  // Every second part was in backquotes.
  const parts = text.split(/`([^`]+)`/);
  const marked = parts.map((part, place) => (place % 2 === 1 ? bold(part) : literal(part))).join("");
  return wrapped(marked);
}

/** The flags of an option with its value, or the words of a command with its arguments: words in bold, placeholders in italics. */
export const usage = (words: string): string =>
  words
    .split(/(<[^>]+>|\[[^\]]+\])/)
    .filter((part) => part !== "")
    .map((part) => placeholder(part) ?? (/^[\s,]+$/.test(part) ? part : bold(part)))
    .join("");

/** `<file>` is a value that must be given; what stands in square brackets may be left out, and keeps them. */
function placeholder(part: string): string | undefined {
  const [, value, optional] = /^(?:<(.+)>|\[(.+)\])$/s.exec(part) ?? [];
  if (value !== undefined) return italic(value);
  return optional === undefined ? undefined : `[${italic(optional)}]`;
}

/** A term with what it means, indented. */
export const tagged = (term: string, meaning: string): string => `.TP\n${guarded(term)}\n${meaning}`;

/** Lines that are kept as they are. */
export const verbatim = (lines: readonly string[]): string => [".EX", ...lines.map((line) => guarded(literal(line))), ".EE"].join("\n");

/** Words of some lines in lines of the page's width. A line that begins with a dot would be a command. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map(guarded).join("\n");
}

const guarded = (line: string): string => (line.startsWith(".") ? `\\&${line}` : line);
