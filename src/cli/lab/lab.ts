import type { LabScenario } from "../../model/scenario.js";
import { MODES } from "../../modes/index.js";
import { runLab } from "../../use-cases/lab/run.js";
import type { CliContext } from "../context.js";
import { UsageError } from "../errors.js";
import type { LivePlan } from "../live/live-progress.js";
import { readRun } from "../report.js";
import { deliverRun, type OutputFlags, openOutput } from "../run-output.js";
import { freshSeed } from "./flag-values.js";
import { type LabFlags, resumedScenario, scenarioFromFlags } from "./scenario-from-flags.js";

/** Flags of `podwire lab`. */
export interface LabCommandFlags extends LabFlags, OutputFlags {
  /** A run file whose measuring goes on where it stopped. */
  readonly resume?: string;
}

/** Measures every asked mode beside the bare host and reports. */
export async function lab(flags: LabCommandFlags, context: CliContext): Promise<number> {
  const { clock } = context.machine;
  const earlier = flags.resume === undefined ? undefined : await readRun(flags.resume, context);
  if (earlier?.explanation !== undefined)
    throw new UsageError("--resume: the run was begun by `podwire explain`, which goes on with it: `podwire explain --resume RUN`");
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
  };
  const scenario = earlier === undefined ? scenarioFromFlags(flags, MODES, freshSeed(clock), say) : resumedScenario(earlier, flags);
  const { out, live } = await openOutput({ ...flags, out: flags.out ?? flags.resume }, { ...scenario, rows: rowsOf(scenario) }, context);
  for (const line of said) live.say(line);
  const run = await runLab(scenario, context, live, earlier).finally(() => {
    live.close();
  });
  return deliverRun(run, out, flags, context);
}

/** The host is what the others are compared with, and has no row. */
const rowsOf = ({ modes }: LabScenario): LivePlan["rows"] =>
  modes.filter((mode) => mode !== "host").map((mode) => ({ name: mode, label: mode }));
