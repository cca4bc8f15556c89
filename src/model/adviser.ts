/**
 * What measuring tells advice: modes compared with each other inside rounds, and what advice gives back.
 * @packageDocumentation
 */
import type { Run } from "./run.js";
import type { Summary } from "./summary.js";

/** The logarithm of a ratio with its 95 % interval, from all rounds that both sides share. */
export interface LogRatio {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** A run as far as its figures go. */
export interface MeasuredRun {
  readonly scenario: Run["scenario"];
  readonly status: Run["status"];
  readonly modes: Summary["modes"];
  /** What a cluster's network is. */
  readonly inspection?: Run["inspection"];
  /** What works on its modes, where that was tried. */
  readonly conformance?: Run["conformance"];
  /**
   * By metric name, in table order: the pod path of a mode over that of another, taken inside rounds. `host` stands for the bare host's own path.
   * Metrics that either side lacks, or that have no interval, are absent.
   */
  between(mode: string, other: string): ReadonlyMap<string, LogRatio>;
}

/** What is advised on the ground of a run. */
export type Advised = Pick<Summary, "ranking" | "excluded" | "advice" | "recommendation" | "rankingWeights">;

/** Ranks and advises. Handed to whoever makes a summary, so that measuring code needs to know no mode. */
export type Adviser = (run: MeasuredRun) => Advised;
