/**
 * The section of a page that shows figures by the number of Services.
 * @packageDocumentation
 */
import type { Summary } from "../../model/summary.js";
import { formatCount } from "../../units/format.js";
import type { Unit } from "../../units/quantity.js";
import { figureText } from "../html/typeset.js";
import { EMPTY, html, type Markup } from "../markup.js";
import { serviceChart } from "./chart.js";
import { countsOf, type ServiceChart, type ServicePoint, serviceCharts } from "./lines.js";

/** The plots with their tables; nothing where no way of carrying Services was measured at two numbers of them. */
export function servicesSection(summary: Summary): Markup {
  const charts = serviceCharts(summary);
  if (charts.length === 0) return EMPTY;
  return html`<section id="services" aria-labelledby="services-title"><h2 id="services-title">By the number of Services</h2>
<p class="note">Each figure is a ratio to the bare host, taken inside rounds, times the host's median (the level line); bars are its interval. 0 is the mode without a Service layer, from pod to pod. Where kube-proxy's rules stand, a connection that dials a pod's own address walks them to their end, so that from pod to pod can be slower than to a Service: the table of every figure has both.</p>
<div class="cards">${charts.map(card)}</div></section>`;
}

const card = (chart: ServiceChart): Markup =>
  html`<article class="card"><h3>${chart.title} <code>${chart.metric}</code></h3><p>${chart.better} is better</p>${serviceChart(chart)}${table(chart)}</article>`;

function table(chart: ServiceChart): Markup {
  const counts = countsOf(chart);
  const head = counts.map((count) => html`<th scope="col">${formatCount(count)}</th>`);
  const rows = chart.lines.map(({ label, points }) => {
    const cells = counts.map(
      (count) =>
        html`<td>${cellText(
          chart,
          points.find(({ services }) => services === count),
        )}</td>`,
    );
    return html`<tr><th scope="row">${label}</th>${cells}</tr>`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${chart.title}"><table><thead><tr><th scope="col">Services</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function cellText({ unit }: ServiceChart, point: ServicePoint | undefined): Markup {
  if (point === undefined) return EMPTY;
  if (point.value === undefined) return html`${point.why}`;
  const value = figure(point.value, unit).replace(" ", "\u00a0");
  if (point.low === null || point.high === null) return html`${value}`;
  return html`${value}<span class="own-ratio">${intervalText(point.low, point.high, unit)}</span>`;
}

/** `3.31 to 5.49 kreq/s`; both with their unit where these differ. */
function intervalText(low: number, high: number, unit: Unit): string {
  const [least, most] = [figure(low, unit), figure(high, unit)];
  const [number = "", own] = least.split(" ");
  return `${own === most.split(" ")[1] ? number : least} to ${most}`.replaceAll(" ", "\u00a0");
}

const figure = (median: number, unit: Unit): string => figureText({ median, unit, atLeast: false });
