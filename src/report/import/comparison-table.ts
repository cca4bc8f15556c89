/**
 * The comparisons of an import as a table for a terminal: pods, hosts, ratio, and the lines that they rest on.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported } from "../../import/imported.js";
import { VERDICT_SIGNS } from "../terminal/cells.js";
import type { Paint } from "../terminal/paint.js";
import { displayWidth, padEnd, padStart, plain, wrap } from "../terminal/text.js";
import type { LineNames } from "./line-names.js";
import { aboutText, bySubject, figuresOf, ratioText, shortUnits, valueText, verdictText } from "./words.js";

/** Columns that the names of the comparisons need at least; where less is left, every comparison gets lines instead of a row. */
const LEAST_NAME = 18;
/** Columns of the lines that a comparison rests on: the rest of them stands below. */
const MOST_LINES_WIDE = 24;
const LEAST_LINES = 8;
/** Lines of a side that are named in the table. */
const MOST_LINES = 3;

interface Row {
  readonly what: string;
  readonly pods: string;
  readonly hosts: string;
  readonly ratio: string;
  readonly verdict: ImportComparison["verdict"];
  readonly lines: string;
}

/** The table with its footnotes, or the sentence that says that there is nothing to compare. */
export function comparisonTable(result: Imported, names: LineNames, width: number, paint: Paint): readonly string[] {
  if (result.comparisons.length === 0) return wrap("Nothing can be compared: no figure of pods has a counterpart between hosts.", width);
  const notes = footnotes(result);
  const groups = bySubject(result).map(([subject, all]) => [plain(subject), all.map((one) => row(result, one, names, notes))] as const);
  const marked = notes.flatMap((note, index) => wrap(`[${String(index + 1)}] ${note}`, width, "    "));
  return [...(columns(groups, width, paint) ?? stacked(groups, width, paint)), ...marked.map((line) => paint("quiet", line))];
}

/** How the table is read: the last lines of a report. */
export function tableLegend({ comparisons }: Imported): readonly string[] {
  if (comparisons.length === 0) return [];
  const shares = comparisons.some(({ difference }) => difference !== null) ? " (of shares pods minus hosts, in percentage points, pp)" : "";
  return [
    `Ratio: pods over hosts${shares}. n: outputs of that side, 1 where none is given. A verdict needs an interval, and an interval three outputs a side.`,
  ];
}

/** What weakens any of the comparisons, each once, the most frequent first. */
function footnotes(result: Imported): readonly string[] {
  const counts = new Map<string, number>();
  for (const { weaknesses, method, reason } of result.comparisons)
    for (const note of [...weaknesses, ...(method === "none" ? [] : [reason])]) counts.set(note, (counts.get(note) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([note]) => note);
}

function row(result: Imported, one: ImportComparison, names: LineNames, notes: readonly string[]): Row {
  const own = [...one.weaknesses, ...(one.method === "none" ? [] : [one.reason])].map((note) => notes.indexOf(note) + 1);
  const marks = [...new Set(own)].sort((a, b) => a - b).join(",");
  const verdict = one.method === "none" ? "" : ` ${VERDICT_SIGNS[one.verdict]} ${verdictText(one)}`;
  return {
    what: `${aboutText(one)}${marks === "" ? "" : ` [${marks}]`}`,
    pods: sideText(one.pod, one),
    hosts: sideText(one.host, one),
    ratio: `${shortUnits(ratioText(one)).replace(" [no interval]", "")}${verdict}`,
    verdict: one.method === "none" ? "undecided" : one.verdict,
    lines: `${linesOf(result, one.pod, names)} / ${linesOf(result, one.host, names)}`,
  };
}

const sideText = ({ median, n }: ComparedSide, { unit }: ImportComparison): string =>
  `${shortUnits(valueText(median, unit))}${n === 1 ? "" : ` (n ${String(n)})`}`;

function linesOf(result: Imported, side: ComparedSide, names: LineNames): string {
  const lines = figuresOf(result, side).map(names.of);
  return lines.length <= MOST_LINES ? lines.join(" ") : `${lines.slice(0, MOST_LINES).join(" ")}..`;
}

type Groups = readonly (readonly [subject: string, rows: readonly Row[]])[];

/** Pods, hosts, ratio and lines in columns; undefined where the terminal is too narrow for that. */
function columns(groups: Groups, width: number, paint: Paint): readonly string[] | undefined {
  const rows = groups.flatMap(([, all]) => all);
  const widest = (head: string, pick: (one: Row) => string): number =>
    Math.max(displayWidth(head), ...rows.map((one) => displayWidth(pick(one))));
  const [pods, hosts, ratio] = [
    widest("pods", (one) => one.pods),
    widest("hosts", (one) => one.hosts),
    widest("ratio", (one) => one.ratio),
  ];
  const between = 8;
  const left = width - pods - hosts - ratio - between;
  const wide = widest("lines (pods / hosts)", (one) => one.lines);
  const [heads, most] = left - LEAST_NAME >= wide ? ["lines (pods / hosts)", wide] : ["lines", widest("lines", (one) => one.lines)];
  const lines = Math.min(most, MOST_LINES_WIDE, Math.max(LEAST_LINES, left - LEAST_NAME));
  const name = Math.min(widest("", (one) => one.what) + 2, left - lines);
  if (name < LEAST_NAME) return undefined;
  const set = (what: string, a: string, b: string, c: string, d: string): string =>
    `${padEnd(what, name)}  ${padStart(a, pods)}  ${padStart(b, hosts)}  ${padEnd(c, ratio)}  ${d}`;
  return [
    paint("quiet", set("", "pods", "hosts", "ratio", heads)),
    ...groups.flatMap(([subject, all]) => [
      ...wrap(subject, width).map((line) => paint("heading", line)),
      ...all.flatMap((one) => {
        const [first = "", ...more] = wrap(`  ${one.what}`, name - 2, "  ").map((text) => `  ${text.trimStart()}`);
        const evidence = wrap(one.lines, lines);
        const rest = Array.from({ length: Math.max(more.length, evidence.length - 1) }, (_, index) =>
          set(more[index] ?? "", "", "", "", evidence[index + 1] ?? ""),
        );
        return [paint(one.verdict, set(first, one.pods, one.hosts, one.ratio, evidence[0] ?? "")), ...rest];
      }),
    ]),
  ];
}

function stacked(groups: Groups, width: number, paint: Paint): readonly string[] {
  return groups.flatMap(([subject, all]) => [
    ...wrap(subject, width).map((line) => paint("heading", line)),
    ...all.flatMap((one) => [
      ...wrap(`  ${one.what}`, width - 2, "  ").map((line) => `  ${line.trimStart()}`),
      ...wrap(`pods ${one.pods}, hosts ${one.hosts}: ratio ${one.ratio}; lines ${one.lines}`, width - 4).map((line) => `    ${line}`),
    ]),
  ]);
}
