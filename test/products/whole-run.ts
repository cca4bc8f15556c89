/**
 * Whether a run is whole: what may be missing is what the machine took away, never what the path or an agent refused. (What a path cannot have at all,
 * an echo from a Service for example, is unsupported everywhere.)
 * @packageDocumentation
 */
import type { Cell, Summary } from "../../src/model/summary.js";

/** Reasons that are noise, too few samples or a cost too small to be seen. */
const OF_THE_MACHINE = new RegExp(
  [
    "(?:^|: )(?:standstill|steal|throttled|interrupted|clock|host-noise|drift|restart-effect): ",
    "^(?:[\\w-]+ [\\w-]+: )?too few samples",
    "^not measured: the budget ended before its first complete round$",
    "^(?:[\\w-]+ [\\w-]+: )?lost in what the machine does anyway",
    "^(?:[\\w-]+ [\\w-]+: )?no work or no CPU time was seen$",
    "^not known: ping waits busily",
  ].join("|"),
);

/** A cell without a figure, in one line. */
export const lineOf = ({ path, metric, status, reason }: Cell): string => `${path} ${metric}: ${status}: ${reason ?? "no reason"}`;

/** Paths that cannot carry anything in a cluster, with what podwire has to say of each. */
export type Expected = Readonly<Record<string, RegExp>>;

const missing = (summary: Summary): readonly Cell[] =>
  summary.modes.flatMap(({ cells }) => cells).filter(({ status }) => status === "failed" || status === "refused");

/** Whether a cell is missing as it must be: its path cannot be there, and the reason says so. */
const isExpected = ({ path, status, reason = "" }: Cell, without: Expected): boolean =>
  status === "failed" && without[path]?.test(reason) === true;

const isOfTheMachine = ({ status, reason = "" }: Cell): boolean => status === "refused" && OF_THE_MACHINE.test(reason);

/** Cells that nothing excuses. */
export const unexcused = (summary: Summary, without: Expected = {}): readonly string[] =>
  missing(summary)
    .filter((cell) => !isExpected(cell, without) && !isOfTheMachine(cell))
    .map(lineOf);

/** Cells that the machine took away; to be listed. */
export const excused = (summary: Summary): readonly string[] => missing(summary).filter(isOfTheMachine).map(lineOf);
