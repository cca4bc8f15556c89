/**
 * The corpus of texts that were written for the import: each with the figures, sides and pairs that a careful person reads in it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { anythingIn } from "../../src/import/comparing/pairing.js";
import type { Imported } from "../../src/import/imported.js";
import { importTexts } from "./imported-texts.js";

const FOLDER = new URL("../captured/import/corpus/", import.meta.url);

/** One text with what it says. */
export interface CorpusEntry {
  /** The file's name without its end: the kind. */
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  /** Lines of expectation, as {@link readings} prints them. */
  readonly expected: readonly string[];
}

/** Every entry of the corpus. */
export const CORPUS: readonly CorpusEntry[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".txt"))
  .sort()
  .flatMap((name) => entriesOf(name.replace(/\.txt$/, ""), readFileSync(new URL(name, FOLDER), "utf8")));

/** The entries of a file in the corpus' form: `=== name`, the text, `--- expect`, one expectation a line. */
export function entriesOf(kind: string, file: string): readonly CorpusEntry[] {
  return file
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const [head = "", ...rest] = block.split("\n");
      const body = rest.join("\n");
      const at = body.indexOf("--- expect");
      const expected = body
        .slice(at)
        .split("\n")
        .slice(1)
        .filter((line) => line.trim() !== "");
      return { kind, name: `${kind}: ${head}`, text: body.slice(0, at), expected };
    });
}

const SCALE: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };

/** A number as the expectations write it: `934M`, `9.35G`, `205`. */
export function readNumeral(text: string): number {
  const scale = SCALE[text.at(-1) ?? ""];
  return scale === undefined ? Number(text) : Number(text.slice(0, -1)) * scale;
}

/** What went wrong with an entry; `absolute` are a wrong side, a false pair and a number that no one wrote. */
export interface Verdict {
  readonly problems: readonly string[];
  readonly absolute: readonly string[];
}

/** How many texts of a kind there are, and how well they are read. */
export interface KindTotal {
  readonly kind: string;
  readonly texts: number;
  readonly right: number;
  /** Wrong sides, false pairs and numbers that no one wrote. */
  readonly absolute: number;
}

/** What became of the texts of each kind, in the order of the kinds' first texts. Numbered files (`tickets-17-18-19`) are of one kind. */
export function totalsByKind(judged: readonly (Pick<CorpusEntry, "kind"> & Verdict)[]): readonly KindTotal[] {
  const totals = new Map<string, KindTotal>();
  for (const { kind: file, problems, absolute } of judged) {
    const kind = file.replace(/(?:-\d+)+$/, "");
    const before = totals.get(kind) ?? { texts: 0, right: 0, absolute: 0 };
    const right = before.right + (problems.length + absolute.length === 0 ? 1 : 0);
    totals.set(kind, { kind, texts: before.texts + 1, right, absolute: before.absolute + absolute.length });
  }
  return [...totals.values()];
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(a), Math.abs(b));

/** Compares what the import says of a text with what a careful person reads in it. */
export function judge(text: string, expected: readonly string[]): Verdict {
  const result = importTexts({ "text.md": text });
  const words = expected.map((line) => line.split(" "));
  const [figures, wrong] = judgeFigures(result, words);
  const [pairs, falsePairs] = judgePairs(result, words);
  return { problems: [...figures, ...pairs, ...judgeRest(result, expected)], absolute: [...wrong, ...falsePairs] };
}

const ROLES = new Set(["host", "pod", "service", "-"]);

function judgeFigures(result: Imported, words: readonly (readonly string[])[]): readonly [string[], string[]] {
  const open = words
    .filter(([first = ""]) => ROLES.has(first))
    .map(([role = "", metric = "", number = ""]) => ({ role, metric, number, value: readNumeral(number) }));
  const [problems, absolute]: [string[], string[]] = [[], []];
  for (const { role, metric, value, line } of result.figures.filter(({ use }) => use !== "duplicate")) {
    const same = open.filter((one) => near(one.value, value) && one.metric === metric);
    const found = same.find((one) => one.role === (role ?? "-")) ?? same[0];
    const shown = `${role ?? "-"} ${metric} ${String(value)} (line ${String(line)})`;
    if (found === undefined) {
      problems.push(`not expected: ${shown}`);
      if (!open.some((one) => near(one.value, value))) absolute.push(`a number that no one wrote: ${shown}`);
      continue;
    }
    open.splice(open.indexOf(found), 1);
    if (found.role === (role ?? "-")) continue;
    problems.push(`side: ${shown} is ${found.role}`);
    if (role !== null) absolute.push(`side: ${shown} is ${found.role}`);
  }
  return [[...problems, ...open.map(({ role, metric, number }) => `missing: ${role} ${metric} ${number}`)], absolute];
}

function judgePairs(result: Imported, words: readonly (readonly string[])[]): readonly [string[], string[]] {
  const open = words
    .filter(([first]) => first === "pair")
    .map(([, metric = "", ratio = "", ...rest]) => ({
      metric,
      ratio: ratio === "none" ? null : Number(ratio),
      interval: rest[0] === "interval",
      subject: rest.filter((one) => one !== "interval").join(" "),
    }));
  const [problems, absolute]: [string[], string[]] = [[], []];
  for (const { metric, ratio, subject, method, difference } of result.comparisons) {
    const value = ratio ?? difference;
    const index = open.findIndex(
      (one) =>
        one.metric === metric &&
        (one.ratio === null ? ratio === null : value !== null && near(one.ratio, value)) &&
        one.subject === (subject ?? "") &&
        one.interval === (method !== "none"),
    );
    if (index === -1) {
      const shown = `pair: ${metric} ${String(value)} ${subject ?? ""} ${method}`;
      problems.push(`not expected: ${shown}`);
      absolute.push(`false ${shown}`);
    } else open.splice(index, 1);
  }
  return [[...problems, ...open.map(({ metric, ratio, subject }) => `missing pair: ${metric} ${String(ratio)} ${subject}`)], absolute];
}

function judgeRest(result: Imported, expected: readonly string[]): readonly string[] {
  const told = result.failures.map(({ why, text }) => `${why} ${text}`);
  const notes = result.figures.flatMap((figure) => figure.notes);
  const problems = expected.flatMap((line): readonly string[] => {
    const [first = "", ...rest] = line.split(" ");
    const what = rest.join(" ");
    const holds: Readonly<Record<string, () => boolean>> = {
      told: () => told.some((one) => one.includes(what)),
      noted: () => notes.some((one) => one.includes(what)),
      trouble: () => result.troubles.some(({ id }) => id === what),
      ruleset: () => result.rulesets.some(({ writtenBy = [] }) => writtenBy.includes(what)),
      nothing: () => !anythingIn(result),
      share: () => result.shares.some(({ metric, ratio }) => metric === rest[0] && near(ratio, Number(rest[1]))),
    };
    return (holds[first]?.() ?? true) ? [] : [`not there: ${line}`];
  });
  const shares = expected.filter((line) => line.startsWith("share ")).length;
  return shares === result.shares.length ? problems : [...problems, `shares: ${String(result.shares.length)}, expected ${String(shares)}`];
}
