/**
 * Conformance as every report shows it: the answer in sentences, and a matrix of checks by variants. Data, so that no two reports can disagree.
 * @packageDocumentation
 */
import {
  type CellResult,
  CHECK_NAMES,
  type CheckName,
  type CheckSet,
  type Conformance,
  type ConformanceCell,
  contradictions,
  NEEDED_SETS,
  type RunConformance,
  setOf,
  type VariantConformance,
} from "../../model/conformance.js";
import type { AddressFamily } from "../../units/address.js";
import { formatDuration } from "../../units/format.js";
import { listed } from "../../units/listed.js";

/** What a variant's cells of one check come to: their one result, or `partly` where its sockets differ. `absent`: it was not tried. */
export type Mark = CellResult | "partly" | "absent";

/** A mark's sign, one column wide, and what it says. */
export const MARK_MEANINGS: Readonly<Record<Mark, { readonly sign: string; readonly words: string }>> = {
  works: { sign: "✓", words: "works" },
  "does-not-work": { sign: "✗", words: "does not work" },
  partly: { sign: "±", words: "by some sockets only" },
  "not-offered": { sign: "–", words: "not offered" },
  "not-applicable": { sign: "·", words: "has no meaning there" },
  absent: { sign: " ", words: "" },
};

/** The marks of a matrix, in the order of a legend. */
export const marksIn = ({ rows }: ConformanceMatrix): readonly Mark[] =>
  (Object.keys(MARK_MEANINGS) as Mark[]).filter((mark) => mark !== "absent" && rows.some(({ marks }) => marks.includes(mark)));

/** A row of the matrix. */
export interface MatrixRow {
  readonly check: CheckName;
  readonly family: AddressFamily;
  readonly set: CheckSet;
  /** In the order of the variants. */
  readonly marks: readonly Mark[];
}

