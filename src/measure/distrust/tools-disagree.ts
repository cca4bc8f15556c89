import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { estimateOf, FEWEST_FOR_ORDER_STATISTICS } from "../../statistics/median-interval.js";
import { LOOK_CONFIDENCE } from "../../statistics/planned-looks.js";
import { formatPercent, formatRatio } from "../../units/format.js";
import { both, type CellEvidence, type Check, fact, gravity, having } from "./evidence.js";
import { logRatios } from "./in-round-ratios.js";

/**
 * A trial's edges: bytes under way when iperf3 stops count for the kernel only (up to 13 % of a short trial on a link with a queue), so the kernel's count
 * lies between what was received and what was sent. The control connection and ARP add some kilobytes.
 */
const BYTES = { share: 0.02, bytes: 100_000 };
/** ab opens up to its 50 connections more than it completes: 47 at most in 70 trials. */
const CONNECTIONS = { share: 0.02, connections: 50 };
/** Opening and closing ab's 50 connections takes 150 segments; a server that answers later than its delayed acknowledgement sends a bare one before each answer. */
const ANSWERS = { share: 0.02, segments: 150, each: 2 };
/** trafgen's device sends a few ARP packets of its own. */
const FRAMES = { share: 0.001, frames: 20 };
/** Slices and trials agree within 5 % where slices are used at all (method: "Time slices"). */
const WAYS = 0.05;

/** Two counts of the same thing that differ by more than their edges explain. */
export const toolsDisagree: Check = (cell) => counts(cell) ?? slicesAgainstTrials(cell);

function counts(cell: CellEvidence): Doubt | undefined {
  const compared = both(cell).filter(({ how }) => how !== "slice");
  const twice = [...new Set(["arrivedBytes", "connections", "answers", "txPackets"].flatMap((name) => having(name, compared)))];
  const apart = twice.flatMap((one) => disagreement(one) ?? []);
  const [first] = apart;
  const severity = gravity(apart.length, twice.length);
  if (first === undefined || severity === undefined) return undefined;
  const share = apart.length / twice.length;
  return {
    check: "tools-disagree",
    severity,
    sentence: `in ${String(apart.length)} of ${String(twice.length)} trials (${formatPercent(share)}) two counts of the same thing disagree, first: ${first}`,
    evidence: [{ what: "trials that disagree", value: share, unit: "share" }],
  };
}

/** What two counters say of an observation, as words where they disagree. */
function disagreement(observation: Observation): string | undefined {
  const { work, counts: { offered = 0 } = {} } = observation;
  const arrived = fact("arrivedBytes")(observation);
  if (arrived !== undefined) {
    const received = work * 1e9;
    const sent = Math.max(received, fact("sentBytes")(observation) ?? Number.POSITIVE_INFINITY);
    const resent = (fact("retransmitted")(observation) ?? 0) * (fact("plannedMtu")(observation) ?? 0);
    if (arrived < received * (1 - BYTES.share) || arrived > sent * (1 + BYTES.share) + resent + BYTES.bytes)
      return `iperf3 received ${megabytes(received)} of ${megabytes(sent)} sent, the receiver's kernel counted ${megabytes(arrived)}`;
  }
  const connections = fact("connections")(observation);
  if (connections !== undefined && !near(connections, offered, CONNECTIONS.share, CONNECTIONS.connections))
    return `ab counted ${String(offered)} requests, the server's kernel ${String(connections)} connections`;
  const answers = fact("answers")(observation);
  if (answers !== undefined && (answers < offered * (1 - ANSWERS.share) || answers > offered * ANSWERS.each + ANSWERS.segments))
    return `ab counted ${String(offered)} requests, the server's kernel ${String(answers)} segments sent`;
  const frames = fact("txPackets")(observation);
  if (frames !== undefined && !near(frames, offered, FRAMES.share, FRAMES.frames))
    return `trafgen counted ${String(offered)} frames sent, its kernel ${String(frames)}`;
  return undefined;
}

const near = (one: number, other: number, share: number, least: number): boolean => Math.abs(one - other) <= other * share + least;

const megabytes = (bytes: number): string => (Number.isFinite(bytes) ? `${(bytes / 1e6).toFixed(1)} MB` : "an unknown number");

/** The ratio to the host by slices beside the one by trials of the same run, where both were made. */
function slicesAgainstTrials({ metric, own, host, otherWay }: CellEvidence): Doubt | undefined {
  const one = ratioInterval(logRatios(metric.name, own, host));
  const other = ratioInterval(logRatios(metric.name, otherWay.own, otherWay.host));
  if (one === undefined || other === undefined) return undefined;
  const apart = Math.max(one.low - other.high, other.low - one.high);
  if (apart <= Math.log1p(WAYS)) return undefined;
  return {
    check: "tools-disagree",
    severity: "flag",
    sentence: `two ways of measuring disagree: the ratio to the host is ${formatRatio(one.median, Math.exp(one.low), Math.exp(one.high))} in ${nameOf(own)}, ${formatRatio(other.median, Math.exp(other.low), Math.exp(other.high))} in ${nameOf(otherWay.own)}`,
    evidence: [
      { what: `ratio in ${nameOf(own)}`, value: one.median, unit: "ratio" },
      { what: `ratio in ${nameOf(otherWay.own)}`, value: other.median, unit: "ratio" },
    ],
  };
}

const nameOf = (observations: readonly Observation[]): string => (observations[0]?.how === "slice" ? "slices" : "trials");

function ratioInterval(values: readonly number[]): { readonly median: number; readonly low: number; readonly high: number } | undefined {
  const estimate = estimateOf(values, LOOK_CONFIDENCE);
  if (estimate?.interval === undefined || estimate.n < FEWEST_FOR_ORDER_STATISTICS) return undefined;
  return { median: Math.exp(estimate.centre), low: estimate.interval.low, high: estimate.interval.high };
}
