/**
 * The use case behind `podwire experiment irq`: every combination of queues and workers as a variant, all in the same rounds, and one trial of each whose work is shown
 * by CPU.
 * @packageDocumentation
 */
import { workBetween } from "../../interrupts/cpu-counters.js";
import { type AskedIrq, type Combination, combinationsOf, confidenceOf, sentencesOf, verdictOf } from "../../interrupts/experiment.js";
import { measuredRun } from "../../measure/summarise.js";
import { IRQ_EXPERIMENT_SCHEMA, type IrqCell, type IrqExperiment } from "../../model/irq-experiment.js";
import { endOf } from "../../model/process-end.js";
import type { Run } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import { loadOptions, SOCKET_TIMEOUT_SECONDS, urlOf } from "../../probes/http/ab.js";
import { medianOf } from "../../statistics/median.js";
import { milliseconds } from "../../units/quantity.js";
import type { LabSession } from "../../venues/lab/lab-session.js";
import type { UseCaseContext } from "../context.js";
import type { RunWatcher } from "../watcher.js";
import { cpuTexts } from "./cpu-texts.js";
import { runLab } from "./run.js";

/** What is asked of the experiment. */
export interface IrqPlan extends AskedIrq {
  /** CPUs that podwire may use. */
  readonly cpus: number;
  readonly budgetSeconds: number;
  readonly seed: number;
}

/** Nodes of its lab, whose one link is open: each variant is built once. */
export const IRQ_GROUND = { nodes: 2, copies: 1 } as const;
/** New connections are what the ticket's softirqs were made of. */
const METRIC = "http";
/** How long a trial whose work is shown by CPU is to take about, seconds, and how long it may take. */
const TRIAL_SECONDS = 1;
const TRIAL_LIMIT = milliseconds(20_000);

/**
 * Measures every combination until the budget is spent.
 * @throws RunError when there can be no lab at all
 */
export async function irqExperiment(
  plan: IrqPlan,
  context: UseCaseContext,
  watcher: RunWatcher,
): Promise<{ readonly run: Run; readonly experiment: IrqExperiment }> {
  const combinations = combinationsOf(plan, plan.cpus);
  const trials = new Map<string, Watched>();
  const run = await runLab(scenarioOf(plan, combinations), context, watcher, undefined, async ({ session, run: measured }) => {
    for (const { variant } of combinations) {
      const trial = await watchedTrial(session, measured, variant, context);
      if (trial !== undefined) trials.set(variant, trial);
    }
    return {};
  });
  const confidence = confidenceOf(combinations);
  const measured = measuredRun(run, confidence);
  const cells = combinations.map((one) => cellOf(one, firstOf(combinations, one), measured, trials));
  return {
    run,
    experiment: { schema: IRQ_EXPERIMENT_SCHEMA, metric: METRIC, cpus: plan.cpus, confidence: 0.95, says: sentencesOf(cells), cells },
  };
}

const firstOf = (all: readonly Combination[], { mode }: Combination): Combination | undefined => all.find((one) => one.mode === mode);

const scenarioOf = ({ budgetSeconds, seed }: IrqPlan, combinations: readonly Combination[]): LabScenario => ({
  venue: "lab",
  modes: ["host", ...combinations.map(({ variant }) => variant)],
  workloads: ["http"],
  metrics: [METRIC],
  linkBitsPerSecond: null,
  mtu: 1500,
  nodes: IRQ_GROUND.nodes,
  budgetSeconds,
  margin: { capped: 0.02, open: 0.05 },
  configuredBaseline: false,
  quick: false,
  strategy: "auto",
  untilBudget: true,
  needs: [],
  seed,
});

/** A trial's work by CPU, or why there is none. */
type Watched = Pick<IrqCell, "trial" | "trialError">;

/** One run of ab on a variant's path, with what each CPU did meanwhile; undefined where the variant has no figure to size it by. */
async function watchedTrial(session: LabSession, run: Run, variant: string, { machine }: UseCaseContext): Promise<Watched | undefined> {
  const path = session.paths.find(({ mode, name }) => mode === variant && name === "pod-pod");
  const rates = run.observations.flatMap(({ mode, values }) => (mode === variant ? (values[METRIC] ?? []) : []));
  const rate = medianOf(rates);
  if (path === undefined || rate === undefined || rate === 0) return undefined;
  const requests = Math.max(200, Math.round(rate * TRIAL_SECONDS));
  const before = await cpuTexts(machine);
  const began = machine.clock.monotonic();
  const argv = ["ab", ...loadOptions("http", requests), "-s", String(SOCKET_TIMEOUT_SECONDS), urlOf(path)] as const;
  const process = await session.spawn(path.from, { argv, reason: "a trial whose work is shown by CPU", timeout: TRIAL_LIMIT });
  const outcome = await process.finished;
  const seconds = (machine.clock.monotonic() - began) / 1000;
  const after = await cpuTexts(machine);
  if (outcome.timedOut) return { trialError: `ab had not ended after ${String(TRIAL_LIMIT / 1000)} s` };
  if (outcome.exitCode !== 0) return { trialError: endOf("ab", outcome) };
  return { trial: { seconds, cpus: [...workBetween(before, after)] } };
}

function cellOf(
  { mode, queues, workers, variant }: Combination,
  first: Combination | undefined,
  measured: ReturnType<typeof measuredRun>,
  trials: ReadonlyMap<string, Watched>,
): IrqCell {
  const around = { mode, queues, workers, variant };
  const summary = measured.modes.find((one) => one.mode === variant);
  const figure = summary?.cells.find((cell) => cell.metric === METRIC && cell.path === "pod-pod");
  if (figure?.status !== "measured") {
    const status = figure?.status === "unsupported" || summary?.status === "unsupported" ? "unsupported" : "failed";
    return { ...around, status, reason: figure?.reason ?? summary?.reason ?? "nothing was measured" };
  }
  const toHost = measured.between(variant, "host").get(METRIC);
  const toFirst = first === undefined || first.variant === variant ? undefined : measured.between(variant, first.variant).get(METRIC);
  return {
    ...around,
    status: "measured",
    ...(toHost === undefined ? {} : { toHost: ratioOf(toHost) }),
    ...(toFirst === undefined ? {} : { toFirst: { ...ratioOf(toFirst), says: verdictOf(toFirst) } }),
    ...trials.get(variant),
  };
}

const ratioOf = ({
  estimate,
  low,
  high,
}: {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}): NonNullable<IrqCell["toHost"]> => ({
  median: Math.exp(estimate),
  low: Math.exp(low),
  high: Math.exp(high),
});
