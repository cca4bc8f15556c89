import { combinationsOf } from "../../interrupts/experiment.js";
import { QUEUE_SETTINGS, type QueueSetting } from "../../model/irq-experiment.js";
import { renderIrqExperiment } from "../../report/terminal/irq-experiment.js";
import { parseDuration } from "../../units/parse.js";
import { spreadableCpus } from "../../use-cases/lab/cpu-texts.js";
import { IRQ_GROUND, type IrqPlan, irqExperiment } from "../../use-cases/lab/irq-experiment.js";
import { suggestion } from "../completion/nearest.js";
import type { CliContext } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { handOut } from "../hand-out.js";
import { freshSeed, seedFrom, usage, wholeNumber, words } from "../lab/flag-values.js";
import { measuredVariant } from "../lab/scenario-from-flags.js";
import { loadLimit, requireLoadable, type ServiceFlags } from "../lab/service-flags.js";
import type { FormatFlags } from "../output-format.js";
import { openOutput, saveRun } from "../run-output.js";

/** Flags of `podwire experiment irq`. */
export interface IrqFlags extends FormatFlags, Pick<ServiceFlags, "loadLimit"> {
  readonly queues: string;
  readonly workers: string;
  readonly modes: string;
  readonly budget: string;
  readonly seed?: string;
  readonly out?: string;
  /** What each CPU did, too. */
  readonly full?: boolean;
}

/** Measures every combination in shared rounds and says what follows. Exit code 1 where one of them failed. */
export async function irq(flags: IrqFlags, context: CliContext): Promise<number> {
  const plan = await planOf(flags, context);
  const rows = combinationsOf(plan, plan.cpus).map(({ variant }) => ({ name: variant, label: variant }));
  const { out: file, live } = await openOutput(
    flags,
    { venue: "lab", linkBitsPerSecond: null, metrics: ["http"], budgetSeconds: plan.budgetSeconds, rows },
    context,
  );
  const { run, experiment } = await irqExperiment(plan, context, live).finally(() => {
    live.close();
  });
  const saved = await saveRun(run, file, context);
  await handOut(
    flags,
    {
      text: (setting) => renderIrqExperiment(experiment, saved, { ...setting, full: flags.full === true }),
      json: () => `${JSON.stringify(experiment, undefined, 2)}\n`,
    },
    context,
  );
  if (context.interrupted.aborted) return EXIT.interrupted;
  return saved === file && experiment.cells.every(({ status }) => status !== "failed") ? EXIT.ok : EXIT.failed;
}

async function planOf(flags: IrqFlags, { machine }: CliContext): Promise<IrqPlan> {
  const { queues, workers, modes, budget, seed } = flags;
  const budgetSeconds = usage("--budget", () => parseDuration(budget));
  const plan = {
    modes: distinct("--modes", words(modes)),
    queues: distinct("--queues", words(queues)).map(queueSetting),
    workers: distinct("--workers", words(workers)).map((word) => wholeNumber("--workers", word, 1, 64)),
    cpus: await spreadableCpus(machine),
    budgetSeconds,
    seed: seedFrom(seed, freshSeed(machine.clock)),
  };
  const variants = combinationsOf(plan, plan.cpus).map(({ mode, variant }) => {
    if (measuredVariant(mode, "--modes: ").mode.name === "host")
      throw new UsageError(`--modes: ${mode}: the host is what everything is compared with, as it is`);
    return measuredVariant(variant, "--modes: ");
  });
  requireLoadable(variants, IRQ_GROUND, loadLimit(flags));
  return plan;
}

function distinct(flag: string, list: readonly string[]): readonly string[] {
  if (list.length === 0) throw new UsageError(`${flag}: names nothing`);
  const twice = list.find((word, index) => list.indexOf(word) < index);
  if (twice !== undefined) throw new UsageError(`${flag}: ${twice} is named twice`);
  return list;
}

function queueSetting(word: string): QueueSetting {
  const found = QUEUE_SETTINGS.find((setting) => setting === word);
  if (found === undefined)
    throw new UsageError(
      `--queues: no setting is called ${word}.${suggestion(word, QUEUE_SETTINGS)} Known are ${QUEUE_SETTINGS.join(", ")}.`,
    );
  return found;
}
