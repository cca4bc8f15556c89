/**
 * What tunnels do with a packet: VXLAN, IP in IP, and programs that read from a TUN device.
 * @packageDocumentation
 */
import { gone } from "./device-hops.js";
import type { Link, NamespaceFacts, NetworkFacts } from "./facts.js";
import { ended, type Moved, packetFrom, scrubbed, type Travelling, wordsOf } from "./travelling.js";

const ANY_MAC = "00:00:00:00:00:00";

/** A frame is wrapped in UDP, for the tunnel's end that has its destination. */
export function intoVxlan(facts: NamespaceFacts, link: Link, packet: Travelling): Moved {
  if (packet.told !== undefined) return intoToldVxlan(facts, link, packet, packet.told);
  const { settings, name } = link;
  const entries = facts.fdb.filter(({ device, remote }) => device === name && remote !== undefined);
  const entry = entries.find(({ mac }) => mac === packet.mac) ?? entries.find(({ mac }) => mac === ANY_MAC);
  const remote = entry?.remote ?? textOf(settings["remote"]);
  if (remote === undefined)
    return ended(packet, {
      in: facts.name,
      kind: "fdb",
      name,
      says: `${packet.mac ?? "the frame's destination"} is not in the forwarding database, and there is no default: the tunnel drops it`,
      ends: "dropped",
    });
  const local = textOf(settings["local"]);
  if (local === undefined) return gone({ in: facts.name, device: name }, packet, "the tunnel has no address of its own", "unknown");
  const id = Number(settings["id"]);
  const port = Number(settings["port"]);
  const outer: Travelling = {
    ...packetFrom("udp", { address: local }, { address: remote, port }),
    carries: { inner: packet, kind: "vxlan", id },
  };
  // A tunnel in its own namespace keeps the mark of what it wraps (skb_scrub_packet).
  const marked: Travelling = { ...outer, state: { ...outer.state, mark: packet.state.mark } };
  return {
    hops: [
      ...(entry === undefined
        ? []
        : [
            {
              in: facts.name,
              kind: "fdb" as const,
              name,
              says: `${entry.mac} is at ${remote}${entry.state === undefined ? "" : ` (${entry.state})`}`,
            },
          ]),
      {
        in: facts.name,
        kind: "encapsulation",
        name,
        says: `wrapped in VXLAN ${String(id)}, UDP port ${String(port)}, from ${local} to ${remote}`,
        packet: wordsOf(marked),
      },
    ],
    packet: marked,
    place: { at: "sent", in: facts.name },
  };
}

/** In collect-metadata mode a program has said where the far end is; the tunnel's own address is that of the route there. */
function intoToldVxlan(
  facts: NamespaceFacts,
  { settings, name }: Link,
  packet: Travelling,
  { remote, id }: NonNullable<Travelling["told"]>,
): Moved {
  const port = Number(settings["port"]);
  const outer = packetFrom("udp", { address: "0.0.0.0" }, { address: remote, port });
  const carrying: Travelling = {
    ...outer,
    carries: { inner: packet, kind: "vxlan", id },
    state: { ...outer.state, mark: packet.state.mark },
  };
  const says = `wrapped in VXLAN ${String(id)}, UDP port ${String(port)}, to ${remote}, as the program has noted`;
  return {
    hops: [{ in: facts.name, kind: "encapsulation", name, says, packet: wordsOf(carrying) }],
    packet: carrying,
    place: { at: "sent", in: facts.name },
  };
}

/** What iproute2 prints of an address that is not set. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "any" && value !== "0.0.0.0" && value !== "::" ? value : undefined;

/** A packet is wrapped in another one. */
export function intoIpip(facts: NamespaceFacts, link: Link, { gateway }: { readonly gateway?: string }, packet: Travelling): Moved {
  const { settings, name } = link;
  const remote = textOf(settings["remote"]) ?? gateway;
  if (remote === undefined)
    return gone({ in: facts.name, device: name }, packet, "the tunnel has no far end, and the route has no gateway to take for one");
  // Without an address of its own it takes that by which it reaches the far end: the route's.
  const local = textOf(settings["local"]);
  const outer = packetFrom("ipip", { address: local ?? "0.0.0.0" }, { address: remote });
  const carrying: Travelling = { ...outer, carries: { inner: packet, kind: "ipip" }, state: { ...outer.state, mark: packet.state.mark } };
  return {
    hops: [{ in: facts.name, kind: "encapsulation", name, says: `wrapped in IP, to ${remote}`, packet: wordsOf(carrying) }],
    packet: carrying,
    place: { at: "sent", in: facts.name },
  };
}

/** A program reads what enters a TUN device, and its fellow writes it to the device of the same name elsewhere. */
export function throughProgram({ namespaces }: NetworkFacts, facts: NamespaceFacts, link: Link, packet: Travelling): Moved {
  const others = [...namespaces.values()].filter(
    (one) => one !== facts && one.links.some(({ name, kind }) => name === link.name && kind === "tun"),
  );
  const [other] = others;
  if (other === undefined || others.length > 1)
    return gone(
      { in: facts.name, device: link.name },
      packet,
      "a program reads what enters; to whom it sends it cannot be told from the kernel's state",
      "unknown",
    );
  return {
    hops: [
      {
        in: facts.name,
        kind: "program",
        name: link.name,
        says: `a program reads the packet from ${link.name} and sends it in a packet of its own, which is not followed; its fellow in ${other.name} writes it to ${link.name} there`,
      },
    ],
    packet: scrubbed(packet),
    place: { at: "received", in: other.name, device: link.name },
  };
}
