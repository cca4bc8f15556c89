/**
 * The lab's addresses: 198.18.0.0/15 (RFC 2544) and nothing else. Every wiring lives in its own namespaces, so all use the same ones.
 * @packageDocumentation
 */

/** Letter of the n-th node (0-based): `a`, `b`, ... */
export const letter = (index: number): string => String.fromCharCode("a".charCodeAt(0) + index);

/** Prefix of the link between the nodes. */
export const UNDERLAY_PREFIX = "198.18.0.0/24";
/** The fabric router, where a mode has one. */
export const UNDERLAY_ROUTER = "198.18.0.1";
/** Address of the n-th node (0-based) on the link between the nodes. */
export const nodeAddress = (index: number): string => `198.18.0.${String(11 + index)}`;

/** All pods of all nodes. */
export const CLUSTER_CIDR = "198.19.0.0/16";
/** The n-th node's share of {@link CLUSTER_CIDR} (0-based). */
export const podCidr = (index: number): string => `198.19.${String(index + 1)}.0/24`;
/** A node's PodCIDR without its length: the address that flannel gives its tunnel devices. */
export const podCidrBase = (index: number): string => `198.19.${String(index + 1)}.0`;
/** First address of a node's PodCIDR: the gateway that bridge modes give their pods. */
export const podGateway = (index: number): string => `198.19.${String(index + 1)}.1`;
/** Address of a pod on the n-th node: of the measured one, which is the first (slot 0), or of a further one. */
export const podAddress = (index: number, slot = 0): string => `198.19.${String(index + 1)}.${String(2 + slot)}`;

/** Prefix of the link between the router and the host outside of the cluster. */
export const OUTSIDE_PREFIX = "198.18.9.0/24";
/** The router's address on that link. */
export const OUTSIDE_GATEWAY = "198.18.9.1";
/** The outside host's. */
export const OUTSIDE_ADDRESS = "198.18.9.2";

/** A locally administered MAC address, the same for the same arguments. */
export const macAddress = (kind: number, index: number): string =>
  ["02", "70", "77", "00", kind.toString(16).padStart(2, "0"), index.toString(16).padStart(2, "0")].join(":");
