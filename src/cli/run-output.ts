/**
 * Where a run goes, for every venue: places are tried before anything is measured, and what was measured is saved before it is reported.
 * @packageDocumentation
 */
import { formatRun } from "../archive/run-file.js";
import { contradictions } from "../model/conformance.js";
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { RUN_FILE } from "../report/terminal/screen/of-run.js";
import { oneLine, RunError, wordsOf } from "../use-cases/errors.js";
import { summaryOf } from "../use-cases/summary.js";
import type { CliContext } from "./context.js";
import { deliver, maskedIf, requireWritable } from "./deliver.js";
import { EXIT, UsageError } from "./errors.js";
import { type LivePlan, LiveProgress } from "./live/live-progress.js";
import { openLiveView } from "./live/live-terminal.js";
import type { FormatFlags } from "./output-format.js";

/** Flags that say where a run goes and how it is reported. */
export interface OutputFlags extends FormatFlags {
  readonly out?: string | undefined;
  readonly html?: string;
  readonly anonymize?: boolean;
  readonly full?: boolean;
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
export async function openOutput(flags: OutputFlags, plan: LivePlan, context: CliContext): Promise<Output> {
  const { clock } = context.machine;
  const out = flags.out ?? `podwire-runs/${runName(clock.now())}.json`;
  if (flags.html === out) throw new UsageError(`--html: ${out} is the run file already; name another file`);
  await requireWritable("--out", out, context);
  await requireWritable("--html", flags.html, context);
  const { live: stream, colour, utf8 } = context.terminal;
  const live = new LiveProgress(openLiveView(stream, { colour: colour.err, utf8 }), clock, plan);
  context.atExit(() => {
    live.close();
  });
  return { out, live };
}

/** Saves, reports, and gives the exit code. */
export async function deliverRun(measured: Run, out: string, flags: OutputFlags, context: CliContext): Promise<number> {
  const run = maskedIf(flags.anonymize, measured);
  const saved = await saveRun(run, out, context);
  const summary = summaryOf(run);
  await deliver(run, summary, { ...flags, written: [[RUN_FILE, saved]] }, context);
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
  for (const { variant, failure } of summary.conformance?.variants ?? []) {
    if (failure?.status === "failed") add(`what works could not be tried: ${failure.reason}`, variant);
  }
  for (const { mode, status, reason, cells } of summary.modes) {
    if (status === "failed") add(reason, mode);
    else {
      for (const cell of cells.filter((one) => one.status === "failed")) add(cell.reason, summary.venue === "cluster" ? cell.path : mode);
    }
  }
  return [
    ...[...hit].map(([reason, names]) => `${[...names].join(", ")} failed: ${reason}`),
    ...contradicted(summary).map((variant) => `${variant}: packets contradict what is said of it; the report has the cells`),
  ];
}

/** Modes that do not do what is said of them: a defect, as in `podwire lab conformance`. */
const contradicted = ({ conformance }: Summary): readonly string[] =>
  (conformance?.variants ?? []).filter((one) => contradictions(one).length > 0).map(({ variant }) => variant);

/** The moment in UTC down to the millisecond, since two labs may be started in the same second: `20260101T120000.123`. */
const runName = (moment: Date): string => moment.toISOString().replaceAll(/[-:Z]/g, "");

/** Writes the run file. A place that has become full or has gone since it was tried must not cost the measurement: another is found, and given back. */
export async function saveRun(run: Run, path: string, context: CliContext): Promise<string> {
  const { files } = context.machine;
  const text = formatRun(run);
  try {
    await files.writeText(path, text);
    return path;
  } catch (error) {
    const problem = `the run cannot be written to ${path} any more (${wordsOf(error)})`;
    const refuge = await writeElsewhere(text, context).catch((second: unknown) => {
      throw new RunError(`${problem}, nor to ${context.temporaryFolder} (${wordsOf(second)})`);
    });
    context.terminal.err(`podwire: ${problem}; it is in ${refuge}\n`);
    return refuge;
  }
}

/** In a folder of its own in the temporary one, which others can neither read nor have put something in. */
async function writeElsewhere(text: string, { machine: { files, clock }, temporaryFolder }: CliContext): Promise<string> {
  const path = `${await files.makePrivateFolder(`${temporaryFolder}/podwire-`)}/${runName(clock.now())}.json`;
  await files.writeText(path, text);
  return path;
}

/** Unsupported is no failure; a mode or a figure that was asked for and could not be had is one. */
function exitCodeOf(run: Run, summary: Summary, context: CliContext): number {
  if (context.interrupted.aborted) return EXIT.interrupted;
  const failed = summary.modes.some((mode) => mode.status === "failed" || mode.cells.some((cell) => cell.status === "failed"));
  const untried = summary.conformance?.variants.some(({ failure }) => failure?.status === "failed") === true;
  return run.status === "partial" || failed || untried || contradicted(summary).length > 0 ? EXIT.failed : EXIT.ok;
}
