import { formatPercent } from "../../units/format.js";
import { type Check, fact, gravity, having } from "./evidence.js";

/** Slices after which the path's counters did not come to rest: what drained late was not counted here and disturbed the path that followed. */
export const undrained: Check = ({ own, host }) => side(own, "") ?? side(host, " of the host");

function side(observations: Parameters<typeof having>[1], where: string): ReturnType<Check> {
  const slices = having("drained", observations);
  const moving = slices.filter((one) => fact("drained")(one) === 0).length;
  const severity = gravity(moving, slices.length);
  if (severity === undefined) return undefined;
  const share = moving / slices.length;
  return {
    check: "undrained",
    severity,
    sentence: `after ${String(moving)} of ${String(slices.length)} slices${where} (${formatPercent(share)}) traffic went on for longer than was waited: part of the work was not counted, and it disturbed the path that came next`,
    evidence: [{ what: "undrained slices", value: share, unit: "share" }],
  };
}
