/**
 * Makes the paths of a run ready to be measured: free ports, addresses, what raw frames need, and whether each one answers.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesObject } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import { type PathName, pathTitle } from "../../../model/path.js";
import { type EndSizes, pathMtu } from "../../../model/path-mtu.js";
import type { ServicePorts } from "../../../model/wiring.js";
import { type TriedPath, whyNotReached } from "../../agent/reach.js";
import type { Endpoint, Path } from "../../contract.js";
import { ClusterError } from "../cluster-error.js";
import { whySilent } from "../lifetime/silence.js";
import { chooseFreePorts, listeningPorts, POD_FIRST_PORT, PORTS_IN_A_ROW, takenPorts } from "../nodes/ports.js";
import { endsOf, networkOf, type PodName, type ServiceName } from "../objects/layout.js";
import { type PodAgent, type ReadyPod, runIn } from "../pod-agent.js";
import { deviceWith, type FirstHop, firstHopBatch, parseFirstHop } from "./first-hop.js";
import { awaitEndpoint, clusterAddress, nodePorts } from "./service-addresses.js";

/** What paths are made of. */
export interface PathGround {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly agents: ReadonlyMap<PodName, PodAgent>;
  /** As the server made them. */
  readonly services: ReadonlyMap<ServiceName, KubernetesObject>;
  /** Where the row of ports begins in each pod. */
  readonly firstPorts: ReadonlyMap<PodName, number>;
  /** Whole number from 0 to below its argument. */
  readonly draw: (below: number) => number;
  /** Why Services may lead nowhere, a sentence; absent where something carries them. */
  readonly noServices?: string | undefined;
}

/** The endpoint of a pod. */
export const endpointOf = (pod: PodName): Endpoint =>
  networkOf(pod) === "host" ? { id: pod, kind: "host", shared: true } : { id: pod, kind: "pod" };

/** For each pod the first of the ports that its servers will listen on; on a host ones that are free. */
export async function choosePorts(agents: Iterable<PodAgent>, draw: (below: number) => number): Promise<ReadonlyMap<PodName, number>> {
  const chosen = [...agents].map(async (agent) => [agent.pod.role, await firstPortOf(agent, draw)] as const);
  return new Map(await Promise.all(chosen));
}

const SOCKET_TABLES = ["tcp", "tcp6", "udp", "udp6"].map((table) => `/proc/net/${table}`);

async function firstPortOf({ pod, client }: PodAgent, draw: (below: number) => number): Promise<number> {
  if (networkOf(pod.role) === "pod") return POD_FIRST_PORT;
  // A host without IPv6 has no tables for it, of which cat complains; the others are read all the same.
  const tables = await runIn(client, ["cat", ...SOCKET_TABLES]);
  if (tables.stdout === "")
    throw new ClusterError(`the ports in use on node ${pod.node} cannot be read: ${tables.startError ?? tables.stderr}`);
  const first = chooseFreePorts(takenPorts(tables.stdout), draw);
  if (first !== undefined) return first;
  throw new ClusterError(
    `node ${pod.node} has no ${String(PORTS_IN_A_ROW)} free ports in a row from 20000 to 29900`,
    "Choose another with --nodes",
  );
}

/** A path that is ready, or why it is not. */
export type PathResult = { readonly path: Path } | { readonly name: PathName; readonly reason: string };

/** Makes one path ready. A path that does not answer is a result, not an exception: the others are measured. */
export async function readyPath(name: PathName, mode: string, ground: PathGround): Promise<PathResult> {
  try {
    return { path: await makePath(name, mode, ground) };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { name, reason: error.hint === undefined ? error.message : `${error.message}. ${error.hint}` };
  }
}

/** Where a path leads, whether it answers or not. */
export interface PathReach extends Reached {
  readonly from: PodAgent;
  readonly to: PodAgent;
  /** The ports that its servers listen on, which a node port's are not. */
  readonly listen: ServicePorts;
}

/**
 * Looks up where a path leads.
 * @throws ClusterError where its Service has no address, or leads elsewhere
 */
export async function reachOf(name: PathName, ground: PathGround): Promise<PathReach> {
  const ends = endsOf(name);
  const [from, to] = [agentOf(ground, ends.from), agentOf(ground, ends.to)];
  const listen = listeningPorts(name, ground.firstPorts.get(ends.to) ?? POD_FIRST_PORT);
  return { from, to, listen, ...(await reachedAt(ground, to, listen, ends.via)) };
}

