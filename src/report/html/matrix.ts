/**
 * The grids of node pairs in the HTML report.
 * @packageDocumentation
 */
import type { Scenario } from "../../model/scenario.js";
import type { Summary } from "../../model/summary.js";
import { capital } from "../../units/capital.js";
import { pathLabel } from "../labels.js";
import { html, type Markup } from "../markup.js";
import { type NodeGrid, nodeGrids, pairOf, pairText } from "../matrix.js";
import { questionOf } from "../questions.js";

/** A grid for each path and metric; nothing where fewer than three nodes were measured. */
export function matrixSection(summary: Summary, scenario: Scenario): Markup {
  const grids = nodeGrids(summary);
  if (grids.length === 0) return html``;
  return html`<section id="pairs" aria-labelledby="pairs-title"><h2 id="pairs-title">Pairs of nodes</h2>
<p class="note">Each field is the ratio from the row's node to the column's, taken to the same two hosts, with its interval and the rounds n behind it.</p>
${grids.map((grid) => gridTable(grid, scenario))}</section>`;
}

function gridTable(grid: NodeGrid, scenario: Scenario): Markup {
  const head = grid.to.map((to) => html`<th scope="col">${to}</th>`);
  const rows = grid.from.map((from) => html`<tr><th scope="row">${from}</th>${grid.to.map((to) => field(grid, from, to))}</tr>`);
  const { long } = questionOf(grid.metric, scenario);
  const label = `${pathLabel(grid.path)}: ${long}, by pair of nodes`;
  return html`<h3>${capital(pathLabel(grid.path))}: ${long} <code>${grid.path} ${grid.metric}</code></h3><p class="note">${grid.finding}.</p><div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><thead><tr><th scope="col">From \\ to</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function field(grid: NodeGrid, from: string, to: string): Markup {
  const pair = pairOf(grid, from, to);
  if (pair === undefined) return html`<td></td>`;
  return html`<td class="nowrap">${pairText(pair)} <span class="soft">n ${String(pair.n)}</span></td>`;
}
