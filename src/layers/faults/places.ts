/**
 * Places of a wiring at which faults are planted, found by what its steps make.
 * @packageDocumentation
 */
import {
  type LinkStep,
  type NamespaceName,
  nodeOf,
  type PathSpec,
  type RouteStep,
  type RulesetStep,
  type RuleTable,
  type Step,
  type Wiring,
} from "../../model/wiring.js";
import { isLacking, type Lacking } from "../contract.js";
import type { DevicePlace, FaultSign } from "../fault.js";
import { putsStraightIntoPods, whyRulesMissed } from "../services/ground.js";

/** The measured pods, their nodes, and the nodes' ends of their links. */
export interface PodPair {
  readonly path: PathSpec;
  /** The pod that clients run in, and its node. */
  readonly client: PodOnNode;
  /** The pod that servers run in, and its node. */
  readonly server: PodOnNode;
}

/** A pod on a veth whose other end its node has. */
export interface PodOnNode {
  readonly pod: NamespaceName;
  /** The pod's own device. */
  readonly device: string;
  readonly node: NamespaceName;
  /** The node's end of it. */
  readonly port: string;
}

/** The measured pods of a wiring whose pods stand on veths of their nodes. */
export function podPair(wiring: Wiring): PodPair | Lacking {
  const path = wiring.paths["pod-pod"];
  if (path === undefined) return { lacks: "has no pods" };
  const [client, server] = [podOnNode(wiring, path.from, path.device), podOnNode(wiring, path.to, path.toDevice)];
  if (client === undefined || server === undefined) return { lacks: "has no link between a pod and its node" };
  return { path, client, server };
}

function podOnNode({ steps }: Wiring, pod: NamespaceName, device: string): PodOnNode | undefined {
  const node = nodeOf(pod);
  if (node === undefined) return undefined;
  const link = steps.find(
    (step): step is LinkStep => step.kind === "link" && step.type === "veth" && step.in === node && step.peer?.in === pod,
  );
  return link?.peer?.name === device ? { pod, device, node, port: link.name } : undefined;
}

/** The measured pods where their packets pass the IP stacks of their nodes: rules, routes and forwarding are then on their way. */
export function routedPods(wiring: Wiring): PodPair | Lacking {
  const pair = podPair(wiring);
  if (isLacking(pair)) return pair;
  return whyRulesMissed(wiring, { pods: pair.path }) === undefined
    ? pair
    : { lacks: "lets its pods' packets pass their nodes' routing by" };
}

/** The measured pods where what they get is queued at the nodes' ends of their links. */
export function queuedPods(wiring: Wiring): PodPair | Lacking {
  return putsStraightIntoPods(wiring) ? { lacks: "puts packets straight into its pods, past the queues of their links" } : podPair(wiring);
}

/** The nodes of a wiring. */
export const nodesOf = ({ namespaces }: Wiring): readonly NamespaceName[] =>
  namespaces.filter(({ kind }) => kind === "node").map(({ name }) => name);

/** The nodes' ends of the links between them: what stands for their cards. */
export function cardsOf(wiring: Wiring): readonly DevicePlace[] {
  const nodes = new Set(nodesOf(wiring));
  return cablesOf(wiring)
    .flatMap(({ in: place, name, peer }) => [
      { in: place, device: name },
      ...(peer === undefined ? [] : [{ in: peer.in, device: peer.name }]),
    ])
    .filter(({ in: place }) => nodes.has(place));
}

/** The links between nodes, or between a node and the switch or router that joins them. */
export function cablesOf(wiring: Wiring): readonly LinkStep[] {
  const nodes = new Set(nodesOf(wiring));
  return wiring.steps.filter(
    (step): step is LinkStep =>
      step.kind === "link" && step.id === "cable" && (nodes.has(step.in) || (step.peer !== undefined && nodes.has(step.peer.in))),
  );
}

/** The VXLAN devices of a wiring. */
export const vxlansOf = ({ steps }: Wiring): readonly LinkStep[] =>
  steps.filter((step): step is LinkStep => step.kind === "link" && step.type === "vxlan");

/** The VXLAN device of a node. */
export const vxlanOn = (wiring: Wiring, node: NamespaceName): LinkStep | undefined => vxlansOf(wiring).find((step) => step.in === node);

