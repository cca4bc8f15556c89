import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { doubt, figure, flag, portion, says } from "./doubt.js";
import { type Check, fact, having, medianFact, SEVERAL, severityOf } from "./evidence.js";

/** A link that moves nothing for longer than this share of a trial was idle most of its time: the trial says how long the tool ran, not what the path carries. */
const MOST_OF_ITS_TIME = 0.5;
/** A tool that stands still for so much of every trial sets the pace of both sides, and their ratio says less than they differ by. */
const TYPICALLY = 0.2;

/**
 * Trials in most of whose time the receiver's counters did not move. Where that is typical, the figure is refused; a path that stalls in some of them is an outcome, and
 * says so.
 */
export const standstill: Check = ({ own, host, faulty }) =>
  side(own, { whose: "", faulty }) ?? side(host, { whose: " of the host", faulty: false });

/** Whose trials they are, and whether a planted fault may hold them up. */
interface Whose {
  readonly whose: string;
  readonly faulty: boolean;
}

function side(observations: readonly Observation[], { whose, faulty }: Whose): Doubt | undefined {
  const watched = having("stillShare", observations);
  const still = watched.filter((one) => (fact("stillShare")(one) ?? 0) > MOST_OF_ITS_TIME);
  const typical = figure("time without traffic", medianFact("stillShare", watched) ?? 0, "share");
  if (severityOf(still.length, watched.length) === undefined) {
    if (!(typical.value > TYPICALLY) || watched.length < SEVERAL) return undefined;
    const trials = figure("trials", watched.length, "trials");
    return flag(
      "standstill",
      says`in ${trials}${whose} nothing arrived for typically ${typical} of the time: a part of it is the tool's pace, not the path's`,
    );
  }
  const affected = portion("trials that stood still", still.length, watched.length, `trials${whose}`);
  const refused = typical.value > MOST_OF_ITS_TIME && !faulty;
  return doubt(
    "standstill",
    refused ? "refuse" : "flag",
    says`in ${affected} nothing arrived for most of the time, typically for ${typical} of it: ${refused ? "the trial's length is the tool's, not the path's" : "the path stalls at times"}`,
  );
}
