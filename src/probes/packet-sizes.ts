/**
 * What a full TCP packet holds: arithmetic of its headers (RFC 9293, RFC 7323, IEEE 802.3).
 * @packageDocumentation
 */

/** Ethernet's header: what a device and a rate limit count of it, without preamble and check sequence. */
export const ETHERNET_BYTES = 14;
/** IPv4 and TCP headers. */
export const HEADERS = 40;
/** TCP's timestamps, which hosts may leave off. */
const TIMESTAMPS = 12;
/** What a device counts of each TCP packet beyond its payload. */
export const HEADER_BYTES = ETHERNET_BYTES + HEADERS + TIMESTAMPS;

/** Bytes of payload in a full packet. */
export const payloadOf = (mtu: number): number => mtu - HEADERS - TIMESTAMPS;

/** Bytes that a rate limit counts for a full packet. */
export const wireBytesOf = (mtu: number): number => mtu + ETHERNET_BYTES;
