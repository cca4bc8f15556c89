/**
 * The cluster as a venue: endpoints are pods with agents in them.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesObject } from "../../machine/kubernetes/port.js";
import type { Clock } from "../../machine/ports.js";
import type { PathName } from "../../model/path.js";
import type { Milliseconds } from "../../units/quantity.js";
import { AgentProcess } from "../agent/agent-process.js";
import type { RunOutcome, Watched } from "../agent/protocol.js";
import { sliceAcross } from "../agent/slice-across.js";
import type { Endpoint, EndpointCommand, NodeFacts, Path, Slice, VenueProcess, VenueSession } from "../contract.js";
import { ClusterError } from "./cluster-error.js";
import { ClusterProcess } from "./cluster-process.js";
import { gatherFacts } from "./facts/facts.js";
import { joinReadings, type PlacedReading } from "./facts/readings.js";
import { type OtherTraffic, otherTraffic } from "./nodes/other-traffic.js";
import { endsOf, networkOf, type PodName, type ServiceName } from "./objects/layout.js";
import { lookUpName } from "./paths/name-lookup.js";
import { choosePorts, type PathResult, readyPath } from "./paths/paths.js";
import { type PodAgent, type ReadyPod, runIn, startAgent } from "./pod-agent.js";

/** What a session is opened with. */
export interface SessionGround {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly pods: readonly ReadyPod[];
  readonly services: ReadonlyMap<ServiceName, KubernetesObject>;
  readonly paths: readonly PathName[];
  readonly image: string;
  /** Whole number from 0 to below its argument. */
  readonly draw: (below: number) => number;
}

/** Pods whose agents take orders, before it is known what their network is. */
export class ClusterAgents {
  readonly #ground: SessionGround;

  private constructor(
    ground: SessionGround,
    readonly agents: ReadonlyMap<PodName, PodAgent>,
  ) {
    this.#ground = ground;
  }

  /**
   * Starts an agent in every pod, all at once.
   * @throws ClusterError that names the pod; agents that did start are ended
   */
  static async start(ground: SessionGround): Promise<ClusterAgents> {
    const { kubernetes, clock, image } = ground;
    const started = await Promise.allSettled(ground.pods.map(async (pod) => startAgent(kubernetes, pod, clock, image)));
    const agents = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const refused = started.find((result) => result.status === "rejected");
    if (refused !== undefined) {
      await Promise.all(agents.map(async ({ client }) => client.close()));
      throw refused.reason;
    }
    return new ClusterAgents(ground, new Map(agents.map((agent) => [agent.pod.role, agent])));
  }

  /** Makes the paths ready, under the name of the mode that the pod network turned out to be. */
  async open(mode: string): Promise<ClusterSession> {
    const { kubernetes, clock, services, paths, draw } = this.#ground;
    const firstPorts = await choosePorts(this.agents.values(), draw);
    const ground = { kubernetes, clock, agents: this.agents, services, firstPorts, draw };
    const [results, names] = await Promise.all([
      Promise.all(paths.map(async (name) => readyPath(name, mode, ground))),
      this.#lookUpNames(),
    ]);
    const congestion = new Map([...this.agents].map(([role, { tied }]) => [role, tied.facts.congestionControl] as const));
    return new ClusterSession(this, results, congestion, names);
  }

  /** Whether the headless Service is known by its name. */
  async #lookUpNames(): Promise<NodeFacts> {
    const service = this.#ground.services.get("headless");
    if (service === undefined) return {};
    const { from, to } = endsOf("pod-headless");
    const said = await lookUpName(this.agentIn(from), service.metadata.name, this.agentIn(to).pod.address);
    return { "headless Service's name": said };
  }

  /** The pods, in the order of the layout. */
  get pods(): readonly ReadyPod[] {
    return [...this.agents.values()].map(({ pod }) => pod);
  }

  /** Runs a short program in a pod to its end. */
  async run(id: string, argv: readonly [string, ...string[]]): Promise<RunOutcome> {
    return runIn(this.agentIn(id).client, argv);
  }

  /** @throws ClusterError when there is no pod of that name in the run */
  agentIn(id: string): PodAgent {
    const agent = [...this.agents.values()].find(({ pod }) => pod.role === id);
    if (agent === undefined) throw new ClusterError(`there is no pod ${id} in this run`);
    return agent;
  }

  /** What else the hosts carry while podwire is silent. */
  async otherTraffic(): Promise<readonly OtherTraffic[]> {
    const hosts = [...this.agents.values()].filter(({ pod }) => networkOf(pod.role) === "host");
    return otherTraffic(hosts, this.#ground.clock);
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map(async ({ client }) => client.close()));
  }
}

/** Why a path is not there. */
export interface PathFailure {
  readonly path: PathName;
  readonly reason: string;
}

