/**
 * From what was tried to cells: the result by packets beside the expectation by the variant's own description.
 * @packageDocumentation
 */
import type { ConformanceCell, Expectation, Expectations } from "../model/conformance.js";
import type { ExchangeProtocol, Tried } from "../model/exchange.js";
import type { AddressFamily } from "../units/address.js";
import type { Check, Judgement } from "./check.js";
import type { Ground } from "./ground.js";

/** A check by one of its sockets. */
export interface AskedCell {
  readonly check: Check;
  readonly protocol: ExchangeProtocol | null;
  readonly family: AddressFamily;
}

const WORKS: Expectation = { expected: "works", because: "" };

/**
 * A cell. What the description says is not there and is not there is `not-offered`; what it says has no meaning is not tried at all.
 * @param tried - empty where the check has no meaning on the variant
 * @param seen - where the packets were seen last, of a cell that does not work
 */
export function cellOf(
  asked: AskedCell,
  expectations: Expectations,
  ground: Ground,
  tried: readonly Tried[],
  seen?: string,
): ConformanceCell {
  const { check } = asked;
  const { expected, because } = expectations[check.name] ?? WORKS;
  if (expected === "not-applicable") return { ...named(asked), expected, result: expected, evidence: "not tried", because };
  return cellOfJudgement(asked, expectations, check.judge(tried, ground), seen);
}

/** The same from a judgement that is made already. */
export function cellOfJudgement(
  asked: AskedCell,
  expectations: Expectations,
  { works, evidence }: Judgement,
  seen?: string,
): ConformanceCell {
  const { expected: said, because } = expectations[asked.check.name] ?? WORKS;
  const expected = said === "either" ? (works ? "works" : "not-offered") : said;
  const result = works ? "works" : expected === "not-offered" ? "not-offered" : "does-not-work";
  const parts = [evidence, ...(works || seen === undefined ? [] : [seen])];
  return { ...named(asked), expected, result, evidence: parts.join("; "), ...(because === "" ? {} : { because }) };
}

const named = ({ check, protocol, family }: AskedCell) => ({ check: check.name, set: check.set, family, protocol }) as const;

/** Whether a check is carried out on a variant. */
export const isTried = ({ check }: AskedCell, expectations: Expectations): boolean =>
  expectations[check.name]?.expected !== "not-applicable";
