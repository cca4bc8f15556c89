import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { HEADERS, payloadOf } from "../../probes/packet-sizes.js";
import { medianOf } from "../../statistics/median.js";
import { againstPromise, figure, says } from "./doubt.js";
import { type Check, fact, having, medianFact } from "./evidence.js";

/** Typical segments of slices were within 0.4 % of the MSS on every path tried; the smallest error of an MTU that occurs, 28 bytes, is 1.9 %. */
const MEAN_WITHIN = 0.015;
/** Fewer observations have no quartiles. */
const FEWEST_COUNTED = 4;

/** Segments of another size than the path's plan gives: the figure is of another network. */
export const mtu: Check = ({ own, host, faulty }) =>
  side({ where: "", faulty }, own) ?? side({ where: "on the host ", faulty: false }, host);

/** Whose segments they are, and whether a planted fault may have changed them. */
interface Whose {
  readonly where: string;
  readonly faulty: boolean;
}

function side(whose: Whose, observations: readonly Observation[]): Doubt | undefined {
  const planned = medianFact("plannedMtu", observations);
  if (planned === undefined) return undefined;
  return bySocket(whose, planned, observations) ?? bySegments(whose, planned, observations);
}

/** What the tool's socket says: exact. */
function bySocket(whose: Whose, planned: number, observations: readonly Observation[]): Doubt | undefined {
  const mss = medianFact("mss", observations);
  // Hosts may leave timestamps off.
  if (mss === undefined || mss === planned - HEADERS || mss === payloadOf(planned)) return undefined;
  return differs(whose, planned, "MSS", mss);
}

/**
 * What the sender's kernel counted during slices, or the receiver's during trials. Both ends' counters are not read at one moment, so single observations are
 * off when a reader is interrupted; another MTU moves nearly all of them.
 */
function bySegments(whose: Whose, planned: number, observations: readonly Observation[]): Doubt | undefined {
  const counted = having("meanSegment", observations).filter(({ work }) => work > 0);
  const means = counted.flatMap((one) => fact("meanSegment")(one) ?? []).sort((one, other) => one - other);
  const tooSmall = (means.at(-1 - Math.floor(means.length / 4)) ?? planned) < payloadOf(planned) * (1 - MEAN_WITHIN);
  const tooLarge = (means[Math.floor(means.length / 4)] ?? 0) > (planned - HEADERS) * (1 + MEAN_WITHIN);
  if (means.length < FEWEST_COUNTED || !(tooSmall || tooLarge)) return undefined;
  return differs(whose, planned, "typical segment", Math.round(medianOf(means) ?? 0));
}

function differs({ where, faulty }: Whose, planned: number, what: string, bytes: number): Doubt {
  return againstPromise(
    faulty,
    "mtu",
    says`${where}the ${what} is ${figure(what, bytes, "bytes")} where the planned MTU of ${figure("planned MTU", planned, "bytes")} gives ${payloadOf(planned)}: this is not the network that was asked for`,
  );
}
