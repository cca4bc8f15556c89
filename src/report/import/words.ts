/**
 * The sentences and numbers that every report of an import says alike.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported, ImportedFigure } from "../../import/imported.js";
import { type ImportUnit, importMetric } from "../../import/metrics.js";
import { groupBy } from "../../model/grouped.js";
import { formatCount, formatNumber, formatPercent, formatQuantity, formatRatio } from "../../units/format.js";
import { clipped, displayWidth, plain, truncate } from "../terminal/text.js";
import { VERDICT_WORDS } from "../words.js";

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

/** Units as short as the field writes them, for rows and lines that have room for no more. */
export const shortUnits = (text: string): string =>
  text
    .replace(" thousand ", " k")
    .replace(" million ", " M")
    .replace("transaction/s", "trans/s")
    .replace("request/s", "req/s")
    .replace(" percentage points", " pp");

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

/** `worse at ±5 %`. */
export const verdictText = ({ verdict, margin }: Pick<ImportComparison, "verdict" | "margin">): string =>
  `${VERDICT_WORDS[verdict]} at ±${formatPercent(margin)}`;

/** `seen once`, `seen 12 times`. */
export const seenText = (count: number): string => (count === 1 ? "seen once" : `seen ${formatCount(count)} times`);

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
  return [...groupBy(result.comparisons, ({ subject }) => subjectText(subject))];
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

/** Whose a figure is, as a reader of tickets says it. */
const WHOSE = { host: "hosts", pod: "pods", service: "pods to a Service" } as const;
/** The part of a metric's title that tells one statistic from another: `ICMP round trip, p99`. */
const STATISTIC = /^(?<what>.*), (?<statistic>mean|p[\d.]+)$/u;

/** Figures of one output as a text: `ICMP round trip mean 205 us, p99 470 us`. */
function valuesText(figures: readonly ImportedFigure[]): string {
  let before = "";
  return figures
    .map(({ metric, value, unit }) => {
      const title = importMetric(metric)?.title ?? metric;
      const { what = title, statistic } = STATISTIC.exec(title)?.groups ?? {};
      const named = what === before ? "" : `${what} `;
      before = what;
      return `${named}${statistic === undefined ? "" : `${statistic} `}${shortUnits(valueText(value, unit))}`;
    })
    .join(", ");
}

function leftOutText(
  figures: readonly ImportedFigure[],
  place: (where: { readonly file: string; readonly line: number }) => string,
  room: number,
): string {
  const [first] = figures;
  if (first === undefined) return "";
  const notes = new Set(figures.flatMap((figure) => figure.notes));
  const more = [...notes].filter((note) => !note.startsWith("written by a person"));
  const whose = first.role === null ? "side not known" : WHOSE[first.role];
  const start = `${place(first)} ${whose}: `;
  const reason = first.reason ?? "not compared";
  const why = [reason, ...more].join("; ");
  // Where there is no room for all, notes go first, and neither figures nor reason take more than half from the other.
  const both = room - displayWidth(start) - 2;
  const least = Math.min(displayWidth(why), displayWidth(`${reason}...`));
  return clipped(`${start}${clipped(valuesText(figures), Math.max(both / 2, both - least))}: ${why}`, room);
}

/** The figures that are in no comparison, a line for those of one output that share their reason; `room` is how wide it may be. */
export function leftOutTexts(
  result: Imported,
  place: (where: { readonly file: string; readonly line: number }) => string = placeText,
  room: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const groups = groupBy(leftOut(result), ({ file, firstLine, tool, role, reason }) =>
    JSON.stringify([file, firstLine, tool, role, reason]),
  );
  return [...groups.values()].map((figures) => leftOutText(figures, place, room));
}

/** Fewest columns of a quoted line that are of use. */
const LEAST_QUOTE = 28;

/** A number that was read and is none of the figures, with the reason; `place` says where it stands, and `room` cuts what is quoted. */
export function notUsedText(
  one: Imported["failures"][number],
  place: string = placeText(one),
  room: number = Number.POSITIVE_INFINITY,
): string {
  if (one.tool !== "stated") return `${place} ${one.tool}: ${one.why}`;
  const said = `${place}: ${one.why}, in `;
  return `${said}"${truncate(plain(one.text), Math.max(LEAST_QUOTE, room - displayWidth(said) - 2))}"`;
}

/** A share of the host that the text states; `place` says where it stands. */
export function shareText(one: Imported["shares"][number], place: string = placeText(one)): string {
  return `${place} ${subjectText(one.subject)}: ${one.title} ${formatPercent(one.ratio)} of the host (n 1, no interval), undecided: "${one.text}"`;
}

/** A known trouble; `place` names the places where it was seen. */
export function troubleText(
  one: Imported["troubles"][number],
  place: (where: { readonly file: string; readonly line: number }) => string = placeText,
): string {
  return `${one.cause} (${seenText(one.count)}, ${one.places.map(place).slice(0, 3).join(", ")}). Fix: ${one.fix}`;
}

/** Figures that are in no comparison: first those that could not be placed. */
function leftOut(result: Imported): readonly ImportedFigure[] {
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
export function rulesetText(ruleset: Imported["rulesets"][number], place: string = placeText(ruleset)): string {
  const { table, printedBy, chains, rules, serviceRules, policies, writtenBy = [], complete = true } = ruleset;
  const policy = Object.entries(policies).map(([chain, what]) => `${chain} ${what}`);
  const name = `${printedBy}${table === undefined ? "" : `, table ${table}`}`;
  return `${place} ${name}: ${formatCount(chains)} chains, ${formatCount(rules)} rules, ${formatCount(serviceRules)} of them in KUBE-SERVICES${policy.length === 0 ? "" : `; policies ${policy.join(", ")}`}${writtenBy.length === 0 ? "" : `; written by ${writtenBy.join(", ")}`}${complete ? "" : "; rules without their table"}`;
}

/** A limit that was reached. */
export function limitText({ file, what, limit, dropped }: Imported["limits"][number]): string {
  return `${file}: ${what}: at most ${formatCount(limit)}; beyond it ${formatCount(dropped)} left out or cut`;
}
