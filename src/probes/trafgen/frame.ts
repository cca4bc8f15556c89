/**
 * The frames that a flood is made of: Ethernet, IPv4, UDP. Pure arithmetic on octets.
 * @packageDocumentation
 */
import type { Path } from "../../venues/contract.js";
import { ETHERNET_BYTES } from "../packet-sizes.js";

/** Bytes of the frame check sequence, which hardware adds: a packet socket is not given them. */
export const CHECK_BYTES = 4;
/** Bytes that a packet socket is given for the smallest frame that Ethernet knows, which has 64. */
export const FRAME_BYTES = 64 - CHECK_BYTES;
/**
 * One source port for all frames: the flood is one flow, one conntrack entry, one hash bucket. A flood of many flows would
 * measure the making of conntrack entries, and fill a table whose limit all namespaces of the machine share.
 */
const SOURCE_PORT = 40_000;
const IP_BYTES = 20;
const UDP_BYTES = 8;
const UDP_PROTOCOL = 17;

/** Who sends the frame to whom. MACs as `02:70:...`, addresses as dotted quads. */
export interface FrameAddresses {
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/**
 * A frame of a path in trafgen's packet language.
 * @param bytes - as in {@link floodFrame}
 */
export function frameText(path: Path, bytes = FRAME_BYTES): string {
  const addresses = { ...path.frame, destinationAddress: path.address, sourcePort: SOURCE_PORT, destinationPort: path.ports.discard };
  const octets = floodFrame(addresses, bytes);
  return `{ ${octets.map((octet) => `0x${octet.toString(16).padStart(2, "0")}`).join(", ")} }\n`;
}

/**
 * The octets of the frame, checksums included (RFC 791, RFC 768).
 * @param bytes - length without the frame check sequence
 * @throws RangeError when a MAC or an address is malformed
 */
export function floodFrame(addresses: FrameAddresses, bytes = FRAME_BYTES): number[] {
  const ipBytes = bytes - ETHERNET_BYTES;
  const source = quad(addresses.sourceAddress);
  const destination = quad(addresses.destinationAddress);
  return [
    ...mac(addresses.destinationMac),
    ...mac(addresses.sourceMac),
    ...word(0x0800),
    ...ipHeader(source, destination, ipBytes),
    ...udpDatagram(source, destination, addresses, ipBytes - IP_BYTES),
  ];
}

function ipHeader(source: readonly number[], destination: readonly number[], length: number): number[] {
  const withChecksum = (checksum: number): number[] => [
    ...[0x45, 0, ...word(length)],
    // Identification 0 and Don't Fragment: the frame is never fragmented, so it needs none (RFC 6864).
    ...[...word(0), 0x40, 0],
    ...[64, UDP_PROTOCOL, ...word(checksum)],
    ...source,
    ...destination,
  ];
  return withChecksum(internetChecksum(withChecksum(0)));
}

function udpDatagram(source: readonly number[], destination: readonly number[], ports: FrameAddresses, length: number): number[] {
  const payload = Array.from({ length: length - UDP_BYTES }, () => 0);
  const withChecksum = (checksum: number): number[] => [
    ...word(ports.sourcePort),
    ...word(ports.destinationPort),
    ...word(length),
    ...word(checksum),
    ...payload,
  ];
  const pseudoHeader = [...source, ...destination, 0, UDP_PROTOCOL, ...word(length)];
  const checksum = internetChecksum([...pseudoHeader, ...withChecksum(0)]);
  // 0 would mean that there is no checksum (RFC 768).
  return withChecksum(checksum === 0 ? 0xffff : checksum);
}

/** The Internet checksum (RFC 1071) over an even number of octets. */
export function internetChecksum(octets: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < octets.length; index += 2) sum += ((octets[index] ?? 0) << 8) | (octets[index + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const word = (value: number): [number, number] => [(value >>> 8) & 0xff, value & 0xff];

function mac(text: string): number[] {
  if (!/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(text)) throw new RangeError(`not a MAC address: ${text}`);
  return text.split(":").map((octet) => Number.parseInt(octet, 16));
}

function quad(text: string): number[] {
  const octets = text.split(".").map(Number);
  const valid = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && octets.every((octet) => octet <= 255);
  if (!valid) throw new RangeError(`not an IPv4 address: ${text}`);
  return octets;
}
