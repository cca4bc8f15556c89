/**
 * What nft's expressions look at, and their values in the numbers of what they look at.
 * @packageDocumentation
 */
import { parseAddress, parsePrefix } from "../../units/address.js";
import { ADDRESS_TYPES, ICMP_TYPES, ICMPV6_TYPES, PORTS, PROTOCOLS, STATES, STATUSES, TCP_FLAGS } from "../numbers.js";
import { exactly, type Field, type FieldName, type Value } from "../ruleset.js";
import type { Expression } from "./ast.js";

/** What an expression of one key holds under it; undefined where it is another. */
export const objectOf = (expression: Expression, key: string): unknown =>
  typeof expression === "object" && !Array.isArray(expression) && Object.hasOwn(expression, key)
    ? (expression as { readonly [name: string]: unknown })[key]
    : undefined;

const BY_PAYLOAD: Readonly<Record<string, FieldName>> = {
  "ip saddr": "source",
  "ip6 saddr": "source",
  "ip daddr": "destination",
  "ip6 daddr": "destination",
  "ip protocol": "protocol",
  "ip6 nexthdr": "protocol",
  "tcp sport": "source-port",
  "udp sport": "source-port",
  "th sport": "source-port",
  "sctp sport": "source-port",
  "tcp dport": "destination-port",
  "udp dport": "destination-port",
  "th dport": "destination-port",
  "sctp dport": "destination-port",
  "tcp flags": "tcp-flags",
  "icmp type": "icmp-type",
  "icmpv6 type": "icmp-type",
};
const BY_META: Readonly<Record<string, FieldName>> = {
  l4proto: "protocol",
  nfproto: "family",
  protocol: "family",
  mark: "mark",
  iifname: "in",
  iif: "in",
  oifname: "out",
  oif: "out",
};
const BY_CONNTRACK: Readonly<Record<string, FieldName>> = { state: "state", status: "status", mark: "connection-mark" };

/** The fields of a left side; undefined where one is not understood. */
export function fieldsOf(left: Expression): readonly Field[] | undefined {
  const parts = (objectOf(left, "concat") as readonly Expression[] | undefined) ?? [left];
  const fields = parts.map(fieldOf);
  return fields.some((field) => field === undefined) ? undefined : fields.flatMap((field) => (field === undefined ? [] : [field]));
}

/** One field, with the bits of it that count. */
export function fieldOf(expression: Expression): Field | undefined {
  const masked = objectOf(expression, "&") as readonly [Expression, Expression] | undefined;
  if (masked !== undefined) {
    const field = fieldOf(masked[0]);
    const mask = field === undefined ? undefined : flagBits(masked[1], field.name);
    return field === undefined || mask === undefined || field.mask !== undefined ? undefined : { ...field, mask };
  }
  const payload = objectOf(expression, "payload") as { readonly protocol: string; readonly field: string } | undefined;
  if (payload !== undefined) return named(BY_PAYLOAD[`${payload.protocol} ${payload.field}`]);
  const meta = objectOf(expression, "meta") as { readonly key: string } | undefined;
  if (meta !== undefined) return named(BY_META[meta.key]);
  const ct = objectOf(expression, "ct") as { readonly key: string; readonly dir?: string } | undefined;
  if (ct !== undefined) return ct.dir === undefined ? named(BY_CONNTRACK[ct.key]) : undefined;
  const fib = objectOf(expression, "fib") as { readonly flags: readonly string[]; readonly result: string } | undefined;
  if (fib?.result === "type") return named(fib.flags.includes("daddr") ? "destination-type" : "source-type");
  const numgen = objectOf(expression, "numgen") as { readonly mod: number } | undefined;
  if (numgen !== undefined) return { name: "random", values: numgen.mod };
  return undefined;
}

const named = (name: FieldName | undefined): Field | undefined => (name === undefined ? undefined : { name });

/** Address families as the kernel numbers them (AF_INET, AF_INET6). */
export const FAMILIES: Readonly<Record<string, bigint>> = { ipv4: 2n, ip: 2n, ipv6: 10n, ip6: 10n };

/** A value in the numbers of its field; undefined where it is not understood. */
export function valueFor(expression: Expression, { name }: Field): Value | undefined {
  const prefix = objectOf(expression, "prefix") as { readonly addr: string; readonly len: number } | undefined;
  if (prefix !== undefined) return parsePrefix(`${prefix.addr}/${String(prefix.len)}`);
  const range = objectOf(expression, "range") as readonly [Expression, Expression] | undefined;
  if (range !== undefined) {
    const [from, to] = [valueFor(range[0], { name }), valueFor(range[1], { name })];
    return from === undefined || to === undefined || "pattern" in from || "pattern" in to ? undefined : { from: from.from, to: to.to };
  }
  if (expression === "*") return { from: 0n, to: (1n << 128n) - 1n };
  if (typeof expression === "number") return name === "in" || name === "out" ? { pattern: String(expression) } : exactly(expression);
  if (typeof expression !== "string") {
    const bits = flagBits(expression, name);
    return bits === undefined ? undefined : exactly(bits);
  }
  return namedValue(expression, name);
}

function namedValue(text: string, name: FieldName): Value | undefined {
  const from = (table: Readonly<Record<string, bigint | number>>, key = text): Value | undefined =>
    table[key] === undefined ? undefined : exactly(table[key]);
  switch (name) {
    case "in":
    case "out":
      return { pattern: text };
    case "source":
    case "destination": {
      const address = parseAddress(text);
      return address === undefined ? undefined : exactly(address.value);
    }
    case "protocol":
      return from(PROTOCOLS);
    case "family":
      return from(FAMILIES);
    case "state":
      return from(STATES, text.toUpperCase());
    case "status":
      return from(STATUSES, text.toUpperCase().replaceAll("-", "_"));
    case "source-type":
    case "destination-type":
      return from(ADDRESS_TYPES, text.toUpperCase());
    case "source-port":
    case "destination-port":
      return from(PORTS);
    case "tcp-flags":
      return from(TCP_FLAGS, text.toUpperCase());
    case "icmp-type":
      return from(ICMP_TYPES) ?? from(ICMPV6_TYPES);
    default:
      return undefined;
  }
}

/** Fields whose values are bits with names. */
const FLAGS: Partial<Readonly<Record<FieldName, Readonly<Record<string, bigint>>>>> = {
  "tcp-flags": TCP_FLAGS,
  state: STATES,
  status: STATUSES,
};

/** Bits of such a field by their names, also joined; undefined where one has no such name, or the field no such bits. */
export function flagBits(expression: Expression, field: FieldName): bigint | undefined {
  const names = Array.isArray(expression) ? (expression as readonly Expression[]) : [expression];
  return names.reduce<bigint | undefined>((sum, name) => {
    const bit =
      typeof name === "number"
        ? BigInt(name)
        : typeof name === "string"
          ? FLAGS[field]?.[name.toUpperCase().replaceAll("-", "_")]
          : orOf(name, field);
    return sum === undefined || bit === undefined ? undefined : sum | bit;
  }, 0n);
}

function orOf(expression: Expression, field: FieldName): bigint | undefined {
  const pair = objectOf(expression, "|") as readonly Expression[] | undefined;
  return pair === undefined ? undefined : flagBits(pair, field);
}
