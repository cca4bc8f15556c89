/**
 * What a full TCP packet holds: arithmetic of its headers (RFC 9293, RFC 7323, IEEE 802.3).
 * @packageDocumentation
 */

/** IPv4 and TCP headers. */
export const HEADERS = 40;
/** TCP's timestamps, which hosts may leave off. */
export const TIMESTAMPS = 12;
/** Ethernet's header: a rate limit counts packets as they stand on the device, without preamble and check sequence. */
const ETHERNET = 14;

/** Bytes of payload in a full packet. */
export const payloadOf = (mtu: number): number => mtu - HEADERS - TIMESTAMPS;

/** Bytes that a rate limit counts for a full packet. */
export const wireBytesOf = (mtu: number): number => mtu + ETHERNET;
