import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { ratioOfLog } from "../../statistics/combine-intervals.js";
import { LOOK_CONFIDENCE } from "../../statistics/planned-looks.js";
import { doubt, figure, flag, portion, ratioFigure, refuse, type StatedFigure, says } from "./doubt.js";
import { type BothSides, both, type CellEvidence, type Check, fact, having, severityOf, total } from "./evidence.js";
import { intervalOf, type LogInterval, logRatios } from "./in-round-ratios.js";

/**
 * A trial's edges: bytes under way when iperf3 stops count for the kernel only (up to 13 % of a short trial on a link with a queue), so the kernel's count
 * lies between what was received and what was sent. The control connection and ARP add some kilobytes.
 */
const BYTES = { share: 0.02, bytes: 100_000 };
/** A sender that is ended leaves what it wrote and TCP had not sent: one to two congestion windows in captures of 3.12 and 3.18, at most as many as this and some buffers. */
const UNSENT = { windows: 4, bytes: 2_000_000 };
/** ab opens up to its 50 connections more than it completes: 47 at most in 70 trials. */
const CONNECTIONS = { share: 0.02, connections: 50 };
/** Opening and closing ab's 50 connections takes 150 segments; a server that answers later than its delayed acknowledgement sends a bare one before each answer. */
const ANSWERS = { share: 0.02, segments: 150, each: 2 };
/** Requests over kept connections are a segment each; opening and closing 50 connections takes 200, and a client whose CPU is busy acknowledges some answers apart. */
const REQUESTS = { share: 0.05, segments: 400 };
/** trafgen's device sends a few ARP packets of its own. */
const FRAMES = { share: 0.001, frames: 20 };
/** What arrives of a flood beyond what was sent: ARP, and the edges of slices, whose two ends are not read at one moment. */
const ARRIVED = { share: 0.02, frames: 100 };
/** Other programs of a host may ping too; a path on which most requests are answered twice is doubted. */
const REPLIES = { times: 1.5, replies: 5 };
/** Slices and trials agree within 5 % where slices are used at all (method: "Time slices"). */
const WAYS = 0.05;

/** Two counts of the same thing that differ by more than their edges explain. */
export const toolsDisagree: Check = (cell) => counts(cell) ?? moreThanSent(cell) ?? slicesAgainstTrials(cell);

/** Facts that count what another count says too. */
const COUNTED_TWICE = ["arrivedBytes", "connections", "answers", "requestSegments", "txPackets", "toolFrames", "echoReplies"];

function counts(cell: CellEvidence): Doubt | undefined {
  const compared = both(cell).filter(({ how }) => how !== "slice");
  const twice = [...new Set(COUNTED_TWICE.flatMap((name) => having(name, compared)))];
  const apart = twice.flatMap((one) => disagreement(one) ?? []);
  const [first] = apart;
  const worst = severityOf(apart.length, twice.length);
  if (first === undefined || worst === undefined) return undefined;
  const severity = twice.every(isWitnessOnly) ? "flag" : worst;
  const affected = portion("trials that disagree", apart.length, twice.length, "trials");
  return doubt("tools-disagree", severity, says`in ${affected} two counts of the same thing disagree, first: ${first}`);
}

/**
 * Where the kernel gave the figure the tool is a witness: what it says wrongly makes no figure wrong. Not so with ab, whose share of requests that were
 * answered is a part of the figure, nor where more arrived than was sent, which is then in the figure. Replies to echo requests that came twice are no tool's word.
 */
const isWitnessOnly = (observation: Observation): boolean =>
  fact("loadSeconds")(observation) === undefined
    ? cameTwice(observation)
    : !isBeyondSent(observation) && ["connections", "answers", "requestSegments"].every((name) => fact(name)(observation) === undefined);

/** Whether more bytes arrived than were sent, those that were sent again included. */
function isBeyondSent(observation: Observation): boolean {
  const [arrived = 0, sent = Number.POSITIVE_INFINITY] = [fact("arrivedBytes")(observation), fact("sentBytes")(observation)];
  const resent = (fact("retransmitted")(observation) ?? 0) * (fact("plannedMtu")(observation) ?? 0);
  return arrived > Math.max(observation.work * 1e9, sent) * (1 + BYTES.share) + resent + BYTES.bytes;
}

const cameTwice = ({ facts, counts: { forwarded = 0 } = {} }: Observation): boolean => (facts?.["echoReplies"] ?? 0) > forwarded;

/** More frames arrived than were sent: other traffic is counted, or frames come twice. Over all observations, since a slice's last frames are the next one's. */
function moreThanSent({ metric, own, host }: CellEvidence): Doubt | undefined {
  if (metric.workload !== "pps") return undefined;
  return surplus("", own) ?? surplus(" on the host", host);
}

