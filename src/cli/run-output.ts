/**
 * Where a run goes, for every venue: places are tried before anything is measured, and what was measured is saved before it is reported.
 * @packageDocumentation
 */
import { formatRun } from "../archive/run-file.js";
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { oneLine, RunError, wordsOf } from "../use-cases/errors.js";
import { summaryOf } from "../use-cases/summary.js";
import type { CliContext } from "./context.js";
import { deliver, maskedIf, requireWritable } from "./deliver.js";
import { EXIT, UsageError } from "./errors.js";
import { LiveProgress } from "./live/live-progress.js";
import { openLiveView } from "./live/live-terminal.js";

/** Flags that say where a run goes and how it is reported. */
export interface OutputFlags {
  readonly out?: string | undefined;
  readonly html?: string;
  readonly json?: boolean;
  readonly anonymize?: boolean;
}

/** Where the run file goes, and the live view while measuring. */
export interface Output {
  readonly out: string;
  readonly live: LiveProgress;
}

/**
 * Tries the places where files are to go and opens the live view, which ends with the process if no one closes it.
 * @throws UsageError when a file cannot be written there
 */
export async function openOutput(flags: OutputFlags, budgetSeconds: number, context: CliContext): Promise<Output> {
  const { clock } = context.machine;
  const out = flags.out ?? `podwire-runs/${runName(clock.now())}.json`;
  if (flags.html === out) throw new UsageError(`--html: ${out} is the run file already; name another file`);
  await requireWritable("--out", out, context);
  await requireWritable("--html", flags.html, context);
  const live = new LiveProgress(openLiveView(context.terminal.live, context.terminal.colour.err), clock, budgetSeconds);
  context.atExit(() => {
    live.close();
  });
  return { out, live };
}

/** Saves, reports, and gives the exit code. */
export async function deliverRun(measured: Run, out: string, flags: OutputFlags, context: CliContext): Promise<number> {
  const run = maskedIf(flags.anonymize, measured);
  const saved = await save(run, out, context);
  const summary = summaryOf(run);
  await deliver(run, summary, { ...flags, written: [["run file", saved]] }, context);
  for (const line of failureLines(summary)) context.terminal.err(`podwire: ${line}\n`);
  return saved === out ? exitCodeOf(run, summary, context) : EXIT.failed;
}

/** Each reason once with the modes, or the paths of a cluster, that it hit: what a script sees that does not read the report. */
function failureLines(summary: Summary): string[] {
  const hit = new Map<string, Set<string>>();
  const add = (reason: string | undefined, name: string): void => {
    const known = oneLine(reason ?? "for no known reason");
    hit.set(known, (hit.get(known) ?? new Set()).add(name));
  };
  for (const { mode, status, reason, cells } of summary.modes) {
    if (status === "failed") add(reason, mode);
    else {
      for (const cell of cells.filter((one) => one.status === "failed")) add(cell.reason, summary.venue === "cluster" ? cell.path : mode);
    }
  }
  return [...hit].map(([reason, names]) => `${[...names].join(", ")} failed: ${reason}`);
}

/** The moment in UTC down to the millisecond, since two labs may be started in the same second: `20260101T120000.123`. */
const runName = (moment: Date): string => moment.toISOString().replaceAll(/[-:Z]/g, "");

/** Writes the run file. A place that has become full or has gone since it was tried must not cost the measurement: another is found. */
async function save(run: Run, path: string, context: CliContext): Promise<string> {
  const { files } = context.machine;
  const text = formatRun(run);
  try {
    await files.writeText(path, text);
    return path;
  } catch (error) {
    const refuge = `${context.temporaryFolder}/podwire-${runName(context.machine.clock.now())}.json`;
    const problem = `the run cannot be written to ${path} any more (${wordsOf(error)})`;
    await files.writeText(refuge, text).catch((second: unknown) => {
      throw new RunError(`${problem}, nor to ${refuge} (${wordsOf(second)})`);
    });
    context.terminal.err(`podwire: ${problem}; it is in ${refuge}\n`);
    return refuge;
  }
}

/** Unsupported is no failure; a mode or a figure that was asked for and could not be had is one. */
function exitCodeOf(run: Run, summary: Summary, context: CliContext): number {
  if (context.interrupted.aborted) return EXIT.interrupted;
  const failed = summary.modes.some((mode) => mode.status === "failed" || mode.cells.some((cell) => cell.status === "failed"));
  return run.status === "partial" || failed ? EXIT.failed : EXIT.ok;
}
