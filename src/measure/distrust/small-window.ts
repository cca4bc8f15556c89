import { medianOf } from "../../statistics/median.js";
import { formatCount } from "../../units/format.js";
import { type Check, fact, having } from "./evidence.js";

/** A window that a connection may begin with (RFC 6928): one that never grew beyond it was held down by losses, or had no time. */
const INITIAL_SEGMENTS = 10;

/** The congestion window, not the path, was the limit. */
export const smallWindow: Check = ({ own }) => {
  const seen = having("maxCwndBytes", having("mss", own));
  const window = medianOf(seen.flatMap((one) => fact("maxCwndBytes")(one) ?? []));
  const mss = medianOf(seen.flatMap((one) => fact("mss")(one) ?? []));
  if (window === undefined || mss === undefined || window > INITIAL_SEGMENTS * mss) return undefined;
  return {
    check: "small-window",
    severity: "flag",
    sentence: `the congestion window never grew beyond ${formatCount(window)} bytes, ${(window / mss).toFixed(0)} segments, with which a connection begins: it is the limit, held down by losses or by too short a trial`,
    evidence: [
      { what: "largest congestion window", value: window, unit: "bytes" },
      { what: "MSS", value: mss, unit: "bytes" },
    ],
  };
};
