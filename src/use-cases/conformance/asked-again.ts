/**
 * Questions that were not answered, asked once more.
 * @packageDocumentation
 */
import { SILENCE } from "../../conformance/check.js";
import { whereLost } from "../../conformance/last-seen.js";
import type { Tried, Try } from "../../model/exchange.js";
import { milliseconds } from "../../units/quantity.js";
import type { Trying } from "./trying.js";

/** What came of questions in the end. */
export interface AskedAgain {
  /** In the order of the questions. */
  readonly tried: readonly Tried[];
  /** Where the packets of one that is still not answered were counted last; undefined where all are answered. */
  readonly seen?: string;
}

/** Behind the evidence of what was answered then. */
export const ONLY_AGAIN = "; only when it was asked again";

/** Whether a question has no answer at all; a wrong answer is one. */
export const isMissed = ({ outcome: { result } }: Tried): boolean => result !== "answered" && result !== "echoed";

/**
 * Asks once more what was not answered: with more patience where an answer is hoped for, since a machine that others keep busy may answer late. A wrong answer
 * is not asked again.
 */
export async function askedAgain(
  { carryOut, counts, ground, copies }: Trying,
  tried: readonly Tried[],
  isHoped: boolean,
): Promise<AskedAgain> {
  const missed = tried.filter(isMissed);
  if (missed.length === 0) return { tried };
  const before = await counts();
  const again = await carryOut(missed.map((one) => onceMore(one.asked, isHoped)));
  const outcomes = tried.map((one) => (isMissed(one) ? (again[missed.indexOf(one)] ?? one) : one));
  const lost = again.find(isMissed);
  if (lost === undefined) return { tried: outcomes };
  await carryOut(Array.from({ length: copies - 1 }, () => onceMore(lost.asked, false)));
  return { tried: outcomes, seen: whereLost(lost.asked, ground.namespaces, before, await counts(), copies) };
}

/** What waited for long need not wait again, nor what no answer is expected to: a short question tells where its packets go. */
function onceMore(asked: Try, isHoped: boolean): Try {
  if (asked.kind === "ping") return asked;
  const patience = isHoped && asked.exchange.patience <= PATIENT ? PATIENT : SILENCE;
  return { ...asked, exchange: { ...asked.exchange, patience } };
}

const PATIENT = milliseconds(2_000);
