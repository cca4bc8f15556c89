/**
 * What every venue of agents has in common: commands run where an endpoint is, and counters are read where they are.
 * @packageDocumentation
 */
import type { Milliseconds } from "../../units/quantity.js";
import type {
  Condition,
  ConditionCommand,
  Endpoint,
  EndpointCommand,
  LoadWatch,
  LoadWindow,
  Path,
  Reading,
  Slice,
  VenueProcess,
  VenueSession,
} from "../contract.js";
import { AgentProcess } from "./agent-process.js";
import { Conditions } from "./conditions.js";
import { joinLoads, joinReadings, type PlacedReading } from "./joined-readings.js";
import { arrivingPlan, bothEnds, leavingPlan, watchLoadBy } from "./load.js";
import type { RunOutcome, Watched } from "./protocol.js";
import { sliceAcross } from "./slice-across.js";
import type { SyncedAgent } from "./synced-agent.js";

/** Where an endpoint is. */
export interface AgentPlace {
  readonly agent: SyncedAgent;
  /** Name under /run/netns; absent means the agent's own namespace. */
  readonly namespace?: string;
}

/** Milliseconds that one command of a condition may take. */
const CONDITION_TIMEOUT_MS = 10_000;

/** Endpoints that one agent reads. */
interface Share {
  readonly agent: SyncedAgent;
  readonly watch: Watched[];
}

/** A session over one agent or several; the venue adds its paths and its facts. */
export class AgentSession
  implements Pick<VenueSession, "gone" | "spawn" | "slice" | "read" | "machinesOf" | "watchLoad" | "under" | "close">
{
  readonly #conditions = new Conditions(async (at, command) => this.#run(at, command));

  /** @param placeOf - throws an error of the venue when it has no such endpoint */
  constructor(
    readonly agents: readonly SyncedAgent[],
    readonly placeOf: (endpoint: Endpoint) => AgentPlace,
  ) {}

  get gone(): string | undefined {
    return this.agents.map(({ client }) => client.gone).find((reason) => reason !== undefined) ?? this.#conditions.stuck;
  }

  async spawn(endpoint: Endpoint, command: EndpointCommand): Promise<VenueProcess> {
    const { agent, namespace } = this.placeOf(endpoint);
    const { argv, stdin, timeout, serves, suspendAfter, files = {}, collect = [], watch = [] } = command;
    const { near, far } = this.#sharesBeside(agent, watch);
    const before = await Promise.all(far.map(readShare));
    const order = { kind: "spawn", argv, stdin, timeout, namespace, files, collect, watch: near, serves, suspendAfter } as const;
    const number = await agent.client.order<"spawn">(order);
    return new AgentProcess(agent.client, number, async (outcome) => {
      if (far.length === 0) return outcome;
      const after = await Promise.all(far.map(readShare));
      const joined = (reading: Reading, others: readonly PlacedReading[]): Reading =>
        joinReadings([{ reading, machine: agent.facts.bootId }, ...others]);
      return { ...outcome, before: joined(outcome.before, before), after: joined(outcome.after, after) };
    });
  }

  async slice(processes: readonly VenueProcess[], settle: Milliseconds, length: Milliseconds, watch: readonly Endpoint[]): Promise<Slice> {
    const { agent, numbers } = this.#resumable(processes);
    const { near, far } = this.#sharesBeside(agent, watch);
    const shares = far.map((share) => ({ ...share, processes: [] }));
    const slice =
      far.length === 0
        ? await agent.client.order<"slice">({ kind: "slice", processes: numbers, settle, length, watch: near })
        : await sliceAcross([{ agent, processes: numbers, watch: near }, ...shares], settle, length);
    return { ...slice, ended: processes.filter((_, index) => slice.ended.includes(numbers[index] ?? Number.NaN)) };
  }

  async read(endpoints: readonly Endpoint[]): Promise<Reading> {
    const [first, ...others] = await Promise.all(this.#shares(endpoints).map(readShare));
    if (first === undefined) throw new Error("a reading is of one endpoint at least");
    return joinReadings([first, ...others]);
  }

  machinesOf({ from, to }: Path): readonly string[] {
    return [...new Set([from, to].map((end) => this.placeOf(end).agent.facts.bootId))];
  }

  watchLoad({ from, to }: Path, window: LoadWindow): LoadWatch {
    const [sender, receiver] = [this.placeOf(from).agent, this.placeOf(to).agent];
    const ends = sender === receiver && from.id !== to.id ? [from, to] : [to];
    const arriving = watchLoadBy(
      receiver.client,
      this.#watched(to),
      arrivingPlan(window),
      ends.map((end) => this.#watched(end)),
    );
    if (sender === receiver) return arriving;
    const leaving = watchLoadBy(sender.client, this.#watched(from), leavingPlan(window), [this.#watched(from)]);
    return bothEnds(arriving, leaving, (far, near) =>
      joinLoads({ outcome: far, machine: receiver.facts.bootId }, { outcome: near, machine: sender.facts.bootId }),
    );
  }

  async under<T>(condition: Condition, work: () => Promise<T>): Promise<T> {
    return this.#conditions.under(condition, work);
  }

  async close(): Promise<void> {
    await this.#conditions.takeBackAll();
    await Promise.all(this.agents.map(async ({ client }) => client.close()));
  }

  async #run(at: Endpoint, { argv, stdin = "" }: ConditionCommand): Promise<RunOutcome> {
    const { agent, namespace } = this.placeOf(at);
    const order = { kind: "run", argv, stdin, timeout: CONDITION_TIMEOUT_MS } as const;
    return agent.client.order<"run">(namespace === undefined ? order : { ...order, namespace });
  }

  #watched(endpoint: Endpoint): Watched {
    const { namespace } = this.placeOf(endpoint);
    return { id: endpoint.id, ...(namespace === undefined ? {} : { namespace }) };
  }

  /** What the agent reads itself, and what others read. */
  #sharesBeside(agent: SyncedAgent, watch: readonly Endpoint[]): { readonly near: readonly Watched[]; readonly far: readonly Share[] } {
    const shares = this.#shares(watch);
    return { near: shares.find((share) => share.agent === agent)?.watch ?? [], far: shares.filter((share) => share.agent !== agent) };
  }

  /** Which agent reads which endpoints. */
  #shares(watch: readonly Endpoint[]): readonly Share[] {
    const shares = new Map<SyncedAgent, Share>();
    for (const endpoint of watch) {
      const { agent } = this.placeOf(endpoint);
      const share = shares.get(agent) ?? { agent, watch: [] };
      share.watch.push(this.#watched(endpoint));
      shares.set(agent, share);
    }
    return [...shares.values()];
  }

  /** The agent of suspended processes, and their numbers there. */
  #resumable(processes: readonly VenueProcess[]): { readonly agent: SyncedAgent; readonly numbers: readonly number[] } {
    const [agent = this.agents[0], ...others] = this.agents.filter(({ client }) =>
      processes.some((process) => process instanceof AgentProcess && process.agent === client),
    );
    const numbers = processes.flatMap((process) =>
      process instanceof AgentProcess && process.agent === agent?.client ? [process.number] : [],
    );
    if (agent !== undefined && others.length === 0 && numbers.length === processes.length) return { agent, numbers };
    throw new Error("a slice can only resume processes of one agent of this venue");
  }
}

async function readShare({ agent: { client, facts }, watch }: Share): Promise<PlacedReading> {
  return { reading: await client.order<"read">({ kind: "read", watch }), machine: facts.bootId };
}
