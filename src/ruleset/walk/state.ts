/**
 * A packet on its way: what its fields are now, and what of them cannot be told.
 * @packageDocumentation
 */
import { type Address, formatAddress } from "../../units/address.js";
import { ADDRESS_TYPES, PROTOCOLS, STATES } from "../numbers.js";
import { formatEndpoint, type Packet } from "../packet.js";
import type { Field, FieldName, Hook } from "../ruleset.js";

/** A range of which one number holds, or the one number. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** The fields of a packet that rules may change, and those that they look at. */
export interface PacketState {
  readonly packet: Packet;
  readonly source: Range;
  readonly destination: Range;
  readonly sourcePort: Range | undefined;
  readonly destinationPort: Range | undefined;
  readonly mark: bigint;
  readonly connectionMark: bigint | undefined;
  readonly untracked: boolean;
  /** Which sides have been translated. */
  readonly translated: { readonly source: boolean; readonly destination: boolean };
  /** Whether the source is whatever address the device has by which the packet leaves. */
  readonly masqueraded: boolean;
  /** Whether the destination is the machine itself, whatever its address. */
  readonly redirected: boolean;
  /** Whether the machine has sent it to itself, and it comes in by `lo`. */
  readonly looped?: true;
  /** Whether an address is one of the machine's own, where those are known. */
  readonly owns?: (address: bigint) => boolean;
}

const one = (value: bigint): Range => ({ from: value, to: value });
const port = (number: number | undefined): Range | undefined => (number === undefined ? undefined : one(BigInt(number)));

/** A packet as it begins. A new connection has no mark yet. */
export const stateOf = (packet: Packet): PacketState => ({
  packet,
  source: one(packet.source.value),
  destination: one(packet.destination.value),
  sourcePort: port(packet.sourcePort),
  destinationPort: port(packet.destinationPort),
  mark: BigInt(packet.mark),
  connectionMark: packet.state === "NEW" ? 0n : undefined,
  untracked: packet.state === "UNTRACKED",
  translated: { source: false, destination: false },
  masqueraded: false,
  redirected: false,
});

/**
 * A field's value: a range of numbers, a name, `"absent"` where the packet has no such field, or undefined where it cannot be told.
 * At hooks before routing a packet has no device to leave by, and its own packets have none that they came in by: an empty name.
 */
export type FieldValue = Range | { readonly name: string } | "absent" | undefined;

/** What a field is at a hook. */
export function fieldValue({ name, mask }: Field, state: PacketState, hook: Hook): FieldValue {
  const value = plainValue(name, state, hook);
  if (mask === undefined || value === undefined || value === "absent" || "name" in value) return value;
  return value.from === value.to ? one(value.from & mask) : undefined;
}

const BEFORE_ROUTING: ReadonlySet<Hook> = new Set<Hook>(["ingress", "prerouting", "input"]);

function plainValue(name: FieldName, state: PacketState, hook: Hook): FieldValue {
  const { packet } = state;
  switch (name) {
    case "family":
      return one(packet.source.family === "ipv4" ? 2n : 10n);
    case "protocol":
      return one(BigInt(PROTOCOLS[protocolOf(packet)] ?? 0));
    case "source":
      return state.masqueraded ? undefined : state.source;
    case "destination":
      return state.redirected ? undefined : state.destination;
    case "source-port":
      return hasPorts(packet) ? (state.masqueraded ? undefined : state.sourcePort) : "absent";
    case "destination-port":
      return hasPorts(packet) ? state.destinationPort : "absent";
    case "in":
      return { name: hook === "output" ? "" : (packet.in ?? "") };
    case "out":
      if (BEFORE_ROUTING.has(hook)) return { name: "" };
      return nameOf(leavesBy(state));
    case "mark":
      return one(state.mark);
    case "connection-mark":
      return state.connectionMark === undefined ? undefined : one(state.connectionMark);
    case "state":
      return one((state.untracked ? STATES["UNTRACKED"] : STATES[packet.state]) ?? 0n);
    case "status":
      return statusOf(state);
    case "source-type":
      return typeOf(state.source, state, false);
    case "destination-type":
      return state.redirected
        ? one(ADDRESS_TYPES["LOCAL"] ?? 0n)
        : typeOf(state.destination, state, !state.translated.destination && packet.routed === "local");
    case "tcp-flags":
      if (packet.protocol !== "tcp") return "absent";
      // The first packet of a connection is a SYN; of a later one nothing is said.
      return packet.state === "NEW" ? one(2n) : undefined;
    case "icmp-type":
      // A connection of ICMP begins with an echo request.
      if (packet.protocol !== "icmp") return "absent";
      return packet.state === "NEW" ? one(packet.source.family === "ipv4" ? 8n : 128n) : undefined;
    case "random":
    case "unknown":
      return undefined;
  }
}

