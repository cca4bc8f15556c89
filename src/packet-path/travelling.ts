/**
 * A packet on its way: what it is, what it wraps, and where it is.
 * @packageDocumentation
 */
import type { PacketHop } from "../model/packet-path.js";
import type { Packet } from "../ruleset/packet.js";
import { formatState, type PacketState, stateOf } from "../ruleset/walk/state.js";
import { type Address, formatAddress, parseAddress } from "../units/address.js";
import type { Link, NamespaceFacts, NetworkFacts } from "./facts.js";

/** A packet, and what surrounds it. */
export interface Travelling {
  readonly state: PacketState;
  /** The frame's destination; absent where no frame needs one, or where it is not known. */
  readonly mac?: string | undefined;
  /** The far end and the number that a program has noted on it for a tunnel in collect-metadata mode. */
  readonly told?: { readonly remote: string; readonly id: number } | undefined;
  /** The VLAN that its frame is tagged with. */
  readonly vlan?: number | undefined;
  /** What it carries, where it is a tunnel's own packet, and the tunnel's kind and number. */
  readonly carries?: { readonly inner: Travelling; readonly kind: string; readonly id?: number };
}

/** Where a packet is, and what happens to it next. */
export type Place =
  /** A socket, or a tunnel, gives it to the IP layer. */
  | { readonly at: "sent"; readonly in: string }
  /** A program asks the node's routes for its next hop, past the node's rules. */
  | { readonly at: "next-hop"; readonly in: string }
  /** The IP layer gives it to a device. */
  | { readonly at: "routed"; readonly in: string; readonly device: string; readonly gateway?: string }
  /** A device sends its frame. */
  | { readonly at: "sending"; readonly in: string; readonly device: string; readonly gateway?: string }
  /** A device has got its frame. */
  | { readonly at: "received"; readonly in: string; readonly device: string }
  /** The IP layer gets it from a device. */
  | { readonly at: "input"; readonly in: string; readonly device: string }
  | { readonly at: "end"; readonly in: string };

/** A connection's addresses before and after translation in one namespace. */
export interface Translation {
  readonly in: string;
  readonly before: PacketState;
  readonly after: PacketState;
}

/** One step further. */
export interface Moved {
  readonly hops: readonly PacketHop[];
  readonly packet: Travelling;
  readonly place: Place;
  readonly translation?: Translation;
}

/** The way ends. */
export function ended(packet: Travelling, hop: PacketHop & { readonly ends: NonNullable<PacketHop["ends"]> }): Moved {
  return { hops: [hop], packet, place: { at: "end", in: hop.in } };
}

/** A packet in the words of `podwire rules --packet`. */
export const wordsOf = ({ state }: Travelling): string => formatState(state);

/** The text of an address of a packet's family. */
export const addressText = ({ packet: { source } }: PacketState, value: bigint): string => formatAddress({ family: source.family, value });
/** Where it goes. */
export const destinationOf = (state: PacketState): string => addressText(state, state.destination.from);
/** Where it comes from. */
export const sourceOf = (state: PacketState): string => addressText(state, state.source.from);

/** An address that is surely one. */
export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is not an address`);
  return address;
}

/** A packet that a namespace sends by itself: the first of its connection, or an answer. */
export function packetFrom(
  protocol: Packet["protocol"],
  from: { readonly address: string; readonly port?: number },
  to: { readonly address: string; readonly port?: number },
  state: "NEW" | "ESTABLISHED" = "NEW",
): Travelling {
  return {
    state: stateOf({
      protocol,
      source: addressOf(from.address),
      destination: addressOf(to.address),
      ...(from.port === undefined ? {} : { sourcePort: from.port }),
      ...(to.port === undefined ? {} : { destinationPort: to.port }),
      state,
      mark: 0,
    }),
  };
}

/** A packet's words without where it came in, where it leaves, and where routing leads it. */
export const bare = ({ protocol, source, destination, sourcePort, destinationPort, state, mark }: Packet): Packet => ({
  protocol,
  source,
  destination,
  ...(sourcePort === undefined ? {} : { sourcePort }),
  ...(destinationPort === undefined ? {} : { destinationPort }),
  state,
  mark,
});

/** In another namespace a packet has no mark and no connection, and what was translated before is what it is. */
export function scrubbed(packet: Travelling): Travelling {
  const { source, destination, sourcePort, destinationPort, packet: words } = packet.state;
  return { ...packet, state: { ...stateOf({ ...bare(words), mark: 0 }), source, destination, sourcePort, destinationPort } };
}

/** A namespace that a place names. */
export function factsOf({ namespaces }: NetworkFacts, name: string): NamespaceFacts {
  const facts = namespaces.get(name);
  if (facts === undefined) throw new Error(`nothing is known of the namespace ${name}`);
  return facts;
}

/** A device by its name. */
export const linkOf = ({ links }: NamespaceFacts, name: string): Link | undefined => links.find((link) => link.name === name);

/** Whether two states are the same to whoever looks at a packet. */
export const samePacket = (one: Travelling, other: Travelling): boolean => wordsOf(one) === wordsOf(other);
