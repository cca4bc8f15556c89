/**
 * IP addresses as numbers, by which prefixes and ranges are compared.
 * @packageDocumentation
 */

/** Both families of addresses. */
export type AddressFamily = "ipv4" | "ipv6";

/** An address. */
export interface Address {
  readonly family: AddressFamily;
  readonly value: bigint;
}

/** Bits of an address. */
export const BITS: Readonly<Record<AddressFamily, number>> = { ipv4: 32, ipv6: 128 };

/** An address from its text (RFC 791; RFC 4291, 2.2); undefined where it is none. */
export function parseAddress(text: string): Address | undefined {
  const value = text.includes(":") ? parseV6(text) : parseV4(text);
  return value === undefined ? undefined : { family: text.includes(":") ? "ipv6" : "ipv4", value };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    const byte = Number(part);
    if (byte > 255 || !/^\d{1,3}$/.test(part)) return undefined;
    value = value * 256 + byte;
  }
  return BigInt(value);
}

function parseV6(text: string): bigint | undefined {
  const last = text.slice(text.lastIndexOf(":") + 1);
  const embedded = last.includes(".") ? parseV4(last) : undefined;
  if (last.includes(".") && embedded === undefined) return undefined;
  const whole =
    embedded === undefined ? text : `${text.slice(0, -last.length)}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
  const halves = whole.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** An address as text; of IPv6 the form of RFC 5952. */
export function formatAddress({ family, value }: Address): string {
  if (family === "ipv4") return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const runs = [
    ...groups
      .map((group) => (group === "0" ? "0" : "x"))
      .join("")
      .matchAll(/0{2,}/g),
  ];
  const longest = runs.reduce<{ at: number; length: number } | undefined>(
    (best, run) => (best === undefined || run[0].length > best.length ? { at: run.index, length: run[0].length } : best),
    undefined,
  );
  if (longest === undefined) return groups.join(":");
  return `${groups.slice(0, longest.at).join(":")}::${groups.slice(longest.at + longest.length).join(":")}`;
}

/** Both ends of a prefix, such as `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `fd00::/8`, or of one address; undefined where it is neither. */
export function parsePrefix(text: string): { readonly family: AddressFamily; readonly from: bigint; readonly to: bigint } | undefined {
  const [host = "", length, more] = text.split("/");
  const address = parseAddress(host);
  if (address === undefined || more !== undefined) return undefined;
  const bits = length === undefined ? BITS[address.family] : prefixLength(length, address.family);
  if (bits === undefined) return undefined;
  if (bits === BITS[address.family]) return { family: address.family, from: address.value, to: address.value };
  const free = (1n << BigInt(BITS[address.family] - bits)) - 1n;
  return { family: address.family, from: address.value & ~free, to: address.value | free };
}

function prefixLength(text: string, family: AddressFamily): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= BITS[family] ? Number(text) : undefined;
  const mask = parseAddress(text);
  if (mask?.family !== family) return undefined;
  const ones = mask.value.toString(2).padStart(BITS[family], "0");
  return /^1*0*$/.test(ones) ? ones.replaceAll("0", "").length : undefined;
}
