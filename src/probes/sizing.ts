/**
 * How much one trial moves. A trial is bounded by its amount (bytes, requests, frames), and the amount is learned for each path from
 * its first trials: modes differ in speed by a factor of sixty, machines by ten, and a trial of fixed size would be over before it
 * began on one path and take seconds on another.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";
import type { Milliseconds } from "../units/quantity.js";
import { milliseconds } from "../units/quantity.js";
import type { Path } from "../venues/contract.js";
import type { ProbeResult } from "./contract.js";

/** Workloads that are run as trials; the others are resident and sized by the length of their bursts. */
export type TrialWorkload = Exclude<WorkloadName, "latency.udp" | "latency.tcp">;

/** What is moved by one trial: bytes for tcp, tcp-open and tcp8; frames for pps; echo requests for latency.icmp; requests for http. */
export interface Sizing {
  /** For a path of which nothing is known yet. */
  readonly initial: Readonly<Record<TrialWorkload, number>>;
  /** By workload and path id, as {@link resize} learned it. */
  readonly learned: Readonly<Record<string, number>>;
  /** What generators are held to, bit/s; absent where they are not. */
  readonly maxRate?: number;
  /** A trial that takes longer is killed and is an error. */
  readonly timeout: Milliseconds;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const MB = 1e6;
const GB = 1e9;

/** Less drowns in the tool's own start and the slow start of TCP, more brings nothing (the spread comes from the start of a trial, not from its length). */
const BOUNDS: Readonly<Record<TrialWorkload, Bounds>> = {
  tcp: { min: MB, max: 4 * GB },
  "tcp-open": { min: MB, max: 4 * GB },
  tcp8: { min: MB, max: 4 * GB },
  pps: { min: 2_000, max: 2_000_000 },
  "latency.icmp": { min: 20, max: 20 },
  http: { min: 200, max: 50_000 },
  "http-keepalive": { min: 200, max: 100_000 },
};

/** A capped trial begins with 100 ms of its link's rate. */
const CAPPED_SECONDS = 0.1;
/** First trials on an uncapped link: about a second on the slowest mode known (flannel-udp, 0.13 Gbit/s). */
const OPEN_BYTES = 16 * MB;
/** A paced trial has to be long: iperf3 sends 128 kB at a time, and the first of these for nothing. */
const PACED_SECONDS = 0.4;

/**
 * The sizing before anything was measured.
 * @param linkBitsPerSecond rate of the capped link, absent without a cap
 * @param maxRate what generators are held to, bit/s; absent where they are not
 */
export function initialSizing(linkBitsPerSecond?: number, maxRate?: number): Sizing {
  const paced = maxRate === undefined ? undefined : within(BOUNDS.tcp, (maxRate / 8) * PACED_SECONDS);
  const capped = linkBitsPerSecond === undefined ? OPEN_BYTES : (linkBitsPerSecond / 8) * CAPPED_SECONDS;
  return {
    initial: {
      tcp: paced ?? within(BOUNDS.tcp, capped),
      "tcp-open": paced ?? OPEN_BYTES,
      tcp8: paced ?? OPEN_BYTES,
      pps: 20_000,
      "latency.icmp": 20,
      http: 200,
      "http-keepalive": 400,
    },
    learned: {},
    ...(maxRate === undefined ? {} : { maxRate }),
    timeout: milliseconds(8_000),
  };
}

/** How much a trial of the workload moves on the path. */
export function amountOf(sizing: Sizing, workload: TrialWorkload, path: Path): number {
  return sizing.learned[keyOf(workload, path)] ?? sizing.initial[workload];
}

/** One step changes an amount by no more than this: very short trials say little about long ones. */
const LARGEST_STEP = 20;
/** An amount whose trial took between target / 1.4 and target * 1.4 stays. */
const TOLERANCE = 1.4;
/**
 * On a capped link all paths that come near its rate get the same amount. The link's bucket is full when a trial begins, so that a short trial
 * shows more than the rate: 1.11 of what a long one shows after 80 ms, 1.07 after 112 ms (measured at 200 Mbit/s and at 1 Gbit/s). With
 * amounts of their own paths would differ by that: a twin of the host was called `faster`. Only a path this many times slower than its link gets less.
 */
const FAR_SLOWER = 5;

/**
 * The sizing after a trial of a path: its next trial should take `targetSeconds`. The very same object comes back when nothing has to
 * change, so a calibrating loop may go on until it does (two or three trials; at most five). A trial that failed says nothing
 * but that the amount may have been too large: it is divided.
 */
export function resize(sizing: Sizing, workload: WorkloadName, path: Path, observed: ProbeResult, targetSeconds: number): Sizing {
  if (!isTrialWorkload(workload)) return sizing;
  const present = amountOf(sizing, workload, path);
  const paced = sizing.maxRate !== undefined && PACED.has(workload);
  const stepped = present * stepTowards(observed, paced ? PACED_SECONDS : targetSeconds);
  const initial = sizing.initial[workload];
  const nearItsLink = (path.link === "capped" || paced) && stepped * FAR_SLOWER >= initial;
  const next = nearItsLink ? initial : roundTo2Digits(within(BOUNDS[workload], stepped));
  return next === present ? sizing : { ...sizing, learned: { ...sizing.learned, [keyOf(workload, path)]: next } };
}

/** Workloads whose generator is held to {@link Sizing.maxRate}. */
const PACED: ReadonlySet<WorkloadName> = new Set(["tcp", "tcp-open", "tcp8"]);

function stepTowards(observed: ProbeResult, targetSeconds: number): number {
  if (!observed.ok) return 1 / LARGEST_STEP;
  const seconds = observed.sample.facts?.["seconds"];
  if (seconds === undefined) return 1;
  if (seconds < targetSeconds * TOLERANCE && seconds > targetSeconds / TOLERANCE) return 1;
  return Math.min(LARGEST_STEP, Math.max(1 / LARGEST_STEP, targetSeconds / seconds));
}

function isTrialWorkload(workload: WorkloadName): workload is TrialWorkload {
  return workload in BOUNDS;
}

const keyOf = (workload: TrialWorkload, path: Path): string => `${workload} ${path.id}`;

const within = ({ min, max }: Bounds, value: number): number => Math.min(max, Math.max(min, Math.round(value)));

const roundTo2Digits = (value: number): number => Number(value.toPrecision(2));
