import { figure, flag, says } from "./doubt.js";
import { type Check, having, medianFact } from "./evidence.js";

/** A window that a connection may begin with (RFC 6928): one that never grew beyond it was held down by losses, or had no time. */
const INITIAL_SEGMENTS = 10;

/** The congestion window, not the path, was the limit. */
export const smallWindow: Check = ({ own }) => {
  const seen = having("maxCwndBytes", having("mss", own));
  const [window, mss] = [medianFact("maxCwndBytes", seen), medianFact("mss", seen)];
  if (window === undefined || mss === undefined || window > INITIAL_SEGMENTS * mss) return undefined;
  return flag(
    "small-window",
    says`the congestion window never grew beyond ${figure("largest congestion window", window, "bytes")}, ${(window / mss).toFixed(0)} segments of ${figure("MSS", mss, "bytes")}, with which a connection begins: it is the limit, held down by losses or by too short a trial`,
  );
};
