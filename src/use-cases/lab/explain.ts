/**
 * The use case behind `podwire explain`: everything that a ladder names is built at once and measured in the same rounds, by the loop that measures modes.
 * @packageDocumentation
 */
import { lanesOfLadder } from "../../explain/ladder.js";
import type { Ladder } from "../../model/explanation.js";
import { findMetric, WORKLOADS } from "../../model/metric.js";
import type { NoProfile, Profile } from "../../model/profile.js";
import type { Run } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import type { UseCaseContext } from "../context.js";
import type { RunWatcher } from "../watcher.js";
import { profilePaths } from "./profile/profile.js";
import { type AfterRounds, runLab } from "./run.js";

/** What is asked of an explanation. */
export interface AskedExplanation {
  readonly ladder: Ladder;
  /** Names of metrics. */
  readonly metrics: readonly string[];
  readonly budgetSeconds: number;
  readonly quick: boolean;
  readonly seed: number;
}

/** Rate of the capped link, bit/s, and the links' MTU, bytes: those of the lab where nothing else is said. */
const LINK = 1e9;
const MTU = 1500;

/**
 * So narrow that no lane is decided before the budget ends. One that left would take its rounds with it, and rungs are held against each other inside of
 * rounds.
 */
const NEVER_DECIDED = 1e-6;

/** The scenario that measures a ladder. */
export function scenarioOf({ ladder, metrics, budgetSeconds, quick, seed }: AskedExplanation): LabScenario {
  const wanted = new Set(metrics.map((name) => findMetric(name)?.workload));
  return {
    venue: "lab",
    modes: ["host", ...lanesOfLadder(ladder)],
    workloads: WORKLOADS.filter((name) => wanted.has(name)),
    metrics: [...metrics],
    linkBitsPerSecond: LINK,
    mtu: MTU,
    nodes: 2,
    budgetSeconds,
    margin: { capped: NEVER_DECIDED, open: NEVER_DECIDED },
    configuredBaseline: false,
    quick,
    strategy: "auto",
    needs: [],
    seed,
  };
}

/** Share of an explanation's time that its profiles have. The rest is the waterfall's. */
const PROFILE_SHARE = 0.15;

/** Seconds that a profile takes beside its rounds: perf's start and end, trials that are thrown away, the reading of samples. */
const AROUND_ROUNDS = 4;
/** Seconds of rounds that a profile has in the shortest explanation. */
const SHORTEST_PROFILE = 2;

/** What is left of a budget for the waterfall of an explanation that is profiled. */
export const waterfallPart = (budgetSeconds: number): number => budgetSeconds * (1 - PROFILE_SHARE);

/** An explanation that is to be measured. */
export interface ExplanationPlan {
  readonly ladder: Ladder;
  readonly scenario: LabScenario;
  /** Whether CPUs are profiled too, in rounds of their own beside the scenario's budget. */
  readonly profiled: boolean;
  /** An interrupted explanation that goes on. */
  readonly earlier?: Run;
}

/**
 * Measures a ladder; the run carries it, which is what makes it an explanation.
 * @throws InterruptedError when podwire is interrupted before the lab stands
 */
export async function explain(plan: ExplanationPlan, context: UseCaseContext, watcher: RunWatcher): Promise<Run> {
  const { ladder, scenario, profiled, earlier } = plan;
  const known = earlier?.profiles;
  const afterRounds = profiled && known === undefined ? profiling(plan, context, watcher) : undefined;
  const run = await runLab(scenario, context, watcher, earlier, afterRounds);
  return { ...run, ...(known === undefined ? {} : { profiles: known }), explanation: ladder };
}

/** Profiles each workload of the variant beside the host. What an interruption cut short is left to a later part of the run. */
function profiling({ ladder, scenario }: ExplanationPlan, context: UseCaseContext, watcher: RunWatcher): AfterRounds {
  const share = (scenario.budgetSeconds * PROFILE_SHARE) / (1 - PROFILE_SHARE) / scenario.workloads.length;
  const seconds = Math.max(SHORTEST_PROFILE, share - AROUND_ROUNDS);
  const subjects = [{ mode: ladder.variant, path: ladder.path }];
  return async ({ session, servers, plan, machine }) => {
    watcher.onEvent({ kind: "starting", what: "the CPU profile" });
    const profiles: (Profile | NoProfile)[] = [];
    for (const workload of scenario.workloads) {
      profiles.push(await profilePaths({ session, servers, scenario, workload, plan, subjects, seconds }, context, machine));
    }
    return context.interrupted.aborted ? {} : { profiles };
  };
}
