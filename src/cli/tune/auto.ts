import { findMetric, METRICS, type Metric } from "../../model/metric.js";
import { modeOfVariant } from "../../model/variant.js";
import { renderClosedLoop } from "../../report/terminal/closed-loop.js";
import { RISKS, type Risk } from "../../tuning/contract.js";
import { parseDuration } from "../../units/parse.js";
import type { AutoOptions } from "../../use-cases/closed-loop/auto.js";
import { tuneHeldLab } from "../../use-cases/closed-loop/held-lab.js";
import { OWN_LAB, tuneOwnLab } from "../../use-cases/closed-loop/own-lab.js";
import { RunError } from "../../use-cases/errors.js";
import type { Variant } from "../../variants/variant.js";
import { type HeldLab, heldLab } from "../../venues/lab/held-lab.js";
import { LabError } from "../../venues/lab/lab-error.js";
import { suggestion } from "../completion/nearest.js";
import { type CliContext, progressTo } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { handOut } from "../hand-out.js";
import { usage } from "../lab/flag-values.js";
import { measuredVariant } from "../lab/scenario-from-flags.js";
import { loadLimit, requireLoadable, type ServiceFlags } from "../lab/service-flags.js";
import { requireRoot, type TuneFlags, tunerPorts, tuning } from "./request.js";

/** Flags of `podwire tune auto`. */
export interface AutoFlags extends TuneFlags, Pick<ServiceFlags, "loadLimit"> {
  readonly lab?: string;
  readonly metric?: string;
  readonly maxRisk?: Risk;
  readonly budget?: string;
}

/** The margin of an open link (method.md): a smaller gain is not worth a change. */
const MARGIN = 0.05;

/** Tries changes in a lab of one variant, or in the one that a shell holds, and says what is worth keeping. Keeping nothing is an answer too: exit code 0. */
export async function autoTune(flags: AutoFlags, context: CliContext): Promise<number> {
  const held = flags.lab === undefined ? await heldHere(context) : undefined;
  const variant = measuredVariant(flags.lab ?? held?.variant ?? "", "--lab: ");
  const options = optionsFrom(flags, variant);
  if (held === undefined) requireLoadable([variant], { nodes: OWN_LAB.nodes, copies: 1 }, loadLimit(flags));
  const say = progressTo(context);
  if (held !== undefined) requireRoot("auto", context);
  const found = await tuning(context, async () =>
    held === undefined
      ? tuneOwnLab(variant, options, context, say)
      : tuneHeldLab({ held, variant, ports: tunerPorts(flags, context), program: context.program }, options, context, say),
  );
  await handOut(
    flags,
    { text: (setting) => renderClosedLoop(found, setting), json: () => `${JSON.stringify(found, undefined, 2)}\n` },
    context,
  );
  return EXIT.ok;
}

/** The lab that podwire is in. @throws UsageError where it is in none: nothing loads a machine's own network */
async function heldHere({ machine, version }: CliContext): Promise<HeldLab> {
  try {
    const held = await heldLab(machine.files, version);
    if (held !== undefined) return held;
  } catch (error) {
    if (error instanceof LabError) throw new RunError(error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
    throw error;
  }
  throw new UsageError(
    "tune auto needs --lab VARIANT: on a real machine the load needs a second host, which podwire does not use yet; plan, apply and undo work here",
  );
}

function optionsFrom(flags: AutoFlags, variant: Variant): AutoOptions {
  if (modeOfVariant(variant.name) === "host")
    throw new UsageError(`--lab: ${variant.name} has no pods, so that there is nothing to tune between them`);
  const metric = metricOf(flags.metric ?? "http");
  const why = variant.unsupported?.[metric.workload];
  if (why !== undefined) throw new UsageError(`--metric: ${metric.name} cannot be measured on ${variant.name}: ${why}`);
  const budgetSeconds = usage("--budget", () => parseDuration(flags.budget ?? "5m"));
  if (budgetSeconds <= 0) throw new UsageError("--budget: must be more than 0, for example 5m");
  return { metric, maxRisk: flags.maxRisk ?? RISKS[0], budgetSeconds, margin: MARGIN };
}

/** Loads of open links that a trial puts on a path, each with a rate for its figure. */
const TRIED = ["tcp-open", "tcp8", "http", "http-keepalive"] as const;

function metricOf(name: string): Metric {
  const metric = findMetric(name);
  if (metric !== undefined && TRIED.some((one) => one === name)) return metric;
  const known =
    metric === undefined
      ? suggestion(
          name,
          METRICS.map((one) => one.name),
        )
      : "";
  const what = metric === undefined ? `no metric is called ${name}` : `changes are not judged by ${name}`;
  throw new UsageError(`--metric: ${what}.${known} It is one of ${TRIED.join(", ")}.`);
}
