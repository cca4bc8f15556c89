/**
 * How a run was measured, in the words that every report uses: everything needed to defend its figures.
 * @packageDocumentation
 */
import type { Inspection } from "../model/inspection.js";
import { workload } from "../model/metric.js";
import { baselineOf, isBaseline, pathTitle } from "../model/path.js";
import type { RulesBackend } from "../model/rules-backend.js";
import type { Run } from "../model/run.js";
import type { ClusterScenario, LabScenario } from "../model/scenario.js";
import type { CellRatio, Summary } from "../model/summary.js";
import { modeOfVariant } from "../model/variant.js";
import { LAB_DEVIATIONS } from "../modes/lab-deviations.js";
import { exactRate, formatCount, formatDuration, formatMoment, formatPercent } from "../units/format.js";
import { listed } from "../units/listed.js";
import { CONFIDENCE_MEANING, confidenceText } from "./confidence.js";
import { noDropFacts } from "./no-drop.js";
import { type MetricColumn, type ModeNotes, rowsOf } from "./outline.js";
import { loadingFacts } from "./services/loading.js";

/** How an interval was made, in words. */
export const INTERVAL_METHODS: Readonly<Record<CellRatio["method"], string>> = {
  none: "none below 3 rounds (latency: 5 starts)",
  "t-small-n": "t on log ratios, 3 to 8 rounds",
  "order-statistic": "exact order statistics of the median",
  bootstrap: "resampled rounds",
  "t-starts": "t over starts of the load generators",
};

/** The margins of the verdicts: `±2 % for tcp, ±5 % for the others`. */
export function marginsText(columns: readonly MetricColumn[]): string {
  const byMargin = new Map<number, string[]>();
  for (const { name, margin } of columns) if (margin !== undefined) byMargin.set(margin, [...(byMargin.get(margin) ?? []), name]);
  const groups = [...byMargin].sort(([, a], [, b]) => a.length - b.length);
  if (groups.length === 1) return `±${formatPercent(groups[0]?.[0] ?? 0)}`;
  return groups
    .map(([margin, names], index) => `±${formatPercent(margin)} for ${index === groups.length - 1 ? "the others" : listed(names)}`)
    .join(", ");
}

/** A labelled fact of how it was measured. */
export interface MethodFact {
  readonly label: string;
  readonly text: string;
}

/** How the run was measured: everything needed to defend its figures. */
export function methodFacts(summary: Summary, run: Run, columns: readonly MetricColumn[]): readonly MethodFact[] {
  return [
    { label: "Rounds", text: roundsText(run) },
    { label: "Order", text: `random within each round, from seed ${String(run.scenario.seed)}; every ratio is taken inside a round` },
    { label: "Intervals", text: intervalsText(summary, columns) },
    { label: "Verdicts", text: verdictsText(run) },
    ...(run.observations.some(({ how }) => how !== undefined) ? [{ label: "Observed by", text: howText(run) }] : []),
    ...noDropFacts(summary, run),
    { label: "Link", text: linkText(run) },
    { label: "Baselines", text: baselinesText(run) },
    { label: "Absolute medians", text: "carry n and no interval: they move with the machine's hour, the ratios do not" },
    { label: "Time", text: timeText(run) },
    ...loadingFacts(summary),
    { label: "Needs", text: run.scenario.needs.length === 0 ? "none were stated" : run.scenario.needs.join(", ") },
  ];
}

function verdictsText({ scenario }: Run): string {
  const [capped, open] = [formatPercent(scenario.margin.capped), formatPercent(scenario.margin.open)];
  if (scenario.venue === "lab") return `margin ±${capped} on the capped link, ±${open} on the open one; undecided is a result`;
  const held = scenario.maxRate === undefined ? "" : `, ±${capped} where generators are held to a rate`;
  return `margin ±${open}${held}; undecided is a result`;
}

const WAYS = { slice: "time slices of", trial: "trials of", burst: "bursts of" } as const;

/** In which way each workload was observed, as its observations say. */
function howText(run: Run): string {
  const ways = (["slice", "trial", "burst"] as const).flatMap((how) => {
    const names = run.scenario.workloads.filter((name) => run.observations.some((one) => one.workload === name && one.how === how));
    return names.length === 0 ? [] : [`${WAYS[how]} ${names.join(", ")}`];
  });
  const subjects = run.observations.filter(({ path }) => !isBaseline(path));
  const measured = new Set(subjects.map(({ mode, path }) => (run.scenario.venue === "cluster" ? path : mode)));
  const without = (run.withoutSlices ?? []).map(({ workload: name, on, reason }) => {
    const where = on.length >= measured.size ? "" : ` on ${listed(on)}`;
    return `no time slices of ${name}${where}: ${reason}`;
  });
  return [...ways, ...without].join("; ");
}

/** Where the lab's wiring differs from the real thing: what all modes share first, then one fact a measured mode that differs, labelled with its name. */
export function deviationFacts(summary: Summary, notes: readonly ModeNotes[]): readonly MethodFact[] {
  if (summary.venue !== "lab") return [];
  const own = rowsOf(summary).flatMap(({ name }) => {
    const deviations = notes.find((note) => note.name === modeOfVariant(name))?.deviations ?? [];
    const backend = summary.modes.find(({ mode }) => mode === name)?.rulesBackend;
    const texts = [...deviations, ...(backend === undefined ? [] : [`iptables wrote its rules into ${BACKEND_WORDS[backend]}`])];
    return texts.length === 0 ? [] : [{ label: name, text: sentences(texts) }];
  });
  return [{ label: "every mode", text: sentences(LAB_DEVIATIONS) }, ...own];
}

