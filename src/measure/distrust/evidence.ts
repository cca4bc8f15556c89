/**
 * What a check is given: the observations behind one cell, its own path's and the host's of the same rounds.
 * @packageDocumentation
 */
import type { Doubt } from "../../model/doubt.js";
import type { Metric } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { CellRatio } from "../../model/summary.js";

/** One path's observations and the bare host's. */
export interface BothSides {
  readonly own: readonly Observation[];
  /** Empty for the host's own cell. */
  readonly host: readonly Observation[];
}

/** Everything that speaks for or against one cell. */
export interface CellEvidence extends BothSides {
  readonly metric: Metric;
  /** Margin of the cell's verdict, a fraction. */
  readonly margin: number;
  /** Whether the path has a limited link. */
  readonly capped: boolean;
  /** The same paths observed in the other way: trials where the cell comes from slices. */
  readonly otherWay: BothSides;
  /** Congestion control of the TCP senders on both sides; undefined where it is not told. */
  readonly congestionControl?: { readonly own: string | undefined; readonly host: string | undefined };
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
  const rounds = new Map<number, Observation[]>();
  for (const observation of observations) {
    const known = rounds.get(observation.round);
    if (known === undefined) rounds.set(observation.round, [observation]);
    else known.push(observation);
  }
  return [...rounds.values()];
}

/** More than this share of rounds spoilt by a cause, and a cell is refused: the rule for lost rounds (method: "What is estimated"). */
const MOST_SPOILT = 0.05;
/** A single event in a hundred moves no median; more often than that it is worth a word. */
const RARE = 0.01;
/** One or two events move no median of a few rounds either; only from here on a share of them is a share. */
const SEVERAL = 3;

/** How grave it is that so many of so many observations or rounds are spoilt; undefined where it is not worth a word. */
export function gravity(spoilt: number, of: number): Doubt["severity"] | undefined {
  if (spoilt <= RARE * of) return undefined;
  return spoilt >= SEVERAL && spoilt > MOST_SPOILT * of ? "refuse" : "flag";
}
