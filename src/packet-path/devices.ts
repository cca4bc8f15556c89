/**
 * What a device does with a frame: to its other end, to a bridge's port, into a tunnel, out by the device that it stands on.
 * @packageDocumentation
 */
import type { PacketHop } from "../model/packet-path.js";
import { acrossNodes } from "./between-nodes.js";
import { switched } from "./bridge.js";
import { gone, queueHops, receivedHop, sentHop, throughPrograms } from "./device-hops.js";
import type { Link, NamespaceFacts, NetworkFacts } from "./facts.js";
import { atHook } from "./netfilter.js";
import { belowOf, childFor } from "./stacking.js";
import { factsOf, linkOf, type Moved, type Place, scrubbed, type Travelling } from "./travelling.js";
import { intoIpip, intoVxlan, throughProgram } from "./tunnels.js";

type Sending = Extract<Place, { at: "sending" }>;
type Received = Extract<Place, { at: "received" }>;

/** A device sends a frame. */
export function send(network: NetworkFacts, place: Sending, packet: Travelling): Moved {
  const facts = factsOf(network, place.in);
  const link = linkOf(facts, place.device);
  if (link === undefined) return gone(place, packet, "there is no such device");
  if (!link.flags.includes("UP")) return gone(place, packet, "the device is down");
  const programs = throughPrograms(network, facts, link, "egress", packet);
  if (programs.moved !== undefined) return { ...programs.moved, hops: [...programs.hops, ...programs.moved.hops] };
  const hops = [...programs.hops, ...queueHops(network, facts, link), sentHop(network, facts, link)];
  const onward = handOver(network, { facts, link, place }, packet);
  return { ...onward, hops: [...hops, ...onward.hops] };
}

/** The device that a frame is sent by. */
interface At {
  readonly facts: NamespaceFacts;
  readonly link: Link;
  readonly place: Sending;
}

function handOver(network: NetworkFacts, at: At, packet: Travelling): Moved {
  const { facts, link, place } = at;
  if (network.between?.cards.get(facts.name) === link.name) return acrossNodes(network, network.between, place, packet);
  switch (link.kind) {
    case "veth":
      return toPeer(network, at, packet);
    case "bridge":
      return switched(network, facts, link.name, undefined, packet);
    case "vxlan":
      return intoVxlan(facts, link, packet);
    case "ipip":
      return intoIpip(facts, link, place, packet);
    case "tun":
      return throughProgram(network, facts, link, packet);
    case "macvlan":
    case "ipvlan":
    case "vlan":
      return toSiblingOrDown(network, at, packet);
    case undefined:
      if (link.flags.includes("LOOPBACK")) return { hops: [], packet, place: { at: "input", in: facts.name, device: link.name } };
      return gone(place, packet, "what stands behind this device is not known here", "unknown");
    default:
      return gone(place, packet, `how a ${link.kind} passes packets on is not known here`, "unknown");
  }
}

function toPeer(network: NetworkFacts, { facts, link, place }: At, packet: Travelling): Moved {
  const peer = belowOf(network, facts, link);
  if (peer === undefined) return gone(place, packet, "its other end is in a namespace of which nothing is known", "unknown");
  const crossed = peer.facts === facts ? packet : scrubbed(packet);
  if (!peer.link.flags.includes("UP"))
    return gone({ in: peer.facts.name, device: peer.link.name }, packet, "the other end is down: what is sent to it is dropped");
  return { hops: [], packet: crossed, place: { at: "received", in: peer.facts.name, device: peer.link.name } };
}

/** Devices that stand on another one see to each other by themselves; everything else leaves by that one. */
function toSiblingOrDown(network: NetworkFacts, { facts, link, place }: At, packet: Travelling): Moved {
  const below = belowOf(network, facts, link);
  if (below === undefined)
    return gone(place, packet, "the device that it stands on is in a namespace of which nothing is known", "unknown");
  const tagged = link.kind === "vlan" ? { ...packet, vlan: Number(link.settings["id"]) } : packet;
  const sibling = link.kind === "vlan" ? undefined : childFor(network, below.facts, below.link, packet);
  if (sibling !== undefined && sibling.link !== link)
    return { hops: [], packet: scrubbed(packet), place: { at: "received", in: sibling.facts.name, device: sibling.link.name } };
  const crossed = below.facts === facts ? tagged : scrubbed(tagged);
  // In its L3 modes an ipvlan has its node route what it sends.
  if (link.kind === "ipvlan" && link.settings["mode"] !== "l2")
    return { hops: [], packet: crossed, place: { at: "sent", in: below.facts.name } };
  return { hops: [], packet: crossed, place: { at: "sending", in: below.facts.name, device: below.link.name } };
}

/** A device has got a frame: a bridge's port, a device that others stand on, or the IP layer's. */
export function receive(network: NetworkFacts, { in: name, device }: Received, packet: Travelling): Moved {
  const facts = factsOf(network, name);
  const link = linkOf(facts, device);
  if (link === undefined) return gone({ in: name, device }, packet, "there is no such device");
  const programs = throughPrograms(network, facts, link, "ingress", packet);
  const hops = [receivedHop(network, facts, link), ...programs.hops];
  const onward = programs.moved ?? taken(network, facts, link, packet);
  return { ...onward, hops: [...hops, ...onward.hops] };
}

function taken(network: NetworkFacts, facts: NamespaceFacts, link: Link, packet: Travelling): Moved {
  const child = childFor(network, facts, link, packet);
  if (child?.link.kind === "ipvlan" && child.link.settings["mode"] !== "l2") return throughMaster(network, facts, link, child, packet);
  if (child !== undefined) {
    const untagged = { ...packet, vlan: undefined };
    const crossed = child.facts === facts ? untagged : scrubbed(untagged);
    return { hops: [], packet: crossed, place: { at: "received", in: child.facts.name, device: child.link.name } };
  }
  if (packet.vlan !== undefined && link.master === undefined)
    return gone({ in: facts.name, device: link.name }, packet, `no device here takes VLAN ${String(packet.vlan)}`);
  if (link.master !== undefined) return switched(network, facts, link.master, link.name, packet);
  if (packet.mac !== undefined && link.mac !== undefined && link.mac !== packet.mac && link.kind !== "tun")
    return gone({ in: facts.name, device: link.name }, packet, `the frame is for ${packet.mac}, which is not this device's address`);
  return { hops: [], packet, place: { at: "input", in: facts.name, device: link.name } };
}

/** ipvlan's L3S mode: the node's rules see the packet, and then it is the pod's (Linux drivers/net/ipvlan/ipvlan_l3s.c). */
function throughMaster(
  network: NetworkFacts,
  facts: NamespaceFacts,
  link: Link,
  child: { readonly facts: NamespaceFacts; readonly link: Link },
  packet: Travelling,
): Moved {
  const hops: PacketHop[] = [];
  let now = packet;
  for (const hook of ["prerouting", "input"] as const) {
    const passed = atHook(network, facts.name, hook, now, { in: link.name });
    hops.push(...passed.hops);
    now = passed.packet;
    if (!passed.passes) return { hops, packet: now, place: { at: "end", in: facts.name } };
  }
  return { hops, packet: scrubbed(now), place: { at: "input", in: child.facts.name, device: child.link.name } };
}
