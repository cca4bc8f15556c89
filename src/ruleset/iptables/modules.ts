/**
 * Options of iptables' match modules: what each compares. An option that is missing here is a match that cannot be decided.
 * Source: iptables-extensions(8).
 * @packageDocumentation
 */
import { parseAddress } from "../../units/address.js";
import { ADDRESS_TYPES, ICMP_TYPES, ICMPV6_TYPES, PORTS, STATES, STATUSES, TCP_FLAGS } from "../numbers.js";
import { ANYTHING, type Element, exactly, type FieldName, type Match, matchOf, type Part, unknownMatch, type Value } from "../ruleset.js";
import type { Words } from "./words.js";

type Read = (words: Words, negated: boolean, option: string) => Part[];

const shown = (negated: boolean, option: string, ...values: readonly string[]): string =>
  [...(negated ? ["!"] : []), option, ...values].join(" ");

/** Takes one value and makes a match of it; of a value that is not understood one that cannot be decided. */
const oneValue =
  (make: (value: string, text: string, negated: boolean) => Match | undefined): Read =>
  (words, negated, option) => {
    const value = words.value(option);
    const text = shown(negated, option, value);
    return [make(value, text, negated) ?? unknownMatch(text)];
  };

/** Takes so many values and says nothing of the packet. */
const noCondition =
  (values: number): Read =>
  (words, _negated, option) => {
    for (let index = 0; index < values; index++) words.value(option);
    return [];
  };

function portRange(text: string): Value | undefined {
  const [from = "", to = from] = text.split(":");
  const [low, high] = [from === "" ? 0 : portNumber(from), to === "" ? 65_535 : portNumber(to)];
  return low === undefined || high === undefined ? undefined : { from: BigInt(low), to: BigInt(high) };
}

const portNumber = (text: string): number | undefined => (/^\d{1,5}$/.test(text) ? Number(text) : PORTS[text]);

const ports = (...names: readonly FieldName[]): Read =>
  oneValue((value, text, negated) => {
    const ranges = value.split(",").map(portRange);
    const known = ranges.filter((range) => range !== undefined);
    if (known.length < ranges.length) return undefined;
    const [only, other] = names;
    if (only === undefined) return undefined;
    if (other === undefined) return matchOf(only, known, text, negated);
    const any: Value = { from: 0n, to: 65_535n };
    const elements = known.flatMap((range) => [
      [range, any],
      [any, range],
    ]);
    return { kind: "match", fields: [{ name: only }, { name: other }], elements, negated, text };
  });

/** Names of a list as the bits of a field, any of which will do. */
const bits = (field: FieldName, table: Readonly<Record<string, bigint>>): Read =>
  oneValue((value, text, negated) => {
    const known = value.split(",").map((name) => table[name]);
    if (known.some((bit) => bit === undefined)) return undefined;
    return matchOf(
      field,
      known.flatMap((bit) => (bit === undefined ? [] : [exactly(bit)])),
      text,
      negated,
    );
  });

const mark = (field: "mark" | "connection-mark"): Read =>
  oneValue((value, text, negated) => {
    const [wanted = "", mask = "0xffffffff"] = value.split("/");
    if (![wanted, mask].every((number) => /^(0x[0-9a-f]+|\d+)$/i.test(number))) return undefined;
    return matchOf(field, [exactly(BigInt(wanted))], text, negated, BigInt(mask));
  });

const tcpFlags: Read = (words, negated, option) => {
  const [mask, wanted] = [words.value(option), words.value(option)];
  const number = (list: string): bigint | undefined =>
    list.split(",").reduce<bigint | undefined>((sum, name) => {
      const bit = TCP_FLAGS[name];
      return sum === undefined || bit === undefined ? undefined : sum | bit;
    }, 0n);
  const text = shown(negated, option, mask, wanted);
  const [maskBits, wantedBits] = [number(mask), number(wanted)];
  if (maskBits === undefined || wantedBits === undefined) return [unknownMatch(text)];
  return [matchOf("tcp-flags", [exactly(wantedBits)], text, negated, maskBits)];
};

/** SYN without RST, ACK and FIN. */
const syn: Read = (_words, negated, option) => [matchOf("tcp-flags", [exactly(2n)], shown(negated, option), negated, 0x17n)];

const icmpType = (table: Readonly<Record<string, number>>): Read =>
  oneValue((value, text, negated) => {
    if (value === "any") return matchOf("icmp-type", [{ from: 0n, to: 255n }], text, negated);
    const [type = ""] = value.split("/");
    const number = /^\d{1,3}$/.test(type) ? Number(type) : table[type];
    // With a code it may be another packet of the same type.
    if (number === undefined || value.includes("/")) return undefined;
    return matchOf("icmp-type", [exactly(number)], text, negated);
  });

const addressRange = (side: "source" | "destination"): Read =>
  oneValue((value, text, negated) => {
    const [from = "", to = from] = value.split("-");
    const [low, high] = [parseAddress(from), parseAddress(to)];
    if (low === undefined || high === undefined) return undefined;
    return matchOf(side, [{ from: low.value, to: high.value }], text, negated);
  });

const original = (side: "source" | "destination", text: string): Match => unknownMatch(`${text} (the connection's first packet, ${side})`);
const ofConnection: Read = oneValue((_value, text) => original("destination", text));

