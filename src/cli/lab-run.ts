/**
 * The use case behind `podwire lab`: from a scenario to a run.
 * @packageDocumentation
 */
import { type Measured, measure } from "../measure/loop.js";
import { searchNoDrop } from "../measure/no-drop/no-drop.js";
import { trackProgress } from "../measure/progress.js";
import { type LinkKind, workload } from "../model/metric.js";
import { RUN_SCHEMA, type Run } from "../model/run.js";
import type { Scenario } from "../model/scenario.js";
import { findMode } from "../modes/index.js";
import { probeFor } from "../probes/index.js";
import { randomFrom } from "../statistics/random.js";
import { bitsPerSecond } from "../units/quantity.js";
import { type LabSession, openLab } from "../venues/lab/lab-session.js";
import type { CliContext } from "./context.js";
import { RunError } from "./errors.js";
import type { LiveProgress } from "./live-progress.js";
import { failuresOf, workloadsWithoutTools } from "./missing-tools.js";
import { asRunError, COLLECTING, SandboxLifetime } from "./sandbox-lifetime.js";

/** Rounds that every workload gets before any gets more. */
const MINIMUM_ROUNDS = { quick: { trials: 6, slices: 6 }, full: { trials: 9, slices: 15 } } as const;

/**
 * Builds the lab, measures, and gives the run, a partial one when something ended it early.
 * @throws InterruptedError when podwire is interrupted before the lab stands
 */
export async function runLab(scenario: Scenario, context: CliContext, live: LiveProgress, earlier?: Run): Promise<Run> {
  const startedAt = earlier?.startedAt ?? context.machine.clock.now().toISOString();
  const untooled = await workloadsWithoutTools(scenario, context.machine.commands);
  for (const reason of new Set(untooled.values())) live.say(reason);
  live.phase("building");
  const lifetime = new SandboxLifetime(context);
  const { session, environment } = await open(scenario, context, lifetime);
  try {
    const modes = builtModes(scenario, session);
    const toolable = { ...scenario, workloads: scenario.workloads.filter((name) => !untooled.has(name)) };
    lifetime.patience = COLLECTING;
    if (earlier !== undefined) requireSameMachine(earlier.environment, environment);
    const measured = await measureIn({ session, scenario: toolable, modes, earlier }, context, live);
    const searches = await searchIn({ session, scenario, modes, earlier }, context, live);
    return {
      schema: RUN_SCHEMA,
      podwire: context.version,
      startedAt,
      endedAt: context.machine.clock.now().toISOString(),
      ...statusOf(measured, context.interrupted.aborted),
      scenario,
      environment,
      modes,
      observations: [...measured.observations, ...failuresOf(untooled, modes)],
      ...(searches === undefined ? {} : { searches }),
      raw: measured.raw,
    };
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

interface Measurable {
  readonly session: LabSession;
  readonly scenario: Scenario;
  readonly modes: Run["modes"];
  readonly earlier: Run | undefined;
}

async function measureIn({ session, scenario, modes, earlier }: Measurable, context: CliContext, live: LiveProgress): Promise<Measured> {
  const progress = trackProgress(scenario, modes);
  const random = randomFrom(scenario.seed);
  live.follow(progress);
  return measure({
    session,
    scenario,
    unsupported: Object.fromEntries(modes.map((mode) => [mode.mode, mode.unsupportedWorkloads ?? {}])),
    probeFor,
    clock: context.machine.clock,
    random: (below) => random.integer(below),
    signal: context.interrupted,
    minimumRounds: scenario.quick ? MINIMUM_ROUNDS.quick : MINIMUM_ROUNDS.full,
    progress,
    onEvent: live.onEvent,
    ...(earlier === undefined ? {} : { earlier }),
  });
}

/** The no-drop searches, after the rounds: each has its path, and the machine, to itself. */
async function searchIn({ session, scenario, earlier }: Measurable, context: CliContext, live: LiveProgress): Promise<Run["searches"]> {
  if (scenario.noDrop === undefined) return undefined;
  const random = randomFrom(scenario.seed);
  const searches = await searchNoDrop({
    session,
    plan: scenario.noDrop,
    clock: context.machine.clock,
    random: (below) => random.integer(below),
    signal: context.interrupted,
    onEvent: live.onNoDrop,
    done: earlier?.searches ?? [],
  });
  return [...searches];
}

interface Opened {
  readonly session: LabSession;
  readonly environment: Run["environment"];
}

async function open(scenario: Scenario, context: CliContext, { machine }: SandboxLifetime): Promise<Opened> {
  const modes = scenario.modes.flatMap((name) => findMode(name) ?? []);
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

function builtModes(scenario: Scenario, session: LabSession): Run["modes"] {
  return scenario.modes.map((mode) => {
    const failure = session.failures[mode];
    if (failure !== undefined) return { mode, status: failure.status, reason: failure.reason };
    const unsupported = findMode(mode)?.unsupported;
    return { mode, status: "built" as const, ...(unsupported === undefined ? {} : { unsupportedWorkloads: { ...unsupported } }) };
  });
}

function statusOf(measured: Measured, interrupted: boolean): Pick<Run, "status" | "partialReason"> {
  if (measured.failure !== undefined) return { status: "partial", partialReason: measured.failure };
  if (measured.interrupted) return { status: "partial", partialReason: "interrupted: only the rounds that were finished are reported" };
  if (interrupted) return { status: "partial", partialReason: "interrupted: only the no-drop searches that were finished are reported" };
  return { status: "complete" };
}
