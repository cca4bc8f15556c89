import type { RuleCosts } from "../../model/rule-costs.js";
import { renderRuleCosts } from "../../report/terminal/rule-costs.js";
import { RunError, wordsOf } from "../../use-cases/errors.js";
import { type RuleCostPlan, ruleCosts, withEarlier } from "../../use-cases/lab/rule-costs.js";
import { type CliContext, sayTo } from "../context.js";
import { requireWritable } from "../deliver.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import { freshSeed, seedFrom, wholeNumber } from "../lab/flag-values.js";
import type { FormatFlags } from "../output-format.js";
import { RULE_COSTS_FILE, readRuleCosts } from "../rule-costs-file.js";

/** Flags of `podwire experiment rules`. */
export interface RuleCostFlags extends FormatFlags {
  readonly rules: string;
  readonly rounds: string;
  readonly seed?: string;
  readonly out: string;
}

/** Measures what a rule costs, and keeps it where `podwire rules --packet` looks. Exit code 1 where a backend failed. */
export async function ruleCost(flags: RuleCostFlags, context: CliContext): Promise<number> {
  const { machine } = context;
  const plan: RuleCostPlan = {
    rules: wholeNumber("--rules", flags.rules, 100, 16_000),
    rounds: wholeNumber("--rounds", flags.rounds, 3, 1000),
    seed: seedFrom(flags.seed, freshSeed(machine.clock)),
  };
  await requireWritable("--out", flags.out, context);
  sayTo(context)(`measuring what a packet pays for ${String(plan.rules)} rules, ${String(plan.rounds)} rounds`);
  const costs = await ruleCosts(plan, context);
  const isFailed = costs.backends.some(({ status }) => status === "failed");
  const earlier = isFailed ? await earlierCosts(flags.out, context) : undefined;
  const kept = earlier === undefined ? costs : withEarlier(costs, earlier);
  const problem = await machine.files.writeText(flags.out, textOf(kept)).then(
    () => undefined,
    (error: unknown) => `the figures cannot be written to ${flags.out} any more: ${wordsOf(error)}`,
  );
  const place = problem === undefined ? { file: flags.out, isLookedAt: flags.out === RULE_COSTS_FILE, kept } : undefined;
  await handOut(flags, { text: (setting) => renderRuleCosts(costs, place, setting), json: () => textOf(costs) }, context);
  if (problem !== undefined) throw new RunError(problem);
  return isFailed ? EXIT.failed : EXIT.ok;
}

const textOf = (costs: RuleCosts): string => `${JSON.stringify(costs, undefined, 2)}\n`;

/** What the file holds before it is written anew. */
async function earlierCosts(file: string, { machine: { files } }: CliContext): Promise<RuleCosts | undefined> {
  return (await files.isRegular(file)) ? readRuleCosts(await files.readText(file).catch(() => "")) : undefined;
}
