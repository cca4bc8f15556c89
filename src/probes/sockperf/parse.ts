import type { Distribution } from "../../model/histogram.js";
import { histogramOf } from "../../statistics/histogram.js";
import { percentileOf } from "../../statistics/kaplan-meier.js";
import type { ProcessOutcome } from "../../venues/contract.js";
import type { BurstWindow, ProbeResult } from "../contract.js";
import { failure, type ProbeFailure, printed, processFailure } from "../failure.js";

/** Name of the file that sockperf writes its round trips to. */
export const ROUND_TRIP_LOG = "round-trips.csv";

/** Which of sockperf's workloads a log is of. UDP loses datagrams. */
export type SockperfWorkload = "latency.udp" | "latency.tcp";

/** One message and its answer. */
interface RoundTrip {
  /** Nanoseconds of the monotonic clock when it was sent and when its answer came. */
  readonly sent: number;
  readonly answered: number;
  /** Microseconds. */
  readonly took: number;
}

/** What a client logged. */
interface Log {
  readonly roundTrips: readonly RoundTrip[];
  /** Messages that were answered, those among them that are not logged. */
  readonly received: number;
  /** Whether the client still waited for an answer when it was ended. */
  readonly waiting: boolean;
}

/**
 * Reads what a client logged and cuts it at the bursts. Each message that was sent in a burst counts; one that was still under way at the burst's end
 * counts as cut off there (censored). The client's start, its cool-down and what was sent before a burst belong to none.
 */
export function parseSockperf(workload: SockperfWorkload, outcome: ProcessOutcome, bursts: readonly BurstWindow[]): readonly ProbeResult[] {
  const failed = clientFailure(outcome);
  if (failed !== undefined) return bursts.map(() => failed);
  const log = readLog(outcome.collected[ROUND_TRIP_LOG] ?? "");
  if (log.roundTrips.length === 0) {
    if (workload === "latency.udp" && log.waiting && log.received > 0) return bursts.map((_, index) => lostAtFirst(index));
    const silent = failure("sockperf logged no round trip", printed(outcome), "see whether its server answers on this path");
    return bursts.map(() => silent);
  }
  const odd = log.roundTrips.find(isOdd);
  if (odd !== undefined) {
    const times = `${(odd.took / 2).toFixed(3)} us where ${((odd.answered - odd.sent) / 1e3).toFixed(3)} us lie between sending and answer`;
    const failed = failure("sockperf's latency is not half of its round trip, as another version or option may have it", times);
    return bursts.map(() => failed);
  }
  const results = bursts.map((burst) => resultOf(workload, burst, log));
  return workload === "latency.udp" && log.waiting ? withLoss(results, bursts, log) : results;
}

/** sockperf ends with exit code 0 even when it could not connect. */
function clientFailure(outcome: ProcessOutcome): ProbeFailure | undefined {
  const ended = processFailure("sockperf", outcome);
  if (ended !== undefined) return ended;
  const complaint = /^sockperf: (?:ERROR: *)(.*)$/m.exec(printed(outcome))?.[1];
  if (complaint !== undefined)
    return failure(`sockperf: ${complaint}`, undefined, complaint.includes("refused") ? "no server listens on that port" : undefined);
  if (outcome.exitCode !== 0) return failure(`sockperf ended with exit code ${String(outcome.exitCode)}`, printed(outcome));
  return undefined;
}

/**
 * Rows of `packet, txTime(sec), rxTime(sec), latency(usec)`, sorted by time as sockperf writes them. The latency is half the round
 * trip, with more digits than the difference of the times keeps. Other lines, and a last one that was cut, are passed over.
 */
function readLog(text: string): Log {
  const roundTrips: RoundTrip[] = [];
  for (const match of text.matchAll(/^\d+, (\d+\.\d{9}), (\d+\.\d{9}), (\d+\.\d{3})$/gm)) {
    roundTrips.push({ sent: Number(match[1]) * 1e9, answered: Number(match[2]) * 1e9, took: Number(match[3]) * 2 });
  }
  const total = /^sockperf: \[Total Run\].*SentMessages=(\d+); ReceivedMessages=(\d+)/m.exec(text);
  const [sent, received] = [Number(total?.[1] ?? 0), Number(total?.[2] ?? 0)];
  return { roundTrips, received, waiting: sent > received };
}

/** Microseconds by which the two ways in which a row says its round trip may differ: both are rounded. */
const ROUNDED_BY = 0.5;

const isOdd = ({ sent, answered, took }: RoundTrip): boolean => Math.abs((answered - sent) / 1e3 - took) > ROUNDED_BY;

