/**
 * An explanation as a page: the answer, a drawn waterfall a metric with its figures, what can be had cheaper, and what was not measured.
 * @packageDocumentation
 */
import type { DifferenceNode } from "../../explain/profile/difference-tree.js";
import { laidStacks } from "../../explain/profile/profile-table.js";
import type { ExplainedMetric, Explanation } from "../../model/explanation.js";
import type { ProfileTable } from "../../model/profile.js";
import type { Run } from "../../model/run.js";
import { formatMoment } from "../../units/format.js";
import { waterfallChart } from "../charts/waterfall.js";
import { documentText, listSection, pairsSection } from "../html/document.js";
import { unbroken } from "../html/typeset.js";
import { EMPTY, html, type Markup } from "../markup.js";
import { profileSection } from "../profile/html.js";
import { cheaperLines, profileTables, takenAwayLines, unprofiledReasons, waterfallRows } from "./rows.js";

/** The page as text. */
export function renderExplanationHtml(explanation: Explanation, run: Run): string {
  const cheaper = cheaperLines(explanation).map(({ instead, text }) => html`<b>${instead}</b> ${unbroken(text)}`);
  const missing = [
    ...explanation.missing.map(({ what, reason }) => html`<b>${what}</b> ${unbroken(reason)}`),
    ...unprofiledReasons(explanation).map((reason) => html`${unbroken(reason)}`),
  ];
  const partial = run.status === "partial" ? html`<p class="partial">Cut short: ${run.partialReason ?? "the run ended early"}.</p>` : EMPTY;
  const body = html`<header class="top"><p class="eyebrow"><b>podwire</b> explain, ${formatMoment(run.startedAt)}</p><h1>Where ${explanation.variant} loses</h1><p class="detail">${unbroken(explanation.answer)}</p>${partial}</header>
${explanation.metrics.map((metric) => metricSection(metric, explanation.variant))}${profileTables(explanation).map((table) => profileSection(table, stacksFor(table, run)))}${listSection("cheaper", "What can be had cheaper", cheaper)}${listSection("gaps", "Not measured, and why", missing)}${pairsSection("machine", "Where it was measured", Object.entries(run.environment))}`;
  return documentText({
    title: `podwire: where ${explanation.variant} loses`,
    podwire: run.podwire,
    body,
    foot: "every rung was built and measured in the same rounds",
  });
}

/** The run has the stacks of which the table was made. */
function stacksFor(table: ProfileTable, { profiles = [] }: Run): DifferenceNode | undefined {
  const profile = profiles.find(({ workload }) => workload === table.workload);
  return profile === undefined || "unprofiled" in profile ? undefined : laidStacks(profile, table);
}

function metricSection(metric: ExplainedMetric, variant: string): Markup {
  const rows = waterfallRows(metric, variant);
  const loss = metric.better === "higher" ? "a loss is negative" : "of a time a loss is positive";
  const note = `Each bar is what one layer more takes from the figure of the layers before it, in percent of the bare host's (${loss}); lines are 95 % intervals from ${String(metric.rounds)} rounds. A layer whose effect is smaller than half of its interval stands with the next one.`;
  const id = `waterfall-${metric.metric}`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">Where <code>${metric.metric}</code> is lost</h2><p class="note">${note}</p>${waterfallChart(rows, `${metric.metric} of ${variant}, from the bare host down`)}${rungTable(metric)}${listSection(
    `${id}-without`,
    "Taken away from the whole",
    takenAwayLines(metric).map((line) => unbroken(line)),
  )}</section>`;
}

/** Every rung by itself, which the bars may have joined. */
function rungTable({ rungs, unexplained }: ExplainedMetric): Markup {
  const number = (value: number): string =>
    value
      .toFixed(1)
      .replace(/^-0\.0$/, "0.0")
      .replace("-", "−");
  const line = (title: string, own: { readonly points: number; readonly low: number; readonly high: number }, ratio: string): Markup =>
    html`<tr><th scope="row">${title}</th><td class="num">${number(own.points)}</td><td class="num soft">${number(own.low)} to ${number(own.high)}</td><td class="num">${ratio}</td></tr>`;
  const rows = rungs.map((rung) => line(rung.title, rung, rung.ratio.median.toFixed(2)));
  return html`<details><summary>Every rung by itself</summary><div class="scroll" tabindex="0" role="region" aria-label="Every rung"><table><thead><tr><th scope="col">Layer</th><th scope="col" class="num">Points</th><th scope="col" class="num">95 % interval</th><th scope="col" class="num">Ratio up to here</th></tr></thead><tbody>${rows}${line("not explained", unexplained, "")}</tbody></table></div></details>`;
}
