/**
 * Experiments: flags and help texts. Actions are loaded when they are needed.
 * @packageDocumentation
 */
import type { Command } from "commander";
import type { CliContext } from "../context.js";
import { helpExamples } from "../examples.js";
import { fullOption, withFormats } from "../output-format.js";
import { RULE_COSTS_FILE } from "../rule-costs-file.js";
import type { IrqFlags } from "./irq.js";
import type { RuleCostFlags } from "./rules.js";

/** Adds `podwire experiment` and the commands below it. */
export function addExperiment(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const experiment = program
    .command("experiment")
    .description("Try one thing in all its combinations, in shared rounds, and say what follows.");
  const irq = experiment
    .command("irq")
    .description("What spreading received packets over CPUs does, with one server process and with several.")
    .option("--queues <a,b,...>", "one: everything on CPU 0; spread: a queue for each CPU; rps: one queue, by RPS to all", "one,spread,rps")
    .option("--workers <a,b,...>", "workers of the HTTP server", "1,2")
    .option("--modes <a,b,...>", "modes of which each combination is measured", "flannel-host-gw")
    .option("--budget <time>", "how long to measure", "90s")
    .option("--load-limit <time>", "how long the rules of one variant may take to load (default: 2m)")
    .option("--seed <n>", "seed of the order of rounds (default: a fresh one, recorded in the run)")
    .option("--out <file>", "run file to write (default: podwire-runs/TIME.json)")
    .addOption(fullOption())
    .addHelpText("after", helpExamples("experiment irq"))
    .action(async (flags: IrqFlags) => {
      finish(await (await import("./irq.js")).irq(flags, context));
    });
  withFormats(irq, ["json", "yaml"], { json: "as JSON" });
  const rules = experiment
    .command("rules")
    .description("What a rule that does not match costs a packet, of iptables and of nft, for `podwire rules --packet`.")
    .option("--rules <n>", "rules that each packet meets", "4000")
    .option("--rounds <n>", "rounds of all backends", "15")
    .option("--seed <n>", "seed of the order in rounds (default: a fresh one)")
    .option("--out <file>", "where the figures are kept", RULE_COSTS_FILE)
    .addHelpText("after", helpExamples("experiment rules"))
    .action(async (flags: RuleCostFlags) => {
      finish(await (await import("./rules.js")).ruleCost(flags, context));
    });
  withFormats(rules, ["json", "yaml"], { json: "as JSON" });
}