async function makePath(name: PathName, mode: string, ground: PathGround): Promise<Path> {
  const ends = endsOf(name);
  const { from, to, listen, address, ports } = await reachOf(name, ground);
  const device = ends.from === ends.to ? "lo" : await arrivalDevice(to);
  const tcp = { port: ports.iperf3, listen: listen.iperf3 };
  await requireAnswer(name, { from: { client: from.client }, to: { client: to.client }, address, arrival: device, tcp }, from.pod, ground);
  // The answer has filled the neighbour table, and its packets, as large as they may be, have met every MTU of the way.
  const { sizes, ...frame } = await firstHop(from, address);
  const mtu = pathMtu(sizes, await sizesBack(to, frame.sourceAddress), address);
  return {
    id: name,
    mode,
    name,
    link: "open",
    from: endpointOf(ends.from),
    to: endpointOf(ends.to),
    address,
    ports,
    listen,
    frame,
    arrival: { device },
    // Segments on the loopback are as large as a socket likes: its MTU plans nothing.
    ...(frame.device === "lo" ? {} : { mtu: mtu.bytes, kernelMtu: mtu }),
  };
}

function agentOf({ agents }: PathGround, pod: PodName): PodAgent {
  const agent = agents.get(pod);
  if (agent === undefined) throw new RangeError(`no agent runs in ${pod}`);
  return agent;
}

interface Reached {
  readonly address: string;
  readonly ports: ServicePorts;
}

async function reachedAt(ground: PathGround, to: PodAgent, listen: ServicePorts, via: ServiceName | undefined): Promise<Reached> {
  if (via === undefined) return { address: to.pod.address, ports: listen };
  const service = ground.services.get(via);
  if (service === undefined) throw new RangeError(`no Service ${via} was made`);
  const { name } = service.metadata;
  const endpoint = await awaitEndpoint(ground.kubernetes, to.pod.namespace, name, ground.clock);
  if (endpoint !== to.pod.address)
    throw new ClusterError(`Service ${name} leads to ${endpoint} instead of pod ${to.pod.name} at ${to.pod.address}`);
  switch (via) {
    case "headless":
      return { address: endpoint, ports: listen };
    case "node-port": {
      const ports = nodePorts(service);
      if (ports === undefined) throw new ClusterError(`Service ${name} was given no node port for some of its ports`);
      return { address: to.pod.hostAddress, ports };
    }
    case "remote":
    case "local": {
      const address = clusterAddress(service);
      if (address === undefined) throw new ClusterError(`Service ${name} was given no cluster address`);
      return { address, ports: listen };
    }
  }
}

/** @throws ClusterError with the path's silence and the next step */
async function requireAnswer(name: PathName, way: TriedPath, from: ReadyPod, { kubernetes, clock, noServices }: PathGround): Promise<void> {
  const reason = await whyNotReached(way, clock);
  if (reason === undefined) return;
  const whence = `from pod ${from.namespace}/${from.name} on node ${from.node}`;
  const { via } = endsOf(name);
  const unserved = via === undefined || via === "headless" ? undefined : noServices;
  throw new ClusterError(
    `the path ${name} (${pathTitle(name)}) ${whence} ${reason}`,
    unserved ?? (await whySilent(kubernetes, name, from)),
  );
}

async function firstHop(from: PodAgent, address: string): Promise<FirstHop> {
  const outcome = await runIn(from.client, ["ip", "-json", "-batch", "-"], firstHopBatch(address));
  const hop = parseFirstHop(outcome.stdout);
  if (hop !== undefined) return hop;
  const words = outcome.startError ?? `${outcome.stderr} ${outcome.stdout}`.trim();
  throw new ClusterError(`the way to ${address} cannot be looked up in pod ${from.pod.name}: ${words}`);
}

/** Sizes of the far end's packets to where the near end's come from. Behind an address translation that end may know no way there, and says nothing. */
async function sizesBack({ client }: PodAgent, address: string): Promise<EndSizes | undefined> {
  return parseFirstHop((await runIn(client, ["ip", "-json", "-batch", "-"], firstHopBatch(address))).stdout)?.sizes;
}

async function arrivalDevice({ pod, client }: PodAgent): Promise<string> {
  const outcome = await runIn(client, ["ip", "-json", "address", "show"]);
  const device = deviceWith(pod.address, outcome.stdout);
  if (device !== undefined) return device;
  throw new ClusterError(`no device in pod ${pod.name} has its address ${pod.address}: ${outcome.startError ?? outcome.stderr}`);
}