function surplus(where: string, observations: readonly Observation[]): Doubt | undefined {
  const offered = total(observations, ({ counts }) => counts?.offered);
  const arrived = total(observations, (one) => fact("arrivedFrames")(one) ?? one.counts?.forwarded);
  if (offered === 0 || near(Math.max(arrived, offered), offered, ARRIVED.share, ARRIVED.frames)) return undefined;
  const [sent, seen] = [figure("sent", offered, "frames"), figure("arrived", arrived, "frames")];
  return refuse(
    "tools-disagree",
    says`${seen} arrived${where} where ${sent} were sent: other traffic is counted too, frames come twice, or on a busy machine frames that waited for a CPU arrive in a later slice`,
  );
}

/** What two counters say of an observation, as words where they disagree. */
function disagreement(observation: Observation): string | undefined {
  const { work, counts: { offered = 0 } = {} } = observation;
  const arrived = fact("arrivedBytes")(observation);
  if (arrived !== undefined) {
    const received = work * 1e9;
    const sent = Math.max(received, fact("sentBytes")(observation) ?? Number.POSITIVE_INFINITY);
    if (arrived < received * (1 - BYTES.share) || isBeyondSent(observation))
      return `iperf3 received ${megabytes(received)} of ${megabytes(sent)} sent, the receiver's kernel counted ${megabytes(arrived)}`;
  }
  const said = fact("sentBytes")(observation);
  if (arrived !== undefined && said !== undefined && fact("loadSeconds")(observation) !== undefined) {
    const unsent = UNSENT.windows * (fact("maxCwndBytes")(observation) ?? 0) + UNSENT.bytes;
    if (said * (1 - BYTES.share) - unsent > arrived)
      return `iperf3 says that it sent ${megabytes(said)}, the receiver's kernel counted ${megabytes(arrived)}`;
  }
  const connections = fact("connections")(observation);
  if (connections !== undefined && !near(connections, offered, CONNECTIONS.share, CONNECTIONS.connections))
    return `ab counted ${String(offered)} requests, the server's kernel ${String(connections)} connections`;
  const answers = fact("answers")(observation);
  if (answers !== undefined && (answers < offered * (1 - ANSWERS.share) || answers > offered * ANSWERS.each + ANSWERS.segments))
    return `ab counted ${String(offered)} requests, the server's kernel ${String(answers)} segments sent`;
  const requests = fact("requestSegments")(observation);
  if (requests !== undefined && !near(requests, offered, REQUESTS.share, REQUESTS.segments))
    return `ab counted ${String(offered)} requests, the server's kernel ${String(Math.round(requests))} segments that arrived`;
  const replies = fact("echoReplies")(observation);
  const heard = observation.counts?.forwarded ?? 0;
  if (replies !== undefined && (replies < heard || replies > REPLIES.times * heard + REPLIES.replies))
    return `ping heard ${String(heard)} replies, its kernel ${String(replies)}`;
  const frames = fact("txPackets")(observation);
  if (frames !== undefined && !near(frames, offered, FRAMES.share, FRAMES.frames))
    return `trafgen counted ${String(offered)} frames sent, its kernel ${String(frames)}`;
  const told = fact("toolFrames")(observation);
  if (told !== undefined && !near(told, offered, FRAMES.share, FRAMES.frames))
    return `trafgen counted ${String(told)} frames sent, its kernel ${String(offered)}`;
  return undefined;
}

const near = (one: number, other: number, share: number, least: number): boolean => Math.abs(one - other) <= other * share + least;

const megabytes = (bytes: number): string => (Number.isFinite(bytes) ? `${(bytes / 1e6).toFixed(1)} MB` : "an unknown number");

/** The ratio to the host by slices beside the one by trials of the same run, where both were made. */
function slicesAgainstTrials({ metric, own, host, otherWay }: CellEvidence): Doubt | undefined {
  const one = intervalOf(logRatios(metric.name, own, host), LOOK_CONFIDENCE);
  const other = intervalOf(logRatios(metric.name, otherWay.own, otherWay.host), LOOK_CONFIDENCE);
  if (one === undefined || other === undefined) return undefined;
  if (Math.max(one.low - other.high, other.low - one.high) <= Math.log1p(WAYS)) return undefined;
  return flag(
    "tools-disagree",
    says`two ways of measuring disagree: the ratio to the host is ${inWay(own, one)}, ${inWay(otherWay.own, other)}`,
  );
}

function inWay(observations: BothSides["own"], logRatio: LogInterval): StatedFigure {
  const way = observations[0]?.how === "slice" ? "slices" : "trials";
  const ratio = ratioFigure(`ratio in ${way}`, ratioOfLog(logRatio));
  return { ...ratio, text: `${ratio.text} in ${way}` };
}
