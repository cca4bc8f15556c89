/**
 * What an IP set's entries stand for, by its type.
 * Sources: ipset(8); the kernel's net/netfilter/ipset: `*_kadt` for what each type looks at in a packet, ip_set_hash_gen.h for the order.
 * @packageDocumentation
 */
import { type Group, groupBy } from "../../model/grouped.js";
import { type AddressFamily, parseAddress, parsePrefix } from "../../units/address.js";
import { wordsOf } from "../iptables/words.js";
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS } from "../numbers.js";
import { ANYTHING, exactly, type Field, type SetMember, type Value } from "../ruleset.js";

/** A set as it was saved. */
export interface SavedSet {
  /** `hash:ip,port`. */
  readonly type: string;
  /** What stands behind the type. */
  readonly options: string;
  /** What stands behind the set's name, of each entry. */
  readonly entries: readonly string[];
}

/** A set that can be looked into, or a list of sets. */
export type ReadSet =
  | {
      readonly kind: "set";
      readonly dimensions: number;
      /** Absent: packets of either. */
      readonly family?: AddressFamily;
      /** By a direction, `src` or `dst`, for each dimension. */
      readonly fields: (directions: readonly string[]) => readonly Field[];
      readonly members: readonly SetMember[];
    }
  | { readonly kind: "list"; readonly sets: readonly { readonly name: string; readonly isUncertain: boolean }[] };

/** What of a packet one dimension of a type is. `port` goes with the protocol, `bare-port` does not. */
type Dimension = "ip" | "net" | "port" | "bare-port" | "iface" | "mark";

/** Types without hardware addresses, of which a packet's words say nothing. */
const TYPES: Readonly<Record<string, readonly Dimension[]>> = {
  "bitmap:ip": ["ip"],
  "bitmap:port": ["bare-port"],
  "hash:ip": ["ip"],
  "hash:ip,mark": ["ip", "mark"],
  "hash:ip,port": ["ip", "port"],
  "hash:ip,port,ip": ["ip", "port", "ip"],
  "hash:ip,port,net": ["ip", "port", "net"],
  "hash:net": ["net"],
  "hash:net,iface": ["net", "iface"],
  "hash:net,net": ["net", "net"],
  "hash:net,port": ["net", "port"],
  "hash:net,port,net": ["net", "port", "net"],
};

/** Options of a creation and the number of their values; with another one, such as `bitmask`, it is not known what the set compares. */
const CREATE_OPTIONS: Readonly<Record<string, number>> = {
  family: 1,
  range: 1,
  netmask: 1,
  markmask: 1,
  timeout: 1,
  hashsize: 1,
  maxelem: 1,
  bucketsize: 1,
  initval: 1,
  size: 1,
  probes: 1,
  resize: 1,
  counters: 0,
  comment: 0,
  forceadd: 0,
  skbinfo: 0,
};

/** The same of an entry. */
const ENTRY_OPTIONS: Readonly<Record<string, number>> = {
  timeout: 1,
  packets: 1,
  bytes: 1,
  comment: 1,
  skbmark: 1,
  skbprio: 1,
  skbqueue: 1,
  nomatch: 0,
  wildcard: 0,
};

/** Types whose addresses `netmask` shortens; hash:net,net has it since Linux 6.2, which is not read. */
const WITH_NETMASK: ReadonlySet<string> = new Set(["bitmap:ip", "hash:ip", "hash:ip,port"]);

/** The set; undefined where its type, an option or an entry is not known. */
export function readSet({ type, options, entries }: SavedSet): ReadSet | undefined {
  const found = optionsOf(wordsOf(options), CREATE_OPTIONS);
  if (found === undefined) return undefined;
  if (type === "list:set") return listOf(entries);
  const dimensions = TYPES[type];
  if (dimensions === undefined || (found.has("netmask") && !WITH_NETMASK.has(type))) return undefined;
  const family = found.get("family") === "inet6" ? "ipv6" : "ipv4";
  const mask = markOf(found.get("markmask") ?? "0xffffffff");
  const form: Form = { dimensions, family, netmask: found.get("netmask") };
  const read = entries.map((entry) => entryOf(entry, form));
  const known = read.flatMap((entry) => entry ?? []);
  if (mask === undefined || known.length < read.length) return undefined;
  return {
    kind: "set",
    dimensions: dimensions.length,
    ...(type === "bitmap:port" ? {} : { family }),
    fields: (directions) => dimensions.flatMap((dimension, index) => fieldsOf(dimension, directions[index] === "src", mask)),
    members: inOrder(known, dimensions.includes("iface")),
  };
}

