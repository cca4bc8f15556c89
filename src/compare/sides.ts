/**
 * What one run says about a cell: a ratio to its host, or why there is none.
 * @packageDocumentation
 */

import { isBaseline, type PathName } from "../model/path.js";
import type { Run } from "../model/run.js";
import type { ComparedSide } from "../model/run-comparison.js";
import { hasServicePath } from "../model/shown-path.js";
import type { Cell, CellRatio, Summary } from "../model/summary.js";
import { formatRatio } from "../units/format.js";

/** A run, and what it came to. */
export interface SummarisedRun {
  /** The file as it was named. */
  readonly file: string;
  readonly run: Run;
  readonly summary: Summary;
}

/** Whether a run was measured in a lab. */
export const isOfLab = ({ scenario: { venue } }: { readonly scenario: { readonly venue: string } }): boolean => venue === "lab";

/** One number's place in a run. */
export interface CellName {
  readonly mode: string;
  readonly path: PathName;
  readonly metric: string;
}

/** A side with a ratio. */
export interface MeasuredSide extends ComparedSide {
  readonly status: "measured";
  readonly ratio: NonNullable<ComparedSide["ratio"]>;
}

/** Whether a side has a ratio. */
export function isMeasured(side: ComparedSide): side is MeasuredSide {
  return side.status === "measured" && side.ratio !== undefined;
}

/** Paths of which a run was asked for ratios: a mode's own nodes are one in the lab, baselines are none. */
export function pathsAsked({ run: { scenario }, summary }: SummarisedRun): readonly PathName[] {
  if (scenario.venue === "cluster") return scenario.paths.filter((path) => !isBaseline(path));
  const toServices = summary.modes.some(hasServicePath) ? (["pod-service"] as const) : [];
  return ["pod-pod", ...toServices, ...(scenario.configuredBaseline ? (["host-host"] as const) : [])];
}

/** Whether a run has measured a mode by a Service's address. */
export const hasServices = ({ summary }: SummarisedRun, mode: string): boolean =>
  summary.modes.some((one) => one.mode === mode && hasServicePath(one));

/** Modes that a run was asked to measure, without the host. */
export function modesAsked({ run }: SummarisedRun): readonly string[] {
  return run.scenario.modes.filter((mode) => mode !== "host");
}

/** A cluster has one mode whatever it was called when the run was made: one that could not be determined is `unknown`, and an upgrade may change it. */
const modeThere = ({ run: { scenario } }: SummarisedRun, mode: string): string | undefined =>
  scenario.venue === "cluster" ? scenario.modes[0] : scenario.modes.find((one) => one === mode);

/** What a run has of a cell, as its ratio to the host. */
export const sideOf = (side: SummarisedRun, name: CellName): ComparedSide => sideWith(side, name, ({ ratio }) => ratio);

/** What a lab's run has of a cell, as its ratio to the mode's own hosts; undefined where the run did not measure these. */
export function sideOfOwnHosts(side: SummarisedRun, name: CellName): ComparedSide | undefined {
  const own = sideWith(side, name, ({ ratioConfigured }) => ratioConfigured);
  return isMeasured(own) ? own : undefined;
}

function sideWith(side: SummarisedRun, name: CellName, ratioOf: (cell: Cell) => CellRatio | undefined): ComparedSide {
  const { scenario } = side.run;
  const own = modeThere(side, name.mode);
  const missing =
    own === undefined
      ? name.mode
      : !scenario.metrics.includes(name.metric)
        ? name.metric
        : pathsAsked(side).includes(name.path)
          ? undefined
          : name.path;
  if (missing !== undefined || own === undefined) return { status: "not-asked", reason: `${missing ?? name.mode} was not asked for` };
  if (scenario.venue === "lab" && name.path === "pod-service" && !hasServices(side, own)) {
    return { status: "unsupported", reason: `${own} has no layer that carries Services` };
  }
  const mode = side.summary.modes.find((one) => one.mode === own);
  const cell = mode?.cells.find((one) => one.metric === name.metric && one.path === name.path);
  if (cell !== undefined) return ofCell(cell, ratioOf(cell));
  if (mode !== undefined && mode.status !== "measured") return { status: mode.status, reason: mode.reason ?? "no reason was recorded" };
  return { status: "refused", reason: `not measured: ${side.run.partialReason ?? "no observation was made"}` };
}

function ofCell({ status, reason, flags = [] }: Cell, ratio: CellRatio | undefined): ComparedSide {
  if (status !== "measured") return { status, reason: reason ?? "no reason was recorded" };
  // A figure that only bounds the truth (generator-bound) says in its reason why it has no ratio.
  if (ratio === undefined) return { status: "refused", reason: reason ?? "it has no ratio to its host" };
  if (ratio.limit !== undefined) {
    const figure = formatRatio(ratio.median, null, null, ratio.limit);
    return { status: "refused", reason: `its ratio to its host is only a limit: ${figure}` };
  }
  return { status, ratio: hostRatio(ratio), ...(flags.length === 0 ? {} : { flags: flags.map(({ check }) => check) }) };
}

function hostRatio({ median, low, high, margin, n, method, confidence }: CellRatio): MeasuredSide["ratio"] {
  return { median, low, high, margin, n, method, ...(confidence === undefined ? {} : { confidence }) };
}

/** Why a side has no ratio, in words: `failed in B: ip link add ...`. */
export function whyMissing({ status, reason }: ComparedSide, side: "A" | "B"): string {
  const why = reason ?? "no reason was recorded";
  return status === "not-asked" ? `${why} in ${side}` : `${status} in ${side}: ${why}`;
}
