/**
 * From one node of a cluster to another: what lies between their cards is no namespace that can be looked into.
 * @packageDocumentation
 */
import { gone } from "./device-hops.js";
import type { BetweenNodes, Link, NamespaceFacts, NetworkFacts } from "./facts.js";
import { destinationOf, factsOf, linkOf, type Moved, scrubbed, type Travelling } from "./travelling.js";

/** What stands in a hop's `in` that is in no namespace. */
export const BETWEEN = "between the nodes";

interface Arrival {
  readonly node: string;
  readonly card: Link;
  /** The frame's destination at the far card: a router has written it anew. */
  readonly mac: string | undefined;
  readonly says: string;
}

/** A frame leaves by a node's card, and arrives where its destination is, or where a router is bound to have sent it. */
export function acrossNodes(
  network: NetworkFacts,
  between: BetweenNodes,
  place: { readonly in: string; readonly device: string },
  packet: Travelling,
): Moved {
  const arrival = onTheSegment(network, between, packet) ?? byRouter(network, between, packet);
  if (arrival === undefined || arrival.node === place.in)
    return gone(place, packet, `where the network behind it takes packets for ${destinationOf(packet.state)} is not known`, "unknown");
  return {
    hops: [{ in: BETWEEN, kind: "network", name: "network", says: arrival.says }],
    packet: { ...scrubbed(packet), mac: arrival.mac },
    place: { at: "received", in: arrival.node, device: arrival.card.name },
  };
}

/** Whoever has the frame's destination as the address of a device: a node's card, or a pod that is on the nodes' own segment. */
function onTheSegment({ namespaces, ...network }: NetworkFacts, { cards, homes }: BetweenNodes, { mac }: Travelling): Arrival | undefined {
  if (mac === undefined) return undefined;
  for (const facts of namespaces.values()) {
    const owner = facts.links.find((link) => link.mac === mac);
    const node = homes.get(facts.name) ?? facts.name;
    const card = owner === undefined ? undefined : cardOf({ namespaces, ...network }, cards, node);
    if (owner !== undefined && card !== undefined)
      return { node, card, mac, says: `not read; the frame is for ${mac}, which is ${owner.name} in ${facts.name}` };
  }
  return undefined;
}

/** A router's decision is not read: it is taken to be the one by which the packet can arrive. */
function byRouter(network: NetworkFacts, { cards, homes }: BetweenNodes, packet: Travelling): Arrival | undefined {
  const destination = destinationOf(packet.state);
  const owner = [...network.namespaces.values()].find((facts) => hasAddress(facts, destination));
  if (owner === undefined) return undefined;
  const node = homes.get(owner.name) ?? owner.name;
  const card = cardOf(network, cards, node);
  if (card === undefined) return undefined;
  const router = packet.mac === undefined ? "a router" : `the router at ${packet.mac}`;
  return { node, card, mac: card.mac, says: `not read; ${router} is taken to send packets for ${destination} to ${node}` };
}

const cardOf = (network: NetworkFacts, cards: BetweenNodes["cards"], node: string): Link | undefined => {
  const name = cards.get(node);
  return name === undefined ? undefined : linkOf(factsOf(network, node), name);
};

const hasAddress = ({ links }: NamespaceFacts, address: string): boolean => links.some(({ addresses }) => addresses.includes(address));
