/**
 * Needs that packets answer: whether the cells of a variant keep what is needed, and what shows it.
 * @packageDocumentation
 */
import type { CheckName, ConformanceCell, VariantConformance } from "../model/conformance.js";
import type { Fulfilment } from "../modes/contract.js";
import { listedUpTo } from "../units/listed.js";
import { checksOfNeed } from "./needs.js";

/** Whether a mode fulfils a need. */
export interface Answered extends Fulfilment {
  /** The reason in a few words; absent where it is short. */
  readonly inBrief?: string;
}

/** Whether a variant keeps every cell of a need. A set keeps its promise where one of its checks has no meaning; who names that check alone wants it. */
export function answeredByPackets(need: string, tried: VariantConformance | undefined): Answered {
  if (tried === undefined) return { met: "no", because: "it was not tried with packets" };
  if (tried.failure !== undefined)
    return { met: "no", because: `it could not be tried: ${tried.failure.reason}`, inBrief: "it could not be tried" };
  const asked = checksOfNeed(need);
  const absent = asked.find((check) => !tried.cells.some((cell) => cell.check === check));
  if (absent !== undefined) return { met: "no", because: `${absent} was not tried with packets` };
  const cells = cellsOf(tried, asked);
  const failing = [...cells.filter(hasResult("does-not-work")), ...cells.filter(hasResult("not-offered"))];
  const [worst] = failing;
  if (worst !== undefined) return failed(need, worst, failing, cells);
  const meaningless = cells.find(hasResult("not-applicable"));
  if (cells.some(hasResult("works")) || meaningless === undefined) return { met: "yes", because: "every cell works" };
  const because = `${meaningless.check} has no meaning there: ${meaningless.because ?? ""}`;
  return { met: asked[0] === need ? "no" : "with-care", because };
}

/** How many cells of these needs packets showed to work. */
export function cellsKept(needs: readonly string[], tried: VariantConformance | undefined): number {
  const asked = new Set(needs.flatMap(checksOfNeed));
  return cellsOf(tried, [...asked]).filter(hasResult("works")).length;
}

const cellsOf = (tried: VariantConformance | undefined, asked: readonly CheckName[]): readonly ConformanceCell[] =>
  (tried?.cells ?? []).filter(({ check }) => asked.includes(check));

const hasResult =
  (result: ConformanceCell["result"]) =>
  (cell: ConformanceCell): boolean =>
    cell.result === result;

const MOST_NAMED = 3;

function failed(need: string, worst: ConformanceCell, failing: readonly ConformanceCell[], cells: readonly ConformanceCell[]): Answered {
  const checks = [...new Set(failing.map(({ check }) => check))];
  const names = checks.map((check) => `${check === need ? "it" : check}${socketsOf(check, failing, cells)}`);
  const [first = "", ...others] = names;
  const one = others.length === 0;
  const works = verbOf(failing, one);
  const reason = worst.because === undefined ? "" : `: ${worst.because}`;
  const socket = worst.protocol === null ? "" : ` by ${worst.protocol}`;
  return {
    met: "no",
    because: `${listedUpTo(names, MOST_NAMED)} ${works}${reason} (${worst.check}${socket}: ${worst.evidence})`,
    inBrief: `${one ? first : `${first} and ${String(others.length)} more`} ${works}`,
  };
}

/** What the cells of one check, or of several, do instead. */
function verbOf(failing: readonly ConformanceCell[], one: boolean): string {
  const results = new Set(failing.map(({ result }) => result));
  if (results.size > 1) return one ? "fails" : "fail";
  if (results.has("not-offered")) return one ? "is not offered" : "are not offered";
  return one ? "does not work" : "do not work";
}

/** Which sockets a check fails by, where it is not all of them. */
function socketsOf(check: CheckName, failing: readonly ConformanceCell[], cells: readonly ConformanceCell[]): string {
  const own = failing.filter((cell) => cell.check === check);
  if (own.length === cells.filter((cell) => cell.check === check).length) return "";
  return ` (${own.map(({ protocol }) => protocol ?? "").join(", ")})`;
}
