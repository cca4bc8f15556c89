/**
 * The frame's destination: what the neighbour table says of the next hop.
 * @packageDocumentation
 */
import type { NetworkFacts } from "./facts.js";
import { destinationOf, ended, factsOf, linkOf, type Moved, type Place, type Travelling } from "./travelling.js";

/** Gives a packet the MAC address of its next hop, and passes it to the device. */
export function neighbourOf(
  network: NetworkFacts,
  { in: name, device, gateway }: Extract<Place, { at: "routed" }>,
  packet: Travelling,
): Moved {
  const facts = factsOf(network, name);
  const link = linkOf(facts, device);
  const place: Place = { at: "sending", in: name, device, ...(gateway === undefined ? {} : { gateway }) };
  // Devices without neighbours: loopback, tunnels of IP in IP, TUN, ipvlan in its L3 modes.
  if (
    link === undefined ||
    link.flags.some((flag) => flag === "NOARP" || flag === "LOOPBACK" || flag === "POINTOPOINT") ||
    link.kind === "ipip"
  )
    return { hops: [], packet: { ...packet, mac: undefined }, place };
  const next = gateway ?? destinationOf(packet.state);
  const entry = facts.neighbours.find((one) => one.address === next && one.device === device);
  if (entry?.mac === undefined || /FAILED|INCOMPLETE/.test(entry.state)) {
    const says = entry === undefined ? `nothing is known of ${next}, and it was not asked for` : `${next} does not answer (${entry.state})`;
    return ended(packet, { in: name, kind: "neighbour", name: device, says, ends: entry === undefined ? "unknown" : "dropped" });
  }
  return {
    hops: [{ in: name, kind: "neighbour", name: device, says: `${next} is at ${entry.mac} (${entry.state})` }],
    packet: { ...packet, mac: entry.mac },
    place,
  };
}
