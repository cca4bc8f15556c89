/**
 * The lab: every mode built on this machine in private namespaces.
 * @packageDocumentation
 */
import type { KernelFeature } from "../../model/kernel-feature.js";
import type { RulesBackend } from "../../model/rules-backend.js";
import type { AgentClient } from "../agent/client.js";
import { AgentSession } from "../agent/session.js";
import { SyncedAgent } from "../agent/synced-agent.js";
import type { Endpoint, Forgotten, NodeFacts, Path, ReceiveSteering, VenueSession } from "../contract.js";
import {
  type BrokenPaths,
  type BuiltMode,
  type BuiltPath,
  buildModes,
  type LabOptions,
  type ModeFailure,
  type Needing,
  whyUnsupported,
} from "./build-modes.js";
import { forgetConnections } from "./connections.js";
import { gatherFacts } from "./facts.js";
import { probeKernel } from "./kernel-features.js";
import { type LabMachine, startSandbox } from "./lab-agent.js";
import { LabError } from "./lab-error.js";
import type { DoneLoad } from "./loads.js";
import { rulesBackend } from "./rules-backend.js";
import { enterArgv } from "./sandbox.js";
import { steer } from "./steering.js";

/**
 * Builds the lab. Modes that cannot be built stand in the session's `failures`.
 * @throws LabError when there can be no lab at all; its hint says what to do
 */
export async function openLab(machine: LabMachine, options: LabOptions): Promise<LabSession> {
  const agent = await startSandbox(machine);
  try {
    const missing = await probeKernel(agent, featuresOf(options.modes));
    const rateProblem = missing.get("tbf");
    if (options.links.includes("capped") && rateProblem !== undefined) {
      throw new LabError(`the link's rate cannot be limited: ${rateProblem}`, "Measure without a limit: --link none");
    }
    const results = await buildModes(machine, agent, missing, options);
    return new LabSession(machine, await SyncedAgent.sync(agent), results, await rulesBackend(agent));
  } catch (error) {
    await agent.close();
    throw error;
  }
}

/** For every mode or layer why it cannot run on this machine; those that can are absent. */
export async function findUnsupported(machine: LabMachine, modes: readonly Needing[]): Promise<ReadonlyMap<string, string>> {
  const agent = await startSandbox(machine);
  try {
    const missing = await probeKernel(agent, featuresOf(modes));
    const reasons = await Promise.all(modes.map(async (mode) => [mode.name, await whyUnsupported(machine, missing, mode)] as const));
    return new Map(reasons.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  } finally {
    await agent.close();
  }
}

const featuresOf = (modes: readonly Needing[]): KernelFeature[] => modes.flatMap(({ kernel }) => kernel);

/** An open lab. */
export class LabSession extends AgentSession implements VenueSession {
  readonly paths: readonly Path[];
  readonly failures: Readonly<Record<string, ModeFailure>>;
  /** Into which tables iptables wrote the rules of each mode that has any. */
  readonly rulesBackends: ReadonlyMap<string, RulesBackend>;
  /** By variant: why its Service does not answer although its pods do; others are absent. */
  readonly serviceFaults: ReadonlyMap<string, string>;
  /** By variant with a planted fault: why paths of it carry nothing; others are absent. */
  readonly brokenPaths: ReadonlyMap<string, BrokenPaths>;
  /** By variant: what its layers have loaded; those that load nothing are absent. */
  readonly loads: ReadonlyMap<string, readonly DoneLoad[]>;
  /** Paths with what is known of each. */
  readonly built: readonly BuiltPath[];
  /** The lab's one agent. */
  readonly agent: AgentClient;

  constructor(
    readonly machine: LabMachine,
    agent: SyncedAgent,
    built: readonly BuiltMode[],
    backend: RulesBackend | undefined,
  ) {
    super([agent], (endpoint) => ({ agent, namespace: namespaceOf(endpoint) }));
    this.agent = agent.client;
    this.built = built.flatMap((mode) => mode.paths);
    this.paths = this.built.map((entry) => entry.path);
    this.rulesBackends = new Map(built.flatMap(({ mode, rules }) => backendEntry(mode, rules === "of the machine" ? backend : rules)));
    this.serviceFaults = new Map(
      built.flatMap(({ mode, serviceFault }) => (serviceFault === undefined ? [] : [[mode, serviceFault] as const])),
    );
    this.brokenPaths = new Map(built.flatMap(({ mode, broken }) => (broken === undefined ? [] : [[mode, broken] as const])));
    this.loads = new Map(built.flatMap(({ mode, loads = [] }) => (loads.length === 0 ? [] : [[mode, loads] as const])));
    this.failures = Object.fromEntries(built.flatMap(({ mode, failure }) => (failure === undefined ? [] : [[mode, failure]])));
  }

  faultOf(path: Path): string | undefined {
    const daemons = this.#builtOf(path)?.daemons ?? [];
    return daemons.map(({ end }) => end()).find((end) => end !== undefined);
  }

  async steerReceive(path: Path, generatorCpu: number): Promise<ReceiveSteering> {
    const receiver = this.#builtOf(path)?.receiver;
    if (receiver === undefined) return { steered: false, reason: `the device that receives the frames of ${path.id} first is not known` };
    return steer(this.agent, this.machine.root, receiver, generatorCpu);
  }

  /** In the namespaces of this path's copy of its mode; each observation leaves its own tidy. */
  async forgetConnections(path: Path, which: Forgotten): Promise<void> {
    const tracking = this.#builtOf(path)?.tracking ?? [];
    await Promise.all(tracking.map(async (namespace) => forgetConnections(this.agent, namespace, which)));
  }

  async facts(): Promise<NodeFacts> {
    return gatherFacts(this.machine, this.agent, this.built);
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

  #builtOf(path: Path): BuiltPath | undefined {
    return this.built.find((ready) => ready.path.id === path.id);
  }
}

const backendEntry = (mode: string, backend: RulesBackend | undefined): (readonly [string, RulesBackend])[] =>
  backend === undefined ? [] : [[mode, backend]];

/** Endpoint ids and namespace names differ in one character: a name under /run/netns holds no slash. */
const namespaceOf = (endpoint: Endpoint): string => endpoint.id.replaceAll("/", ".");
