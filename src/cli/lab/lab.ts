import { MODES } from "../../modes/index.js";
import { runLab } from "../../use-cases/lab/run.js";
import type { CliContext } from "../context.js";
import { readRun } from "../report.js";
import { deliverRun, type OutputFlags, openOutput } from "../run-output.js";
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
  const scenario =
    earlier === undefined ? scenarioFromFlags(flags, MODES, clock.now().getTime() % 2 ** 31) : resumedScenario(earlier, flags);
  const { out, live } = await openOutput({ ...flags, out: flags.out ?? flags.resume }, scenario.budgetSeconds, context);
  const run = await runLab(scenario, context, live, earlier).finally(() => {
    live.close();
  });
  return deliverRun(run, out, flags, context);
}
