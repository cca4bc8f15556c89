/**
 * The lab: every mode built on this machine in private namespaces.
 * @packageDocumentation
 */
import type { LinkKind } from "../../model/metric.js";
import type { Topology, WiredPath } from "../../model/wiring.js";
import type { Mode } from "../../modes/contract.js";
import type { BitsPerSecond } from "../../units/quantity.js";
import type { AgentClient } from "../agent/client.js";
import { AgentSession } from "../agent/session.js";
import { SyncedAgent } from "../agent/synced-agent.js";
import type { Endpoint, NodeFacts, Path, ReceiveSteering, VenueSession } from "../contract.js";
import { BuildError, type Builder, build, type Daemon } from "./build.js";
import { compile } from "./compile.js";
import { gatherFacts } from "./facts.js";
import { type MissingFeatures, probeKernel } from "./kernel-features.js";
import { type LabMachine, startSandbox } from "./lab-agent.js";
import { LabError } from "./lab-error.js";
import { Limiter } from "./limiter.js";
import { needsProgram } from "./packages.js";
import { type Copy, type ReadyPath, ready } from "./reach.js";
import { enterArgv } from "./sandbox.js";
import { steer } from "./steering.js";

/** What is to be built. */
export interface LabOptions {
  readonly modes: readonly Mode[];
  /** Which copies of each mode are built. */
  readonly links: readonly LinkKind[];
  /** Rate of the capped link; needed when `links` has `capped`. */
  readonly rate?: BitsPerSecond;
  /** MTU of the link between nodes, bytes. */
  readonly mtu: number;
  readonly nodes: number;
}

/** Why a mode is not there. */
export interface ModeFailure {
  readonly status: "unsupported" | "failed";
  readonly reason: string;
}

/** Commands of different namespaces that run at a time: enough to keep both of two cores busy. */
const SIDE_BY_SIDE = 4;

/**
 * Builds the lab. Modes that cannot be built stand in the session's `failures`.
 * @throws LabError when there can be no lab at all; its hint says what to do
 */
export async function openLab(machine: LabMachine, options: LabOptions): Promise<LabSession> {
  const agent = await startSandbox(machine);
  try {
    const missing = await probeKernel(agent);
    const rateProblem = missing.get("tbf");
    if (options.links.includes("capped") && rateProblem !== undefined) {
      throw new LabError(`the link's rate cannot be limited: ${rateProblem}`, "Measure without a limit: --link none");
    }
    const builder: Builder = { agent, clock: machine.clock, limiter: new Limiter(SIDE_BY_SIDE) };
    const results = await Promise.all(options.modes.map(async (mode) => buildMode(machine, builder, missing, mode, options)));
    return new LabSession(machine, await SyncedAgent.sync(agent), results);
  } catch (error) {
    await agent.close();
    throw error;
  }
}

