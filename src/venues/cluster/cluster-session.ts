/**
 * The cluster as a venue: endpoints are pods with agents in them.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesObject } from "../../machine/kubernetes/port.js";
import type { Clock } from "../../machine/ports.js";
import type { PathName } from "../../model/path.js";
import { mtuSentence } from "../../model/path-mtu.js";
import type { RunOutcome } from "../agent/protocol.js";
import { AgentSession } from "../agent/session.js";
import type { Endpoint, NodeFacts, Path, TrackedConnections, VenueSession } from "../contract.js";
import { ClusterError } from "./cluster-error.js";
import { gatherFacts } from "./facts/facts.js";
import { fullest } from "./facts/tracked.js";
import { type OtherTraffic, otherTraffic } from "./nodes/other-traffic.js";
import { endsOf, networkOf, type PodName, type ServiceName } from "./objects/layout.js";
import { lookUpName } from "./paths/name-lookup.js";
import { choosePorts, type PathGround, type PathReach, type PathResult, reachOf, readyPath } from "./paths/paths.js";
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
  #session: ClusterSession | undefined;

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

  /** Makes the paths ready, under the name of the mode that the pod network turned out to be. `noServices`: why Services may lead nowhere. */
  async open({ mode, noServices }: { readonly mode: string; readonly noServices?: string | undefined }): Promise<ClusterSession> {
    const { paths } = this.#ground;
    const ground = { ...(await this.#pathGround()), noServices };
    const [results, names] = await Promise.all([
      Promise.all(paths.map(async (name) => readyPath(name, mode, ground))),
      this.#lookUpNames(),
    ]);
    const congestion = new Map([...this.agents].map(([role, { agent }]) => [role, agent.facts.congestionControl] as const));
    this.#session = new ClusterSession(this, results, congestion, names);
    return this.#session;
  }

  /**
   * Where a path leads, whether it answers or not.
   * @throws ClusterError where its Service has no address, or leads elsewhere
   */
  async reach(path: PathName): Promise<PathReach> {
    return reachOf(path, await this.#pathGround());
  }

  async #pathGround(): Promise<PathGround> {
    const { kubernetes, clock, services, draw } = this.#ground;
    return { kubernetes, clock, agents: this.agents, services, firstPorts: await choosePorts(this.agents.values(), draw), draw };
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

  /** Ends the agents, once the session that was opened has taken back what still holds. */
  async close(): Promise<void> {
    await this.#session?.close();
    await Promise.all([...this.agents.values()].map(async ({ client }) => client.close()));
  }
}

/** Why a path is not there. */
export interface PathFailure {
  readonly path: PathName;
  readonly reason: string;
}

/** An open cluster. */
export class ClusterSession extends AgentSession implements VenueSession {
  readonly paths: readonly Path[];
  /** Modes that could not be built: a cluster's network is what it is, so there are none. */
  readonly failures = {};
  /** Paths that do not answer. */
  readonly failedPaths: readonly PathFailure[];
  readonly #pods: readonly PodAgent[];
  readonly #congestion: ReadonlyMap<PodName, string>;
  readonly #names: NodeFacts;

  constructor(agents: ClusterAgents, results: readonly PathResult[], congestion: ReadonlyMap<PodName, string>, names: NodeFacts) {
    const pods = [...agents.agents.values()];
    super(
      pods.map(({ agent }) => agent),
      ({ id }) => ({ agent: agents.agentIn(id).agent }),
    );
    this.#pods = pods;
    this.#names = names;
    this.#congestion = congestion;
    this.paths = results.flatMap((result) => ("path" in result ? [withCongestion(result.path, congestion)] : []));
    this.failedPaths = results.flatMap((result) => ("path" in result ? [] : [{ path: result.name, reason: result.reason }]));
  }

  /** The CPUs that a pod's programs may use, as the kernel's list; undefined where it does not say it. */
  allowedCpusOf(endpoint: Endpoint): string | undefined {
    return this.placeOf(endpoint).agent.facts.allowedCpus;
  }

  /** An agent without NET_ADMIN may delete no entries, and most of a table is not podwire's: it is counted, in the ends and by the pods that have their nodes' own network. */
  async trackedOn({ from, to }: Path): Promise<TrackedConnections | undefined> {
    const ends = this.#pods.filter(({ pod }) => pod.role === from.id || pod.role === to.id);
    const nodes = new Set(ends.map(({ pod }) => pod.node));
    const hosts = this.#pods.filter(({ pod }) => networkOf(pod.role) === "host" && nodes.has(pod.node));
    const all = [...new Set([...ends, ...hosts])];
    return fullest(await Promise.all(all.map(async ({ client }) => (await client.order<"facts">({ kind: "facts" })).tracked)));
  }

  async facts(): Promise<NodeFacts> {
    const paths = this.paths.flatMap(({ name, kernelMtu }) => (kernelMtu === undefined ? [] : [{ id: name, mtu: kernelMtu }]));
    const mtu = paths.length === 0 ? {} : { "MTU of paths": mtuSentence(paths) };
    return { ...(await gatherFacts(this.#pods, this.#congestion)), ...mtu, ...this.#names };
  }
}

/** Pods have their node's congestion control; measuring refuses to compare paths that differ in it. */
function withCongestion(path: Path, congestion: ReadonlyMap<PodName, string>): Path {
  const name = congestion.get(path.from.id as PodName);
  return name === undefined ? path : { ...path, congestionControl: name };
}
