/**
 * Which device is a device's other end, which one it stands on, and which ones stand on it.
 * @packageDocumentation
 */
import type { Link, NamespaceFacts, NetworkFacts } from "./facts.js";
import { destinationOf, type Travelling } from "./travelling.js";

/** The device that a link's other end, or what it stands on, is. */
export function belowOf(
  { namespaces }: NetworkFacts,
  facts: NamespaceFacts,
  { below, belowIn }: Link,
): { readonly facts: NamespaceFacts; readonly link: Link } | undefined {
  const where = belowIn === undefined ? facts : namespaces.get(belowIn);
  const link = where?.links.find((one) => (below !== undefined && "name" in below ? one.name === below.name : one.index === below?.index));
  return where === undefined || link === undefined ? undefined : { facts: where, link };
}

/** The device on top of another one that a frame is for. */
export function childFor(
  network: NetworkFacts,
  facts: NamespaceFacts,
  link: Link,
  packet: Travelling,
): { readonly facts: NamespaceFacts; readonly link: Link } | undefined {
  for (const where of network.namespaces.values()) {
    for (const child of where.links) {
      const below = child.kind === "veth" ? undefined : belowOf(network, where, child);
      if (below?.link === link && below.facts === facts && isFor(child, packet)) return { facts: where, link: child };
    }
  }
  return undefined;
}

function isFor({ kind, mac, settings, addresses }: Link, packet: Travelling): boolean {
  if (kind === "vlan") return packet.vlan !== undefined && Number(settings["id"]) === packet.vlan;
  if (packet.vlan !== undefined) return false;
  if (kind === "ipvlan") return addresses.includes(destinationOf(packet.state));
  return kind === "macvlan" && mac !== undefined && mac === packet.mac;
}
