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

const missing = (summary: Summary, without: Readonly<Record<string, string>>): readonly Cell[] =>
  summary.modes
    .flatMap(({ cells }) => cells)
    .filter(({ path, status }) => (status === "failed" || status === "refused") && !(path in without));

/** Cells that nothing excuses. */
export const unexcused = (summary: Summary, without: Readonly<Record<string, string>> = {}): readonly string[] =>
  missing(summary, without)
    .filter(({ status, reason = "" }) => status !== "refused" || !OF_THE_MACHINE.test(reason))
    .map(lineOf);

/** Cells that the machine took away; to be listed. */
export const excused = (summary: Summary, without: Readonly<Record<string, string>> = {}): readonly string[] =>
  missing(summary, without)
    .filter(({ status, reason = "" }) => status === "refused" && OF_THE_MACHINE.test(reason))
    .map(lineOf);
