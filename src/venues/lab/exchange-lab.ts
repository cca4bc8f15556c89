/**
 * A lab in which things are tried rather than measured: wirings whose namespaces answer, and the questions that are asked in them.
 * @packageDocumentation
 */
import { dirname, join } from "node:path";
import type { RepeatedExchange, Tried, Try } from "../../model/exchange.js";
import type { DaemonStep, NamespaceName, ServiceChange, Wiring } from "../../model/wiring.js";
import type { Mode } from "../../modes/contract.js";
import type { AgentClient } from "../agent/client.js";
import { carryOut, type ExchangePlace, type ExchangeProgram, keepAsking, type Meanwhile } from "../agent/exchanges.js";
import type { RunOutcome } from "../agent/protocol.js";
import type { EndpointCounters } from "../contract.js";
import { type Builder, build, type Daemon } from "./build.js";
import { type ModeFailure, SIDE_BY_SIDE, whyUnsupported } from "./build-modes.js";
import { compile, namespaceName } from "./compile.js";
import { type EbpfHolder, ebpfHolder } from "./ebpf-holder.js";
import { BuildError } from "./failure.js";
import { type MissingFeatures, probeKernel } from "./kernel-features.js";
import { type LabMachine, startSandbox } from "./lab-agent.js";
import { Limiter } from "./limiter.js";
import { carryOut as carryLoadsOut } from "./loads.js";
import { changeServices } from "./service-changes.js";

/** A look at tens of thousands of rules takes seconds. */
const LOOK_MS = 60_000;
const ENDING_MS = 1_000;

/** What responders answer on. */
export interface ResponderPlan {
  readonly port: number;
  /** Multicast groups by the namespace that joins them. */
  readonly groups: Readonly<Record<NamespaceName, string>>;
}

/** A wiring that stands, with a responder in each namespace that has an address. */
export interface ExchangeGround {
  /** Carries tries out, all of one namespace at once and the namespaces side by side; the outcomes stand in the order of the tries. */
  readonly carryOut: (tries: readonly Try[]) => Promise<readonly Tried[]>;
  /**
   * Asks again and again in a namespace while something is done.
   * @returns what the asker printed: `answer NAME`, `stranger ADDRESS`, `error CODE` or `silence for TIME`, a line each
   */
  readonly keepAsking: (from: NamespaceName, exchange: RepeatedExchange, meanwhile: Meanwhile) => Promise<readonly string[]>;
  /** Carries changes of Services out, in order. */
  readonly change: (changes: readonly ServiceChange[]) => Promise<void>;
  /** What every namespace's devices have counted so far. */
  readonly counts: () => Promise<Readonly<Record<NamespaceName, EndpointCounters["devices"]>>>;
  /** Runs a command that only reads in a namespace. */
  readonly look: (from: NamespaceName, argv: readonly [string, ...string[]]) => Promise<RunOutcome>;
  /** A namespace of the wiring by its full name in the lab; undefined for any other name. */
  readonly nameOf: (full: string) => NamespaceName | undefined;
  /** Ends its responders and the mode's own daemons, each a process of its own: of many grounds only one is tried at a time. */
  readonly end: () => Promise<void>;
}

