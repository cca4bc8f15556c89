/**
 * Which devices of pods and of their nodes belong together, where namespaces have no names by which the kernel would say it.
 * @packageDocumentation
 */
import { type BetweenNodes, ELSEWHERE, type Link, type NamespaceFacts } from "./facts.js";

/** A pod's namespace, and its node's. */
export interface PodOnNode {
  readonly pod: string;
  readonly node: string;
}

/**
 * The namespaces with the other ends of pods' links filled in: each end names the other by its index, and a pod's is on its node.
 * @param namespaces - of nodes and of pods with a network of their own
 */
export function joinedOnNodes(namespaces: readonly NamespaceFacts[], pods: readonly PodOnNode[]): ReadonlyMap<string, NamespaceFacts> {
  const joined = new Map(namespaces.map((facts) => [facts.name, facts] as const));
  for (const { pod, node } of pods) {
    const [inPod, onNode] = [joined.get(pod), joined.get(node)];
    if (inPod === undefined || onNode === undefined) continue;
    joined.set(pod, {
      ...inPod,
      links: inPod.links.map((link) => (partnerOf(link, onNode.links) === undefined ? link : { ...link, belowIn: node })),
    });
    joined.set(node, {
      ...onNode,
      links: onNode.links.map((link) =>
        link.kind === "veth" && partnerOf(link, inPod.links) !== undefined ? { ...link, belowIn: pod } : link,
      ),
    });
  }
  return joined;
}

/** The device at the other end of a veth, which names this one in turn; or the one that another kind of device stands on. */
function partnerOf({ index, kind, below, belowIn }: Link, others: readonly Link[]): Link | undefined {
  if (belowIn !== ELSEWHERE || below === undefined || !("index" in below)) return undefined;
  const other = others.find((one) => one.index === below.index);
  if (kind !== "veth") return other;
  const isMutual = other?.kind === "veth" && other.below !== undefined && "index" in other.below && other.below.index === index;
  return isMutual ? other : undefined;
}

/**
 * The cards by which nodes reach each other, and where pods are.
 * @param nodes - each node's namespace as {@link joinedOnNodes} gives it, and its address
 */
export function betweenNodes(
  nodes: readonly { readonly facts: NamespaceFacts; readonly address: string }[],
  pods: readonly PodOnNode[],
): BetweenNodes {
  const cards = nodes.flatMap(({ facts, address }) => {
    const card = cardOf(facts, address);
    return card === undefined ? [] : [[facts.name, card] as const];
  });
  return { cards: new Map(cards), homes: new Map(pods.map(({ pod, node }) => [pod, node])) };
}

/** The device with the node's address; where that is a bridge, its port to the outside, and where it is a VLAN, what it stands on. */
function cardOf({ links }: NamespaceFacts, address: string): string | undefined {
  let link = links.find(({ addresses }) => addresses.includes(address));
  for (let step = 0; link !== undefined && step < links.length; step++) {
    const next: Link | undefined =
      link.kind === "bridge" ? outerPort(links, link.name) : link.kind === "vlan" ? lower(links, link) : undefined;
    if (next === undefined) break;
    link = next;
  }
  return link?.name;
}

/** A card, or what stands for one in a node that is a namespace itself; pods' links and tunnels are other ports. */
const outerPort = (links: readonly Link[], bridge: string): Link | undefined => {
  const ports = links.filter(({ master }) => master === bridge);
  return (
    ports.find(({ kind }) => kind === undefined || kind === "vlan" || kind === "bond") ??
    ports.find(({ kind, name, belowIn }) => kind === "veth" && belowIn === ELSEWHERE && /^e(?:th|n)/.test(name))
  );
};

const lower = (links: readonly Link[], { below }: Link): Link | undefined =>
  links.find((one) => below !== undefined && ("name" in below ? one.name === below.name : one.index === below.index));