function resultOf(workload: SockperfWorkload, burst: BurstWindow, { roundTrips }: Log): ProbeResult {
  const completed: number[] = [];
  const censored: number[] = [];
  for (let index = firstSentFrom(roundTrips, burst.from); index < roundTrips.length; index++) {
    const roundTrip = roundTrips[index];
    if (roundTrip === undefined || roundTrip.sent >= burst.to) break;
    if (roundTrip.answered <= burst.to) completed.push(roundTrip.took);
    else censored.push((burst.to - roundTrip.sent) / 1e3);
  }
  if (completed.length + censored.length === 0) return emptyBurst(workload, burst, roundTrips);
  return sampleOf(workload, completed, censored);
}

function sampleOf(workload: SockperfWorkload, completed: readonly number[], censored: readonly number[]): ProbeResult {
  const distribution = { completed: histogramOf(completed), censored: histogramOf(censored) };
  const counts = workload === "latency.udp" ? { counts: { offered: completed.length + censored.length, lost: 0 } } : {};
  return {
    ok: true,
    sample: {
      values: percentiles(workload, distribution),
      histogram: distribution.completed,
      ...(censored.length === 0 ? {} : { censored: distribution.censored }),
      work: completed.length / 1e6,
      ...counts,
      facts: { roundTrips: completed.length },
    },
  };
}

/** Index of the first round trip that was sent at or after `time`. */
function firstSentFrom(log: readonly RoundTrip[], time: number): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((log[middle]?.sent ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A burst in which nothing was sent. Where the log goes on after it the client waited all the time for a message sent before: that is an outcome, not a
 * missing number, and counts as a round trip that was cut off after the burst's length.
 */
function emptyBurst(workload: SockperfWorkload, burst: BurstWindow, log: readonly RoundTrip[]): ProbeResult {
  const evidence = evidenceOf(burst, log);
  if (burst.to <= burst.from) return failure("the burst ended before it began", evidence);
  if (burst.to <= (log[0]?.sent ?? 0))
    return failure("the burst came before sockperf began to measure", evidence, "give the client more time to start");
  if (isAfter(burst, log)) {
    return failure("no round trip after the log's last one", evidence, "the client was ended without its cool-down, or its server ended");
  }
  return sampleOf(workload, [], [(burst.to - burst.from) / 1e3]);
}

const isAfter = ({ from }: BurstWindow, log: readonly RoundTrip[]): boolean => from >= (log.at(-1)?.answered ?? 0);

function evidenceOf({ from, to }: BurstWindow, log: readonly RoundTrip[]): string {
  const at = (time: number): string => `${(time / 1e9).toFixed(3)} s`;
  return `burst ${at(from)} to ${at(to)}, log ${at(log[0]?.sent ?? 0)} to ${at(log.at(-1)?.answered ?? 0)}`;
}

/** A client that was answered, and waited for an answer from its first second on, whose round trips sockperf throws away. */
function lostAtFirst(burst: number): ProbeFailure {
  const lost = failure("a datagram was lost while the client began: sockperf waits indefinitely for its answer");
  return burst === 0 ? { ...lost, counts: { offered: 1, lost: 1 } } : lost;
}

/**
 * sockperf waits indefinitely for the answer to a lost datagram, and cuts what it saw in the 50 ms before (multiplied by the CPU's GHz) from its log. So
 * the first burst behind the log's end is the one that lost the datagram, and those after it had no client.
 */
function withLoss(results: readonly ProbeResult[], bursts: readonly BurstWindow[], { roundTrips }: Log): readonly ProbeResult[] {
  const first = bursts.findIndex((burst, index) => results[index]?.ok === false && isAfter(burst, roundTrips));
  return results.map((result, index): ProbeResult => {
    const burst = bursts[index];
    if (burst === undefined || result.ok || !isAfter(burst, roundTrips)) return result;
    const evidence = evidenceOf(burst, roundTrips);
    if (index > first) return failure("its client still waited for a datagram that was lost in an earlier burst", evidence);
    const lost = failure("a datagram was lost: sockperf waits indefinitely for its answer, and logs nothing of the burst", evidence);
    return { ...lost, counts: { offered: 1, lost: 1 } };
  });
}

const LEVELS = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
  ["p99.9", 0.999],
] as const;

/** This burst's own percentiles, in us, as far as they were reached; the cells' percentiles are pooled from histograms. */
function percentiles(workload: SockperfWorkload, distribution: Distribution): Record<string, number> {
  const reached = LEVELS.flatMap(([label, p]) => {
    const found = percentileOf(distribution, p);
    return found?.reached === true ? [[`${workload}.${label}`, found.value] as const] : [];
  });
  return Object.fromEntries(reached);
}
