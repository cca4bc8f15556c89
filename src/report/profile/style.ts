/**
 * The look of flame graphs. Colours are of the page's own palette; what they say is in tooltips and tables too.
 * @packageDocumentation
 */
import { html, type Markup } from "../markup.js";

/** Rules for the style sheet. */
export const PROFILE_STYLE: Markup = html`
.flame{margin:1rem 0 1.5rem}.flames{display:block;width:100%;min-width:64rem;height:auto}
.flames rect{stroke:var(--paper);stroke-width:.5}.flames text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink);pointer-events:none}
.flames .way rect,.swatch.way{fill:var(--tint-slower);background:var(--tint-slower)}.flames .stack rect,.swatch.stack{fill:var(--tint-faster);background:var(--tint-faster)}.flames .else rect,.flames .equal rect,.swatch.else{fill:var(--tint-same);background:var(--tint-same)}
.flames .more rect,.swatch.more{fill:var(--slower);background:var(--slower)}.flames .less rect,.swatch.less{fill:var(--faster);background:var(--faster)}.flames .s0 rect{fill-opacity:.5}.flames .s1 rect{fill-opacity:.32}.flames .s2 rect{fill-opacity:.16}
.flames g:hover rect{stroke:var(--ink);stroke-width:1}
.swatch{display:inline-block;width:.75rem;height:.75rem;border:1px solid var(--line);vertical-align:-1px}
.costs tfoot>tr>*{border-top:1px solid var(--line)}
`;
