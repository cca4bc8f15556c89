/**
 * Who has which PodCIDR: given ones stay where they are, and each further node takes the lowest block that is free.
 * @packageDocumentation
 */
import { formatCount } from "../../units/format.js";
import { RenderError } from "../errors.js";
import { contains, lastOf, type Prefix, prefixText, sizeOf } from "./prefix.js";

/** What blocks are cut from, and what the errors call it. */
export interface Pool {
  /** `podCIDRs`, or `segment.podRange`. */
  readonly field: string;
  readonly prefix: Prefix;
  /** Length of each node's block, and the field that says so. */
  readonly mask: number;
  readonly maskField: string;
}

/** A node and the block of the pool's family that it has already. */
export interface Claim {
  readonly node: string;
  readonly given?: Prefix;
}

/** kube-controller-manager hands out at most this many IPv6 blocks (docs of `--node-cidr-mask-size-ipv6`; RangeAllocator refuses more). */
const MOST_V6_BITS = 16;

/**
 * A block for each node, in the order of the claims.
 * @throws RenderError where a given block lies outside of the pool, or the pool is too small; both need and room are named
 */
export function allocate(pool: Pool, claims: readonly Claim[]): readonly Prefix[] {
  requireRoom(pool, claims);
  const size = sizeOf({ family: pool.prefix.family, length: pool.mask });
  const taken = claims
    .flatMap(({ given }) => (given === undefined ? [] : [given]))
    .toSorted((one, other) => (one.base < other.base ? -1 : one.base > other.base ? 1 : 0));
  let next = pool.prefix.base;
  let at = 0;
  return claims.map(({ given }) => {
    if (given !== undefined) return given;
    for (let other = taken[at]; other !== undefined && other.base < next + size; other = taken[at]) {
      // What lies before may be smaller or larger than a block: the next block begins behind it, at a multiple of the size.
      const behind = lastOf(other) + 1n;
      if (behind > next) next = behind + ((size - (behind % size)) % size);
      at += 1;
    }
    const block: Prefix = { family: pool.prefix.family, base: next, length: pool.mask };
    if (!contains(pool.prefix, block)) throw full(pool, claims);
    next += size;
    return block;
  });
}

function requireRoom(pool: Pool, claims: readonly Claim[]): void {
  const { prefix, mask, maskField, field } = pool;
  const text = prefixText(prefix);
  for (const { node, given } of claims) {
    if (given !== undefined && !contains(prefix, given))
      throw new RenderError(`the PodCIDR ${prefixText(given)} of ${node} lies outside of ${field} ${text}`);
  }
  // Given blocks may be smaller than the mask, and then more of them fit than it says.
  const open = claims.filter(({ given }) => given === undefined).length;
  if (open === 0) return;
  if (mask < prefix.length) throw full(pool, claims);
  if (prefix.family === "ipv6" && mask - prefix.length > MOST_V6_BITS)
    throw new RenderError(
      `${maskField} ${String(mask)} in ${field} ${text} is ${String(mask - prefix.length)} bits; kube-controller-manager takes at most ${String(MOST_V6_BITS)} of IPv6`,
    );
  if (BigInt(open) > room(pool)) throw full(pool, claims);
}

const room = ({ prefix, mask }: Pool): bigint => (mask < prefix.length ? 0n : 1n << BigInt(mask - prefix.length));

function full(pool: Pool, claims: readonly Claim[]): RenderError {
  const { prefix, mask, field } = pool;
  const have = Number(room(pool));
  const held = claims.filter(({ given }) => given !== undefined).length;
  const heldText = held === 0 ? "" : `, of which ${formatCount(held)} are given and may lie across others`;
  return new RenderError(
    `${formatCount(claims.length)} nodes need ${formatCount(claims.length)} blocks of /${String(mask)}${heldText}, and ${field} ${prefixText(prefix)} has room for ${formatCount(have)}`,
  );
}
