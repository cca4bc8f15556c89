/**
 * An inspection as a section of the HTML report.
 * @packageDocumentation
 */
import type { Inspection } from "../../model/inspection.js";
import { html, type Markup } from "../markup.js";
import { deepText, findingLines, inspectionFacts, inspectionHeadline, untoldLines } from "./words.js";

/** The section; nothing where there is no inspection. */
export function inspectionSection(inspection: Inspection | undefined): Markup {
  if (inspection === undefined) return html``;
  const pairs = inspectionFacts(inspection).map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`);
  const findings = findingLines(inspection).map((line) => html`<li>${line}</li>`);
  const untold = untoldLines(inspection).map((line) => html`<li>${line}</li>`);
  const evidence = inspection.evidence.map(
    ({ claim, value, from }) => html`<li><b>${claim}</b>: ${value} <span class="soft">${from}</span></li>`,
  );
  return html`<section id="network" aria-labelledby="network-title"><h2 id="network-title">What the network is</h2><p class="note">${inspectionHeadline(inspection)}.</p><dl class="pairs">${pairs}</dl>
${findings.length === 0 ? "" : html`<h3>Findings</h3><ul class="gaps">${findings}</ul>`}
${untold.length === 0 ? "" : html`<h3>Could not be determined</h3><ul class="gaps">${untold}</ul>`}
${evidence.length === 0 ? "" : html`<details><summary>Evidence</summary><ul class="gaps">${evidence}</ul></details>`}
${(inspection.deep ?? []).map(deepNode)}</section>`;
}

function deepNode({ node, facts, problems }: NonNullable<Inspection["deep"]>[number]): Markup {
  const items = facts.map((fact) => html`<li><b>${fact.topic}</b>: ${deepText(fact)} <span class="soft">${fact.from}</span></li>`);
  return html`<details><summary>Node ${node}</summary><ul class="gaps">${items}${problems.map((problem) => html`<li>${problem}</li>`)}</ul></details>`;
}
