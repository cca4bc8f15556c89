/**
 * The use case behind `podwire lab`: from a scenario to a run.
 * @packageDocumentation
 */
import { measure, type Measured } from "../measure/loop.js";
import { trackProgress } from "../measure/progress.js";
import { type LinkKind, workload } from "../model/metric.js";
import { RUN_SCHEMA, type Run } from "../model/run.js";
import type { Scenario } from "../model/scenario.js";
import { findMode } from "../modes/index.js";
import { probeFor } from "../probes/index.js";
import { initialSizing } from "../probes/sizing.js";
import { randomFrom } from "../statistics/random.js";
import { bitsPerSecond } from "../units/quantity.js";
import { packageOf } from "../venues/lab/packages.js";
import { LabError } from "../venues/lab/lab-error.js";
import { openLab, type LabSession } from "../venues/lab/lab-session.js";
import type { CliContext } from "./context.js";
import { RunError } from "./errors.js";
import type { LiveProgress } from "./live-progress.js";

/** Rounds that every workload gets before any gets more. */
const MINIMUM_ROUNDS = { quick: { trials: 6, slices: 14 }, full: { trials: 9, slices: 28 } } as const;

/** Builds the lab, measures, and gives the run, a partial one when something ended it early. */
export async function runLab(scenario: Scenario, context: CliContext, live: LiveProgress): Promise<Run> {
  const startedAt = context.machine.clock.now();
  await requirePrograms(scenario, context);
  live.phase("building");
  const session = await open(scenario, context);
  try {
    const environment = { podwire: context.version, ...(await session.facts()) };
    const modes = builtModes(scenario, session);
    const measured = await measureIn(session, scenario, modes, context, live);
    return {
      schema: RUN_SCHEMA,
      podwire: context.version,
      startedAt: startedAt.toISOString(),
      endedAt: context.machine.clock.now().toISOString(),
      ...statusOf(measured),
      scenario,
      environment,
      modes,
      observations: [...measured.observations],
      raw: measured.raw,
    };
  } finally {
    await session.close();
  }
}

async function measureIn(session: LabSession, scenario: Scenario, modes: Run["modes"], context: CliContext, live: LiveProgress): Promise<Measured> {
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
  });
}

async function open(scenario: Scenario, context: CliContext): Promise<LabSession> {
  const modes = scenario.modes.flatMap((name) => findMode(name) ?? []);
  const rate = scenario.linkBitsPerSecond;
  const links = new Set<LinkKind>(scenario.workloads.map((name) => (rate === null ? "open" : workload(name).link)));
  try {
    return await openLab(context.machine, {
      modes,
      links: [...links],
      mtu: scenario.mtu,
      nodes: scenario.nodes,
      ...(rate === null ? {} : { rate: bitsPerSecond(rate) }),
    });
  } catch (error) {
    throw asRunError(error);
  }
}

/** What the lab says about itself, with its hint, as an error of this command. */
export function asRunError(error: unknown): unknown {
  if (!(error instanceof LabError)) return error;
  return new RunError(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
}

function builtModes(scenario: Scenario, session: LabSession): Run["modes"] {
  return scenario.modes.map((mode) => {
    const failure = session.failures[mode];
    if (failure !== undefined) return { mode, status: failure.status, reason: failure.reason };
    const unsupported = findMode(mode)?.unsupported;
    return { mode, status: "built" as const, ...(unsupported === undefined ? {} : { unsupportedWorkloads: { ...unsupported } }) };
  });
}

function statusOf(measured: Measured): Pick<Run, "status" | "partialReason"> {
  if (measured.failure !== undefined) return { status: "partial", partialReason: measured.failure };
  if (measured.interrupted) return { status: "partial", partialReason: "interrupted: only the rounds that were finished are reported" };
  return { status: "complete" };
}

/** Every program is looked for before anything is built, so that one message names all that is missing. */
async function requirePrograms(scenario: Scenario, context: CliContext): Promise<void> {
  const sizing = initialSizing();
  const programs = ["ip", "tc", "nsenter", "setpriv", "unshare", "sysctl", "ss", ...scenario.workloads.flatMap((name) => probeFor(name, sizing).programs)];
  const located = await Promise.all([...new Set(programs)].map(async (program) => ({ program, path: await context.machine.commands.locate(program) })));
  const missing = located.filter(({ path }) => path === undefined).map(({ program }) => program);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(packageOf))].join(" ");
  throw new RunError(`${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not installed. Run: sudo apt-get install --no-install-recommends ${packages}`);
}