/** An open cluster. */
export class ClusterSession implements VenueSession {
  readonly paths: readonly Path[];
  /** Modes that could not be built: a cluster's network is what it is, so there are none. */
  readonly failures = {};
  /** Paths that do not answer. */
  readonly failedPaths: readonly PathFailure[];
  readonly #agents: ClusterAgents;
  readonly #congestion: ReadonlyMap<PodName, string>;
  readonly #names: NodeFacts;
  #closing: Promise<void> | undefined;

  constructor(agents: ClusterAgents, results: readonly PathResult[], congestion: ReadonlyMap<PodName, string>, names: NodeFacts) {
    this.#agents = agents;
    this.#names = names;
    this.#congestion = congestion;
    this.paths = results.flatMap((result) => ("path" in result ? [withCongestion(result.path, congestion)] : []));
    this.failedPaths = results.flatMap((result) => ("path" in result ? [] : [{ path: result.name, reason: result.reason }]));
  }

  get gone(): string | undefined {
    return [...this.#agents.agents.values()].map(({ client }) => client.gone).find((reason) => reason !== undefined);
  }

  async spawn(endpoint: Endpoint, command: EndpointCommand): Promise<VenueProcess> {
    const near = this.#agentOf(endpoint);
    const { own, others } = this.#split(near, command.watch ?? []);
    const before = await this.#read(others);
    const number = await near.client.order<"spawn">({
      kind: "spawn",
      argv: command.argv,
      ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
      timeout: command.timeout,
      files: command.files ?? {},
      collect: command.collect ?? [],
      watch: own,
    });
    return new ClusterProcess(new AgentProcess(near.client, number), async (outcome) => {
      if (others.length === 0) return outcome;
      const after = await this.#read(others);
      const { bootId } = near.tied.facts;
      return {
        ...outcome,
        before: joinReadings({ reading: outcome.before, bootId }, ...before),
        after: joinReadings({ reading: outcome.after, bootId }, ...after),
      };
    });
  }

  async slice(processes: readonly VenueProcess[], settle: Milliseconds, length: Milliseconds, watch: readonly Endpoint[]): Promise<Slice> {
    const own = processes.map((process) => this.#own(process));
    const near = this.#commonAgent(own);
    const numbers = own.map(({ near: process }) => process.number);
    const { own: watchNear, others } = this.#split(near, watch);
    const share = { processes: numbers, watch: watchNear };
    const shares = others.map(({ agent, watch: watched }) => ({ tied: agent.tied, processes: [], watch: watched }));
    const slice =
      shares.length === 0
        ? await near.client.order<"slice">({ kind: "slice", ...share, settle, length })
        : await sliceAcross([{ tied: near.tied, ...share }, ...shares], settle, length);
    return { ...slice, ended: own.filter(({ near: process }) => slice.ended.includes(process.number)) };
  }

  async facts(): Promise<NodeFacts> {
    return { ...(await gatherFacts([...this.#agents.agents.values()], this.#congestion)), ...this.#names };
  }

  async close(): Promise<void> {
    this.#closing ??= this.#agents.close();
    return this.#closing;
  }

  #agentOf(endpoint: Endpoint): PodAgent {
    return this.#agents.agentIn(endpoint.id);
  }

  /** Watched endpoints that live in the agent's own pod, and the others by their agents. */
  #split(near: PodAgent, watch: readonly Endpoint[]): { readonly own: readonly Watched[]; readonly others: readonly FarWatch[] } {
    const own: Watched[] = [];
    const others = new Map<PodAgent, Watched[]>();
    for (const endpoint of watch) {
      const agent = this.#agentOf(endpoint);
      if (agent === near) own.push({ id: endpoint.id });
      else others.set(agent, [...(others.get(agent) ?? []), { id: endpoint.id }]);
    }
    return { own, others: [...others].map(([agent, watched]) => ({ agent, watch: watched })) };
  }

  async #read(others: readonly FarWatch[]): Promise<readonly PlacedReading[]> {
    return Promise.all(
      others.map(async ({ agent, watch }) => ({
        reading: await agent.client.order<"read">({ kind: "read", watch }),
        bootId: agent.tied.facts.bootId,
      })),
    );
  }

  #own(process: VenueProcess): ClusterProcess {
    if (process instanceof ClusterProcess) return process;
    throw new ClusterError("only processes of this cluster can be let go on in a slice");
  }

  #commonAgent(processes: readonly ClusterProcess[]): PodAgent {
    const agents = [...this.#agents.agents.values()];
    const [only, ...more] = new Set(processes.map(({ near }) => agents.find(({ client }) => client === near.agent)));
    if (only === undefined || more.length > 0) throw new ClusterError("a slice lets processes of one pod of this cluster go on");
    return only;
  }
}

interface FarWatch {
  readonly agent: PodAgent;
  readonly watch: readonly Watched[];
}

/** Pods have their node's congestion control; measuring refuses to compare paths that differ in it. */
function withCongestion(path: Path, congestion: ReadonlyMap<PodName, string>): Path {
  const name = congestion.get(path.from.id as PodName);
  return name === undefined ? path : { ...path, congestionControl: name };
}
