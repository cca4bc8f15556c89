/**
 * The sentences that every report says alike: the headline, the verdicts' words, how it was measured.
 * @packageDocumentation
 */
import { workload } from "../model/metric.js";
import { baselineOf, isBaseline, pathTitle } from "../model/path.js";
import type { Run } from "../model/run.js";
import type { ClusterScenario, LabScenario } from "../model/scenario.js";
import type { CellRatio, Summary, Verdict } from "../model/summary.js";
import { modeOfVariant } from "../model/variant.js";
import { LAB_DEVIATIONS } from "../modes/lab-deviations.js";
import { formatCount, formatDuration, formatMoment, formatPercent, formatQuantity, formatRatio } from "../units/format.js";
import { clusterHeadline, type Headline } from "./cluster-headline.js";
import { CONFIDENCE_MEANING, confidenceOf, confidenceText } from "./confidence.js";
import { noDropFacts } from "./no-drop.js";
import { type MetricColumn, type ModeNotes, rowsOf } from "./outline.js";

/** What a verdict means, for legends. `slower` always means worse, also where less is better. */
export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  faster: "better than the host beyond the margin",
  same: "the whole interval lies within the margin",
  slower: "worse than the host beyond the margin",
  undecided: "the interval straddles the margin",
};

/** What a stalling mode's mark means. */
export const STALLS_MEANING = "stalls at times: the ratio of sums differs from the median ratio";

type Ranked = Summary["ranking"][number];

/** `a, b and c`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;

/** `0.981 [0.975, 0.987]`. */
export const scoreText = (entry: Ranked): string => formatRatio(entry.score, entry.scoreLow, entry.scoreHigh);

/** What a score is, with the weights of its metrics where the summary holds them. */
export function scoreMeaning(summary: Summary): string {
  const weights = weightsText(summary.rankingWeights ?? {});
  return `geometric mean of the ratios to the host, costs inverted, 1 being the host; its interval is made of theirs${weights === "" ? "" : `; weights: ${weights}`}`;
}

/** `tcp 40 %; http, pps 30 % each`, the heaviest first; `the same for all of 9 metrics`. */
function weightsText(weights: Readonly<Record<string, number>>): string {
  const byWeight = new Map<string, string[]>();
  for (const [metric, weight] of Object.entries(weights).sort(([, a], [, b]) => b - a)) {
    const text = formatPercent(weight);
    byWeight.set(text, [...(byWeight.get(text) ?? []), metric]);
  }
  if (byWeight.size === 1) return `the same for all of ${String(Object.keys(weights).length)} metrics`;
  return [...byWeight].map(([weight, metrics]) => `${metrics.join(", ")} ${weight}${metrics.length > 1 ? " each" : ""}`).join("; ");
}

/** Says who is first, together with whom, and who is last; of a cluster, how close its pods come to its hosts. */
export function headline(summary: Summary): Headline {
  if (summary.venue === "cluster") return clusterHeadline(summary);
  const first = summary.ranking[0];
  if (first === undefined)
    return { claim: "No pod network could be ranked", detail: "Nothing was measured that can be compared with the bare host." };
  const top = summary.ranking.filter((entry) => entry.rank === first.rank);
  const last = summary.ranking.at(-1);
  const detail = `${first.mode} scores ${scoreText(first)}, where the bare host is 1`;
  const tail = last === undefined || last.rank === first.rank ? "" : `; ${last.mode} is last at ${scoreText(last)}`;
  return { claim: claimOf(top), detail: `${detail}${tail}. The score is the geometric mean of the metrics' ratios to the host.` };
}

function claimOf(top: readonly Ranked[]): string {
  const names = top.map((entry) => entry.mode);
  if (names.length === 1) return `${names.join("")} comes closest to the wire`;
  if (names.length <= 3) return `${listed(names)} come closest to the wire, and cannot be told apart`;
  return `${listed([...names.slice(0, 2), `${String(names.length - 2)} others`])} come closest to the wire, and cannot be told apart`;
}

/** A verdict in words. Where the generators were held to a rate, sameness beyond it is not known. */
export const verdictText = ({ verdict }: Pick<CellRatio, "verdict">, cap?: number): string =>
  verdict === "same" && cap !== undefined ? `same up to ${exactRate(cap)}` : verdict;

/** How an interval was made, in words. */
export const INTERVAL_METHODS: Readonly<Record<CellRatio["method"], string>> = {
  none: "none below 3 rounds (percentiles: 5 starts)",
  "t-small-n": "t on log ratios, 3 to 8 rounds",
  "order-statistic": "exact order statistics of the median",
  bootstrap: "resampled rounds",
  "t-starts": "t over starts of the load generators",
};

/** A ratio with everything that belongs to it, as a sentence: for tooltips. */
export function ratioSentence(row: string, ratio: CellRatio, cap?: number): string {
  const against = ratio.baseline === "host" ? "the host" : "its own hosts";
  const stalls =
    ratio.stalls === true
      ? `, stalls at times${ratio.ratioOfSums === undefined ? "" : ` (ratio of sums ${formatRatio(ratio.ratioOfSums, null, null).split(" ")[0] ?? ""})`}`
      : "";
  return `${row}: ${formatRatio(ratio.median, ratio.low, ratio.high, ratio.limit)} of ${against}${ratio.low === null && ratio.high === null ? "" : ` at ${formatPercent(confidenceOf(ratio))} confidence`}, ${verdictText(ratio, cap)} at ±${formatPercent(ratio.margin)}, n = ${String(ratio.n)}${stalls}`;
}

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
  const own = rowsOf(summary).flatMap(({ name }) =>
    notes
      .filter((note) => note.name === modeOfVariant(name) && note.deviations.length > 0)
      .map((note) => ({ label: name, text: sentences(note.deviations) })),
  );
  return [{ label: "every mode", text: sentences(LAB_DEVIATIONS) }, ...own];
}

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

function clusterLinkText({ maxRate, nodes }: ClusterScenario, mtu: { pod?: number | undefined; host?: number | undefined } = {}): string {
  const limit = maxRate === undefined ? "the cluster's own, not limited" : `generators held to ${exactRate(maxRate)} (--max-rate)`;
  const sizes = [
    mtu.pod === undefined ? "" : `${String(mtu.pod)} bytes in pods`,
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

/** A rate that was set, not measured: `1 Gbit/s`, without digits that say nothing. */
export const exactRate = (rate: number): string =>
  formatQuantity(rate, "bit/s").replace(/\.?0+(?= )/, (zeros) => (zeros.startsWith(".") ? "" : zeros));

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
