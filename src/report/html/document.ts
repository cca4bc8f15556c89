/**
 * The frame of an HTML report: one file that loads nothing and runs nothing.
 * @packageDocumentation
 */
import { html, type Markup } from "../markup.js";
import { STYLE } from "./style.js";

/** Nothing may be loaded and nothing may run: the page is text, and its style is its own. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** What a page is made of. */
export interface Document {
  readonly title: string;
  /** The version that made it. */
  readonly podwire: string;
  readonly body: Markup;
  /** What stands behind the version in the page's last line. */
  readonly foot: string;
}

/** The whole page as text. */
export function documentText({ title, podwire, body, foot }: Document): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="generator" content="podwire ${podwire}"><link rel="icon" href="data:,"><title>${title}</title>
${STYLE}</head><body><main>
${body}
</main><footer class="page-end">podwire ${podwire} · ${foot}</footer></body></html>
`;
  return page.text;
}

/** A section of labelled texts; nothing where there are none. */
export function pairsSection(id: string, title: string, pairs: readonly (readonly [string, string])[]): Markup {
  if (pairs.length === 0) return html``;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><dl class="pairs">${pairs.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl></section>`;
}

/** More entries than these are folded. */
const MOST_OPEN = 8;

/** A heading with labelled texts below it; nothing where there is none. */
export function listSection(id: string, title: string, items: readonly Markup[]): Markup {
  if (items.length === 0) return html``;
  const list = (some: readonly Markup[]): Markup => html`<ul class="gaps">${some.map((item) => html`<li>${item}</li>`)}</ul>`;
  const more = items.length > MOST_OPEN + 1 ? items.slice(MOST_OPEN) : [];
  const shown = items.slice(0, items.length - more.length);
  const rest =
    more.length === 0 ? html`` : html`<details class="paper"><summary>${String(more.length)} more</summary>${list(more)}</details>`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${list(shown)}${rest}</section>`;
}
