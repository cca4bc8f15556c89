/**
 * The use case behind `podwire cluster path`: a packet's way from pod to pod through their nodes, from the kernels' state, with a burst counted at every hop.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Clock } from "../../machine/ports.js";
import type { ExchangeOutcome } from "../../model/exchange.js";
import type { PacketPath } from "../../model/packet-path.js";
import type { PathName } from "../../model/path.js";
import { grown } from "../../packet-path/counts.js";
import type { NetworkFacts } from "../../packet-path/facts.js";
import type { Dialled } from "../../packet-path/packet-path.js";
import { betweenNodes } from "../../packet-path/pods-on-nodes.js";
import { milliseconds } from "../../units/quantity.js";
import type { ClusterAgents } from "../../venues/cluster/cluster-session.js";
import { type OpenExchange, openExchange } from "../../venues/cluster/exchange-places.js";
import type { ClusterPlan } from "../../venues/cluster/objects/plan.js";
import type { PathReach } from "../../venues/cluster/paths/paths.js";
import type { PodAgent } from "../../venues/cluster/pod-agent.js";
import type { Listener, UseCaseContext } from "../context.js";
import { followedBy } from "../namespace-look.js";
import { nodeRunners } from "./deep.js";
import { type Lived, unlessInterrupted } from "./lifetime.js";
import { inspectWith } from "./look.js";
import { askable } from "./measuring.js";
import { type ClusterLook, lookAtCluster, namespaceOf, type Places, placesOf, socketProgram } from "./path-look.js";
import { needOf } from "./preparation.js";
import type { ClusterRequest } from "./request.js";
import { clusterTelling, type Told } from "./telling.js";
import { throughPods } from "./through-pods.js";

/** What is followed. */
export interface AskedClusterPath {
  readonly request: ClusterRequest;
  readonly path: PathName;
  /** Connections of the burst. */
  readonly connections: number;
}

/**
 * Makes pods, and a Service where the path leads through one, sends a burst, follows its packets, and removes everything.
 * @throws InterruptedError when it is interrupted, RunError with what the cluster says
 */
export async function clusterPath(
  kubernetes: Kubernetes,
  asked: AskedClusterPath,
  context: UseCaseContext,
  listener: Listener,
): Promise<Lived<Told<PacketPath>>> {
  const { request } = asked;
  return throughPods({ kubernetes, request, need: needOf(request) }, context, listener, async ({ agents, plan }) =>
    unlessInterrupted(followed(kubernetes, asked, { agents, plan }, context), context),
  );
}

interface There {
  readonly agents: ClusterAgents;
  readonly plan: ClusterPlan;
}

async function followed(
  kubernetes: Kubernetes,
  { path, connections }: AskedClusterPath,
  { agents, plan }: There,
  { machine: { clock } }: UseCaseContext,
): Promise<Told<PacketPath>> {
  const [inspection, reach] = await Promise.all([inspectWith(kubernetes, askable(agents)), agents.reach(path)]);
  const places = placesOf(agents, nodeRunners(kubernetes, plan), [reach.from, reach.to]);
  const exchange = await openExchange(reach, clock);
  try {
    const first = await firstAnswer(exchange, clock);
    const before = await lookAtCluster(places, "last");
    const outcomes = await exchange.ask(connections);
    const after = await lookAtCluster(places, "first");
    const answered = outcomes.filter(({ result }) => result === "answered").length;
    const atSocket = first?.result === "answered" ? await givenAtSocket(places, path, reach) : undefined;
    const dialled: Dialled = {
      variant: inspection.mode,
      cluster: kubernetes.context,
      path,
      from: namespaceOf(reach.from),
      address: reach.address,
      port: reach.ports.http,
      burst: { connections, answered },
      unread: after.unread,
      ...(atSocket === undefined ? {} : { atSocket }),
    };
    const found = await followedBy(networkOf(places, before, after), dialled, places.lookIn);
    return { found, telling: clusterTelling(kubernetes, plan, agents, inspection) };
  } finally {
    await exchange.close();
  }
}

/** A Service that was made a moment ago may not be carried on each node yet. */
const ANSWER_WITHIN = milliseconds(15_000);
/** A refusal comes at once, and is not asked for as fast as the node can. */
const BETWEEN = milliseconds(200);

/** The first packets resolve neighbours and forwarding entries, and must not be counted with the burst. Without an answer: the last outcome. */
async function firstAnswer(exchange: OpenExchange, clock: Clock): Promise<ExchangeOutcome | undefined> {
  const deadline = clock.monotonic() + ANSWER_WITHIN;
  for (;;) {
    const [first] = await exchange.ask(1);
    if (first?.result === "answered" || clock.monotonic() > deadline) return first;
    await clock.sleep(BETWEEN);
  }
}

function networkOf({ nodes, pods }: Places, before: ClusterLook, after: ClusterLook): NetworkFacts {
  const between = betweenNodes(
    nodes.flatMap(({ name, address }) => {
      const facts = after.namespaces.get(name);
      return facts === undefined ? [] : [{ facts, address }];
    }),
    pods.map(({ name, node }) => ({ pod: name, node })),
  );
  return { namespaces: after.namespaces, counts: grown(before.counters, after.counters), between };
}

/** Where a program gives sockets an endpoint in place of a Service, that endpoint's address. */
async function givenAtSocket(places: Places, path: PathName, { from, to, address }: PathReach): Promise<string | undefined> {
  const isService = path === "pod-service" || path === "pod-service-local" || path === "pod-nodeport";
  if (!isService || address === to.pod.address) return undefined;
  return (await socketProgram(places, nodeOf(from))) ? to.pod.address : undefined;
}

const nodeOf = ({ pod }: PodAgent): string => pod.node;