const nameOf = (device: string | undefined): FieldValue => (device === undefined ? undefined : { name: device });

const hasPorts = ({ protocol }: Packet): boolean => protocol === "tcp" || protocol === "udp";

const protocolOf = ({ protocol, source }: Packet): string => (protocol === "icmp" && source.family === "ipv6" ? "icmpv6" : protocol);

/** Bits that translation sets. Those of a connection that is not new are not known. */
function statusOf(state: PacketState): FieldValue {
  if (state.packet.state !== "NEW") return undefined;
  return one((state.translated.source ? 16n : 0n) | (state.translated.destination ? 32n : 0n));
}

const V4_LOOPBACK: Range = { from: 0x7f00_0000n, to: 0x7fff_ffffn };
const V4_MULTICAST: Range = { from: 0xe000_0000n, to: 0xefff_ffffn };
const V4_BROADCAST = 0xffff_ffffn;
const V6_LOOPBACK = 1n;
const V6_MULTICAST: Range = { from: 0xff00n << 112n, to: (1n << 128n) - 1n };

/** What can be told of an address: little without the machine's own ones. */
function typeOf(address: Range, { packet, owns }: PacketState, isLocal: boolean): FieldValue {
  const { family } = packet.source;
  const within = (range: Range): boolean => address.from >= range.from && address.to <= range.to;
  const type = (name: string): FieldValue => one(ADDRESS_TYPES[name] ?? 0n);
  if (family === "ipv4" ? within(V4_LOOPBACK) : address.from === V6_LOOPBACK) return type("LOCAL");
  if (within(family === "ipv4" ? V4_MULTICAST : V6_MULTICAST)) return type("MULTICAST");
  if (family === "ipv4" && address.from === V4_BROADCAST) return type("BROADCAST");
  if (owns !== undefined && address.from === address.to) return type(owns(address.from) ? "LOCAL" : "UNICAST");
  return isLocal ? type("LOCAL") : undefined;
}

/**
 * Whether a packet that the machine sends goes to the machine itself, and so through `lo`; undefined where that depends on its addresses, which no ruleset holds.
 */
export function goesToItself({ packet, destination, translated }: PacketState): boolean | undefined {
  const { family } = packet.source;
  const loopback = family === "ipv4" ? V4_LOOPBACK : { from: V6_LOOPBACK, to: V6_LOOPBACK };
  if (destination.from >= loopback.from && destination.to <= loopback.to) return true;
  // `local` and `forward` are said of the destination that it began with; another device than lo is the one by which it leaves.
  if (translated.destination) return packet.out === undefined || packet.out === "lo" ? undefined : false;
  if (packet.routed !== undefined) return packet.routed === "local";
  if (packet.out !== undefined) return packet.out === "lo";
  return packet.source.value === packet.destination.value ? true : undefined;
}

/** The device by which a packet leaves, where that is known. What the machine surely sends to itself leaves by `lo`, until a translation leads it elsewhere. */
export const leavesBy = (state: PacketState): string | undefined =>
  state.packet.out ?? (state.packet.in === undefined && goesToItself(state) === true ? "lo" : undefined);

/** The packet when `lo` hands it back. */
export const byLoopback = (state: PacketState): PacketState => ({
  ...state,
  packet: { ...state.packet, in: "lo", out: "lo", routed: "local" },
  looped: true,
});

/** The packet as it is now, in the words that it was given in. */
export function formatState(state: PacketState): string {
  const { packet } = state;
  const words = [
    packet.protocol,
    state.masqueraded ? "(address of the device that it leaves by)" : side(state.source, state.sourcePort, packet),
    ">",
    state.redirected
      ? `(this machine)${state.destinationPort === undefined ? "" : `:${rangeText(state.destinationPort)}`}`
      : side(state.destination, state.destinationPort, packet),
    ...(packet.out === undefined ? [] : ["out", packet.out]),
    ...(state.mark === 0n ? [] : ["mark", `0x${state.mark.toString(16)}`]),
  ];
  return words.join(" ");
}

function side(address: Range, ports: Range | undefined, { source: { family } }: Packet): string {
  const text = (value: bigint): Address => ({ family, value });
  if (address.from !== address.to) {
    const both = `${formatAddress(text(address.from))}-${formatAddress(text(address.to))}`;
    return ports === undefined ? both : `${both}:${rangeText(ports)}`;
  }
  if (ports !== undefined && ports.from !== ports.to) return `${formatEndpoint(text(address.from), undefined)}:${rangeText(ports)}`;
  return formatEndpoint(text(address.from), ports === undefined ? undefined : Number(ports.from));
}

const rangeText = ({ from, to }: Range): string => (from === to ? String(from) : `${String(from)}-${String(to)}`);
