import { ladderOf } from "../explain/ladder.js";
import { whyNoCost } from "../measure/cells/cpu-cost.js";
import type { Ladder } from "../model/explanation.js";
import { findMetric, METRICS } from "../model/metric.js";
import { unsupportedOn } from "../model/path-limits.js";
import type { Run } from "../model/run.js";
import { isPart } from "../model/variant.js";
import { parseDuration } from "../units/parse.js";
import { type ExplanationPlan, explain as measured, scenarioOf, waterfallPart } from "../use-cases/lab/explain.js";
import { linksOf } from "../use-cases/lab/links.js";
import { summaryOf } from "../use-cases/summary.js";
import type { Variant } from "../variants/variant.js";
import { suggestion } from "./completion/nearest.js";
import type { CliContext } from "./context.js";
import { deliverExplained } from "./deliver-explanation.js";
import { UsageError } from "./errors.js";
import { freshSeed, seedFrom, usage, words } from "./lab/flag-values.js";
import { measuredVariant, resumedScenario } from "./lab/scenario-from-flags.js";
import { loadLimit, requireLoadable, type ServiceFlags } from "./lab/service-flags.js";
import { readRun } from "./report.js";
import { type OutputFlags, openOutput } from "./run-output.js";

/** Flags of `podwire explain`. */
export interface ExplainFlags extends OutputFlags, Pick<ServiceFlags, "loadLimit"> {
  readonly metric?: string;
  readonly budget?: string;
  readonly quick?: boolean;
  readonly seed?: string;
  /** Which mode of a run is explained, where the subject is one. */
  readonly mode?: string;
  readonly resume?: string;
  /** False where `--no-profile` was given. */
  readonly profile?: boolean;
}

/** Seconds of measuring for each metric; building, loading and reporting come on top. */
const BUDGET = { full: 95, quick: 30 } as const;
const DEFAULT_METRIC = "http";

/** What can be explained: everything that is measured in rounds and can be known. */
const EXPLAINED = METRICS.filter(({ byNameOnly }) => byNameOnly !== true).map(({ name }) => name);

/** Measures what a variant is made of, layer by layer, and says where its loss comes from. */
export async function explain(subject: string | undefined, flags: ExplainFlags, context: CliContext): Promise<number> {
  const plan = flags.resume === undefined ? await asked(subject, flags, context) : await resumed(subject, flags, context);
  const { ladder, scenario } = plan;
  const rows = scenario.modes.filter((mode) => mode !== "host").map((name) => ({ name, label: name }));
  const { out, live } = await openOutput({ ...flags, out: flags.out ?? flags.resume }, { ...scenario, rows }, context);
  const run = await measured(plan, context, live).finally(() => {
    live.close();
  });
  return deliverExplained(run, ladder, out, flags, context);
}

async function asked(subject: string | undefined, flags: ExplainFlags, context: CliContext): Promise<ExplanationPlan> {
  if (subject === undefined) throw new UsageError("explain: names no variant, for example `podwire explain flannel-vxlan`");
  const variant = await variantOf(subject, flags, context);
  const quick = flags.quick === true;
  const ladder = ladderOf(variant, !quick);
  const metrics = metricsOf(flags.metric ?? DEFAULT_METRIC, variant, ladder);
  const each = quick ? BUDGET.quick : BUDGET.full;
  const budgetSeconds = flags.budget === undefined ? each * metrics.length : usage("--budget", () => parseDuration(flags.budget ?? ""));
  if (budgetSeconds <= 0) throw new UsageError("--budget: must be more than 0, for example 2m");
  const seed = seedFrom(flags.seed, freshSeed(context.machine.clock));
  const profiled = flags.profile !== false && !quick;
  const measuring = profiled ? waterfallPart(budgetSeconds) : budgetSeconds;
  const scenario = scenarioOf({ ladder, metrics, budgetSeconds: measuring, quick, seed });
  requireLoadable([variant], { nodes: scenario.nodes, copies: linksOf(scenario).size }, loadLimit(flags));
  return { ladder, scenario, profiled };
}

