/**
 * Which combinations are measured, and what follows from their ratios.
 * @packageDocumentation
 */
import type { LogRatio } from "../model/adviser.js";
import type { IrqCell, QueueSetting } from "../model/irq-experiment.js";
import { ARGUMENT_SIGN, LAYER_SIGN } from "../model/variant.js";

/** A combination of a mode. */
export interface Combination {
  readonly mode: string;
  readonly queues: QueueSetting;
  readonly workers: number;
  readonly variant: string;
}

/** What is asked. */
export interface AskedIrq {
  readonly modes: readonly string[];
  readonly queues: readonly QueueSetting[];
  readonly workers: readonly number[];
}

/** Every combination, the first of each mode being what its others are compared with. */
export const combinationsOf = ({ modes, queues, workers }: AskedIrq, cpus: number): readonly Combination[] =>
  modes.flatMap((mode) =>
    queues.flatMap((setting) =>
      workers.map((count) => ({
        mode,
        queues: setting,
        workers: count,
        variant: [mode, queueLayer(setting, cpus), ...(count === 1 ? [] : [`http-workers${ARGUMENT_SIGN}${String(count)}`])].join(
          LAYER_SIGN,
        ),
      })),
    ),
  );

function queueLayer(setting: QueueSetting, cpus: number): string {
  if (setting === "spread") return `queues${ARGUMENT_SIGN}${String(cpus)}`;
  return `rps${ARGUMENT_SIGN}${String(setting === "one" ? 1 : 2 ** cpus - 1)}`;
}

/** The confidence of one comparison, so that all of them together hold 95 % (Bonferroni). */
export const confidenceOf = (combinations: readonly Combination[]): number => {
  const modes = new Set(combinations.map(({ mode }) => mode)).size;
  return 1 - 0.05 / Math.max(1, combinations.length - modes);
};

/** What an interval on the log scale says of a difference. */
export const verdictOf = ({ low, high }: LogRatio): NonNullable<IrqCell["toFirst"]>["says"] =>
  low > 0 ? "more" : high < 0 ? "less" : "no difference seen";

/** What follows, a sentence a mode. */
export function sentencesOf(cells: readonly IrqCell[]): string[] {
  return [...new Set(cells.map(({ mode }) => mode))].map((mode) =>
    sentenceOf(
      mode,
      cells.filter((cell) => cell.mode === mode),
    ),
  );
}

function sentenceOf(mode: string, cells: readonly IrqCell[]): string {
  const [first, ...others] = cells;
  if (first === undefined) return `${mode}: nothing was measured.`;
  if (first.status !== "measured")
    return `${mode}: ${combinationName(first)} is ${first.status}, so that there is nothing to compare with: ${inBrief(first.reason ?? "no reason was recorded")}.`;
  const compared = others.flatMap((cell) => (cell.toFirst === undefined ? [] : [{ cell, ...cell.toFirst }]));
  const missing = others
    .filter(({ toFirst }) => toFirst === undefined)
    .map((cell) => `${combinationName(cell)} has no figure (${inBrief(cell.reason ?? "too few rounds")})`);
  if (compared.length === 0)
    return `${mode}: ${others.length === 0 ? "one combination only, so that there is nothing to compare" : missing.join("; ")}.`;
  const seen = compared.filter(({ says }) => says !== "no difference seen");
  // Whatever is larger than the widest interval's reach would have been seen.
  const unseen = compared.filter(({ says }) => says === "no difference seen");
  const least = Math.max(0, ...unseen.map(({ low, high }) => Math.max(high - 1, 1 - low)));
  const parts = [
    ...seen.map(
      ({ cell, median, low, high, says }) =>
        `${combinationName(cell)} does ${percent(Math.abs(median - 1))} ${says} (${factor(low)} to ${factor(high)} of it)`,
    ),
    ...(unseen.length === 0
      ? []
      : [
          `${seen.length === 0 ? "no difference seen" : `no difference seen of ${unseen.map(({ cell }) => combinationName(cell)).join(" and ")}`}; it could be up to ${percent(least)}`,
        ]),
    ...missing,
  ];
  return `${mode}, compared with ${combinationName(first)}: ${parts.join("; ")}.`;
}

/** Its first part: behind that stand a tool's own words, which the cell has. */
const inBrief = (reason: string): string => reason.split("; ")[0] ?? reason;

/** A combination as sentences name it. */
export const combinationName = ({ queues, workers }: Pick<IrqCell, "queues" | "workers">): string =>
  `${QUEUES[queues]} and ${workers === 1 ? "one worker" : `${String(workers)} workers`}`;

const QUEUES: Readonly<Record<QueueSetting, string>> = {
  one: "everything on CPU 0",
  spread: "a queue for each CPU",
  rps: "one queue with RPS to all CPUs",
};

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const factor = (ratio: number): string => ratio.toFixed(2);
