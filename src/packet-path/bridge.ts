/**
 * What a bridge does with a frame.
 * @packageDocumentation
 */
import type { PacketHop } from "../model/packet-path.js";
import { gone, receivedHop } from "./device-hops.js";
import type { NamespaceFacts, NetworkFacts } from "./facts.js";
import { atHook } from "./netfilter.js";
import { belowOf } from "./stacking.js";
import { ended, linkOf, type Moved, type Travelling } from "./travelling.js";

/** A frame in a bridge: up to the namespace itself, or out by another port. */
export function switched(
  network: NetworkFacts,
  facts: NamespaceFacts,
  bridge: string,
  from: string | undefined,
  packet: Travelling,
): Moved {
  const { mac } = packet;
  const place = { in: facts.name, device: bridge };
  if (mac === undefined)
    return gone(place, packet, "the frame's destination is not known: which port it leaves by cannot be told", "unknown");
  const own = facts.links.some((link) => (link.name === bridge || link.master === bridge) && link.mac === mac);
  if (own && from !== undefined) {
    const itself = linkOf(facts, bridge);
    return {
      hops: itself === undefined ? [] : [receivedHop(network, facts, itself)],
      packet,
      place: { at: "input", in: facts.name, device: bridge },
    };
  }
  const port = portTo(network, facts, bridge, from, mac);
  if (typeof port === "string")
    return ended(packet, {
      in: facts.name,
      kind: "fdb",
      name: bridge,
      says: port,
      ends: port.startsWith("dropped") ? "dropped" : "unknown",
    });
  const found: PacketHop = { in: facts.name, kind: "fdb", name: bridge, says: port.says };
  const filtered = from === undefined || !facts.bridgeCalls ? { hops: [], packet, passes: true } : bridged(network, facts, bridge, packet);
  const hops = [...filtered.hops.slice(0, 1), found, ...filtered.hops.slice(1)];
  if (!filtered.passes) return { hops, packet: filtered.packet, place: { at: "end", in: facts.name } };
  return { hops, packet: filtered.packet, place: { at: "sending", in: facts.name, device: port.device } };
}

/** br_netfilter shows what is bridged to the rules of IP. */
function bridged(network: NetworkFacts, facts: NamespaceFacts, bridge: string, packet: Travelling): ReturnType<typeof atHook> {
  const devices = { in: bridge, out: bridge, routed: "forward" } as const;
  const hops: PacketHop[] = [];
  let now = packet;
  for (const hook of ["prerouting", "forward", "postrouting"] as const) {
    const passed = atHook(network, facts.name, hook, now, hook === "prerouting" ? { in: bridge } : devices);
    hops.push(...passed.hops);
    now = passed.packet;
    if (!passed.passes) return { hops, packet: now, passes: false };
  }
  return { hops, packet: now, passes: true };
}

/** The port behind which an address is, or in words why there is none. */
function portTo(
  network: NetworkFacts,
  facts: NamespaceFacts,
  bridge: string,
  from: string | undefined,
  mac: string,
): { readonly device: string; readonly says: string } | string {
  const ports = facts.links.filter((link) => link.master === bridge && link.name !== from);
  const entry = facts.fdb.find((one) => one.mac === mac && ports.some(({ name }) => name === one.device) && one.remote === undefined);
  const known = entry === undefined ? undefined : ports.find(({ name }) => name === entry.device);
  if (known !== undefined) {
    if (known.portState !== undefined && known.portState !== "forwarding") return `dropped: port ${known.name} is ${known.portState}`;
    return { device: known.name, says: `${mac} is behind ${known.name}${entry?.state === undefined ? "" : ` (${entry.state})`}` };
  }
  const up = ports.filter(({ flags }) => flags.includes("UP"));
  if (up.length === 0) return "dropped: no other port is up";
  const [only] = up;
  if (up.length === 1 && only !== undefined)
    return { device: only.name, says: `${mac} is not in the forwarding database: it is flooded, to ${only.name} only` };
  const near = up.find((port) => belowOf(network, facts, port)?.link.mac === mac);
  if (near === undefined)
    return `${mac} is not in the forwarding database: it is flooded to ${String(up.length)} ports, and which one leads on cannot be told`;
  return {
    device: near.name,
    says: `${mac} is not in the forwarding database: it is flooded to ${String(up.length)} ports, ${near.name} among them`,
  };
}
