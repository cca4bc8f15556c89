/**
 * HTML that is safe by construction: the only way to text that is not escaped is through the {@link html} tag.
 * @packageDocumentation
 */

/** A piece of HTML. Made by {@link html}; everything put into it was escaped or is itself markup. */
export class Markup {
  /** Plain HTML text. */
  readonly text: string;
  private constructor(text: string) {
    this.text = text;
  }

  /** Joins literal parts of a template with escaped values. */
  static fromTemplate(parts: readonly string[], values: readonly MarkupValue[]): Markup {
    return new Markup(parts.map((part, index) => (index === 0 ? part : `${rendered(values[index - 1] ?? "")}${part}`)).join(""));
  }
}

/** What a template may hold: text (escaped), markup (as it is), or a list of both. */
export type MarkupValue = string | Markup | readonly (string | Markup)[];

/** Builds markup from a template; every string in it is escaped for element content and for quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return Markup.fromTemplate(parts, values);
}

/** Nothing. */
export const EMPTY: Markup = html``;

function rendered(value: MarkupValue): string {
  if (typeof value === "string") return escaped(value);
  if (value instanceof Markup) return value.text;
  return value.map(rendered).join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" };

/** Escapes markup and drops what no HTML text may hold: control characters and lone surrogates. */
function escaped(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, "\ufffd").replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? character);
}
