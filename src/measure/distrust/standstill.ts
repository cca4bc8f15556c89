import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { doubt, figure, portion, says } from "./doubt.js";
import { type Check, fact, having, medianFact, severityOf } from "./evidence.js";

/** A link that moves nothing for longer than this share of a trial was idle most of its time: the trial says how long the tool ran, not what the path carries. */
const MOST_OF_ITS_TIME = 0.5;

/**
 * Trials in most of whose time the receiver's counters did not move. Where that is typical, the figure is refused; a path that stalls in some of them is an outcome, and
 * says so.
 */
export const standstill: Check = ({ own, host }) => side(own, "") ?? side(host, " of the host");

function side(observations: readonly Observation[], whose: string): Doubt | undefined {
  const watched = having("stillShare", observations);
  const still = watched.filter((one) => (fact("stillShare")(one) ?? 0) > MOST_OF_ITS_TIME);
  if (severityOf(still.length, watched.length) === undefined) return undefined;
  const affected = portion("trials that stood still", still.length, watched.length, `trials${whose}`);
  const typical = figure("time without traffic", medianFact("stillShare", watched) ?? 0, "share");
  const refused = typical.value > MOST_OF_ITS_TIME;
  return doubt(
    "standstill",
    refused ? "refuse" : "flag",
    says`in ${affected} nothing arrived for most of the time, typically for ${typical} of it: ${refused ? "the trial's length is the tool's, not the path's" : "the path stalls at times"}`,
  );
}