/** An open lab for exchanges. */
export interface ExchangeLab {
  /** Builds a wiring of a mode, or says why it cannot be there. Wirings of one mode have grounds of different names. */
  readonly build: (mode: Mode, wiring: Wiring, responders: ResponderPlan, ground?: string) => Promise<ExchangeGround | ModeFailure>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the sandbox; nothing is built yet.
 * @param modes - those that will be built
 * @throws LabError when there can be no lab at all
 */
export async function openExchangeLab(machine: LabMachine, modes: readonly Mode[]): Promise<ExchangeLab> {
  const agent = await startSandbox(machine);
  const builder: Builder = { agent, clock: machine.clock, limiter: new Limiter(SIDE_BY_SIDE) };
  try {
    const missing = await probeKernel(agent, [...modes.flatMap(({ kernel }) => kernel), "ipv6", "ip6tables"]);
    const standings = { machine, builder, missing, hold: ebpfHolder(builder) };
    return {
      build: async (mode, wiring, responders, ground = "tried") => buildGround(standings, mode, { wiring, responders, ground }),
      close: async () => agent.close(),
    };
  } catch (error) {
    await agent.close();
    throw error;
  }
}

/** What grounds are built with. */
interface Standings {
  readonly machine: LabMachine;
  readonly builder: Builder;
  readonly missing: MissingFeatures;
  readonly hold: EbpfHolder;
}

/** What is built, and under which name. */
interface Grounded {
  readonly wiring: Wiring;
  readonly responders: ResponderPlan;
  readonly ground: string;
}

async function buildGround(
  { machine, builder, missing, hold }: Standings,
  mode: Mode,
  { wiring, responders, ground }: Grounded,
): Promise<ExchangeGround | ModeFailure> {
  const unsupported = await whyUnsupported(machine, missing, mode);
  if (unsupported !== undefined) return { status: "unsupported", reason: unsupported };
  const prefix = `${mode.name}.${ground}`;
  const program: ExchangeProgram = [machine.node, join(dirname(machine.agent), "exchange.js")];
  const answering = { ...wiring, steps: [...wiring.steps, ...respondersOf(wiring, program, responders)] };
  let daemons: readonly Daemon[];
  try {
    const plan = compile(prefix, answering, machine.root);
    daemons = await build(builder, plan);
    await hold(plan.loads);
    await carryLoadsOut(builder, [{ link: "open", loads: plan.loads }]);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return { status: "failed", reason: error.message };
  }
  const full = (name: NamespaceName): string => namespaceName(prefix, name);
  return {
    carryOut: async (tries) => carryOut((name) => placeOf(builder, program, full(name)), tries),
    keepAsking: async (from, exchange, meanwhile) =>
      keepAsking({ agent: builder.agent, clock: builder.clock, program, namespace: full(from) }, exchange, meanwhile),
    change: async (changes) => {
      for (const one of changes) await changeServices(builder, full(one.in), one);
    },
    counts: async () => counts(builder.agent, full, wiring),
    look: async (from, argv) =>
      builder.limiter.run(async () => builder.agent.order<"run">({ kind: "run", argv, namespace: full(from), timeout: LOOK_MS })),
    nameOf: (name) => wiring.namespaces.find((one) => full(one.name) === name)?.name,
    end: async () => {
      const ends = daemons.map(({ process }) => builder.agent.order<"end">({ kind: "end", process, signal: "SIGTERM", grace: ENDING_MS }));
      await Promise.all(ends);
    },
  };
}

function placeOf({ agent, limiter }: Builder, program: ExchangeProgram, namespace: string): ExchangePlace {
  return {
    where: namespace,
    program,
    run: async (order) => limiter.run(async () => agent.order<"run">({ kind: "run", ...order, namespace })),
    error: (message) => new BuildError(message),
  };
}

function respondersOf(wiring: Wiring, program: ExchangeProgram, { port, groups }: ResponderPlan): DaemonStep[] {
  const addressed = new Set(wiring.steps.filter(({ kind }) => kind === "address").map((step) => step.in));
  return [...addressed].map((name) => ({
    kind: "daemon",
    in: name,
    argv: [...program, "respond", name, String(port), ...(groups[name] === undefined ? [] : [groups[name]])],
    ready: { line: "ready" },
    reason: "says who was reached, and by whom",
  }));
}

async function counts(
  agent: AgentClient,
  full: (name: NamespaceName) => string,
  { namespaces }: Wiring,
): Promise<Readonly<Record<NamespaceName, EndpointCounters["devices"]>>> {
  const watch = namespaces.map(({ name }) => ({ id: name, namespace: full(name) }));
  const { counters } = await agent.order<"read">({ kind: "read", watch });
  return Object.fromEntries(Object.entries(counters).map(([name, { devices }]) => [name, devices]));
}
