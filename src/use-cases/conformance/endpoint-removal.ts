/**
 * The check that changes something: one of two endpoints is removed from its Service, and the other one must answer from then on.
 * @packageDocumentation
 */
import { describe, type Judgement } from "../../conformance/check.js";
import { type AskedCell, cellOfJudgement } from "../../conformance/judge.js";
import type { ConformanceCell } from "../../model/conformance.js";
import type { AskTry } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import { askedAgain, isMissed, ONLY_AGAIN } from "./asked-again.js";
import type { Trying } from "./trying.js";

/** Both pods behind the Service. */
const PODS: readonly NamespaceName[] = ["pod-a2", "pod-b"];

const otherThan = (who: NamespaceName): NamespaceName => PODS.find((pod) => pod !== who) ?? who;

/** The cell of one socket. */
export async function removingCell(trying: Trying, asked: AskedCell): Promise<ConformanceCell> {
  const { check, protocol } = asked;
  const by = protocol ?? "tcp";
  const [first] = check.tries(trying.ground, by);
  if (first?.kind !== "ask") throw new Error(`${check.name} asks nothing`);
  let unsettled: string | undefined;
  const take: Take = async (gone) => {
    unsettled = await trying.remove(by === "tcp" ? "two" : by === "udp" ? "two-udp" : "two-unconnected", gone);
  };
  const { works, evidence, seen } = by === "tcp" ? await byConnections(trying, first, take) : await byDatagrams(trying, first, take);
  const told = unsettled === undefined ? evidence : `${evidence}; ${unsettled}`;
  return cellOfJudgement(asked, trying.expectations, { works, evidence: told }, seen);
}

/** Takes an endpoint from the Service of a socket's check. */
type Take = (gone: NamespaceName) => Promise<void>;

/** A judgement, and where the packets were counted last of what is not answered. */
interface Removal extends Judgement {
  readonly seen?: string | undefined;
}

/**
 * Questions of one socket: it asks on for some time after the removal. `times` is for a table of many rules, which takes seconds to be written anew. The last so
 * many datagrams must all be answered by the endpoint that is left: those of the time from 1 s after the removal on, where that holds at once.
 */
const QUESTIONS = { times: 600, every: milliseconds(50), last: 10 } as const;

/** After which a connection that stands counts as broken, on a starved machine too. */
const STANDS = milliseconds(1_000);
/** New connections: so many that one of two by lot would be met. */
const CONNECTIONS = 8;

/** A connection to the endpoint that stays goes on, and new ones come to it. */
async function byConnections(trying: Trying, first: AskTry, take: Take): Promise<Removal> {
  const { tried: before, seen } = await askedAgain(trying, await trying.carryOut([first]), true);
  const silent = before.find(isMissed);
  if (silent !== undefined) return { works: false, evidence: `before anything was removed: ${describe(silent)}`, seen };
  let stays: NamespaceName | undefined;
  const onFirst = async (who: NamespaceName): Promise<void> => {
    stays = who;
    await take(otherThan(who));
  };
  const lines = await asking(trying, { ...first, exchange: { ...first.exchange, patience: STANDS } }, onFirst);
  if (stays === undefined) return { works: false, evidence: unanswered("connection", lines) };
  const kept = stays;
  const gone = `${otherThan(kept)} was removed`;
  const broken = lines.find((line) => line !== `answer ${kept}`);
  if (broken !== undefined) return { works: false, evidence: `${gone}; a connection to ${kept} did not go on: ${broken}` };
  const made = await trying.carryOut(Array.from({ length: CONNECTIONS }, () => ({ ...first, to: kept })));
  const after = await askedAgain(trying, made, true);
  const wrong = after.tried.find(({ outcome }) => outcome.result !== "answered" || outcome.who !== kept);
  if (wrong !== undefined) return { works: false, evidence: `${gone}; ${describe(wrong)}`, seen: after.seen };
  const all = String(CONNECTIONS);
  const evidence = `${gone}; a connection to ${kept} went on for ${String(lines.length)} answers, and ${all} of ${all} new ones were answered by ${kept}`;
  return { works: true, evidence: made.some(isMissed) ? `${evidence}${ONLY_AGAIN}` : evidence };
}

/** Nothing came of all that one of them asked, or what is no answer. */
const unanswered = (what: "connection" | "socket", lines: readonly string[]): string =>
  [`one ${what} asked again and again, and no answer came`, ...new Set(lines)].join(": ");

/** One socket asks the pods behind the Service, and something is done once one has answered. */
const asking = async (
  trying: Trying,
  { from, exchange }: AskTry,
  onFirst: (who: NamespaceName) => Promise<void>,
): Promise<readonly string[]> => {
  const { times, every } = QUESTIONS;
  return trying.keepAsking(from, { ...exchange, times, every }, { whom: PODS, onFirst, onward: trying.onward });
};

async function byDatagrams(trying: Trying, first: AskTry, take: Take): Promise<Removal> {
  let removed: NamespaceName | undefined;
  const onFirst = async (who: NamespaceName): Promise<void> => {
    removed = who;
    await take(who);
  };
  const lines = await asking(trying, first, onFirst);
  if (removed === undefined) return { works: false, evidence: unanswered("socket", lines) };
  const gone = removed;
  const other = otherThan(gone);
  const errors = lines.filter((line) => line.startsWith("error "));
  const last = lines.slice(-QUESTIONS.last);
  const works = last.length === QUESTIONS.last && last.every((line) => line === `answer ${other}`) && errors.length <= 1;
  const answers = (who: NamespaceName): string => `${String(lines.filter((line) => line === `answer ${who}`).length)} by ${who}`;
  const evidence = `${gone} was removed while one socket asked: ${answers(gone)}, then ${answers(other)}, ${errors.length === 0 ? "no error" : errors.join(", ")}`;
  if (works) return { works, evidence };
  const { tried, seen } = await askedAgain(trying, await trying.carryOut([{ ...first, to: other }]), true);
  return { works, evidence: [evidence, ...tried.map((one) => `a new socket: ${describe(one)}`)].join("; "), seen };
}
