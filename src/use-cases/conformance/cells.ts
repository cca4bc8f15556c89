/**
 * The cells of a network: every check is carried out on its ground, and what came of each is judged.
 * @packageDocumentation
 */
import { type Check, SILENCE } from "../../conformance/check.js";
import { CHECKS } from "../../conformance/checks/index.js";
import type { Ground } from "../../conformance/ground.js";
import { type AskedCell, cellOf, isTried } from "../../conformance/judge.js";
import type { ConformanceCell } from "../../model/conformance.js";
import type { Tried, Try } from "../../model/exchange.js";
import type { AddressFamily } from "../../units/address.js";
import { askedAgain, isMissed, ONLY_AGAIN } from "./asked-again.js";
import { removingCell } from "./endpoint-removal.js";
import type { Trying } from "./trying.js";

const cellsBy = (family: AddressFamily, checks: readonly Check[]): readonly AskedCell[] =>
  checks.flatMap((check) => check.protocols.map((protocol) => ({ check, protocol, family })));

/** Every check by each of its sockets, in the order of tables. */
export const CELLS: readonly AskedCell[] = cellsBy("ipv4", CHECKS);
/** What is tried by IPv6: what pods and nodes can say to each other. Services have IPv4 addresses. */
export const IPV6_CELLS: readonly AskedCell[] = cellsBy(
  "ipv6",
  CHECKS.filter(({ set }) => set === "pods"),
);

/** What came of cells, in their order. */
export async function cellsOf(trying: Trying, asked: readonly AskedCell[]): Promise<readonly ConformanceCell[]> {
  const outcomes = await outcomesOf(trying, asked);
  const cells: ConformanceCell[] = [];
  for (const one of asked) cells.push(await settled(trying, one, outcomes.get(one)));
  return cells;
}

/** What came of a cell at first. */
interface Outcome {
  readonly cell: ConformanceCell;
  readonly tried: readonly Tried[];
}

/**
 * How a cell is tried: `at-once` with the others, which is most of them, since each would be waited for; `in-order` question after question, beside the others
 * of its kind; `alone` what moves much, or the others would seem slow, and what changes something.
 */
type Manner = "untried" | "at-once" | "in-order" | "alone";

function mannerOf({ ground, expectations }: Trying, asked: AskedCell): Manner {
  const { inOrder, removes } = asked.check;
  if (!isTried(asked, expectations)) return "untried";
  if (expectations[asked.check.name]?.expected === "not-offered") return "at-once";
  if (inOrder === true) return "in-order";
  return removes === undefined && triesOf(asked, ground).every(isShort) ? "at-once" : "alone";
}

const isShort = (one: Try): boolean => one.kind === "ask" && one.exchange.patience <= SILENCE;

async function outcomesOf(trying: Trying, cells: readonly AskedCell[]): Promise<ReadonlyMap<AskedCell, Outcome>> {
  const inManner = (manner: Manner): readonly AskedCell[] => cells.filter((asked) => mannerOf(trying, asked) === manner);
  const outcomes = new Map(await atOnce(trying, inManner("at-once")));
  const ordered = inManner("in-order").map(async (asked) => [asked, await inOrder(trying, asked)] as const);
  for (const [asked, outcome] of await Promise.all(ordered)) outcomes.set(asked, outcome);
  for (const asked of inManner("alone")) {
    if (asked.check.removes !== undefined) outcomes.set(asked, { cell: await removingCell(trying, asked), tried: [] });
    else for (const [own, outcome] of await atOnce(trying, [asked])) outcomes.set(own, outcome);
  }
  return outcomes;
}

async function atOnce(
  { ground, carryOut, expectations }: Trying,
  cells: readonly AskedCell[],
): Promise<readonly (readonly [AskedCell, Outcome])[]> {
  const tries = cells.map((asked) => triesOf(asked, ground));
  const all = await carryOut(tries.flat());
  return cells.map((asked, position) => {
    const tried = all.filter((one) => tries[position]?.includes(one.asked) === true);
    return [asked, { cell: cellOf(asked, expectations, ground, tried), tried }];
  });
}

async function inOrder({ ground, carryOut, expectations }: Trying, asked: AskedCell): Promise<Outcome> {
  const tried: Tried[] = [];
  for (const one of triesOf(asked, ground)) tried.push(...(await carryOut([one])));
  return { cell: cellOf(asked, expectations, ground, tried), tried };
}

/** The final cell. */
async function settled(trying: Trying, asked: AskedCell, outcome: Outcome | undefined): Promise<ConformanceCell> {
  if (outcome === undefined) return cellOf(asked, trying.expectations, trying.ground, []);
  return outcome.cell.result === "does-not-work" ? triedAgain(trying, asked, outcome) : outcome.cell;
}

const triesOf = ({ check, protocol }: AskedCell, ground: Ground): readonly Try[] => check.tries(ground, protocol ?? "tcp");

/** The same cell after its questions without an answer were asked once more. Its evidence says where the packets were counted last. */
async function triedAgain(trying: Trying, asked: AskedCell, { cell, tried }: Outcome): Promise<ConformanceCell> {
  if (!tried.some(isMissed)) return cell;
  const again = await askedAgain(trying, tried, cell.expected === "works");
  const anew = cellOf(asked, trying.expectations, trying.ground, again.tried, again.seen);
  return anew.result === "works" ? { ...anew, evidence: `${anew.evidence}${ONLY_AGAIN}` } : anew;
}
