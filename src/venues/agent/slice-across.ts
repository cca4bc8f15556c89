/**
 * Carries out one time slice with several agents.
 * @packageDocumentation
 */
import type { Milliseconds } from "../../units/quantity.js";
import { type ClockOffset, onAgent } from "./clock-offset.js";
import type { AgentSlice, Watched, WindowOrder } from "./protocol.js";
import { ourTime, type SyncedAgent } from "./synced-agent.js";
import { type AgentPart, guardOf, mergeParts, place, planSlice, type SliceMoments } from "./timed-slice.js";

/** What one agent does in a slice. */
export interface SliceShare {
  readonly agent: SyncedAgent;
  /** Numbers of its suspended processes that are resumed; none for an agent that only reads. */
  readonly processes: readonly number[];
  readonly watch: readonly Watched[];
}

/** How often a slice is tried whose orders came late or whose readings came to lie outside. On two busy cores one of five does. */
const TRIES = 12;
/** Orders that came late get twice the time, up to so many times. */
const MOST_DOUBLINGS = 3;
/** Milliseconds that an agent takes to read an order and make ready, beyond the round trip. */
const MAKING_READY_MS = 3;
/** No slice is planned further ahead, milliseconds: what takes longer to arrive costs this slice, not the time of many. */
const MOST_LEAD_MS = 1_000;
/** Milliseconds by which clocks may be uncertain: a slice gets longer by twice that. */
const MOST_GUARD_MS = 60;

/**
 * Resumes the processes of all shares together for `settle` and then for at least `length`, within which every agent reads its counters twice.
 * @param shares - the first one's clock is the slice's; each agent once
 * @throws an error of the venue when the clocks are too uncertain or no try could be placed
 */
export async function sliceAcross(shares: readonly SliceShare[], settle: Milliseconds, length: Milliseconds): Promise<AgentSlice> {
  let problem = "";
  let doublings = 0;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const offsets = await Promise.all(shares.map(async ({ agent }) => agent.offset()));
    const moments = plan(shares, offsets, doublings, settle, length);
    const answers = await Promise.all(shares.map(async (share, index) => ask(share, offsetAt(offsets, index), moments)));
    const placement = place(answers, settle);
    if (!("problem" in placement)) return mergeParts(placement.parts);
    problem = placement.problem;
    if (placement.late) doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
  }
  throw errorOf(shares, `no time slice could be placed in ${String(TRIES)} tries: ${problem}`);
}

function plan(
  shares: readonly SliceShare[],
  offsets: readonly ClockOffset[],
  doublings: number,
  settle: Milliseconds,
  length: Milliseconds,
): SliceMoments {
  const [first] = shares;
  if (first === undefined) throw new Error("a slice needs an agent");
  const now = ourTime(first.agent.client.home.clock);
  const guard = guardOf(offsets, now);
  if (guard > MOST_GUARD_MS)
    throw errorOf(shares, `the agents' clocks are known to ${guard.toFixed(0)} ms only, since orders take that long`);
  const lead = (Math.max(...shares.map(({ agent }) => agent.roundTrip)) + MAKING_READY_MS) * 2 ** doublings;
  return planSlice(offsets, now + Math.min(lead, MOST_LEAD_MS) * 1e6, settle, length);
}

async function ask({ agent, processes, watch }: SliceShare, offset: ClockOffset, moments: SliceMoments): Promise<AgentPart> {
  const order: WindowOrder = {
    kind: "window",
    processes,
    resumeAt: onAgent(offset, moments.resumeAt),
    opens: onAgent(offset, moments.opens),
    closes: onAgent(offset, moments.closes),
    stop: onAgent(offset, moments.stop),
    watch,
  };
  return { offset, machine: agent.facts.bootId, answer: await agent.client.order<"window">(order) };
}

function offsetAt(offsets: readonly ClockOffset[], index: number): ClockOffset {
  const offset = offsets[index];
  if (offset === undefined) throw new Error("an agent without an offset");
  return offset;
}

function errorOf([first]: readonly SliceShare[], message: string): Error {
  return first === undefined ? new Error(message) : first.agent.client.home.error(message, "Measure without time slices: --trials");
}
