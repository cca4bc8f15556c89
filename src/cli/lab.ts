import { formatRun } from "../archive/run-file.js";
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import type { CliContext } from "./context.js";
import { deliver, maskedIf, requireWritable, summaryOf } from "./deliver.js";
import { EXIT, oneLine, RunError, UsageError } from "./errors.js";
import { runLab } from "./lab-run.js";
import { LiveProgress } from "./live-progress.js";
import { openLiveView } from "./live-terminal.js";
import { readRun } from "./report.js";
import { type LabFlags, resumedScenario, scenarioFromFlags } from "./scenario-from-flags.js";

/** Flags of `podwire lab`. */
export interface LabCommandFlags extends LabFlags {
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly anonymize?: boolean;
  /** A run file whose measuring goes on where it stopped. */
  readonly resume?: string;
}

/** Measures every asked mode beside the bare host and reports. */
export async function lab(flags: LabCommandFlags, context: CliContext): Promise<number> {
  const { clock } = context.machine;
  const earlier = flags.resume === undefined ? undefined : await readRun(flags.resume, context);
  const scenario =
    earlier === undefined ? scenarioFromFlags(flags, MODES, clock.now().getTime() % 2 ** 31) : resumedScenario(earlier, flags);
  const out = flags.out ?? flags.resume ?? `podwire-runs/${runName(clock.now())}.json`;
  if (flags.html === out) throw new UsageError(`--html: ${out} is the run file already; name another file`);
  await requireWritable("--out", out, context);
  await requireWritable("--html", flags.html, context);
  const live = new LiveProgress(openLiveView(context.terminal.live, context.terminal.colour.err), clock, scenario.budgetSeconds);
  context.atExit(() => {
    live.close();
  });
  const measured = await runLab(scenario, context, live, earlier).finally(() => {
    live.close();
  });
  const run = maskedIf(flags.anonymize, measured);
  const saved = await save(run, out, context);
  const summary = summaryOf(run);
  await deliver(run, summary, { ...flags, written: [["run file", saved]] }, context);
  for (const line of failureLines(summary)) context.terminal.err(`podwire: ${line}\n`);
  return saved === out ? exitCodeOf(run, summary, context) : EXIT.failed;
}

/** Each reason once with the modes that it hit: what a script sees that does not read the report. */
function failureLines(summary: Summary): string[] {
  const modesOf = new Map<string, Set<string>>();
  for (const { mode, status, reason, cells } of summary.modes) {
    const failed = cells.filter((cell) => cell.status === "failed").map((cell) => cell.reason);
    for (const why of status === "failed" ? [reason] : failed) {
      const known = oneLine(why ?? "for no known reason");
      modesOf.set(known, (modesOf.get(known) ?? new Set()).add(mode));
    }
  }
  return [...modesOf].map(([reason, modes]) => `${[...modes].join(", ")} failed: ${reason}`);
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

const wordsOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error));

/** Unsupported is no failure; a mode or a figure that was asked for and could not be had is one. */
function exitCodeOf(run: Run, summary: Summary, context: CliContext): number {
  if (context.interrupted.aborted) return EXIT.interrupted;
  const failed = summary.modes.some((mode) => mode.status === "failed" || mode.cells.some((cell) => cell.status === "failed"));
  return run.status === "partial" || failed ? EXIT.failed : EXIT.ok;
}
