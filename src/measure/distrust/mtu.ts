import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { medianOf } from "../../statistics/median.js";
import { type Check, fact, having, total } from "./evidence.js";

/** IPv4 and TCP headers, and TCP's timestamps, which hosts may leave off (RFC 7323). */
const HEADERS = 40;
const TIMESTAMPS = 12;
/** Segments counted over slices were within 0.4 % of the MSS on every path tried; the smallest error of an MTU that occurs, 28 bytes, is 1.9 %. */
const MEAN_WITHIN = 0.015;

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

/** What the sender's kernel counted: smaller than the MSS by what does not fill a segment. */
function bySegments(where: string, planned: number, observations: readonly Observation[]): Doubt | undefined {
  const counted = having("meanSegment", observations).filter(({ work }) => work > 0);
  const segments = total(counted, ({ work, facts }) => (work * 1e9) / (facts?.["meanSegment"] ?? Number.POSITIVE_INFINITY));
  if (segments === 0) return undefined;
  const mean = total(counted, ({ work }) => work * 1e9) / segments;
  const within = mean >= (planned - HEADERS - TIMESTAMPS) * (1 - MEAN_WITHIN) && mean <= (planned - HEADERS) * (1 + MEAN_WITHIN);
  return within ? undefined : refused(where, planned, { what: "mean segment", value: mean });
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
