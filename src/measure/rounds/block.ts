/**
 * A block: rounds for which long-lived clients and generators are started once. How many are started side by side on each lane, for how many rounds, and how
 * long they must live.
 * @packageDocumentation
 */
import { largestOf } from "../../statistics/extremes.js";
import { FEWEST_STARTS } from "../../statistics/starts-interval.js";
import { type LaneGroup, lanesIn } from "./lanes.js";

/**
 * Clients that live at the same time. One takes about 7 MB, 3 of them for its log: 120 were ready within the time of one, and took 860 MB with tables
 * of 8 MB.
 */
const MOST_CLIENTS = 120;
/** Clients in one endpoint: a pod of a cluster has 768 MB for everything. */
const MOST_IN_ENDPOINT = 40;
/** Seconds of a visit before any round was timed: 40 ms, and the way of its order. */
const FIRST_GUESS = 0.1;
/** Seconds that a client needs before its first burst and after its last. */
const AROUND = 7;
/** A machine may become slower from one block to the next. */
const RESERVE = 1.5;
/** Share of its clients' life that a block may take: ending them takes time too. */
const MOST_OF_LIFE = 0.85;
/** While no round was timed yet, a slow venue's first round must fit too. */
const SHORTEST_LIFE = { timed: 10, untimed: 20 } as const;
/** A longer life slows the client down: its log has room for a number of messages, so that its rate falls. */
const LONGEST_LIFE = 60;

/** What a block is planned from. */
export interface ResidentLanes {
  readonly groups: readonly LaneGroup[];
}

/** How a block is carried out. */
export interface Block {
  /**
   * Clients or generators on each lane; one after the other is resumed, round by round. Few where many lanes leave no room for more: further blocks then bring
   * the rest. None where each observation starts its own.
   */
  readonly starts: number;
  readonly rounds: number;
  /** Seconds that one lives if nothing ends it. */
  readonly lifetime: number;
  /** Seconds after their start in which the rounds must be over. */
  readonly within: number;
}

const UNLIMITED = { lifetime: Number.POSITIVE_INFINITY, within: Number.POSITIVE_INFINITY };

/** A round of trials. */
export const TRIAL_BLOCK: Block = { starts: 0, rounds: 1, ...UNLIMITED };

/**
 * Rounds of slices between two starts of their generators. A figure may depend on how they started, which five starts at least have to show
 * (method.md); once there are so many, longer blocks waste less time.
 */
const SLICE_ROUNDS = { usual: 7, first: { starts: 5, rounds: 3 } } as const;

/** The next block of slices, whose generators were started so many times before. */
export const sliceBlock = (startsBefore: number): Block => ({
  starts: 1,
  rounds: startsBefore < SLICE_ROUNDS.first.starts ? SLICE_ROUNDS.first.rounds : SLICE_ROUNDS.usual,
  ...UNLIMITED,
});

/**
 * The block of these campaigns, whose rounds alternate.
 * @param roundsPerStart rounds in which each client is resumed
 * @param secondsPerRound the longest of the last block, for as many campaigns as these; undefined before the first
 */
export function residentBlock(campaigns: readonly ResidentLanes[], roundsPerStart: number, secondsPerRound?: number): Block {
  const groups = campaigns.flatMap((campaign) => campaign.groups);
  const starts = startsSideBySide(groups);
  const rounds = starts * roundsPerStart;
  const expected = AROUND + RESERVE * rounds * (secondsPerRound ?? FIRST_GUESS * groups.flatMap(lanesIn).length);
  const shortest = secondsPerRound === undefined ? SHORTEST_LIFE.untimed : SHORTEST_LIFE.timed;
  const lifetime = Math.ceil(Math.min(LONGEST_LIFE, Math.max(shortest, expected / MOST_OF_LIFE)));
  return { starts, rounds, lifetime, within: lifetime * MOST_OF_LIFE };
}

/**
 * Those of these campaigns that share the next block with the first: all, where each path still has the starts that an interval needs, since each start is
 * mostly waiting; else the first alone, which gets there with fewer blocks.
 */
export function sharingBlock<Lanes extends ResidentLanes>(first: Lanes, all: readonly Lanes[]): readonly Lanes[] {
  return startsSideBySide(all.flatMap(({ groups }) => groups)) >= FEWEST_STARTS ? all : [first];
}

/** As many as an interval needs, or as there is room for. */
function startsSideBySide(groups: readonly LaneGroup[]): number {
  const lanes = groups.flatMap(lanesIn);
  const byEndpoint = new Map<string, number>();
  for (const { path } of lanes) byEndpoint.set(path.from.id, (byEndpoint.get(path.from.id) ?? 0) + 1);
  const most = Math.min(MOST_CLIENTS / Math.max(1, lanes.length), MOST_IN_ENDPOINT / Math.max(1, largestOf(byEndpoint.values())));
  return Math.max(1, Math.min(FEWEST_STARTS, Math.floor(most)));
}
