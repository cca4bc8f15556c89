import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { medianOf } from "../../statistics/median.js";
import { type Check, fact, having } from "./evidence.js";

/** IPv4 and TCP headers, and TCP's timestamps, which hosts may leave off (RFC 7323). */
const HEADERS = 40;
const TIMESTAMPS = 12;
/** Typical segments of slices were within 0.4 % of the MSS on every path tried; the smallest error of an MTU that occurs, 28 bytes, is 1.9 %. */
const MEAN_WITHIN = 0.015;
/** Fewer slices have no quartiles. */
const FEWEST_SLICES = 4;

/** Segments of another size than the path's plan gives: the figure is of another network. */
export const mtu: Check = ({ own, host }) => {
  return side("", own) ?? side("on the host ", host);
};

function side(where: string, observations: readonly Observation[]): Doubt | undefined {
  const planned = medianOf(having("plannedMtu", observations).flatMap((one) => fact("plannedMtu")(one) ?? []));
  if (planned === undefined) return undefined;
  return bySocket(where, planned, observations) ?? bySegments(where, planned, observations);
}

/** What the tool's socket says: exact. */
function bySocket(where: string, planned: number, observations: readonly Observation[]): Doubt | undefined {
  const mss = medianOf(having("mss", observations).flatMap((one) => fact("mss")(one) ?? []));
  if (mss === undefined || mss === planned - HEADERS || mss === planned - HEADERS - TIMESTAMPS) return undefined;
  return refused(where, planned, { what: "MSS", value: mss });
}

/**
 * What the sender's kernel counted during slices. Both ends' counters are not read at one moment, so single slices are off when a reader is
 * interrupted; another MTU moves nearly all of them.
 */
function bySegments(where: string, planned: number, observations: readonly Observation[]): Doubt | undefined {
  const slices = having("meanSegment", observations).filter(({ how, work }) => how === "slice" && work > 0);
  const means = slices.flatMap((one) => fact("meanSegment")(one) ?? []).sort((one, other) => one - other);
  const tooSmall = (means.at(-1 - Math.floor(means.length / 4)) ?? planned) < (planned - HEADERS - TIMESTAMPS) * (1 - MEAN_WITHIN);
  const tooLarge = (means[Math.floor(means.length / 4)] ?? 0) > (planned - HEADERS) * (1 + MEAN_WITHIN);
  if (means.length < FEWEST_SLICES || !(tooSmall || tooLarge)) return undefined;
  return refused(where, planned, { what: "typical segment", value: medianOf(means) ?? 0 });
}

function refused(where: string, planned: number, seen: { readonly what: string; readonly value: number }): Doubt {
  const expected = planned - HEADERS - TIMESTAMPS;
  return {
    check: "mtu",
    severity: "refuse",
    sentence: `${where}the ${seen.what} is ${seen.value.toFixed(0)} bytes where the planned MTU of ${String(planned)} bytes gives ${String(expected)}: this is not the network that was asked for`,
    evidence: [
      { what: seen.what, value: seen.value, unit: "bytes" },
      { what: "planned MTU", value: planned, unit: "bytes" },
    ],
  };
}