async function resumed(subject: string | undefined, flags: ExplainFlags, context: CliContext): Promise<ExplanationPlan> {
  if (subject !== undefined) throw new UsageError(`--resume: the run says what it explains; leave out ${subject}`);
  const kept = (["metric", "quick", "seed", "mode"] as const).find((flag) => flags[flag] !== undefined);
  if (kept !== undefined) throw new UsageError(`--resume: the run keeps its own --${kept}; only --budget can be changed`);
  const earlier = await readRun(flags.resume ?? "", context);
  if (earlier.explanation === undefined)
    throw new UsageError("--resume: the run explains nothing; `podwire lab --resume` goes on with what `podwire lab` began");
  const given = flags.budget === undefined ? {} : { budget: flags.budget };
  const profiled = flags.profile !== false && !earlier.scenario.quick;
  const scenario = resumedScenario(earlier, given, profiled ? waterfallPart : undefined);
  return { ladder: earlier.explanation, scenario, profiled, earlier };
}

/** A name of a run file has a folder or ends as one does; no variant's name does. */
const isFile = (subject: string): boolean => subject.includes("/") || subject.endsWith(".json");

async function variantOf(subject: string, flags: ExplainFlags, context: CliContext): Promise<Variant> {
  if (!isFile(subject)) {
    if (flags.mode !== undefined) throw new UsageError("--mode: chooses one of a run's modes, and no run file is given");
    return explainable(subject, "");
  }
  const run = await readRun(subject, context);
  if (flags.mode === undefined) return explainable(recommendedBy(run, subject), `${subject}: `);
  const names = run.scenario.modes;
  const whole = names.filter((name) => !isPart(name));
  if (!names.includes(flags.mode))
    throw new UsageError(`--mode: ${subject} has no mode ${flags.mode}.${suggestion(flags.mode, whole)} It has ${whole.join(", ")}.`);
  return explainable(flags.mode, "--mode: ");
}

/** The mode that a run of the lab recommends; of a cluster's run, what its network is. */
function recommendedBy(run: Run, file: string): string {
  if (run.scenario.venue === "cluster") {
    const [mode] = run.scenario.modes;
    if (mode !== undefined && mode !== "unknown") return mode;
    throw new UsageError(`${file}: it is not known which mode the cluster's network is; name one with --mode`);
  }
  const mode = run.explanation?.variant ?? summaryOf(run).recommendation?.mode;
  if (mode === undefined) throw new UsageError(`${file}: the run recommends no mode; name one of its modes with --mode`);
  return mode;
}

function explainable(name: string, where: string): Variant {
  const variant = measuredVariant(name, where);
  if (variant.mode.name === "host")
    throw new UsageError(`${where}the host is what everything is compared with: there is nothing to explain about it`);
  if (isPart(variant.name)) throw new UsageError(`${where}${variant.name} is a part of ${variant.mode.name}; explain the whole of it`);
  return variant;
}

function metricsOf(list: string, variant: Variant, { path }: Ladder): string[] {
  const names = [...new Set(words(list))];
  if (names.length === 0) throw new UsageError(`--metric: names no metric; known are ${EXPLAINED.join(", ")}`);
  for (const name of names) requireCarried(name, variant, path);
  return names;
}

function requireCarried(name: string, variant: Variant, path: Ladder["path"]): void {
  const metric = findMetric(name);
  if (metric === undefined)
    throw new UsageError(`--metric: no metric is called ${name}.${suggestion(name, EXPLAINED)} Known are ${EXPLAINED.join(", ")}.`);
  const unknowable = metric.estimator.kind === "cpu" ? whyNoCost(metric.workload) : undefined;
  if (unknowable !== undefined) throw new UsageError(`--metric: ${name} is ${unknowable}`);
  const why = variant.unsupported?.[metric.workload] ?? unsupportedOn(path)[metric.workload];
  if (why !== undefined) throw new UsageError(`--metric: ${variant.name} cannot carry ${name}: ${why}`);
}
