/**
 * The use case behind `podwire lab`: from a scenario to a run.
 * @packageDocumentation
 */
import { searchNoDrop } from "../../measure/no-drop/no-drop.js";
import { Servers } from "../../measure/observing/servers.js";
import { partEndsOf } from "../../measure/rounds/earlier-part.js";
import type { PathPlan, Run } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import { labPaths } from "../../paths/lab.js";
import { randomFrom } from "../../statistics/random.js";
import { bitsPerSecond } from "../../units/quantity.js";
import type { Variant } from "../../variants/variant.js";
import type { LabMachine } from "../../venues/lab/lab-agent.js";
import { type LabSession, openLab } from "../../venues/lab/lab-session.js";
import type { UseCaseContext } from "../context.js";
import { RunError } from "../errors.js";
import { measureIn, runOf } from "../measuring.js";
import type { RunWatcher } from "../watcher.js";
import { withConformance } from "./conformance.js";
import { linksOf } from "./links.js";
import { failuresOf, workloadsWithoutTools } from "./missing-tools.js";
import { asRunError, COLLECTING, SandboxLifetime } from "./sandbox-lifetime.js";
import { putLayers, variantsOf } from "./variants.js";

/** An open lab whose rounds are over. */
export interface MeasuredLab {
  readonly session: LabSession;
  /** Those that run in it. */
  readonly servers: Servers;
  readonly plan: PathPlan;
  /** What programs are started through: an interruption ends them with the lab. */
  readonly machine: LabMachine;
  readonly run: Run;
}

/** What else is asked of an open lab; not done where podwire is interrupted before. */
export type AfterRounds = (lab: MeasuredLab) => Promise<Pick<Run, "profiles">>;

/**
 * Builds the lab, measures, tries what works where that is asked for, and gives the run, a partial one when something ended it early.
 * @param afterRounds - what else is done in the lab once everything is measured
 * @throws InterruptedError when podwire is interrupted before the lab stands
 */
export async function runLab(
  scenario: LabScenario,
  context: UseCaseContext,
  watcher: RunWatcher,
  earlier?: Run,
  afterRounds?: AfterRounds,
): Promise<Run> {
  const variants = variantsOf(scenario);
  const measured = await runOfRounds(scenario, variants, { context, watcher }, earlier, afterRounds);
  return withConformance(measured, variants, context, watcher);
}

async function runOfRounds(
  scenario: LabScenario,
  variants: readonly Variant[],
  { context, watcher }: Watched,
  earlier?: Run,
  afterRounds?: AfterRounds,
): Promise<Run> {
  const startedAt = earlier?.startedAt ?? context.machine.clock.now().toISOString();
  const untooled = await workloadsWithoutTools(scenario, context.machine);
  for (const reason of new Set(untooled.values())) watcher.say(reason);
  watcher.building();
  const lifetime = new SandboxLifetime(context);
  const { session, environment } = await open(scenario, variants, { context, watcher }, lifetime);
  try {
    const modes = builtModes(variants, session);
    const toolable = { ...scenario, workloads: scenario.workloads.filter((name) => !untooled.has(name)) };
    lifetime.patience = COLLECTING;
    if (earlier !== undefined) requireSameMachine(earlier.environment, environment);
    const paths = labPaths(scenario, modes);
    // An explanation has no verdicts: no lane of it is decided at the end of a part, and so left out of the next one.
    const parts = earlier === undefined || earlier.explanation !== undefined ? {} : { partEnds: partEndsOf(earlier) };
    const servers = new Servers(session, context.machine.clock);
    const measured = await measureIn({ session, scenario: toolable, ...paths, ...parts, earlier, servers }, context, watcher);
    const searches = await searchIn(session, paths, scenario, earlier, context, watcher);
    const around = { startedAt, scenario, environment, modes, ...paths, ...parts, ...(searches === undefined ? {} : { searches }) };
    const rounds = runOf(around, measured, context);
    const run = { ...rounds, observations: [...rounds.observations, ...failuresOf(untooled, paths)] };
    return { ...run, ...(await moreOf(afterRounds, { session, servers, plan: paths, machine: lifetime.machine, run }, context)) };
  } finally {
    await session.close();
    lifetime.over();
  }
}

async function moreOf(
  afterRounds: AfterRounds | undefined,
  lab: MeasuredLab,
  { interrupted }: UseCaseContext,
): Promise<Pick<Run, "profiles">> {
  return afterRounds === undefined || interrupted.aborted || lab.session.gone !== undefined ? {} : afterRounds(lab);
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

interface Watched {
  readonly context: UseCaseContext;
  readonly watcher: RunWatcher;
}

async function open(
  scenario: LabScenario,
  modes: readonly Variant[],
  { context, watcher }: Watched,
  { machine }: SandboxLifetime,
): Promise<Opened> {
  const rate = scenario.linkBitsPerSecond;
  const limit = rate === null ? {} : { rate: bitsPerSecond(rate) };
  try {
    const onLoading = (mode: string, what: string): void => {
      watcher.waiting(`loading ${what} into the nodes of ${mode}, which no budget counts`);
    };
    const session = await openLab(machine, {
      modes,
      links: [...linksOf(scenario)],
      mtu: scenario.mtu,
      nodes: scenario.nodes,
      ...limit,
      onLoading,
    });
    return { session, environment: { podwire: context.version, ...(await session.facts()) } };
  } catch (error) {
    throw asRunError(error, context);
  }
}

function builtModes(variants: readonly Variant[], session: LabSession): Run["modes"] {
  return variants.map((variant) => {
    const { name: mode, unsupported } = variant;
    const failure = session.failures[mode];
    const layers = putLayers(variant, session.loads.get(mode) ?? []);
    if (failure !== undefined) return { mode, status: failure.status, reason: failure.reason, ...layers };
    const rulesBackend = session.rulesBackends.get(mode);
    const serviceFault = session.serviceFaults.get(mode);
    const brokenPaths = session.brokenPaths.get(mode);
    return {
      mode,
      status: "built" as const,
      ...layers,
      ...(unsupported === undefined ? {} : { unsupportedWorkloads: { ...unsupported } }),
      ...(rulesBackend === undefined ? {} : { rulesBackend }),
      ...(serviceFault === undefined ? {} : { serviceFault }),
      ...(brokenPaths === undefined ? {} : { brokenPaths: { ...brokenPaths } }),
    };
  });
}
