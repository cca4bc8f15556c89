/**
 * The use case behind `podwire lab`: from a scenario to a run.
 * @packageDocumentation
 */
import { searchNoDrop } from "../../measure/no-drop/no-drop.js";
import { partEndsOf } from "../../measure/rounds/earlier-part.js";
import { type LinkKind, workload } from "../../model/metric.js";
import type { PathPlan, Run } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import type { Mode } from "../../modes/contract.js";
import { labPaths } from "../../paths/lab.js";
import { randomFrom } from "../../statistics/random.js";
import { bitsPerSecond } from "../../units/quantity.js";
import { type LabSession, openLab } from "../../venues/lab/lab-session.js";
import type { UseCaseContext } from "../context.js";
import { RunError } from "../errors.js";
import { measureIn, runOf } from "../measuring.js";
import type { RunWatcher } from "../watcher.js";
import { failuresOf, workloadsWithoutTools } from "./missing-tools.js";
import { asRunError, COLLECTING, SandboxLifetime } from "./sandbox-lifetime.js";
import { variantsOf } from "./variants.js";

/**
 * Builds the lab, measures, and gives the run, a partial one when something ended it early.
 * @throws InterruptedError when podwire is interrupted before the lab stands
 */
export async function runLab(scenario: LabScenario, context: UseCaseContext, watcher: RunWatcher, earlier?: Run): Promise<Run> {
  const startedAt = earlier?.startedAt ?? context.machine.clock.now().toISOString();
  const variants = variantsOf(scenario);
  const untooled = await workloadsWithoutTools(scenario, context.machine);
  for (const reason of new Set(untooled.values())) watcher.say(reason);
  watcher.building();
  const lifetime = new SandboxLifetime(context);
  const { session, environment } = await open(scenario, variants, context, lifetime);
  try {
    const modes = builtModes(variants, session);
    const toolable = { ...scenario, workloads: scenario.workloads.filter((name) => !untooled.has(name)) };
    lifetime.patience = COLLECTING;
    if (earlier !== undefined) requireSameMachine(earlier.environment, environment);
    const paths = labPaths(scenario, modes);
    const parts = earlier === undefined ? {} : { partEnds: partEndsOf(earlier) };
    const measured = await measureIn({ session, scenario: toolable, ...paths, ...parts, earlier }, context, watcher);
    const searches = await searchIn(session, paths, scenario, earlier, context, watcher);
    const around = { startedAt, scenario, environment, modes, ...paths, ...parts, ...(searches === undefined ? {} : { searches }) };
    const run = runOf(around, measured, context);
    return { ...run, observations: [...run.observations, ...failuresOf(untooled, paths)] };
  } finally {
    await session.close();
    lifetime.over();
  }
}

/** A run that goes on must not mix two machines: its pairs would still hold, but not what it says about the machine. */
function requireSameMachine(before: Run["environment"], now: Run["environment"]): void {
  for (const fact of ["kernel", "cpu", "cpus"]) {
    if (before[fact] !== now[fact]) {
      throw new RunError(
        `the run cannot go on here: ${fact} was ${before[fact] ?? "not recorded"} and is ${now[fact] ?? "unknown"}. Start a new one.`,
      );
    }
  }
}

/** The no-drop searches, after the rounds: each has its path, and the machine, to itself. */
async function searchIn(
  session: LabSession,
  paths: PathPlan,
  scenario: LabScenario,
  earlier: Run | undefined,
  context: UseCaseContext,
  watcher: RunWatcher,
): Promise<Run["searches"]> {
  if (scenario.noDrop === undefined) return undefined;
  const random = randomFrom(scenario.seed);
  const searches = await searchNoDrop({
    session,
    paths,
    plan: scenario.noDrop,
    clock: context.machine.clock,
    random: (below) => random.integer(below),
    signal: context.interrupted,
    onEvent: watcher.onNoDrop,
    done: earlier?.searches ?? [],
  });
  return [...searches];
}

interface Opened {
  readonly session: LabSession;
  readonly environment: Run["environment"];
}

async function open(scenario: LabScenario, modes: readonly Mode[], context: UseCaseContext, { machine }: SandboxLifetime): Promise<Opened> {
  const rate = scenario.linkBitsPerSecond;
  const links = new Set<LinkKind>(scenario.workloads.map((name) => (rate === null ? "open" : workload(name).link)));
  if (scenario.noDrop !== undefined) links.add("open");
  const limit = rate === null ? {} : { rate: bitsPerSecond(rate) };
  try {
    const session = await openLab(machine, { modes, links: [...links], mtu: scenario.mtu, nodes: scenario.nodes, ...limit });
    return { session, environment: { podwire: context.version, ...(await session.facts()) } };
  } catch (error) {
    throw asRunError(error, context);
  }
}

function builtModes(variants: readonly Mode[], session: LabSession): Run["modes"] {
  return variants.map(({ name: mode, unsupported }) => {
    const failure = session.failures[mode];
    if (failure !== undefined) return { mode, status: failure.status, reason: failure.reason };
    return { mode, status: "built" as const, ...(unsupported === undefined ? {} : { unsupportedWorkloads: { ...unsupported } }) };
  });
}
