/**
 * What a check is given: the observations behind one cell, its own path's and the host's of the same rounds.
 * @packageDocumentation
 */

import { deliveredShare } from "../../model/delivery.js";
import type { Doubt } from "../../model/doubt.js";
import { groupBy } from "../../model/grouped.js";
import type { Metric } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { CellRatio } from "../../model/summary.js";
import { medianOf } from "../../statistics/median.js";

/** One path's observations and the bare host's. */
export interface BothSides {
  readonly own: readonly Observation[];
  /** Empty for the host's own cell. */
  readonly host: readonly Observation[];
}

/** Everything that speaks for or against one cell. */
export interface CellEvidence extends BothSides {
  readonly metric: Metric;
  /** The path's own observations that failed: they have no figure, and may say what was lost. */
  readonly failed: readonly Observation[];
  /** Its variant has a planted fault: that it does not carry what its mode promises is then no error of measuring. */
  readonly faulty: boolean;
  /** Margin of the cell's verdict, a fraction. */
  readonly margin: number;
  /** Rate of the path's link, bit/s; undefined where it is not limited. */
  readonly cap?: number | undefined;
  /** The same paths observed in the other way: trials where the cell comes from slices. */
  readonly otherWay: BothSides;
  /** CPU seconds for each unit of work; undefined where that cannot be said. */
  readonly cpuCost: { readonly own: number | undefined; readonly host: number | undefined };
  /** Congestion control of the TCP senders on both sides; undefined where unknown. */
  readonly congestionControl?: { readonly own: string | undefined; readonly host: string | undefined };
  /** What the CPUs of the path's machines did while podwire loaded nothing, CPU seconds, and for how many seconds that was read; undefined where it was not. */
  readonly idle?: { readonly busy: number; readonly all: number; readonly seconds: number } | undefined;
  /** Ratio to the bare host; undefined for the host's own cell. */
  readonly ratio?: CellRatio | undefined;
  /** Ratio to the mode's own nodes, where that was measured. */
  readonly ratioConfigured?: CellRatio | undefined;
}

/** Looks at one cell and says nothing, or what speaks against it. */
export type Check = (cell: CellEvidence) => Doubt | undefined;

/** All observations of a cell. */
export const both = ({ own, host }: BothSides): readonly Observation[] => [...own, ...host];

/** The sum over observations; those that have no such number add nothing. */
export function total(observations: readonly Observation[], of: (observation: Observation) => number | undefined): number {
  return observations.reduce((sum, observation) => sum + (of(observation) ?? 0), 0);
}

/** A fact of an observation by its name (docs/data-format.md, facts). */
export const fact =
  (name: string) =>
  (observation: Observation): number | undefined =>
    observation.facts?.[name];

/** Observations that have a fact. */
export function having(name: string, observations: readonly Observation[]): readonly Observation[] {
  return observations.filter((observation) => observation.facts?.[name] !== undefined);
}

/** Observations of each round, in their order. */
export function byRound(observations: readonly Observation[]): readonly (readonly Observation[])[] {
  return [...groupBy(observations, ({ round }) => round).values()];
}

/** The median of a fact among the observations that have it; undefined where none has. */
export const medianFact = (name: string, observations: readonly Observation[]): number | undefined =>
  medianOf(observations.flatMap((one) => one.facts?.[name] ?? []));

/** The median of the values of that name, 0 where there are none. */
export const medianValue = (name: string, observations: readonly Observation[]): number =>
  medianOf(observations.flatMap(({ values }) => values[name] ?? [])) ?? 0;

/** CPU time of all CPUs together, seconds. */
export const cpuSeconds = (observations: readonly Observation[]): number =>
  total(observations, ({ cpu }) => cpu.busy + cpu.idle + cpu.steal);

/** A CPU that is busy for more than this share of the time may be what limits a path; below it, something else does. */
export const CPU_MAY_LIMIT = 0.7;

/** Share of the time for which the busiest CPU was busy or taken away; NaN where it was not read. Ticks of 10 ms may add up to more than the time that passed. */
export function busiestCpuShare(observations: readonly Observation[]): number {
  const read = having("busiestCpu", observations);
  return Math.min(1, total(read, fact("busiestCpu")) / total(read, ({ elapsed }) => elapsed));
}

/** The share that a partial drop rate allows (RFC 9971's usual second goal, `pdr`): above it a figure says what survives, not what is carried. */
export const ALLOWED_LOSS = 0.005;

/** Frames of a flood that were offered, and the share of them that was lost. Over all observations, since frames that arrive after one slice are counted in the next. */
export function lossOf(observations: readonly Observation[]): { readonly offered: number; readonly share: number } {
  const offered = total(observations, ({ counts }) => counts?.offered);
  const forwarded = total(observations, ({ counts }) => counts?.forwarded);
  return { offered, share: 1 - (deliveredShare({ offered, forwarded }) ?? 1) };
}

/** More than this share of rounds affected, and a cell is refused: the rule for lost rounds (method: "What is estimated"). */
const REFUSE_ABOVE = 0.05;
/** A single event in a hundred moves no median; more often than that it is worth reporting. */
const REPORT_ABOVE = 0.01;
/** One or two events move no median of a few rounds either; only from here on a share of them is a share. */
export const SEVERAL = 3;

/** Severity for so many affected of so many observations or rounds; undefined where it is not worth reporting. */
export function severityOf(affected: number, of: number): Doubt["severity"] | undefined {
  if (affected <= REPORT_ABOVE * of) return undefined;
  return affected >= SEVERAL && affected > REFUSE_ABOVE * of ? "refuse" : "flag";
}
