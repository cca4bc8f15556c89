import { histogramOf } from "../../statistics/histogram.js";
import type { ProcessOutcome } from "../../venues/contract.js";
import type { BurstWindow, ProbeResult, Sample } from "../contract.js";
import { failure, type ProbeFailure, printed, processFailure } from "../failure.js";

/** Name of the file that sockperf writes its round trips to. */
export const ROUND_TRIP_LOG = "round-trips.csv";

/** One message and its answer. */
interface RoundTrip {
  /** Nanoseconds of the monotonic clock when it was sent and when its answer came. */
  readonly sent: number;
  readonly answered: number;
  /** Microseconds. */
  readonly took: number;
}

/**
 * Reads what a client logged and cuts it at the bursts. A round trip counts in a burst when it began and ended inside: those that
 * straddle a suspension, the client's start and its cool-down belong to none.
 */
export function parseSockperf(distribution: string, outcome: ProcessOutcome, bursts: readonly BurstWindow[]): readonly ProbeResult[] {
  const failed = clientFailure(outcome);
  if (failed !== undefined) return bursts.map(() => failed);
  const roundTrips = readLog(outcome.collected[ROUND_TRIP_LOG] ?? "");
  if (roundTrips.length === 0) {
    const silent = failure("sockperf logged no round trip", printed(outcome), "see whether its server answers on this path");
    return bursts.map(() => silent);
  }
  return bursts.map((burst) => sampleOf(distribution, burst, roundTrips));
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
function readLog(text: string): RoundTrip[] {
  const roundTrips: RoundTrip[] = [];
  for (const match of text.matchAll(/^\d+, (\d+\.\d{9}), (\d+\.\d{9}), (\d+\.\d{3})$/gm)) {
    roundTrips.push({ sent: Number(match[1]) * 1e9, answered: Number(match[2]) * 1e9, took: Number(match[3]) * 2 });
  }
  return roundTrips;
}

function sampleOf(distribution: string, burst: BurstWindow, log: readonly RoundTrip[]): ProbeResult {
  const inside: number[] = [];
  for (let index = firstSentFrom(log, burst.from); index < log.length; index++) {
    const roundTrip = log[index];
    if (roundTrip === undefined || roundTrip.answered > burst.to) break;
    inside.push(roundTrip.took);
  }
  if (inside.length === 0) return emptyBurst(distribution, burst, log);
  return { ok: true, sample: distributionOf(distribution, inside, inside.length) };
}

function distributionOf(distribution: string, took: readonly number[], completed: number): Sample {
  return {
    values: percentiles(distribution, took),
    histogram: histogramOf(took),
    work: completed / 1e6,
    facts: { roundTrips: completed },
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
 * A burst in which no round trip was completed. Where the log goes on after it the path stood still: that is an outcome, not a
 * missing number, and counts as one round trip of at least the burst's length.
 */
function emptyBurst(distribution: string, burst: BurstWindow, log: readonly RoundTrip[]): ProbeResult {
  const first = log[0]?.sent ?? 0;
  const last = log.at(-1)?.answered ?? 0;
  const at = (time: number): string => `${(time / 1e9).toFixed(3)} s`;
  const evidence = `burst ${at(burst.from)} to ${at(burst.to)}, log ${at(first)} to ${at(last)}`;
  if (burst.to <= burst.from) return failure("the burst ended before it began", evidence);
  if (burst.to <= first) return failure("the burst came before sockperf began to measure", evidence, "give the client more time to start");
  if (burst.from >= last) {
    return failure(
      "no round trip after the log's last one",
      evidence,
      "a datagram was lost (sockperf waits for it for ever) or the client was ended without its cool-down",
    );
  }
  return { ok: true, sample: distributionOf(distribution, [(burst.to - burst.from) / 1e3], 0) };
}

/** This burst's own percentiles, in us; the cells' percentiles are pooled from histograms. */
function percentiles(distribution: string, values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return {
    [`${distribution}.p50`]: at(0.5),
    [`${distribution}.p90`]: at(0.9),
    [`${distribution}.p99`]: at(0.99),
    [`${distribution}.p99.9`]: at(0.999),
  };
}
