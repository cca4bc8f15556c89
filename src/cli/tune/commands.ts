/**
 * The commands of `podwire tune`.
 * @packageDocumentation
 */
import { type Command, Option } from "commander";
import { RISKS } from "../../tuning/contract.js";
import type { CliContext } from "../context.js";
import { helpExamples } from "../examples.js";
import { withFormats } from "../output-format.js";
import type { ApplyFlags } from "./apply.js";
import type { AutoFlags } from "./auto.js";
import type { GuardFlags } from "./guard.js";
import type { PlanFlags, TuneFlags } from "./request.js";
import type { UndoFlags } from "./undo.js";

type Finish = (exitCode: number) => void;

/** Adds them. */
export function addTune(program: Command, context: CliContext, finish: Finish): void {
  const tune = program
    .command("tune")
    .description("Change this node's settings by a plan, see what became of it, take it back.")
    .addHelpText("after", helpExamples("tune"));
  addPlan(tune, context, finish);
  addApply(tune, context, finish);
  addLooks(tune, context, finish);
  addUndo(tune, context, finish);
  addAuto(tune, context, finish);
  addGuard(tune, context, finish);
}

const only = (): Option => new Option("--only <a,b,...>", "these changes, by name or by a value that they set (net.core.somaxconn)");
const state = (): Option =>
  new Option(
    "--state <folder>",
    "the folder of the journal (default: /var/lib/podwire/tune, in other namespaces than the first /run/podwire/tune)",
  );
const maxRisk = (): Option => new Option("--max-risk <risk>", "the largest risk that is taken").choices(RISKS).default(RISKS[0]);
const force = (what: string): Option => new Option("--force", what);

function addPlan(tune: Command, context: CliContext, finish: Finish): void {
  const plan = tune
    .command("plan")
    .description("Print what apply would change on this node, why, and how it is undone. Changes nothing and needs no root.")
    .addOption(only())
    .addOption(maxRisk())
    .addOption(force("plan values too that another program writes"))
    .addOption(state())
    .addHelpText("after", helpExamples("tune plan"))
    .action(async (flags: PlanFlags) => {
      finish(await (await import("./plan.js")).tunePlan(flags, context));
    });
  withFormats(plan, ["json", "yaml"], { json: "as JSON" });
}

function addApply(tune: Command, context: CliContext, finish: Finish): void {
  const apply = tune
    .command("apply")
    .description("Make the changes that plan shows, all of them or none. Needs root; they stay until undo.")
    .addOption(only())
    .addOption(maxRisk())
    .addOption(force("set values too that another program writes"))
    .option("--confirm-within <time>", "take them back unless yes is answered within this time, such as 60s; for what could cut you off")
    .addOption(state())
    .addHelpText("after", helpExamples("tune apply"))
    .action(async (flags: ApplyFlags) => {
      finish(await (await import("./apply.js")).tuneApply(flags, context));
    });
  withFormats(apply, ["json", "yaml"], { json: "print what became of all changes as JSON, and nothing else" });
}

function addLooks(tune: Command, context: CliContext, finish: Finish): void {
  const verify = tune
    .command("verify")
    .description("Read back what was made: exit code 1 where something does not stand any more.")
    .addOption(only())
    .addOption(state())
    .addHelpText("after", helpExamples("tune verify"))
    .action(async (flags: TuneFlags) => {
      finish(await (await import("./status.js")).tuneVerify(flags, context));
    });
  const status = tune
    .command("status")
    .description("Tell what became of every change that was ever made here, also after a crash. Changes nothing.")
    .addOption(only())
    .addOption(state())
    .addHelpText("after", helpExamples("tune status"))
    .action(async (flags: TuneFlags) => {
      finish(await (await import("./status.js")).tuneStatus(flags, context));
    });
  for (const command of [verify, status]) withFormats(command, ["json", "yaml"], { json: "as JSON" });
}

function addUndo(tune: Command, context: CliContext, finish: Finish): void {
  const undo = tune
    .command("undo")
    .description("Take changes back, the last one first. What someone else has changed since is reported and left. Needs root.")
    .addOption(only())
    .addOption(force("restore also what someone else has changed since"))
    .addOption(state())
    .addHelpText("after", helpExamples("tune undo"))
    .action(async (flags: UndoFlags) => {
      finish(await (await import("./undo.js")).tuneUndo(flags, context));
    });
  withFormats(undo, ["json", "yaml"], { json: "print what became of the changes as JSON, and nothing else" });
}

function addAuto(tune: Command, context: CliContext, finish: Finish): void {
  const auto = tune
    .command("auto")
    .description("Try changes in a lab, measure what each gives, keep what is faster twice, and print how to make it permanent.")
    .option(
      "--lab <variant>",
      "the variant that is the lab: a mode with its layers, such as flannel-vxlan+fault.offloads-off (default: the lab that podwire lab shell holds)",
    )
    .option("--metric <name>", "what is to become faster: tcp-open, tcp8, http or http-keepalive", "http")
    .addOption(maxRisk())
    .option("--budget <time>", "how long trying may take, such as 5m", "5m")
    .option("--load-limit <time>", "how long the rules of a layer may take to load (default: 2m)")
    .addOption(state())
    .addHelpText("after", helpExamples("tune auto"))
    .action(async (flags: AutoFlags) => {
      finish(await (await import("./auto.js")).autoTune(flags, context));
    });
  withFormats(auto, ["json", "yaml"], { json: "as JSON" });
}

function addGuard(tune: Command, context: CliContext, finish: Finish): void {
  tune
    .command("__guard", { hidden: true })
    .description("Take a trial back when no one keeps it; apply starts this.")
    .requiredOption("--lease <id>", "the trial")
    .requiredOption("--within <time>", "how long it may stay")
    .addOption(state())
    .action(async (flags: GuardFlags) => {
      finish(await (await import("./guard.js")).tuneGuard(flags, context));
    });
}
