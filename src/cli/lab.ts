import { formatRun } from "../archive/run-file.js";
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import type { CliContext } from "./context.js";
import { deliver, summaryOf } from "./deliver.js";
import { EXIT } from "./errors.js";
import { runLab } from "./lab-run.js";
import { LiveProgress } from "./live-progress.js";
import { openLiveView } from "./live-terminal.js";
import { type LabFlags, scenarioFromFlags } from "./scenario-from-flags.js";

/** Flags of `podwire lab`. */
export interface LabCommandFlags extends LabFlags {
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly anonymize?: boolean;
}

/** Measures every asked mode beside the bare host and reports. */
export async function lab(flags: LabCommandFlags, context: CliContext): Promise<number> {
  const { clock, files } = context.machine;
  const scenario = scenarioFromFlags(flags, MODES, clock.now().getTime() % 2 ** 31);
  const live = new LiveProgress(openLiveView(context.terminal.live, context.terminal.colour.err), clock, scenario.budgetSeconds);
  const run = await runLab(scenario, context, live).finally(() => {
    live.close();
  });
  const out = flags.out ?? `podwire-runs/${run.startedAt.replaceAll(/[-:]|\.\d+Z$/g, "")}.json`;
  const summary = summaryOf(run);
  await files.writeText(out, formatRun(run));
  await deliver(run, summary, { ...flags, written: [["run file", out]] }, context);
  return exitCodeOf(run, summary, context);
}

/** Unsupported is no failure; a mode or a figure that was asked for and could not be had is one. */
function exitCodeOf(run: Run, summary: Summary, context: CliContext): number {
  if (context.interrupted.aborted) return EXIT.interrupted;
  const failed = summary.modes.some((mode) => mode.status === "failed" || mode.cells.some((cell) => cell.status === "failed"));
  return run.status === "partial" || failed ? EXIT.failed : EXIT.ok;
}