/** Variants that could be tried, and what each did in each check. */
export interface ConformanceMatrix {
  readonly variants: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** The matrix of what was tried. */
export function matrixOf({ variants }: Conformance): ConformanceMatrix {
  const tried = variants.filter(({ failure }) => failure === undefined);
  const rows = FAMILIES.flatMap((family) =>
    CHECK_NAMES.map((check) => ({ check, family, set: setOf(check), marks: tried.map((variant) => markOf(variant, check, family)) })),
  );
  return { variants: tried.map(({ variant }) => variant), rows: rows.filter(({ marks }) => marks.some((mark) => mark !== "absent")) };
}

/** In the order of tables. */
const FAMILIES: readonly AddressFamily[] = ["ipv4", "ipv6"];

/** A row's name: its check, with IPv6 where it is tried by that. */
export const rowName = ({ check, family }: Pick<MatrixRow, "check" | "family">): string => (family === "ipv6" ? `${check}, IPv6` : check);

function markOf({ cells }: VariantConformance, check: CheckName, family: AddressFamily): Mark {
  const results = new Set(cells.filter((cell) => cell.check === check && cell.family === family).map(({ result }) => result));
  const [only] = results;
  if (only === undefined) return "absent";
  return results.size === 1 ? only : "partly";
}

/** How many cells of one set work on a variant, of those that have a meaning there. */
export interface SetCount {
  readonly set: CheckSet;
  readonly works: number;
  readonly of: number;
}

/** Every variant that could be tried, by the sets that a need can name. */
export const setCounts = ({ variants }: Conformance): readonly { readonly variant: string; readonly sets: readonly SetCount[] }[] =>
  variants
    .filter(({ failure }) => failure === undefined)
    .map(({ variant, cells }) => ({
      variant,
      sets: NEEDED_SETS.map((set) => {
        const own = cells.filter((cell) => cell.set === set && cell.result !== "not-applicable");
        return { set, works: own.filter(({ result }) => result === "works").length, of: own.length };
      }),
    }));

/** `16/16`; a set whose checks have no meaning there says so. */
export const setCountText = ({ works, of }: SetCount): string => (of === 0 ? "no meaning" : `${String(works)}/${String(of)}`);

/** When it was tried, of a run: the sentence before the answer. */
export const triedText = ({ seconds }: RunConformance): string =>
  `Tried with packets after measuring, in ${formatDuration(seconds)}, which no budget counts.`;

/** A cell with its variant. */
export interface NamedCell extends ConformanceCell {
  readonly variant: string;
}

/** Cells that did not do what their variant says. */
export const contradictedCells = ({ variants }: Conformance): readonly NamedCell[] =>
  variants.flatMap((variant) => contradictions(variant).map((cell) => ({ ...cell, variant: variant.variant })));

/** What variants do not offer, or have no meaning for: the same for the same reason stands once. */
export interface Absence {
  readonly variants: readonly string[];
  readonly checks: readonly CheckName[];
  readonly family: AddressFamily;
  readonly result: CellResult;
  readonly because: string;
}

/** Absences that are as described, in the order of the variants. */
export function absencesOf({ variants }: Conformance): readonly Absence[] {
  const told = new Map<string, Absence & { readonly variants: string[] }>();
  for (const { variant, cells } of variants) {
    const missing = cells.filter(({ result, expected }) => result === expected && result !== "works");
    const reasonOf = ({ family, result, because = "" }: ConformanceCell): string => `${family} ${result} ${because}`;
    for (const reason of new Set(missing.map(reasonOf))) {
      const own = missing.filter((cell) => reasonOf(cell) === reason);
      const [first] = own;
      if (first === undefined) continue;
      const checks = [...new Set(own.map(({ check }) => check))];
      const key = `${reason} ${checks.join()}`;
      const known = told.get(key) ?? { variants: [], checks, family: first.family, result: first.result, because: first.because ?? "" };
      known.variants.push(variant);
      told.set(key, known);
    }
  }
  return [...told.values()];
}

/** Why variants could not be tried: the same reason stands once. */
export interface Untried {
  readonly variants: readonly string[];
  readonly status: NonNullable<VariantConformance["failure"]>["status"];
  readonly reason: string;
}

/** Those that failed, then those that are unsupported, each in the order of the variants. */
export function untriedOf({ variants }: Conformance): readonly Untried[] {
  const told = new Map<string, Untried & { readonly variants: string[] }>();
  for (const { variant, failure } of variants) {
    if (failure === undefined) continue;
    const key = `${failure.status} ${failure.reason}`;
    const known = told.get(key) ?? { variants: [], ...failure };
    known.variants.push(variant);
    told.set(key, known);
  }
  const of = (status: Untried["status"]): readonly Untried[] => [...told.values()].filter((one) => one.status === status);
  return [...of("failed"), ...of("unsupported")];
}

/** Why, to follow its variants. */
export const untriedText = ({ status, reason }: Untried): string => `${status}: ${reason}`;

/** The answer, in two or three sentences. Why variants could not be tried stands elsewhere ({@link untriedOf}). */
export function conformanceAnswer(conformance: Conformance): string {
  const { variants } = conformance;
  const tried = variants.filter(({ failure }) => failure === undefined).length;
  const contradicted = contradictedCells(conformance);
  const cells = variants.reduce((sum, variant) => sum + variant.cells.length, 0);
  const whole = variants.filter((variant) => variant.failure === undefined && isWhole(variant)).map(({ variant }) => variant);
  const sentences = [
    whole.length === 0
      ? "No variant does everything that was tried."
      : `${listed(whole)} ${whole.length === 1 ? "does" : "do"} everything that was tried.`,
    contradicted.length === 0
      ? `Packets agree with what is said of ${tried === 1 ? "the variant" : `all ${String(tried)} variants`} in ${String(cells)} of ${String(cells)} cells.`
      : `In ${String(contradicted.length)} of ${String(cells)} cells packets contradict what is said of the variant: ${listed([...new Set(contradicted.map(({ variant }) => variant))])}.`,
    ...untriedSentence(conformance),
  ];
  return sentences.join(" ");
}

function untriedSentence({ variants }: Conformance): readonly string[] {
  const named = (status: Untried["status"]): readonly string[] =>
    variants.filter(({ failure }) => failure?.status === status).map(({ variant }) => variant);
  const [failed, unsupported] = [named("failed"), named("unsupported")];
  const parts = [
    ...(failed.length === 0 ? [] : [`${listed(failed)} could not be tried`]),
    ...(unsupported.length === 0 ? [] : [`${listed(unsupported)} ${unsupported.length === 1 ? "is" : "are"} unsupported here`]),
  ];
  return parts.length === 0 ? [] : [`${parts.join("; ")}.`];
}

/** Whether a variant keeps every cell that a need can ask for. */
const isWhole = ({ cells }: VariantConformance): boolean =>
  cells.every(({ set, result }) => set === "also-seen" || result === "works" || result === "not-applicable");

const RESULT_WORDS: Readonly<Record<CellResult, readonly [is: string, expected: string]>> = {
  works: ["works", "it was expected to work"],
  "does-not-work": ["does not work", "it was not expected to work"],
  "not-offered": ["is not offered", "it was not expected to be offered"],
  "not-applicable": ["has no meaning", "it was expected to have no meaning"],
};

/** What a cell came to, with a verb. */
export const resultText = ({ result }: ConformanceCell): string => RESULT_WORDS[result][0];

/** A contradiction, to follow its variant: `pod-pod-across (udp) does not work, where it was expected to work: silence for 500 ms`. */
export const contradictionText = (cell: ConformanceCell): string =>
  `${cellName(cell)} ${resultText(cell)}, where ${RESULT_WORDS[cell.expected][1]}: ${withReason(cell)}`;

const ABSENT_WORDS: Readonly<Record<CellResult, string>> = {
  works: "works",
  "does-not-work": "not working, as expected",
  "not-offered": "not offered",
  "not-applicable": "without a meaning",
};

/** An absence, to follow its variants. */
export const absenceText = ({ checks, family, result, because }: Absence): string =>
  `${checks.join(", ")}${family === "ipv6" ? " by IPv6" : ""} ${ABSENT_WORDS[result]}: ${because}`;

/** How a cell is named: its check, with its socket where it has one, and with IPv6 where it is tried by that. */
export function cellName({ check, protocol, family }: ConformanceCell): string {
  const by = [...(protocol === null ? [] : [protocol]), ...(family === "ipv6" ? ["IPv6"] : [])];
  return by.length === 0 ? check : `${check} (${by.join(", ")})`;
}

/** What was seen of a cell, and why it is as it is where the variant's description says so. */
export const withReason = ({ evidence, because }: ConformanceCell): string =>
  because === undefined ? evidence : `${evidence}; ${because}`;
