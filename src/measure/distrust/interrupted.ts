import type { Observation } from "../../model/run.js";
import { largestOf, smallestOf } from "../../statistics/extremes.js";
import { medianOf } from "../../statistics/median.js";
import { formatDuration } from "../../units/format.js";
import { doubt, figure, portion, type StatedFigure, says } from "./doubt.js";
import { both, byRound, type Check, fact, having, severityOf, total } from "./evidence.js";

/** A round, slice or burst this many times longer than usual, and by this much, was held up from outside: a stopped process, a paused machine. */
const HELD_UP = { times: 10, seconds: 1 };

/** Observations into which a suspension fell, or that were held up: what lies on both sides of a gap is no pair. */
export const interrupted: Check = (cell) => {
  const all = both(cell);
  const rounds = byRound(all);
  const torn = rounds.filter(tornAmong(rounds));
  const suspended = having("suspendedMs", all);
  const touched = new Set([...torn.flat(), ...suspended, ...heldUp(all)].map(({ round }) => round));
  const severity = severityOf(touched.size, rounds.length) ?? (suspended.length > 0 ? "flag" : undefined);
  if (severity === undefined) return undefined;
  const affected = portion("interrupted rounds", touched.size, rounds.length, "rounds");
  const gone = duration("suspended", total(suspended, fact("suspendedMs")) / 1e3);
  const how = suspended.length > 0 ? says`; the machine was suspended for ${gone}` : "";
  const longest = duration("longest observation", largestOf(all.map(({ elapsed }) => elapsed)));
  return doubt("interrupted", severity, says`${affected} were interrupted${how}; the longest observation took ${longest}`);
};

const duration = (what: string, seconds: number): StatedFigure => ({ ...figure(what, seconds, "s"), text: formatDuration(seconds) });

/** A round's sides lie close together in time, or they are no pair. */
function tornAmong(rounds: readonly (readonly Observation[])[]): (round: readonly Observation[]) => boolean {
  const usual = medianOf(rounds.map(spanOf)) ?? 0;
  return (round) => spanOf(round) > usual * HELD_UP.times && spanOf(round) > usual + HELD_UP.seconds;
}

/** Seconds from a round's first start to its last end. */
const spanOf = (round: readonly Observation[]): number =>
  largestOf(round.map(({ startedAt, elapsed }) => startedAt + elapsed)) - smallestOf(round.map(({ startedAt }) => startedAt));

/** Slices and bursts are ended by podwire, so a long one is not the path's doing. A long trial may be: a stall is an outcome. */
function heldUp(observations: readonly Observation[]): readonly Observation[] {
  const timed = observations.filter(({ how }) => how === "slice" || how === "burst");
  const usual = medianOf(timed.map(({ elapsed }) => elapsed)) ?? 0;
  return timed.filter(({ elapsed }) => elapsed > usual * HELD_UP.times && elapsed > usual + HELD_UP.seconds);
}
