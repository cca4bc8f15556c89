/**
 * Puts what belongs together side by side: pods against hosts of the same mode, in the same metric, by the same tool, under the same
 * conditions. What finds no counterpart says what was missing.
 * @packageDocumentation
 */

import type { FileFindings } from "../findings.js";
import { IMPORT_SCHEMA, type ImportComparison, type Imported, type ImportedFigure } from "../imported.js";
import { importMetric, metricOrder } from "../metrics.js";
import { comparison } from "./comparison.js";
import { counterpart } from "./counterpart.js";
import { groupsOf, order, type Standing } from "./groups.js";
import { networkOfPods, type Placed, place } from "./placement.js";

/** Everything that the files say. The order of the files makes no difference. */
export function imported(files: readonly FileFindings[], version: string): Imported {
  const sorted = [...files].sort((a, b) => order(a.file, b.file));
  const placed = [...place(sorted)].sort(
    (a, b) =>
      order(a.figure.file, b.figure.file) || a.figure.line - b.figure.line || metricOrder(a.figure.metric) - metricOrder(b.figure.metric),
  );
  const figures = withoutDuplicates(
    placed.flatMap((one, index) => figureOf(one, `F${String(index + 1)}`)),
    placed,
  );
  const standing = new Map(placed.map(({ figure }, index) => [`F${String(index + 1)}`, standingOf(figure)]));
  const comparisons = compare(figures, standing);
  return {
    schema: IMPORT_SCHEMA,
    podwire: version,
    files: sorted.map((one) => ({
      file: one.file,
      bytes: one.bytes,
      lines: one.lines,
      encoding: one.encoding,
      controlLines: one.controlLines,
      recognised:
        one.figures.length +
        one.shares.length +
        one.rulesets.length +
        one.failures.length +
        one.troubles.reduce((sum, { count }) => sum + count, 0),
      ...(one.interrupted === undefined ? {} : { interrupted: one.interrupted }),
    })),
    figures,
    comparisons,
    shares: sorted.flatMap(({ file, shares }) =>
      shares.map(({ subject, metric, ratio, line, text }) => ({
        subject: subject?.what ?? null,
        metric,
        title: importMetric(metric)?.title ?? metric,
        ratio,
        n: 1 as const,
        file,
        line,
        text,
        verdict: "undecided" as const,
        reason: "a statement: the figures behind it are not there",
      })),
    ),
    troubles: mergedTroubles(sorted),
    rulesets: sorted.flatMap(({ file, rulesets }) =>
      rulesets.map(({ table, writtenBy, ...rest }) => ({
        file,
        ...rest,
        writtenBy: [...writtenBy],
        ...(table === undefined ? {} : { table }),
      })),
    ),
    addresses: sorted.flatMap(({ file, addresses }) => addresses.map((one) => ({ ...one, file }))),
    failures: sorted.flatMap(({ file, failures }) => failures.map((one) => ({ ...one, file }))),
    limits: sorted.flatMap(({ file, limits }) => limits.map((one) => ({ ...one, file }))),
  };
}

const standingOf = (figure: Placed["figure"]): Standing => ({
  under: networkOfPods(figure),
  section: figure.surroundings.section,
  label: figure.surroundings.label,
  row: figure.group,
});

function figureOf({ figure, role, why, subject, subjectWhy }: Placed, id: string): ImportedFigure[] {
  const metric = importMetric(figure.metric);
  if (metric === undefined) return [];
  return [
    {
      id,
      metric: figure.metric,
      unit: metric.unit,
      better: metric.better,
      value: figure.value,
      n: figure.n,
      of: figure.of,
      tool: figure.tool,
      recogniser: figure.recogniser,
      file: figure.file,
      line: figure.line,
      firstLine: figure.firstLine,
      text: figure.text,
      conditions: { ...figure.conditions },
      addresses: [...figure.addresses],
      notes: [...(figure.notes ?? [])],
      role: role ?? null,
      why: [...why],
      subject: subject ?? null,
      subjectWhy: subjectWhy ?? null,
      use: role === undefined ? "unplaced" : "unpaired",
      reason: role === undefined ? (why[0] ?? null) : null,
    },
  ];
}

/** Client and server of one run, or text and JSON of it, are one measurement: the most exact print counts. */
function withoutDuplicates(figures: readonly ImportedFigure[], placed: readonly Placed[]): ImportedFigure[] {
  const identityOf = new Map(placed.map(({ figure }, index) => [`F${String(index + 1)}`, figure.identity]));
  const best = new Map<string, ImportedFigure>();
  const keyOf = (figure: ImportedFigure): string | undefined => {
    const identity = identityOf.get(figure.id);
    return identity === undefined ? undefined : `${identity} ${figure.metric}`;
  };
  const rank = (figure: ImportedFigure): number =>
    (figure.role === null ? 4 : 0) + (figure.recogniser.includes("JSON") ? 0 : 1) + (figure.notes.length > 0 ? 2 : 0);
  for (const figure of figures) {
    const key = keyOf(figure);
    const known = key === undefined ? undefined : best.get(key);
    if (key !== undefined && (known === undefined || rank(figure) < rank(known))) best.set(key, figure);
  }
  return figures.map((figure) => {
    const key = keyOf(figure);
    const kept = key === undefined ? undefined : best.get(key);
    if (kept === undefined || kept === figure) return figure;
    return { ...figure, use: "duplicate", reason: `the same measurement as ${kept.file}:${String(kept.line)}` };
  });
}

/** Compares what can be compared; sets `use` and `reason` of the figures. */
function compare(figures: readonly ImportedFigure[], standing: ReadonlyMap<string, Standing>): ImportComparison[] {
  const groups = groupsOf(figures, standing);
  const hosts = groups.filter(({ role }) => role === "host");
  const comparisons: ImportComparison[] = [];
  const pods = groups.filter(({ role }) => role !== "host");
  for (const pod of pods) {
    const found = counterpart(pod, hosts, pods);
    if (typeof found === "string") for (const figure of pod.figures) figure.reason = found;
    else {
      for (const figure of [...pod.figures, ...found.host.figures]) Object.assign(figure, { use: "compared", reason: null });
      comparisons.push(comparison(pod, found.host, found.weaknesses));
    }
  }
  for (const figure of figures)
    if (figure.use === "unpaired" && figure.role === "host") figure.reason = "no figure of pods is comparable with it";
  return comparisons;
}

function mergedTroubles(files: readonly FileFindings[]): Imported["troubles"] {
  const merged = new Map<string, Imported["troubles"][number]>();
  for (const { file, troubles } of files) {
    for (const { places, ...trouble } of troubles) {
      const known = merged.get(trouble.id) ?? { ...trouble, count: 0, places: [] };
      known.count += trouble.count;
      known.places.push(...places.map((one) => ({ file, ...one })));
      merged.set(trouble.id, known);
    }
  }
  return [...merged.values()].map((one) => ({ ...one, places: one.places.slice(0, 10) })).sort((a, b) => order(a.id, b.id));
}

/** Whether anything was recognised at all; what was read and could not be used does not count. */
export function anythingIn(result: Imported): boolean {
  return result.figures.length + result.shares.length + result.troubles.length + result.rulesets.length > 0;
}
