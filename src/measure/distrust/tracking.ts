import type { Observation } from "../../model/run.js";
import { ratioOfLog } from "../../statistics/combine-intervals.js";
import { firstAgainstSecondHalf } from "../../statistics/first-half-second-half.js";
import { medianOf } from "../../statistics/median.js";
import { formatPercent } from "../../units/format.js";
import { logRatioOf } from "../cells/pairing.js";
import { doubt, figure, flag, portion, ratioFigure, says } from "./doubt.js";
import { both, byRound, type CellEvidence, type Check, fact, having, medianFact, severityOf } from "./evidence.js";

/** Beyond this share of its limit a table is reported, since others add to it too. */
const NEARLY_FULL = 0.9;
/** Each request has a connection of its own; `work` is counted in thousands. */
const ENTRIES_A_WORK = 1000;
/** Only a table that grew by so much may be what changes a figure. */
const GROWN = 2;
/** The check looks at every cell of a load of connections; fewer rounds have no such interval (2 / 2^11 = 0.1 % in each half). */
const CONFIDENCE = 0.999;
const FEWEST_ROUNDS = 22;

/**
 * Closed connections stay in the tables of connection tracking for up to two minutes. In a cluster they are not podwire's to delete, so that rounds may pay for those
 * before them, and a full table drops new connections.
 */
export const tracking: Check = (cell) => nearlyFull(cell) ?? grown(cell);

/** Where a trial's own connections found no room the figure is that of a full table; where they did it stands. */
const nearlyFull: Check = (cell) => {
  const known = having("tracked", both(cell));
  const above = (entries: (one: Observation) => number) =>
    known.filter((one) => entries(one) > (fact("trackedMost")(one) ?? Number.POSITIVE_INFINITY));
  const before = (one: Observation): number => fact("tracked")(one) ?? 0;
  const without = above((one) => before(one) + ENTRIES_A_WORK * one.work);
  if (severityOf(without.length, known.length) === "refuse")
    return doubt("tracking", "refuse", tooFull(without, known, "no room in the tables of connection tracking for their own connections"));
  const nearly = above((one) => before(one) / NEARLY_FULL);
  if (severityOf(nearly.length, known.length) === undefined) return undefined;
  return flag("tracking", tooFull(nearly, known, `connection tracking above ${formatPercent(NEARLY_FULL)} of its limit`));
};

function tooFull(some: readonly Observation[], known: readonly Observation[], what: string) {
  const most = figure("limit", medianFact("trackedMost", some) ?? 0, "entries");
  return says`${portion("full tables", some.length, known.length, "observations")} began with ${what} (${most}), beyond which new connections are dropped`;
}

/** The rounds with the smallest tables against those with the largest. */
function grown({ metric, own, host, margin }: CellEvidence) {
  if (metric.estimator.kind !== "value") return undefined;
  const hosts = new Map(byRound(host).map((round) => [round[0]?.round, round]));
  const rounds = byRound(own).flatMap((round) => {
    const [tracked] = round.flatMap((one) => fact("tracked")(one) ?? []);
    const ratio = logRatioOf(metric.name, round, hosts.get(round[0]?.round) ?? []);
    return tracked === undefined || ratio === undefined ? [] : [{ tracked, ratio }];
  });
  if (rounds.length < FEWEST_ROUNDS) return undefined;
  const ascending = rounds.toSorted((one, other) => one.tracked - other.tracked);
  const half = ascending.length >>> 1;
  const [few, many] = [typical(ascending.slice(0, half)), typical(ascending.slice(-half))];
  const halves = firstAgainstSecondHalf(
    ascending.map(({ ratio }) => ratio),
    CONFIDENCE,
  );
  if (halves === undefined || ![halves.estimate, halves.low, halves.high].every(Number.isFinite) || many < GROWN * Math.max(1, few))
    return undefined;
  if (halves.low <= Math.log1p(margin) && halves.high >= Math.log1p(-margin)) return undefined;
  const change = ratioFigure("few entries over many", ratioOfLog(halves));
  return flag(
    "tracking",
    says`the ratio depends on how many connections are still tracked: rounds that began with ${figure("few entries", few, "entries")} over those with ${figure("many entries", many, "entries")} are ${change}`,
  );
}

const typical = (rounds: readonly { readonly tracked: number }[]): number =>
  Math.round(medianOf(rounds.map(({ tracked }) => tracked)) ?? 0);
