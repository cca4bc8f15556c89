import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { doubt, portion, says } from "./doubt.js";
import { type Check, fact, having, severityOf } from "./evidence.js";

/** Slices after which the path's counters did not come to rest: what drained late was not counted here and disturbed the path that followed. */
export const undrained: Check = ({ own, host }) => side(own, "slices") ?? side(host, "slices of the host");

function side(observations: readonly Observation[], things: string): Doubt | undefined {
  const slices = having("drained", observations);
  const moving = slices.filter((one) => fact("drained")(one) === 0).length;
  const severity = severityOf(moving, slices.length);
  if (severity === undefined) return undefined;
  return doubt(
    "undrained",
    severity,
    says`after ${portion("undrained slices", moving, slices.length, things)} traffic went on for longer than was waited: part of the work was not counted, and it disturbed the path that came next`,
  );
}
