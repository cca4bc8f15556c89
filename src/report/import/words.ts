/**
 * The sentences and numbers that every report of an import says alike.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported, ImportedFigure } from "../../import/imported.js";
import type { ImportUnit } from "../../import/metrics.js";
import { formatCount, formatNumber, formatQuantity, formatRatio } from "../../units/format.js";

/** A value with its unit: `465 Mbit/s`, `205 us`, `0.590 %`. */
export function valueText(value: number, unit: ImportUnit): string {
  switch (unit) {
    case "bit/s":
    case "request/s":
    case "us":
      return formatQuantity(value, unit);
    case "packet/s":
      return formatQuantity(value, "frame/s").replace("frame", "packet");
    case "transaction/s":
      return formatQuantity(value, "request/s").replace("request", "transaction");
    case "%":
      return `${formatNumber(value)} %`;
  }
}

/** One side with n and what is behind it: `465 Mbit/s (n 1: 1 run)`. */
export function sideText(side: ComparedSide, unit: ImportUnit): string {
  return `${valueText(side.median, unit)} (n ${String(side.n)}: ${side.behind})`;
}

/** The ratio with its interval, or the difference where there is no ratio. */
export function ratioText(comparison: ImportComparison): string {
  const { ratio, low, high, difference, method } = comparison;
  if (difference !== null) return `${difference > 0 ? "+" : ""}${formatNumber(difference)} percentage points`;
  if (ratio === null) return "no ratio";
  return `${formatRatio(ratio, low, high)}${method === "unpaired-t" ? " unpaired" : ""}`;
}

/** What was measured: `TCP throughput, pod to Service`. */
export const whatText = ({ title, path }: ImportComparison): string => `${title}${path === "service" ? ", pod to Service" : ""}`;

/** How it was measured: `iperf3, streams 1`. */
export function howText({ tool, conditions }: ImportComparison): string {
  return [tool === "stated" ? "as stated" : tool, ...Object.entries(conditions).map(([name, value]) => `${name} ${value}`)].join(", ");
}

/** What a comparison is about: metric, tool, conditions. */
export const aboutText = (comparison: ImportComparison): string => `${whatText(comparison)} (${howText(comparison)})`;

/** Name of the mode that a comparison is about. */
export const subjectText = (subject: string | null): string => subject ?? "mode not named";

/** The comparisons by the mode that they are about, modes in their order. */
export function bySubject(result: Imported): readonly (readonly [subject: string, comparisons: readonly ImportComparison[]])[] {
  const groups = new Map<string, ImportComparison[]>();
  for (const one of result.comparisons) {
    const name = subjectText(one.subject);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups];
}

/** Where a figure stands: `ticket.md:31`. */
export const placeText = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${String(line)}`;

/** The figures of one side. */
export function figuresOf(result: Imported, side: ComparedSide): readonly ImportedFigure[] {
  const ids = new Set(side.figures);
  return result.figures.filter(({ id }) => ids.has(id));
}

/** Where a side's figures come from: place, recogniser, and why they were placed so. */
export function originText(figure: ImportedFigure): string {
  return `${placeText(figure)}, read as ${figure.recogniser}; ${figure.why.join("; ")}${figure.subjectWhy === null ? "" : `; mode by ${figure.subjectWhy}`}`;
}

/** A figure that is not compared, with the reason. */
export function leftOutText(figure: ImportedFigure): string {
  const { role, metric, value, unit, n, of, reason } = figure;
  const what = `${metric} ${valueText(value, unit)} (n ${String(n)} ${of})`;
  return `${placeText(figure)} ${role ?? "not placed"}: ${what}: ${reason ?? "not compared"}`;
}

/** Figures that are in no comparison: first those that could not be placed. */
export function leftOut(result: Imported): readonly ImportedFigure[] {
  const rank = { unplaced: 0, unpaired: 1, duplicate: 2, compared: 3 } as const;
  return result.figures.filter(({ use }) => use !== "compared").sort((a, b) => rank[a.use] - rank[b.use]);
}

/** Why none of this can be as good as a run, in one sentence. */
export const WEAKNESS =
  "This is weaker evidence than a run: nothing was measured in turns, so there are no rounds and no paired intervals, and what else changed between two figures is not known.";

/** What was found, in a sentence. */
export function headline(result: Imported): string {
  const { figures, comparisons, shares, troubles, rulesets } = result;
  const count = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;
  const parts = [
    count(figures.length, "figure"),
    count(comparisons.length, "comparison"),
    ...(shares.length > 0 ? [count(shares.length, "stated share")] : []),
    ...(troubles.length > 0 ? [count(troubles.length, "known trouble")] : []),
    ...(rulesets.length > 0 ? [count(rulesets.length, "ruleset")] : []),
  ];
  return `${parts.join(", ")} in ${count(result.files.length, "file")}`;
}

/** What was read of a file. */
export function fileText(file: Imported["files"][number]): string {
  const notes = [
    `${formatCount(file.lines)} lines`,
    `${formatCount(file.bytes)} bytes`,
    file.encoding,
    `${formatCount(file.recognised)} recognised`,
    ...(file.controlLines > 0 ? [`${formatCount(file.controlLines)} lines held control characters`] : []),
    ...(file.interrupted === undefined ? [] : [`read in part only: ${file.interrupted}`]),
  ];
  return `${file.file}: ${notes.join(", ")}`;
}

/** A ruleset in a line. */
export function rulesetText(ruleset: Imported["rulesets"][number]): string {
  const { table, printedBy, chains, rules, serviceRules, policies } = ruleset;
  const policy = Object.entries(policies).map(([chain, what]) => `${chain} ${what}`);
  const name = `${printedBy}${table === undefined ? "" : `, table ${table}`}`;
  return `${placeText(ruleset)} ${name}: ${formatCount(chains)} chains, ${formatCount(rules)} rules, ${formatCount(serviceRules)} of them in KUBE-SERVICES${policy.length === 0 ? "" : `; policies ${policy.join(", ")}`}`;
}

/** A limit that was reached. */
export function limitText({ file, what, limit, dropped }: Imported["limits"][number]): string {
  return `${file}: ${what}: at most ${formatCount(limit)}; beyond it ${formatCount(dropped)} left out or cut`;
}
