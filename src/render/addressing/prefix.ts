/**
 * Prefixes, and which of them overlap.
 * @packageDocumentation
 */
import { type AddressFamily, BITS, formatAddress, parseAddress, parsePrefix } from "../../units/address.js";
import { RenderError } from "../errors.js";

/** A prefix such as `10.244.0.0/16`: its first address and its length. */
export interface Prefix {
  readonly family: AddressFamily;
  readonly base: bigint;
  readonly length: number;
}

/** An address of a host, and how long the prefix of its link is where that was said. */
export interface HostAddress {
  readonly family: AddressFamily;
  readonly value: bigint;
  readonly length?: number;
}

/**
 * A prefix from its text.
 * @param what - what it is, to begin the error: `podCIDRs`
 * @throws RenderError where it is none, or where bits behind its length are set
 */
export function prefixOf(text: string, what: string): Prefix {
  const [host = "", length = ""] = text.split("/");
  const ends = /^\d{1,3}$/.test(length) ? parsePrefix(text) : undefined;
  const address = parseAddress(host);
  if (ends === undefined || address === undefined)
    throw new RenderError(`${what}: ${text} is no prefix such as 10.244.0.0/16 or fd00:244::/56`);
  const prefix: Prefix = { family: ends.family, base: ends.from, length: Number(length) };
  if (address.value !== ends.from) throw new RenderError(`${what}: ${text} has bits set behind its length; ${prefixText(prefix)} is meant`);
  return prefix;
}

/**
 * An address from its text, with the length of its link's prefix or without.
 * @throws RenderError where it is none
 */
export function hostAddressOf(text: string, what: string): HostAddress {
  const [host = "", length, more] = text.split("/");
  const address = parseAddress(host);
  const known = length === undefined || (/^\d{1,3}$/.test(length) && address !== undefined && Number(length) <= BITS[address.family]);
  if (address === undefined || more !== undefined || !known)
    throw new RenderError(`${what}: ${text} is no address such as 10.0.0.11 or 10.0.0.11/24`);
  return { ...address, ...(length === undefined ? {} : { length: Number(length) }) };
}

/** A prefix as text. */
export const prefixText = ({ family, base, length }: Prefix): string => `${formatAddress({ family, value: base })}/${String(length)}`;

/** An address without the length of its link's prefix. */
export const addressText = ({ family, value }: HostAddress): string => formatAddress({ family, value });

/** An address with its link's prefix length; without one that of a single host. */
export const addressWithLength = (address: HostAddress): string =>
  `${addressText(address)}/${String(address.length ?? BITS[address.family])}`;

/** How many addresses a prefix has. */
export const sizeOf = ({ family, length }: Pick<Prefix, "family" | "length">): bigint => 1n << BigInt(BITS[family] - length);

/** The last address of a prefix. */
export const lastOf = (prefix: Prefix): bigint => prefix.base + sizeOf(prefix) - 1n;

/** The address that lies so many behind the first, as text: 1 is where bridges put the gateway. */
export const nthText = ({ family, base }: Prefix, offset: bigint): string => formatAddress({ family, value: base + offset });

/** The prefix of a host's link: of one whose length is not said, the host alone. */
export function linkOf({ family, value, length = BITS[family] }: HostAddress): Prefix {
  const size = sizeOf({ family, length });
  return { family, base: value - (value % size), length };
}

/** Whether one prefix lies in another. */
export const contains = (outer: Prefix, inner: Prefix): boolean =>
  outer.family === inner.family && outer.length <= inner.length && inner.base >= outer.base && lastOf(inner) <= lastOf(outer);

/** Whether two prefixes share an address: of two, one then contains the other. */
export const overlap = (one: Prefix, other: Prefix): boolean => contains(one, other) || contains(other, one);

/** A prefix, and what it is called in errors: `the PodCIDR of node-1`. */
export interface Named {
  readonly name: string;
  readonly prefix: Prefix;
}

/**
 * Two of these that share an address, if there are any. Sorted first, so that 100,000 of them take no longer than it takes to sort them.
 */
export function firstOverlap(named: readonly Named[]): readonly [Named, Named] | undefined {
  const sorted = named.toSorted(byPlace);
  let widest: Named | undefined;
  for (const one of sorted) {
    if (widest !== undefined && overlap(widest.prefix, one.prefix)) return [widest, one];
    if (widest?.prefix.family !== one.prefix.family || lastOf(one.prefix) > lastOf(widest.prefix)) widest = one;
  }
  return undefined;
}

/** Without those that lie in another one. */
export function outermost(named: readonly Named[]): readonly Named[] {
  const kept: Named[] = [];
  for (const one of named.toSorted(byPlace)) {
    const before = kept.at(-1);
    if (before === undefined || !overlap(before.prefix, one.prefix)) kept.push(one);
  }
  return kept;
}

/** Of two with the same first address the wider one comes first, so that what lies in it follows at once. */
function byPlace({ prefix: one }: Named, { prefix: other }: Named): number {
  if (one.family !== other.family) return one.family === "ipv4" ? -1 : 1;
  if (one.base !== other.base) return one.base < other.base ? -1 : 1;
  return one.length - other.length;
}
