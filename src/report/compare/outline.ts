/**
 * What every report of a comparison shows, before it is decided how.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import { METRICS, metricsOf, WORKLOADS } from "../../model/metric.js";
import type { Change, ComparedCell, ComparedSide, GateResult, RunComparison } from "../../model/run-comparison.js";
import { VERDICTS } from "../../model/summary.js";
import { formatCount, formatPercent, formatRatio } from "../../units/format.js";
import { plainTitle } from "../outline.js";

/** A cell that both runs have. */
export interface ChangedCell extends ComparedCell {
  readonly change: Change;
}

/** The cells of one metric that both runs have. */
export interface MetricChanges {
  readonly metric: string;
  readonly title: string;
  readonly better: "higher" | "lower";
  readonly cells: readonly ChangedCell[];
}

const MAIN_METRICS = new Set(WORKLOADS.map((name) => metricsOf(name)[0]?.name));

/** Whether both runs have it. */
export const isChanged = (cell: ComparedCell): cell is ChangedCell => cell.change !== undefined;

/** Every cell that both runs have. */
export const changedCells = (comparison: RunComparison): readonly ChangedCell[] => comparison.cells.filter(isChanged);

/** Whether a short table shows a cell: the first figure of each workload, what a gate reads, and whatever is not the same. */
export function isShown(comparison: RunComparison): (cell: ChangedCell) => boolean {
  const gated = new Set(comparison.gates.map(({ path, metric }) => `${path} ${metric}`));
  return ({ metric, path, change: { verdict } }) =>
    (MAIN_METRICS.has(metric) && path !== "host-host") || gated.has(`${path} ${metric}`) || verdict === "slower" || verdict === "faster";
}

/** Cells by metric, in table order. */
export function byMetric(cells: readonly ChangedCell[]): readonly MetricChanges[] {
  const groups = new Map<string, ChangedCell[]>();
  for (const cell of cells) groups.set(cell.metric, [...(groups.get(cell.metric) ?? []), cell]);
  const place = new Map(METRICS.map(({ name }, index) => [name, index]));
  const inOrder = [...groups].sort(([one], [other]) => (place.get(one) ?? 0) - (place.get(other) ?? 0));
  return inOrder.map(([metric, own]) => ({
    metric,
    title: plainTitle(metric),
    better: own[0]?.better ?? "higher",
    cells: own,
  }));
}

/** A mode, and its path where that is not from pod to pod. */
export const placeText = ({ mode, path }: Pick<ComparedCell, "mode" | "path">): string =>
  path === "pod-pod" ? mode : path === "host-host" ? `${mode} (its own nodes)` : `${mode} (${path})`;

/** `0.942 [0.936, 0.948]`, or why there is no ratio. */
export const sideText = ({ status, ratio }: ComparedSide): string =>
  ratio === undefined ? status : formatRatio(ratio.median, ratio.low, ratio.high);

/** Rounds behind the two ratios of a cell. */
export const countsText = ({ a, b }: ComparedCell): string => `n ${String(a.ratio?.n ?? 0)}, ${String(b.ratio?.n ?? 0)}`;

/** Modes that only one run was asked for, and that it has numbers of. */
function onlyIn(comparison: RunComparison, side: "a" | "b"): readonly string[] {
  const other = side === "a" ? "b" : "a";
  const modes = new Set(comparison.cells.filter((cell) => cell[side].status === "measured").map(({ mode }) => mode));
  return [...modes].filter((mode) => comparison.cells.every((cell) => cell.mode !== mode || cell[other].status === "not-asked"));
}

/** What else cannot be compared: cells of one run only, and those that have no ratio of ratios. Cells that no run has are left out. */
export function unpairedCells(comparison: RunComparison): readonly ComparedCell[] {
  const whole = new Set([...onlyIn(comparison, "a"), ...onlyIn(comparison, "b")]);
  return comparison.cells.filter(
    (cell) => cell.change === undefined && !whole.has(cell.mode) && (cell.a.status === "measured" || cell.b.status === "measured"),
  );
}

/** The same as lines. */
function oneSided(comparison: RunComparison): readonly string[] {
  const groups = groupBy(unpairedCells(comparison), (cell) => JSON.stringify([cell.mode, cell.path, bothText(cell)]));
  return [...groups.values()].map(
    (cells) => `${placeText(cells[0])} ${cells.map(({ metric }) => metric).join(", ")}: ${bothText(cells[0])}`,
  );
}

const bothText = ({ a, b, reason }: ComparedCell): string => `A ${statusText(a, reason)}; B ${statusText(b, reason)}`;

/** Modes that not both runs have, by where they are. */
export function loneModes(comparison: RunComparison): readonly { readonly label: string; readonly modes: readonly string[] }[] {
  const lists = [
    { label: "only in A", modes: onlyIn(comparison, "a") },
    { label: "only in B", modes: onlyIn(comparison, "b") },
    { label: "in neither run", modes: nowhereMeasured(comparison) },
  ];
  return lists.filter(({ modes }) => modes.length > 0);
}