/** For every mode why it cannot run on this machine; modes that can are absent. */
export async function findUnsupported(machine: LabMachine, modes: readonly Mode[]): Promise<ReadonlyMap<string, string>> {
  const agent = await startSandbox(machine);
  try {
    const missing = await probeKernel(agent);
    const reasons = await Promise.all(modes.map(async (mode) => [mode.name, await whyUnsupported(machine, missing, mode)] as const));
    return new Map(reasons.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  } finally {
    await agent.close();
  }
}

/** A path with the daemons of its copy of the mode, without which it carries nothing. */
interface BuiltPath extends ReadyPath {
  readonly daemons: readonly Daemon[];
}

/** One mode with its built paths, or why there are none. */
interface BuiltMode {
  readonly mode: string;
  readonly paths: readonly BuiltPath[];
  readonly failure?: ModeFailure;
}

async function buildMode(
  machine: LabMachine,
  builder: Builder,
  missing: MissingFeatures,
  mode: Mode,
  options: LabOptions,
): Promise<BuiltMode> {
  const unsupported = await whyUnsupported(machine, missing, mode);
  if (unsupported !== undefined) return { mode: mode.name, paths: [], failure: { status: "unsupported", reason: unsupported } };
  const copies = await Promise.allSettled(options.links.map(async (link) => buildCopy(builder, mode, link, topologyOf(options, link))));
  const failed = copies.find((copy) => copy.status === "rejected");
  if (failed !== undefined) {
    if (!(failed.reason instanceof BuildError)) throw failed.reason;
    return { mode: mode.name, paths: [], failure: { status: "failed", reason: failed.reason.message } };
  }
  return { mode: mode.name, paths: copies.flatMap((copy) => (copy.status === "fulfilled" ? copy.value : [])) };
}

async function whyUnsupported(machine: LabMachine, missing: MissingFeatures, mode: Mode): Promise<string | undefined> {
  const features = mode.kernel.map((feature) => missing.get(feature)).filter((reason) => reason !== undefined);
  const located = await Promise.all(mode.programs.map(async (program) => ({ program, path: await machine.commands.locate(program) })));
  const programs = located.filter(({ path }) => path === undefined).map(({ program }) => needsProgram(program));
  const reasons = [...features, ...programs];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function topologyOf(options: LabOptions, link: LinkKind): Topology {
  const { nodes, mtu, rate } = options;
  if (link === "open") return { nodes, mtu };
  if (rate === undefined) throw new LabError("a capped link needs a rate");
  return { nodes, mtu, rate };
}

async function buildCopy(builder: Builder, mode: Mode, link: LinkKind, topology: Topology): Promise<readonly BuiltPath[]> {
  const wiring = mode.wire(topology);
  const copy: Copy = { mode: mode.name, link, prefix: `${mode.name}.${link}`, wiring };
  const daemons = await build(builder, compile(copy.prefix, wiring));
  const specs = Object.entries(wiring.paths) as [WiredPath, (typeof wiring.paths)[WiredPath]][];
  const paths = specs.map(async ([name, spec]) => (spec === undefined ? [] : [{ ...(await ready(builder, copy, name, spec)), daemons }]));
  return (await Promise.all(paths)).flat();
}

/** An open lab. */
export class LabSession extends AgentSession implements VenueSession {
  readonly paths: readonly Path[];
  readonly failures: Readonly<Record<string, ModeFailure>>;
  readonly #ready: readonly BuiltPath[];
  /** The lab's one agent. */
  readonly agent: AgentClient;

  constructor(
    readonly machine: LabMachine,
    agent: SyncedAgent,
    built: readonly BuiltMode[],
  ) {
    super([agent], (endpoint) => ({ agent, namespace: namespaceOf(endpoint) }));
    this.agent = agent.client;
    this.#ready = built.flatMap((mode) => mode.paths);
    this.paths = this.#ready.map((entry) => entry.path);
    this.failures = Object.fromEntries(built.flatMap(({ mode, failure }) => (failure === undefined ? [] : [[mode, failure]])));
  }

  faultOf(path: Path): string | undefined {
    const daemons = this.#ready.find((ready) => ready.path.id === path.id)?.daemons ?? [];
    return daemons.map(({ end }) => end()).find((end) => end !== undefined);
  }

  async steerReceive(path: Path, generatorCpu: number): Promise<ReceiveSteering> {
    const receiver = this.#ready.find((ready) => ready.path.id === path.id)?.receiver;
    if (receiver === undefined) return { steered: false, reason: `the device that receives the frames of ${path.id} first is not known` };
    return steer(this.agent, this.machine.root, receiver, generatorCpu);
  }

  async facts(): Promise<NodeFacts> {
    return gatherFacts(this.machine, this.agent, this.#ready);
  }

  /**
   * The command by which a process of the caller, a shell for instance, enters a namespace of the lab.
   * @param namespace - full name, e.g. `flannel-vxlan.open.pod-a`
   */
  enter(namespace: string, argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
    const { pid } = this.agent;
    if (pid === undefined) throw new LabError("the lab is not running");
    return enterArgv(pid, this.machine, namespace, argv);
  }
}

/** Endpoint ids and namespace names differ in one character: a name under /run/netns holds no slash. */
const namespaceOf = (endpoint: Endpoint): string => endpoint.id.replaceAll("/", ".");
