/**
 * Puts what belongs together side by side: pods against hosts of the same mode, in the same metric, by the same tool, under the same
 * conditions. What finds no counterpart says what was missing.
 * @packageDocumentation
 */
import { comparison } from "./comparison.js";
import { conditionsText } from "./conditions.js";
import { type Group, groupsOf, order } from "./groups.js";
import { IMPORT_SCHEMA, type ImportComparison, type Imported, type ImportedFigure } from "./imported.js";
import { importMetric, metricOrder } from "./metrics.js";
import { type Placed, place } from "./placement.js";
import type { FileFindings } from "./recognise.js";

const STATED = "stated";

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
  const comparisons = compare(figures);
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
      rulesets.map(({ table, ...rest }) => ({ file, ...rest, ...(table === undefined ? {} : { table }) })),
    ),
    addresses: sorted.flatMap(({ file, addresses }) => addresses.map((one) => ({ ...one, file }))),
    failures: sorted.flatMap(({ file, failures }) => failures.map((one) => ({ ...one, file }))),
    limits: sorted.flatMap(({ file, limits }) => limits.map((one) => ({ ...one, file }))),
  };
}

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
function compare(figures: readonly ImportedFigure[]): ImportComparison[] {
  const groups = groupsOf(figures);
  const hosts = groups.filter(({ role }) => role === "host");
  const comparisons: ImportComparison[] = [];
  for (const pod of groups.filter(({ role }) => role !== "host")) {
    const found = counterpart(pod, hosts);
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

interface Counterpart {
  readonly host: Group;
  readonly weaknesses: readonly string[];
}

/** The hosts' figures for a group of pods' figures, or why there are none. */
function counterpart(pod: Group, hosts: readonly Group[]): Counterpart | string {
  const near = hosts.filter(({ subject }) => subject === pod.subject || subject === null);
  const exact = near.filter((host) => host.metric === pod.metric && host.tool === pod.tool && host.conditions === pod.conditions);
  const own = exact.find(({ subject }) => subject === pod.subject);
  if (own !== undefined) return { host: own, weaknesses: [] };
  const common = exact[0];
  if (common !== undefined)
    return { host: common, weaknesses: ["the host's figure stands under no mode: it is taken as the baseline of all"] };
  const loose = near.filter((host) => (host.tool === STATED) !== (pod.tool === STATED) && alike(host.metric, pod.metric));
  const [only, ...others] = loose;
  if (only !== undefined && others.length === 0) {
    return {
      host: only,
      weaknesses: [`${only.tool === STATED ? "the hosts'" : "the pods'"} figure is a statement: that it was measured alike is not known`],
    };
  }
  return missing(pod, hosts, near);
}

/** A statement seldom says whether it is about TCP, or which latency. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  const family = (metric: string): string => (metric === "throughput" ? "tcp" : metric === "latency" ? "latency.icmp" : metric);
  return family(a) === family(b);
}

function missing(pod: Group, hosts: readonly Group[], near: readonly Group[]): string {
  const same = hosts.filter(({ metric }) => metric === pod.metric);
  if (same.length === 0) return "there is no such figure between hosts";
  const elsewhere = same.filter((host) => !near.includes(host));
  if (elsewhere.length === same.length)
    return `such figures between hosts stand under another mode only: ${listed(elsewhere.map(({ subject }) => subject ?? "none"))}`;
  const tools = same.filter((host) => near.includes(host) && host.tool !== pod.tool);
  if (same.every((host) => !near.includes(host) || host.tool !== pod.tool))
    return `between hosts it was measured by ${listed(tools.map(({ tool }) => tool))} only, and tools are not compared`;
  const conditions = same
    .filter((host) => near.includes(host) && host.tool === pod.tool)
    .map((host) => conditionsText(host.figures[0]?.conditions ?? {}));
  return `between hosts it was measured under other conditions: ${listed(conditions)}`;
}

const listed = (names: readonly string[]): string => [...new Set(names)].sort().join(", ");

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

/** Whether anything was recognised at all. */
export function anythingIn(result: Imported): boolean {
  return result.figures.length + result.shares.length + result.troubles.length + result.rulesets.length + result.failures.length > 0;
}