function listOf(entries: readonly string[]): ReadSet | undefined {
  const sets = entries.map((entry) => {
    const [name = "", ...words] = wordsOf(entry);
    const options = optionsOf(words, ENTRY_OPTIONS);
    return options === undefined ? undefined : { name, isUncertain: expires(options) };
  });
  const known = sets.flatMap((one) => one ?? []);
  return known.length < sets.length ? undefined : { kind: "list", sets: known };
}

/** Options with their last value; undefined where one is not known, or has no value. */
function optionsOf(words: readonly string[], known: Readonly<Record<string, number>>): ReadonlyMap<string, string> | undefined {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const name = words[index] ?? "";
    const values = Object.hasOwn(known, name) ? known[name] : undefined;
    if (values === undefined || index + values >= words.length) return undefined;
    options.set(name, values === 0 ? "" : (words[index + 1] ?? ""));
    index += values;
  }
  return options;
}

/** An entry of timeout 0 stays; others have gone after so many seconds. */
const expires = (options: ReadonlyMap<string, string>): boolean => (options.get("timeout") ?? "0") !== "0";

/** What a direction of a dimension looks at. A port is looked for with its protocol; for ICMP, type and code take its place (ip_set_get_ip4_port). */
function fieldsOf(dimension: Dimension, isSource: boolean, mask: bigint): readonly Field[] {
  const port: Field = { name: isSource ? "source-port" : "destination-port" };
  switch (dimension) {
    case "ip":
    case "net":
      return [{ name: isSource ? "source" : "destination" }];
    case "port":
      return [{ name: "protocol" }, port, { name: "icmp-type" }];
    case "bare-port":
      return [port];
    case "iface":
      return [{ name: isSource ? "in" : "out" }];
    case "mark":
      return [{ name: "mark", mask }];
  }
}

/** What entries of a set are read by. */
interface Form {
  readonly dimensions: readonly Dimension[];
  readonly family: AddressFamily;
  readonly netmask: string | undefined;
}

/** A member, and how large its networks are. */
interface Entry {
  readonly member: SetMember;
  readonly sizes: readonly bigint[];
}

const UNCERTAIN = { isUncertain: true } as const;

/** A dimension of an entry. */
interface Piece {
  readonly values: readonly Value[];
  /** Of a network: how many addresses it has. */
  readonly size?: bigint;
  readonly isUncertain?: true;
}

function entryOf(entry: string, form: Form): Entry | undefined {
  const [key = "", ...words] = wordsOf(entry);
  const options = optionsOf(words, ENTRY_OPTIONS);
  const parts = key.split(",");
  if (options === undefined || parts.length !== form.dimensions.length) return undefined;
  const read = form.dimensions.map((dimension, index) => pieceOf(parts[index] ?? "", dimension, form, options.has("wildcard")));
  const pieces = read.flatMap((piece) => piece ?? []);
  if (pieces.length < read.length) return undefined;
  const isUncertain = expires(options) || pieces.some((piece) => piece.isUncertain === true);
  return {
    member: {
      key: pieces.flatMap(({ values }) => values),
      ...(options.has("nomatch") ? ({ isException: true } as const) : {}),
      ...(isUncertain ? UNCERTAIN : {}),
    },
    sizes: pieces.flatMap(({ size }) => size ?? []),
  };
}

function pieceOf(text: string, dimension: Dimension, form: Form, isWildcard: boolean): Piece | undefined {
  switch (dimension) {
    case "ip": {
      const value = addressesOf(text, form);
      return value === undefined ? undefined : { values: [value] };
    }
    case "net": {
      const value = prefixOf(text, form.family);
      return value === undefined ? undefined : { values: [value], size: value.to - value.from };
    }
    case "port":
      return portOf(text);
    case "bare-port": {
      const value = portsOf(text);
      return value === undefined ? undefined : { values: [value] };
    }
    case "iface":
      // The device of a bridge, by which the packet came into it, is none of a packet's words.
      if (text.startsWith("physdev:")) return { values: [ANYTHING], isUncertain: true };
      return { values: [{ pattern: isWildcard ? `${text}*` : text }] };
    case "mark": {
      const value = markOf(text);
      return value === undefined ? undefined : { values: [exactly(value)] };
    }
  }
}

