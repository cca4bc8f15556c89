/**
 * A packet in words, as `podwire rules --packet` takes it: `tcp 10.1.1.2:3333 > 10.96.0.10:80 in cni0 state NEW`.
 * @packageDocumentation
 */
import { type Address, formatAddress, parseAddress } from "../units/address.js";
import { STATES } from "./numbers.js";

/** What a packet is, as far as rules look at it. */
export interface Packet {
  /** `ipip` is IP in IP (RFC 2003), which no words say: tunnels of a path have it. */
  readonly protocol: "tcp" | "udp" | "icmp" | "ipip";
  readonly source: Address;
  readonly destination: Address;
  /** Absent: not said, which rules that look at ports cannot be decided by. Of ICMP there are none. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** The device that it comes in by; absent: the machine itself sends it. */
  readonly in?: string;
  /** The device that it leaves by, where that is said. */
  readonly out?: string;
  /** Where routing leads it: to the machine itself, or on. Absent: not said. */
  readonly routed?: "local" | "forward";
  /** As `ct state` has it. */
  readonly state: string;
  readonly mark: number;
}

/** Words that are no packet. */
export class PacketError extends Error {
  override readonly name = "PacketError";
}

/** What {@link parsePacket} takes. */
export const PACKET_FORM =
  "tcp|udp|icmp SRC[:PORT] > DST[:PORT] [in DEV] [out DEV] [local|forward] [state NEW|ESTABLISHED|RELATED|INVALID|UNTRACKED] [mark M]";

/**
 * Reads a packet.
 * @throws PacketError that says which word is wrong, and what stands there
 */
export function parsePacket(text: string): Packet {
  const words = text.trim().split(/\s+/);
  const [protocol, source = "", arrow, destination = "", ...rest] = words;
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "icmp") throw wrong(1, protocol, "tcp, udp or icmp");
  const from = endpoint(source, 2, protocol);
  if (arrow !== ">") throw wrong(3, arrow, ">");
  const to = endpoint(destination, 4, protocol);
  if (from.address.family !== to.address.family) throw new PacketError(`word 4, ${destination}: one end is IPv4 and the other IPv6`);
  return {
    protocol,
    source: from.address,
    destination: to.address,
    ...(from.port === undefined ? {} : { sourcePort: from.port }),
    ...(to.port === undefined ? {} : { destinationPort: to.port }),
    state: "NEW",
    mark: 0,
    ...options(rest),
  };
}

const wrong = (position: number, word: string | undefined, expected: string): PacketError =>
  new PacketError(`word ${String(position)}${word === undefined || word === "" ? " is missing" : `, ${word}`}: ${expected} belongs here`);

function endpoint(text: string, position: number, protocol: string): { readonly address: Address; readonly port?: number } {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(text);
  const [host = "", port] = bracketed === null ? hostAndPort(text) : [bracketed[1], bracketed[2]];
  const address = parseAddress(host);
  if (address === undefined) throw wrong(position, text, "an address, such as 10.1.1.2:3333 or [fd00::1]:80,");
  if (port === undefined) return { address };
  if (protocol === "icmp") throw new PacketError(`word ${String(position)}, ${text}: ICMP has no ports`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw wrong(position, text, "a port from 0 to 65535");
  return { address, port: Number(port) };
}

/** More than one colon is an IPv6 address without a port. */
function hostAndPort(text: string): readonly [string, string | undefined] {
  const parts = text.split(":");
  return parts.length === 2 ? [parts[0] ?? "", parts[1]] : [text, undefined];
}

type Options = Pick<Packet, "in" | "out" | "routed"> & Partial<Pick<Packet, "state" | "mark">>;

function options(words: readonly string[]): Options {
  let found: Options = {};
  const said = new Set<string>();
  const once = (what: string, word: string, position: number): void => {
    if (said.has(what)) throw new PacketError(`word ${String(position)}, ${word}: ${what} has been said already`);
    said.add(what);
  };
  for (let index = 0; index < words.length; index++) {
    const position = index + 5;
    const word = words[index] ?? "";
    if (word === "local" || word === "forward") {
      once("local or forward", word, position);
      found = { ...found, routed: word };
      continue;
    }
    const value = words[++index];
    if (word !== "in" && word !== "out" && word !== "state" && word !== "mark")
      throw wrong(position, word, "in, out, local, forward, state or mark");
    if (value === undefined) throw new PacketError(`word ${String(position)}, ${word}: its value is missing`);
    once(word, word, position);
    found = { ...found, ...option(word, value, position + 1) };
  }
  return found;
}

function option(word: "in" | "out" | "state" | "mark", value: string, position: number): Options {
  if (word === "in") return { in: value };
  if (word === "out") return { out: value };
  if (word === "state") {
    const state = value.toUpperCase();
    if (!Object.hasOwn(STATES, state)) throw wrong(position, value, Object.keys(STATES).join(", "));
    return { state };
  }
  const mark = Number(value);
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(value) || mark > 0xffff_ffff) throw wrong(position, value, "a mark, such as 0x4000,");
  return { mark };
}

/** An address with its port, as a packet's words have it. */
export function formatEndpoint(address: Address, port: number | undefined): string {
  const host = formatAddress(address);
  if (port === undefined) return host;
  return `${address.family === "ipv6" ? `[${host}]` : host}:${String(port)}`;
}
