import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { medianOf } from "../../statistics/median.js";
import { formatDuration, formatPercent } from "../../units/format.js";
import { both, byRound, type Check, fact, gravity, having, total } from "./evidence.js";

/** A round, slice or burst this many times longer than usual, and by this much, was held up from outside: a stopped process, a paused machine. */
const HELD_UP = { times: 10, seconds: 1 };

/** Observations into which a suspension fell, or that were held up: what lies on both sides of a gap is no pair. */
export const interrupted: Check = (cell) => {
  const all = both(cell);
  const rounds = byRound(all);
  const torn = rounds.filter(tornAmong(rounds));
  const suspended = having("suspendedMs", all);
  const touched = new Set([...torn.flat(), ...suspended, ...heldUp(all)].map(({ round }) => round));
  const severity = gravity(touched.size, rounds.length) ?? (suspended.length > 0 ? "flag" : undefined);
  if (severity === undefined) return undefined;
  return doubt(severity, {
    touched: touched.size,
    rounds: rounds.length,
    suspended,
    longest: Math.max(...all.map(({ elapsed }) => elapsed)),
  });
};

interface Found {
  readonly touched: number;
  readonly rounds: number;
  readonly suspended: readonly Observation[];
  readonly longest: number;
}

function doubt(severity: Doubt["severity"], { touched, rounds, suspended, longest }: Found): Doubt {
  const seconds = total(suspended, fact("suspendedMs")) / 1e3;
  const how = suspended.length > 0 ? `; the machine was suspended for ${formatDuration(seconds)}` : "";
  return {
    check: "interrupted",
    severity,
    sentence: `${String(touched)} of ${String(rounds)} rounds (${formatPercent(touched / rounds)}) were interrupted${how}; the longest observation took ${formatDuration(longest)}`,
    evidence: [
      { what: "interrupted rounds", value: touched / rounds, unit: "share" },
      { what: "suspended", value: seconds, unit: "s" },
      { what: "longest observation", value: longest, unit: "s" },
    ],
  };
}

/** A round's sides lie close together in time, or they are no pair. */
function tornAmong(rounds: readonly (readonly Observation[])[]): (round: readonly Observation[]) => boolean {
  const usual = medianOf(rounds.map(spanOf)) ?? 0;
  return (round) => spanOf(round) > usual * HELD_UP.times && spanOf(round) > usual + HELD_UP.seconds;
}

function spanOf(round: readonly Observation[]): number {
  return Math.max(...round.map(({ startedAt, elapsed }) => startedAt + elapsed)) - Math.min(...round.map(({ startedAt }) => startedAt));
}

/** Slices and bursts are ended by podwire, so a long one is not the path's doing. A long trial may be: a stall is an outcome. */
function heldUp(observations: readonly Observation[]): readonly Observation[] {
  const timed = observations.filter(({ how }) => how === "slice" || how === "burst");
  const usual = medianOf(timed.map(({ elapsed }) => elapsed)) ?? 0;
  return timed.filter(({ elapsed }) => elapsed > usual * HELD_UP.times && elapsed > usual + HELD_UP.seconds);
}
