/**
 * How long trials are. Most are bounded in time: their load runs until enough of it was counted. Only ab gets a number of requests, so that no
 * request is cut off whose time its percentiles must have; how many that are is learned for each path.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";
import { milliseconds } from "../units/quantity.js";
import type { LoadSign, LoadWindow, Path, ProcessOutcome } from "../venues/contract.js";
import type { ProbeResult } from "./contract.js";

/** What trials are told. */
export interface Sizing {
  /** Seconds for which a load is counted. */
  readonly seconds: number;
  /** The limited link: bit/s, and the MTU in bytes of the network below all encapsulation; absent without one. */
  readonly link?: { readonly bitsPerSecond: number; readonly mtu: number };
  /** What generators are held to, bit/s; absent where they are not. */
  readonly maxRate?: number;
  /** Requests of one run of ab, by workload and path id, as {@link resize} learned them. */
  readonly requests: Readonly<Record<string, number>>;
}

/** Longer trials are hardly less noisy, since the spread comes from what is drawn anew at each start. */
const SECONDS = 0.07;
/** A trial that takes longer is killed and is an error. */
export const TRIAL_TIMEOUT = milliseconds(12_000);
/** Fewer packets would make a figure of their size: 64 kB arrive every 5.2 ms at 100 Mbit/s. */
const PACKETS = 100;
const PATIENCE = milliseconds(3_000);
/** The longest count of what hardly moves, where the trial itself is not asked to be longer. */
const LONGEST_SECONDS = 2;

/** The sizing before anything was measured. */
export function initialSizing(told: Partial<Omit<Sizing, "requests">> = {}): Sizing {
  return { seconds: SECONDS, ...told, requests: {} };
}

/** The window over which a load is counted that runs until it is ended. `settle` in milliseconds. */
export function windowOf(
  { seconds }: Sizing,
  signs: { readonly arriving: LoadSign; readonly leaving: LoadSign },
  settle: number,
): LoadWindow {
  return {
    ...signs,
    settle: milliseconds(settle),
    length: milliseconds(seconds * 1000),
    packets: PACKETS,
    patience: PATIENCE,
    longest: milliseconds(Math.max(LONGEST_SECONDS, 2 * seconds) * 1000),
  };
}

const REQUESTS = { first: 1_000, fewest: 200, most: 200_000 };
/** A number of requests whose rate asks for up to so many times more or fewer stays. */
const TOLERANCE = 1.4;

/** How many requests a trial makes on the path. */
export function requestsOf(sizing: Sizing, workload: WorkloadName, path: Path): number {
  return sizing.requests[keyOf(workload, path)] ?? REQUESTS.first;
}

/** What a trial showed of how fast a path is: its result, or, where it has none, how long the tool ran. */
export interface Pace {
  readonly result: ProbeResult;
  readonly outcome: Pick<ProcessOutcome, "before" | "after">;
}

/** The sizing after a trial of a path. The very same object comes back when nothing has to change. */
export function resize(sizing: Sizing, workload: WorkloadName, path: Path, { result, outcome }: Pace): Sizing {
  if (workload !== "http" && workload !== "http-keepalive") return sizing;
  const present = requestsOf(sizing, workload, path);
  const rate = (result.ok ? result.sample.values[workload] : undefined) ?? (present * 1e9) / (outcome.after.clock - outcome.before.clock);
  const wanted = Math.min(REQUESTS.most, Math.max(fewestAfter(result, present), Math.round(rate * sizing.seconds)));
  if (wanted < present * TOLERANCE && wanted > present / TOLERANCE) return sizing;
  return { ...sizing, requests: { ...sizing.requests, [keyOf(workload, path)]: wanted } };
}

/** A load of which too little was seen is at least doubled: its next success says how many are enough. */
const fewestAfter = (result: ProbeResult, present: number): number =>
  Math.max(REQUESTS.fewest, !result.ok && result.brief === true ? 2 * present : 0);

const keyOf = (workload: WorkloadName, path: Path): string => `${workload} ${path.id}`;