/** Both as lines of prose. */
export const missingLines = (comparison: RunComparison): readonly string[] => [
  ...oneSided(comparison),
  ...loneModes(comparison).map(({ label, modes }) => `${label}: ${modes.join(", ")}`),
];

/** What one check says of a run's figures. */
export interface FlaggedCells {
  /** The check's name. */
  readonly check: string;
  readonly side: "A" | "B";
  /** `macvlan http, vlan http`: the compared cells whose figures it flags. */
  readonly cells: string;
}

/** Flags by check and run. */
export function flagsOf(comparison: RunComparison): readonly FlaggedCells[] {
  const flagged = changedCells(comparison).flatMap((cell) =>
    (["a", "b"] as const).flatMap((side) =>
      (cell[side].flags ?? []).map((check) => ({ check, side: side === "a" ? ("A" as const) : ("B" as const), cell })),
    ),
  );
  return [...groupBy(flagged, ({ check, side }) => `${check} in ${side}`).values()].map((alike) => ({
    check: alike[0].check,
    side: alike[0].side,
    cells: alike.map(({ cell }) => `${placeText(cell)} ${cell.metric}`).join(", "),
  }));
}

/** The same as lines. */
export const flagLines = (comparison: RunComparison): readonly string[] =>
  flagsOf(comparison).map(({ check, side, cells }) => `${check} in ${side}: ${cells}`);

/** Modes of which neither run has a single number. */
function nowhereMeasured({ cells }: RunComparison): readonly string[] {
  const some = new Set(cells.filter(({ a, b }) => a.status === "measured" || b.status === "measured").map(({ mode }) => mode));
  return [...new Set(cells.map(({ mode }) => mode))].filter((mode) => !some.has(mode));
}

function statusText({ status, reason }: ComparedSide, why: string | undefined): string {
  if (status === "measured") return why === undefined ? "measured" : `measured (${why})`;
  if (reason === undefined) return status;
  return status === "not-asked" ? reason : `${status}: ${reason}`;
}

/** `3 slower, 1 faster, 100 same, 16 undecided of 120 that both have`. */
export function countVerdicts(comparison: RunComparison): string {
  const changes = changedCells(comparison);
  const counts = VERDICTS.map((verdict) => ({ verdict, count: changes.filter(({ change }) => change.verdict === verdict).length }));
  const said = counts.filter(({ count }) => count > 0).map(({ verdict, count }) => `${formatCount(count)} ${verdict}`);
  return changes.length === 0
    ? "no cell that both runs have"
    : `${said.join(", ")} of ${formatCount(changes.length)} cells that both runs have`;
}

/** How the intervals were made, and how many of them are expected to miss. */
export function intervalsText(comparison: RunComparison): string {
  const changes = changedCells(comparison);
  const withInterval = changes.filter(({ change }) => change.low !== null).length;
  const used = changes.flatMap(({ a, b }) => [a.ratio?.confidence, b.ratio?.confidence]).filter((one) => one !== undefined);
  const confidences = [...new Set(used)].sort().map(formatPercent);
  const looks = used.some((one) => one > 0.95) ? ", which where a cell could be looked at three times holds 95 % together" : "";
  const made = `made from both runs' own${confidences.length === 0 ? "" : ` at ${confidences.join(" or ")}${looks}`}`;
  return `95 % each, ${made}; not corrected for their number: of ${formatCount(withInterval)} about ${formatCount(withInterval * 0.05)} are expected to miss`;
}

const ratioMeaning = (worse: string, better: string): string =>
  `A, B: the ratio to that run's own host [interval]; B/A: the one over the other. ${worse}, ${better}: B is worse or better than A beyond the margin, the whole interval being there.`;

/** What the figures are, where verdicts have the names of machine output. */
export const RATIO_MEANING = ratioMeaning("slower", "faster");

/** What the figures are, where verdicts are in words of the field. */
export const RATIO_MEANING_IN_WORDS = ratioMeaning("worse", "better");

/** `1 of 3 gates fails, 2 modes are undecided`. */
export function gatesText(gates: readonly GateResult[]): string {
  const failed = gates.filter(({ outcome }) => outcome === "failed").length;
  const warned = gates.flatMap(({ judgements }) => judgements).filter(({ outcome }) => outcome === "warned").length;
  const undecided = warned === 0 ? "" : `; ${formatCount(warned)} ${warned === 1 ? "judgement is" : "judgements are"} undecided`;
  if (failed === 1 && gates.length === 1) return `the gate fails${undecided}`;
  const total = `${String(gates.length)} ${gates.length === 1 ? "gate" : "gates"}`;
  return `${failed === 0 ? "no gate" : `${String(failed)} of ${total}`} ${failed < 2 ? "fails" : "fail"}${undecided}`;
}
