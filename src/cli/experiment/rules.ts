import { renderRuleCosts } from "../../report/terminal/rule-costs.js";
import { RunError, wordsOf } from "../../use-cases/errors.js";
import { type RuleCostPlan, ruleCosts } from "../../use-cases/lab/rule-costs.js";
import { type CliContext, sayTo } from "../context.js";
import { requireWritable } from "../deliver.js";
import { EXIT } from "../errors.js";
import { wholeNumber } from "../lab/flag-values.js";
import { type FormatFlags, inAskedFormat } from "../output-format.js";

/** Flags of `podwire experiment rules`. */
export interface RuleCostFlags extends FormatFlags {
  readonly rules: string;
  readonly rounds: string;
  readonly seed?: string;
  readonly out: string;
}

/** Measures what a rule costs, and keeps it where `podwire rules --packet` looks. Exit code 1 where a backend failed. */
export async function ruleCost(flags: RuleCostFlags, context: CliContext): Promise<number> {
  const { machine, terminal } = context;
  const fresh = machine.clock.now().getTime() % 2 ** 31;
  const plan: RuleCostPlan = {
    rules: wholeNumber("--rules", flags.rules, 100, 16_000),
    rounds: wholeNumber("--rounds", flags.rounds, 3, 1000),
    seed: flags.seed === undefined ? fresh : wholeNumber("--seed", flags.seed, 0, 2 ** 31 - 1),
  };
  await requireWritable("--out", flags.out, context);
  sayTo(context)(`measuring what a packet pays for ${String(plan.rules)} rules, ${String(plan.rounds)} rounds`);
  const costs = await ruleCosts(plan, context);
  const text = `${JSON.stringify(costs, undefined, 2)}\n`;
  const { out, colour, columns } = terminal;
  out(
    await inAskedFormat(flags, {
      text: () => renderRuleCosts(costs, flags.out, { width: columns(), colour: colour.out }),
      json: () => text,
    }),
  );
  try {
    await machine.files.writeText(flags.out, text);
  } catch (error) {
    throw new RunError(`the figures cannot be written to ${flags.out} any more: ${wordsOf(error)}`);
  }
  return costs.backends.some(({ status }) => status === "failed") ? EXIT.failed : EXIT.ok;
}