/** The pods and VXLAN devices of a wiring that has both. */
export function tunnelledPods(wiring: Wiring): (PodPair & { readonly tunnel: string; readonly port: string }) | Lacking {
  const pair = routedPods(wiring);
  if (isLacking(pair)) return pair;
  const tunnel = vxlanOn(wiring, pair.client.node);
  const port = wordBehind(tunnel?.options, "dstport");
  if (tunnel === undefined || port === undefined) return { lacks: "has no VXLAN tunnel" };
  return { ...pair, tunnel: tunnel.name, port };
}

/** Routed pods of a wiring whose nodes wrap nothing. */
export function unwrappedPods(wiring: Wiring): PodPair | Lacking {
  const pair = routedPods(wiring);
  if (isLacking(pair)) return pair;
  const own = wiring.paths["host-host"]?.mtu;
  return own === pair.path.mtu ? pair : { lacks: "wraps its pods' packets" };
}

/** The word behind a word. */
export function wordBehind(words: readonly string[] | undefined, word: string): string | undefined {
  const place = words?.indexOf(word) ?? -1;
  return place < 0 ? undefined : words?.[place + 1];
}

/** A list of words with the word behind another one replaced. */
export const withWordBehind = (words: readonly string[], word: string, value: string): readonly string[] =>
  words.map((one, index) => (words[index - 1] === word ? value : one));

/** Routes of a node that lead to the range of a pod on another node, by the first three numbers of its address. */
export function routesTo({ steps }: Wiring, node: NamespaceName, address: string): readonly RouteStep[] {
  const range = address.replace(/\d+$/, "");
  return steps.filter((step): step is RouteStep => step.kind === "route" && step.in === node && step.to.startsWith(range));
}

/** The address of a pod's device, without the length of its prefix. */
export const addressOf = ({ steps }: Wiring, { pod, device }: PodOnNode): string | undefined =>
  steps
    .flatMap((step) => (step.kind === "address" && step.in === pod && step.device === device ? [step.address] : []))[0]
    ?.replace(/\/\d+$/, "");

/** The device by which a node's stack takes what its pod sends: the bridge that the pod's device is a port of, or that device itself. */
export function entryOf({ steps }: Wiring, { node, port }: PodOnNode): string {
  const enslaved = steps.flatMap((step) => (step.kind === "link-set" && step.in === node && step.name === port ? [step.settings] : []));
  return enslaved.map((settings) => wordBehind(settings, "master")).find((bridge) => bridge !== undefined) ?? port;
}

/**
 * What a wiring has on which a fault stands.
 * @throws Error where it lacks it: what shows a fault is asked of no other wiring
 */
export function present<Found extends object>(found: Found | Lacking): Found {
  if (isLacking(found)) throw new Error(`the wiring ${found.lacks}, and so carries no such fault`);
  return found;
}

/** What shows that a pod's limit is met: a counter of the node's end of its link. */
export function queueOf(wiring: Wiring, counter: "overlimits" | "drops"): FaultSign {
  const { node, port } = present(podPair(wiring)).server;
  return { kind: "qdisc", in: node, device: port, counter };
}

/** What shows that wrapped packets do not come through: they enter the sending node's tunnel device, and none leaves the other's. */
export function swallowedByTunnel(wiring: Wiring): FaultSign {
  const { tunnel: device, client, server } = present(tunnelledPods(wiring));
  return {
    kind: "swallowed",
    seen: { in: client.node, device, counter: "txPackets" },
    missed: { in: server.node, device, counter: "rxPackets" },
  };
}

/** The wiring with further steps at its end. */
export const withSteps = (wiring: Wiring, ...steps: readonly Step[]): Wiring => ({ ...wiring, steps: [...wiring.steps, ...steps] });

/** The wiring without some of its steps. */
export const withoutSteps = (wiring: Wiring, gone: readonly Step[]): Wiring => ({
  ...wiring,
  steps: wiring.steps.filter((step) => !gone.includes(step)),
});

/** Rules that a fault brings. */
export interface PlantedRules {
  readonly in: NamespaceName;
  readonly tool?: RulesetStep["tool"];
  readonly tables: readonly RuleTable[];
  readonly reason: string;
}

/** The wiring with rules that stand before the mode's own, as those of a program that was there first. */
export function withRulesFirst(wiring: Wiring, rules: readonly PlantedRules[]): Wiring {
  let { steps } = wiring;
  for (const { tool = "iptables", ...planted } of rules) {
    const step: RulesetStep = { kind: "ruleset", id: "fault", tool, ...planted };
    const first = steps.findIndex((one) => one.kind === "ruleset" && one.in === planted.in);
    steps = first < 0 ? [...steps, step] : [...steps.slice(0, first), step, ...steps.slice(first)];
  }
  return { ...wiring, steps };
}
