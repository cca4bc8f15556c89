/**
 * The section of a page that shows a profile: layers beside the host, flame graphs, and the two witnesses.
 * @packageDocumentation
 */
import { inPoints } from "../../explain/answer.js";
import type { DifferenceNode } from "../../explain/profile/difference-tree.js";
import type { Beside, Cost, LayerCost, ProfileTable } from "../../model/profile.js";
import { EMPTY, html, type Markup } from "../markup.js";
import { agreementText, costText, differenceText, profileSentences, topLayers, witnessedTitle } from "./figures.js";
import { type FlameGraph, flameGraph } from "./flame-graph.js";
import { profileLayerTitle } from "./layer-title.js";

/**
 * The section.
 * @param stacks - of both, in the table's unit; undefined where one has none
 */
export function profileSection(table: ProfileTable, stacks: DifferenceNode | undefined): Markup {
  const id = `profile-${table.workload}`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">Where the CPUs were in ${table.workload}</h2>
<p class="note">CPU time of each layer, ${table.variant.mode} beside the bare host, the largest difference first. A sample counts for the innermost function that belongs to a layer; locks and memory count for their callers. In brackets: the layer with all that it calls.</p>
${profileSentences(table).map((sentence) => html`<p class="note">${sentence}</p>`)}
${costTable(table)}
${stacks === undefined ? EMPTY : flames(table, stacks)}
${witnessTable(table)}</section>`;
}

function costTable(table: ProfileTable): Markup {
  const { unit, variant, total } = table;
  const row = (cost: LayerCost): Markup =>
    html`<tr><th scope="row">${profileLayerTitle(cost.layer)}</th>${numbers(cost, costText(cost.inclusive))}</tr>`;
  const side = (what: string): Markup => html`<th scope="col" class="num">${what}</th>`;
  const heads = [unit, "us/packet"].map((of) => html`${side(`difference, ${of}`)}${side("host")}${side(variant.mode)}`);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="CPU time by layer"><table class="costs"><thead><tr><th scope="col">layer</th>${heads}</tr></thead><tbody>${topLayers(table).map(row)}</tbody><tfoot><tr><th scope="row">all</th>${numbers(total)}</tr></tfoot></table></div>`;
}

const numbers = (cost: Cost, inclusive?: string): Markup => html`${side(cost, inclusive)}${side(cost.perPacket)}`;

function side({ host, variant, difference }: Beside, inclusive?: string): Markup {
  const all = inclusive === undefined ? EMPTY : html` <span class="soft">(${inclusive})</span>`;
  return html`<td class="num ${lookOf(difference)}">${differenceText(difference)}</td><td class="num">${costText(host.value)}</td><td class="num">${costText(variant.value)}${all}</td>`;
}

/** More CPU time is worse; what is within its interval has no colour. */
function lookOf({ low, high }: Beside["difference"]): "slower" | "faster" | "undecided" {
  if (low !== null && low > 0) return "slower";
  return high !== null && high < 0 ? "faster" : "undecided";
}

function flames({ unit, variant: { mode } }: ProfileTable, stacks: DifferenceNode): Markup {
  const widest = Math.max(stacks.host, stacks.variant);
  const of = (shows: FlameGraph["shows"], title: string): FlameGraph => ({ title, tree: stacks, shows, unit, widest });
  return html`<h3>Flame graphs</h3>
<p class="note">A box is a function, standing on what called it, as wide as the CPU time that it and what it called took. All drawings have one scale: their whole width is ${costText(widest)} ${unit}. What interrupts do stands on “softirq”, whomever they interrupted. Names that do not fit are in tooltips.</p>
${figureOf(of("difference", `Differential flame graph of ${mode}`), html`<b>${mode} against the host</b>: widths of ${mode}; <span class="swatch more"></span> more than on the host, <span class="swatch less"></span> less, the stronger the larger the share.`)}
${figureOf(of("host", "Flame graph of the host"), html`<b>host</b>, ${costText(stacks.host)} ${unit}. ${KINDS}`)}
${figureOf(of("variant", `Flame graph of ${mode}`), html`<b>${mode}</b>, ${costText(stacks.variant)} ${unit}. ${KINDS}`)}`;
}

const KINDS = html`<span class="swatch way"></span> a pod's way, <span class="swatch stack"></span> the stack that every network has, <span class="swatch else"></span> anything else`;

const figureOf = (graph: FlameGraph, caption: Markup): Markup =>
  html`<figure class="flame"><p class="sideways">The drawing goes on to the right.</p><div class="scroll" role="region" tabindex="0" aria-label="${graph.title}">${flameGraph(graph)}</div><figcaption class="small soft">${caption}</figcaption></figure>`;

function witnessTable({ witnesses, unit }: ProfileTable): Markup {
  if (witnesses.length === 0) return EMPTY;
  const rows = witnesses.map(
    (one) =>
      html`<tr><th scope="row">${witnessedTitle(one)}</th><td class="num">${one.waterfall === undefined ? "–" : inPoints(one.waterfall)}</td><td class="num">${one.profile.difference === undefined ? "–" : differenceText(one.profile.difference)}</td><td>${agreementText(one)}</td></tr>`,
  );
  return html`<h3>Two witnesses</h3>
<p class="note">The waterfall knows what a layer costs from networks with it and without it; the profile saw the functions that the CPUs were in. A layer's functions are less than its cost: a packet that passes one device more is also received and sent once more, in parts that every network has.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Two witnesses"><table><thead><tr><th scope="col">layer</th><th scope="col" class="num">waterfall, points</th><th scope="col" class="num">profile, ${unit}</th><th scope="col">together</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
