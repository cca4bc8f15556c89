/**
 * The check that changes something: the endpoint that answers is removed from its Service, and the other one must answer from then on.
 * @packageDocumentation
 */
import { describe, type Judgement } from "../../conformance/check.js";
import { type AskedCell, cellOfJudgement } from "../../conformance/judge.js";
import type { ConformanceCell } from "../../model/conformance.js";
import type { AskTry, ExchangeProtocol, Tried } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import type { Trying } from "./trying.js";

/** Both pods behind the Service. */
const PODS: readonly NamespaceName[] = ["pod-a2", "pod-b"];

/** The cell of one socket. */
export async function removingCell(trying: Trying, { check, protocol }: AskedCell): Promise<ConformanceCell> {
  const by = protocol ?? "tcp";
  const [first] = check.tries(trying.ground, by);
  if (first?.kind !== "ask") throw new Error(`${check.name} asks nothing`);
  const judgement = by === "tcp" ? await byConnections(trying, first) : await byDatagrams(trying, first, by);
  return cellOfJudgement({ check, protocol }, trying.expectations, judgement);
}

/** New connections: so many that one of two by lot would be met. */
const CONNECTIONS = 8;

async function byConnections(trying: Trying, first: AskTry): Promise<Judgement> {
  const [before] = await trying.carryOut([first]);
  if (before?.outcome.result !== "answered") return silentBefore(before);
  const gone = before.outcome.who;
  const unsettled = await remove(trying, gone, "tcp");
  const other = PODS.find((pod) => pod !== gone) ?? gone;
  const after = await trying.carryOut(Array.from({ length: CONNECTIONS }, () => ({ ...first, to: other })));
  const wrong = after.find(({ outcome }) => outcome.result !== "answered" || outcome.who !== other);
  const seen =
    wrong === undefined ? `${String(CONNECTIONS)} of ${String(CONNECTIONS)} new connections were answered by ${other}` : describe(wrong);
  return { works: wrong === undefined, evidence: `${gone} was removed; ${seen}${noted(unsettled)}` };
}

const noted = (unsettled: string | undefined): string => (unsettled === undefined ? "" : `; ${unsettled}`);

const silentBefore = (before: Tried | undefined): Judgement => ({
  works: false,
  evidence: before === undefined ? "nothing was tried" : `before anything was removed: ${describe(before)}`,
});

/**
 * Questions of one socket: it asks on for so long after the removal, and the last so many must all be answered by the endpoint that is left: those of the
 * time from 1 s after the removal on, where that holds at once. `times` is for a table of many rules, which takes seconds to be written anew.
 */
const QUESTIONS = { times: 600, every: milliseconds(50), last: 10 } as const;

async function byDatagrams(trying: Trying, { from, exchange }: AskTry, protocol: ExchangeProtocol): Promise<Judgement> {
  let gone: NamespaceName | undefined;
  let unsettled: string | undefined;
  const { times, every } = QUESTIONS;
  const onFirst = async (who: NamespaceName): Promise<void> => {
    gone = who;
    unsettled = await remove(trying, who, protocol);
  };
  const lines = await trying.keepAsking(from, { ...exchange, times, every }, { whom: PODS, onFirst, onward: trying.onward });
  if (gone === undefined) return { works: false, evidence: "one socket asked again and again, and no answer came" };
  const other = PODS.find((pod) => pod !== gone) ?? gone;
  const errors = lines.filter((line) => line.startsWith("error "));
  const last = lines.slice(-QUESTIONS.last);
  const works = last.length === QUESTIONS.last && last.every((line) => line === `answer ${other}`) && errors.length <= 1;
  const answers = (who: NamespaceName): string => `${String(lines.filter((line) => line === `answer ${who}`).length)} by ${who}`;
  return {
    works,
    evidence: `${gone} was removed while one socket asked: ${answers(gone)}, then ${answers(other)}, ${errors.length === 0 ? "no error" : errors.join(", ")}${noted(unsettled)}`,
  };
}

/** Takes an endpoint from the Service of a socket's check. */
async function remove(trying: Trying, gone: NamespaceName, protocol: ExchangeProtocol): Promise<string | undefined> {
  return trying.remove(protocol === "tcp" ? "two" : protocol === "udp" ? "two-udp" : "two-unconnected", gone);
}