const BACKEND_WORDS: Readonly<Record<RulesBackend, string>> = { nf_tables: "nf_tables", legacy: "the legacy tables" };

const sentences = (texts: readonly string[]): string => texts.map((text) => text.replace(/\.$/, "")).join("; ");

/** Rounds by workload, and observations in all. */
export function roundsText(run: Run): string {
  if (run.scenario.workloads.length === 0) return "none: only no-drop searches were asked for";
  const rounds = run.scenario.workloads.map((name) => ({
    name,
    count: new Set(run.observations.filter((one) => one.workload === name).map((one) => one.round)).size,
  }));
  const counts = new Set(rounds.map(({ count }) => count));
  const each =
    counts.size === 1
      ? `${String([...counts][0] ?? 0)} of each workload`
      : rounds.map(({ name, count }) => `${name} ${String(count)}`).join(", ");
  const failed = run.observations.filter((one) => one.error !== undefined).length;
  const trials = `${formatCount(run.observations.length)} observations, ${failed === 0 ? "none failed" : `${String(failed)} of them failed`}`;
  return `${each}; ${trials}`;
}

function intervalsText(summary: Summary, columns: readonly MetricColumn[]): string {
  const names = new Set(columns.map((column) => column.name));
  const cells = summary.modes.flatMap((mode) => mode.cells.filter((cell) => names.has(cell.metric)));
  const ratios = cells.flatMap((cell) => [cell.ratio ?? [], cell.ratioConfigured ?? []].flat());
  const withInterval = ratios.filter((ratio) => ratio.low !== null || ratio.high !== null).length;
  const methods = [...new Set(ratios.map((ratio) => INTERVAL_METHODS[ratio.method]))];
  if (ratios.length === 0) return "none: there is no ratio to the host";
  const levels = `${confidenceText(summary, [...names])} (${CONFIDENCE_MEANING})`;
  return `${levels}; ${methods.join("; ")}; not corrected for their number: of ${String(withInterval)} intervals about ${String(Math.round(withInterval * 0.05))} are expected to miss`;
}

/** The link's limit, MTU and nodes. */
export function linkText(run: Run): string {
  const { scenario } = run;
  return scenario.venue === "lab" ? labLinkText(scenario) : clusterLinkText(scenario, run.inspection?.mtu);
}

function clusterLinkText({ maxRate, nodes }: ClusterScenario, mtu: Inspection["mtu"] = {}): string {
  const limit = maxRate === undefined ? "the cluster's own, not limited" : `generators held to ${exactRate(maxRate)} (--max-rate)`;
  const sizes = [
    mtu.pod === undefined ? "" : `${String(mtu.podPath ?? mtu.pod)} bytes in pods`,
    mtu.host === undefined ? "" : `${String(mtu.host)} on hosts`,
  ];
  const known = sizes.filter((text) => text !== "").join(", ");
  return `${limit}; ${known === "" ? "" : `MTU ${known}; `}${String(nodes)} ${nodes === 1 ? "node" : "nodes"}`;
}

function labLinkText({ linkBitsPerSecond, mtu, nodes, offload, workloads }: LabScenario): string {
  const capped = workloads.filter((name) => workload(name).link === "capped");
  const limit =
    linkBitsPerSecond === null
      ? "no limit"
      : `${capped.length === 0 ? "no workload" : capped.join(", ")} on a link capped at ${exactRate(linkBitsPerSecond)} (token bucket of 10 ms), the others uncapped`;
  const cut = offload === "off" ? "; no segmentation offload" : "";
  return `${limit}; MTU ${String(mtu)} bytes; ${String(nodes)} nodes${cut}`;
}

function baselinesText(run: Run): string {
  if (run.scenario.venue === "cluster") return clusterBaselines(run.scenario);
  return run.scenario.configuredBaseline
    ? "host: bare nodes, no pods and no rules; host-configured: the mode's own nodes with their rules"
    : "host: bare nodes, no pods and no rules";
}

/** Which of the hosts' paths are compared with, and by what. */
function clusterBaselines({ paths }: ClusterScenario): string {
  const asked = paths.filter(isBaseline);
  const text = asked.map((baseline) => {
    const own = paths.filter((path) => !isBaseline(path) && baselineOf(path) === baseline);
    return `${baseline} (${pathTitle(baseline)})${own.length === 0 ? "" : ` for ${listed(own)}`}`;
  });
  return text.length === 0 ? "none: no path between hosts was measured" : text.join("; ");
}

/** When it was measured and how long it took. */
export function timeText(run: Run): string {
  const spent = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  const took = Number.isFinite(spent) ? `${formatDuration(spent)} in all` : "unknown in all";
  return `${formatMoment(run.startedAt)}, ${took}, budget for measuring ${formatDuration(run.scenario.budgetSeconds)}${run.scenario.quick ? ", quick" : ""}`;
}