/** One of these states, or one of these bits of the status, of which a connection may have several. */
function ofStateOrStatus(states: readonly bigint[], statuses: readonly bigint[], text: string, negated: boolean): Match {
  const fields = [{ name: "state" } as const, ...statuses.map((mask) => ({ name: "status", mask }) as const)];
  const only = (place: number, value: bigint): Element => fields.map((_, index) => (index === place ? exactly(value) : ANYTHING));
  const elements = [...states.map((state) => only(0, state)), ...statuses.map((bit, index) => only(index + 1, bit))];
  return { kind: "match", fields, elements, negated, text };
}

const CONNTRACK: Readonly<Record<string, Read>> = {
  "--ctstate": (words, negated, option) => {
    const value = words.value(option);
    const text = shown(negated, option, value);
    const names = value.split(",");
    const states = names.flatMap((name) => STATES[name] ?? []);
    // DNAT and SNAT among the states are bits of the connection's status.
    const statuses = names.flatMap((name) => (name === "DNAT" || name === "SNAT" ? [STATUSES[name] ?? 0n] : []));
    if (states.length + statuses.length < names.length) return [unknownMatch(text)];
    return [ofStateOrStatus(states, statuses, text, negated)];
  },
  "--ctstatus": oneValue((value, text, negated) => {
    const known = value.split(",").map((name) => STATUSES[name]);
    return known.includes(undefined)
      ? undefined
      : ofStateOrStatus(
          [],
          known.flatMap((bit) => bit ?? []),
          text,
          negated,
        );
  }),
  "--ctproto": ofConnection,
  "--ctorigsrc": ofConnection,
  "--ctorigdst": ofConnection,
  "--ctreplsrc": ofConnection,
  "--ctrepldst": ofConnection,
  "--ctorigsrcport": ofConnection,
  "--ctorigdstport": ofConnection,
  "--ctexpire": ofConnection,
  "--ctdir": ofConnection,
};

const TRANSPORT: Readonly<Record<string, Read>> = {
  "--sport": ports("source-port"),
  "--source-port": ports("source-port"),
  "--dport": ports("destination-port"),
  "--destination-port": ports("destination-port"),
};

/** Whether a word begins a condition on an entry's counters, or turns exceptions into members. */
const ASKS_OF_ENTRY = /^--(?:return-nomatch$|packets-|bytes-)/;
/** Options that say what is counted, and are no condition. */
const COUNTS = /^--update-(?:sub)?counters$/;

/** The further options of `--match-set` that ask something of the entry; they belong to what a `!` before it turns round (ip_set_match_extensions). */
function askedOfEntry(words: Words): readonly string[] {
  const asked: string[] = [];
  for (;;) {
    const negates = words.peek() === "!" ? 1 : 0;
    const option = words.peek(negates) ?? "";
    const asks = ASKS_OF_ENTRY.test(option);
    if (!asks && !COUNTS.test(option)) return asked;
    const values = asks && option !== "--return-nomatch" ? 1 : 0;
    const taken = Array.from({ length: negates + 1 + values }, () => words.value(option));
    if (asks) asked.push(...taken);
  }
}

/** Whether an IP set has the packet; of one that is not known both ways are open. */
const matchSet: Read = (words, negated, option) => {
  const name = words.value(option);
  const directions = words.value(option);
  const asked = askedOfEntry(words);
  const text = `-m set ${shown(negated, option, name, directions, ...asked)}`;
  const { sets, tool } = words.context;
  const looks = asked.length > 0 ? undefined : sets.looksInto(name, directions.split(","), tool === "iptables" ? "ipv4" : "ipv6");
  if (looks === undefined) return [unknownMatch(text)];
  return [{ kind: "match", fields: looks.flatMap(({ fields }) => fields), elements: [], negated, text, looks }];
};

/** By module and option. */
export const MODULES: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  tcp: { ...TRANSPORT, "--tcp-flags": tcpFlags, "--syn": syn },
  udp: TRANSPORT,
  sctp: TRANSPORT,
  multiport: {
    "--sports": ports("source-port"),
    "--source-ports": ports("source-port"),
    "--dports": ports("destination-port"),
    "--destination-ports": ports("destination-port"),
    "--ports": ports("source-port", "destination-port"),
  },
  icmp: { "--icmp-type": icmpType(ICMP_TYPES) },
  icmp6: { "--icmpv6-type": icmpType(ICMPV6_TYPES) },
  "ipv6-icmp": { "--icmpv6-type": icmpType(ICMPV6_TYPES) },
  conntrack: CONNTRACK,
  state: { "--state": bits("state", STATES) },
  mark: { "--mark": mark("mark") },
  connmark: { "--mark": mark("connection-mark") },
  addrtype: {
    "--src-type": bits("source-type", ADDRESS_TYPES),
    "--dst-type": bits("destination-type", ADDRESS_TYPES),
    "--limit-iface-in": noCondition(0),
    "--limit-iface-out": noCondition(0),
  },
  comment: { "--comment": noCondition(1) },
  set: { "--match-set": matchSet },
  // It counts, and matches everything.
  nfacct: { "--nfacct-name": noCondition(1) },
  iprange: { "--src-range": addressRange("source"), "--dst-range": addressRange("destination") },
};
