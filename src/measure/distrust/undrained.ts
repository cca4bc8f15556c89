import { formatPercent } from "../../units/format.js";
import { type Check, fact, having, MOST_LOST, RARE } from "./evidence.js";

/** Slices after which the path's counters did not come to rest: what drained late was not counted here and disturbed the path that followed. */
export const undrained: Check = ({ own, host }) => {
  const [side, where] = shareOf(host) > shareOf(own) ? ([host, " of the host"] as const) : ([own, ""] as const);
  const share = shareOf(side);
  if (share <= RARE) return undefined;
  const slices = having("drained", side).length;
  return {
    check: "undrained",
    severity: share > MOST_LOST ? "refuse" : "flag",
    sentence: `after ${String(Math.round(share * slices))} of ${String(slices)} slices${where} (${formatPercent(share)}) traffic went on for longer than was waited: part of the work was not counted, and it disturbed the path that came next`,
    evidence: [{ what: "undrained slices", value: share, unit: "share" }],
  };
};

function shareOf(observations: Parameters<typeof having>[1]): number {
  const slices = having("drained", observations);
  return slices.filter((one) => fact("drained")(one) === 0).length / Math.max(1, slices.length);
}
