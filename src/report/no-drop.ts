/**
 * What reports say about no-drop searches: their goals with every number, how they were made, and figures that are only lower limits.
 * @packageDocumentation
 */
import { findSearchMetric } from "../model/metric.js";
import type { LossGoal } from "../model/no-drop.js";
import type { Run } from "../model/run.js";
import type { Cell, Summary } from "../model/summary.js";
import { formatCount, formatDuration, formatPercent } from "../units/format.js";

/** A goal in words: RFC 9971 wants all of its values in a report. */
export function goalText(goal: LossGoal): string {
  return (
    `${goal.metric}: loss ratio ${formatPercent(goal.lossRatio)}, final trial ${formatDuration(goal.finalTrialSeconds)}, ` +
    `duration sum ${formatDuration(goal.durationSumSeconds)}, exceed ratio ${formatPercent(goal.exceedRatio)}, width ${formatPercent(goal.width)} of the upper bound`
  );
}

/** `>= ` before a figure that is only a lower limit, since the generator could offer no more. */
export const limitSign = (cell: Pick<Cell, "bound">): string => (cell.bound === undefined ? "" : ">= ");

/**
 * What stands where a ratio would: the word that says why there is none, or the figure itself where a search found one that cannot be compared.
 * @param figure the cell's median as the report sets it
 */
export function insteadOfRatio(cell: Cell | undefined, figure: (cell: Cell, median: number) => string): string {
  if (cell === undefined) return "not measured";
  if (cell.status !== "measured") return cell.status;
  if (cell.median === null || findSearchMetric(cell.metric) === undefined) return "no ratio";
  return `${limitSign(cell)}${figure(cell, cell.median)}, ${cell.bound === undefined ? "no ratio" : "generator-bound"}`;
}

/** A labelled sentence. */
interface Fact {
  readonly label: string;
  readonly text: string;
}

/** How the searches of a run were made, and why figures stand alone. Nothing where there were none. */
export function noDropFacts(summary: Summary, run: Run): readonly Fact[] {
  const plan = run.scenario.venue === "lab" ? run.scenario.noDrop : undefined;
  if (plan === undefined) return [];
  return [
    { label: "No-drop rate", text: `MLRsearch (RFC 9971), conditional throughput; ${plan.goals.map(goalText).join("; ")}` },
    { label: "Searches", text: searchesText(run, plan.searches) },
    ...standingAlone(summary),
  ];
}

function searchesText(run: Run, turns: number): string {
  const searches = run.searches ?? [];
  const trials = searches.reduce((sum, search) => sum + search.trials.length, 0);
  const seconds = searches.reduce((sum, search) => sum + search.elapsed, 0);
  const steered = searches.find((search) => search.steering !== undefined)?.steering;
  const cpus =
    steered === undefined
      ? ""
      : `; one flow from CPU ${String(steered.generatorCpu)}, the first receiving device of every path hands its frames to the others (RPS, mask ${steered.cpus})`;
  return (
    `${String(turns)} turns of host and modes, ${formatCount(searches.length)} searches, ${formatCount(trials)} trials, ${formatDuration(seconds)}${cpus}; ` +
    "loss is what the sending device was handed less what the arrival device counted, from rest to rest"
  );
}

/** Figures of searches that have no ratio, with the reason; equal reasons of one mode stand together. */
function standingAlone(summary: Summary): readonly Fact[] {
  return summary.modes.flatMap(({ mode, cells }) => {
    const byReason = new Map<string, string[]>();
    for (const { status, reason, metric } of cells) {
      if (status !== "measured" || reason === undefined || findSearchMetric(metric) === undefined) continue;
      byReason.set(reason, [...(byReason.get(reason) ?? []), metric]);
    }
    return [...byReason].map(([text, metrics]) => ({ label: `${mode} ${metrics.join(", ")}`, text }));
  });
}