/** Numbers from one to another. */
type Range = Extract<Value, { readonly from: bigint }>;

function prefixOf(text: string, family: AddressFamily): Range | undefined {
  const found = parsePrefix(text);
  return found?.family === family ? { from: found.from, to: found.to } : undefined;
}

/** One address, or several where someone has written them by hand; the kernel holds each by itself. */
function addressesOf(text: string, { family, netmask }: Form): Range | undefined {
  const [first = "", last] = text.split("-");
  if (last === undefined) return prefixOf(netmask === undefined || text.includes("/") ? text : `${text}/${netmask}`, family);
  const [from, to] = [parseAddress(first), parseAddress(last)];
  if (netmask !== undefined || from?.family !== family || to?.family !== family) return undefined;
  return { from: from.value, to: to.value };
}

function portsOf(text: string): Range | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  return from === undefined || to === undefined ? undefined : { from: BigInt(from), to: BigInt(to) };
}

const ICMP = PROTOCOLS["icmp"] ?? 1;
const ICMPV6 = PROTOCOLS["icmpv6"] ?? 58;

/** `tcp:80`, `icmp:8/0`, `icmp:echo-request`, `gre:0`; a port alone is TCP's. */
function portOf(text: string): Piece | undefined {
  const [, name = "tcp", what = ""] = /^(?:([^:]+):)?([^:]+)$/.exec(text) ?? [];
  const protocol = /^\d+$/.test(name) ? Number(name) : PROTOCOLS[name];
  if (protocol === undefined || what === "") return undefined;
  if (protocol === ICMP || protocol === ICMPV6) return icmpOf(protocol, what);
  // What has no ports is in the set with port 0.
  if (!WITH_PORTS.has(protocol)) return { values: [exactly(protocol), ANYTHING, ANYTHING] };
  const ports = portsOf(what);
  return ports === undefined ? undefined : { values: [exactly(protocol), ports, ANYTHING] };
}

const WITH_PORTS: ReadonlySet<number> = new Set(["tcp", "udp", "sctp", "udplite"].flatMap((name) => PROTOCOLS[name] ?? []));

/** A type without a name here may be any; with a code it may be another packet of the same type. */
function icmpOf(protocol: number, what: string): Piece {
  const [, number, code = "0"] = /^(\d+)(?:\/(\d+))?$/.exec(what) ?? [];
  const type = number === undefined ? (protocol === ICMP ? ICMP_TYPES : ICMPV6_TYPES)[what] : Number(number);
  const isWhole = type !== undefined && code === "0";
  return {
    values: [exactly(protocol), ANYTHING, type === undefined ? ANYTHING : exactly(type)],
    ...(isWhole ? {} : UNCERTAIN),
  };
}

const markOf = (text: string): bigint | undefined => (/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? BigInt(text) : undefined);

/**
 * Members as the kernel looks for them: the smallest first network, then the smallest second one, whichever of them are exceptions (mtype_test_cidrs).
 * With devices a network that has the address is the last that is looked at, whatever its devices are (IP_SET_HASH_WITH_MULTI).
 */
function inOrder(entries: readonly Entry[], hasDevices: boolean): readonly SetMember[] {
  const sorted = entries.some(({ sizes }) => sizes.length > 0) ? [...entries].sort(bySize) : entries;
  const members = sorted.map(({ member }) => member);
  if (!hasDevices) return members;
  return [...groupBy(members, ({ key }) => networkOf(key[0])).values()].flatMap((own) => [...own, withoutDevice(own)]);
}

/** A network with the address whose devices are others ends the search. It may be gone where all its entries may. */
const withoutDevice = (own: Group<SetMember>): SetMember => ({
  key: [own[0].key[0] ?? ANYTHING, ANYTHING],
  isException: true,
  ...(own.every(({ isUncertain }) => isUncertain === true) ? UNCERTAIN : {}),
});

const networkOf = (value: Value | undefined): string =>
  value === undefined || "pattern" in value ? "" : `${String(value.from)}-${String(value.to)}`;

function bySize({ sizes: one }: Entry, { sizes: other }: Entry): number {
  for (const [index, size] of one.entries()) {
    const against = other[index] ?? size;
    if (size !== against) return size < against ? -1 : 1;
  }
  return 0;
}
