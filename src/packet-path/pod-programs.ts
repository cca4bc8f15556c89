/**
 * What podwire's own programs of pod-routing do with a packet (bpf/pod-routing.bpf.c), by what their tables hold.
 * @packageDocumentation
 */
import type { PacketHop } from "../model/packet-path.js";
import { parsePrefix } from "../units/address.js";
import type { FilterProgram, Link, NamespaceFacts, NetworkFacts } from "./facts.js";
import { belowOf } from "./stacking.js";
import { addressOf, destinationOf, linkOf, type Moved, scrubbed, type Travelling } from "./travelling.js";

const POD_PROGRAMS = ["from_pod", "from_card", "from_tunnel", "from_node"] as const;
type PodProgram = (typeof POD_PROGRAMS)[number];

/** Which program of pod-routing a filter's name is one of: `from_pod`, or `from_pod:[17]` as libbpf names it. */
export const podProgramOf = (name: string): PodProgram | undefined => POD_PROGRAMS.find((one) => one === name.replace(/:.*$/, ""));

/** What a program made of a packet: where it goes, or only that it was looked at. */
export interface Programmed {
  readonly hop: PacketHop;
  readonly moved?: Moved;
}

/** Carries a program of pod-routing out; undefined for any other program, and where its tables are not known. */
export function throughPodProgram(
  network: NetworkFacts,
  facts: NamespaceFacts,
  { name, device, direction }: FilterProgram,
  packet: Travelling,
): Programmed | undefined {
  const program = podProgramOf(name);
  const { podRouting } = facts;
  if (program === undefined || podRouting === undefined) return undefined;
  const to = destinationOf(packet.state);
  const hop = (says: string): PacketHop => ({
    in: facts.name,
    kind: "program",
    name: program,
    says: `at ${direction} of ${device}: ${says}`,
  });
  const own = linkOf(facts, podRouting.pods.get(to) ?? "");
  if (own !== undefined) return program === "from_node" ? toLink(facts, own, hop, packet) : intoPod(network, facts, own, hop, packet);
  const node = program === "from_pod" || program === "from_node" ? nodeBehind(podRouting.ranges, to) : undefined;
  const { tunnel, card } = podRouting;
  if (node === undefined) return untaken(program, hop, to, { facts, packet });
  if (tunnel !== undefined) {
    const told = { ...packet, mac: undefined, told: { remote: node, id: tunnel.id } };
    const says = hop(
      `${to} lies behind ${node}: the packet goes into the tunnel ${tunnel.device} with that endpoint, past routing and rules`,
    );
    return { hop: says, moved: { hops: [], packet: told, place: { at: "sending", in: facts.name, device: tunnel.device } } };
  }
  if (program === "from_node") return untaken(program, hop, to, { facts, packet });
  const says = hop(`${to} lies behind another node: it goes to ${card} past the node's rules, by the next hop of the node's routes`);
  return { hop: says, moved: { hops: [], packet, place: { at: "next-hop", in: facts.name } } };
}

type Saying = (says: string) => PacketHop;

function intoPod(network: NetworkFacts, facts: NamespaceFacts, link: Link, hop: Saying, packet: Travelling): Programmed {
  const peer = belowOf(network, facts, link);
  if (peer === undefined) return { hop: hop(`the pod behind ${link.name} is not in the lab: what becomes of it is not known`) };
  const says = `the pod behind ${link.name} has the address: it is put straight into the pod, past routing and rules`;
  const place = { at: "received", in: peer.facts.name, device: peer.link.name } as const;
  return { hop: hop(says), moved: { hops: [], packet: scrubbed({ ...packet, mac: undefined }), place } };
}

function toLink({ name }: NamespaceFacts, link: Link, hop: Saying, packet: Travelling): Programmed {
  const place = { at: "sending", in: name, device: link.name } as const;
  return {
    hop: hop(`the pod behind ${link.name} has the address: it goes there`),
    moved: { hops: [], packet: { ...packet, mac: undefined }, place },
  };
}

/** Whom no table knows is left to the stack; what the node itself sends has nowhere else to go. */
function untaken(
  program: PodProgram,
  hop: Saying,
  to: string,
  { facts, packet }: { readonly facts: NamespaceFacts; readonly packet: Travelling },
): Programmed {
  if (program !== "from_node") return { hop: hop(`${to} is not the address of a pod it knows: the node's stack gets the packet`) };
  const dropped = { ...hop(`it knows no pod with the address ${to} and drops the packet`), ends: "dropped" } as const;
  return { hop: dropped, moved: { hops: [], packet, place: { at: "end", in: facts.name } } };
}

function nodeBehind(ranges: readonly { readonly prefix: string; readonly node: string }[], address: string): string | undefined {
  const { family, value } = addressOf(address);
  const holding = ranges.flatMap(({ prefix, node }) => {
    const range = parsePrefix(prefix);
    return range?.family === family && range.from <= value && value <= range.to ? [{ size: range.to - range.from, node }] : [];
  });
  return holding.sort((one, other) => (one.size < other.size ? -1 : 1))[0]?.node;
}
