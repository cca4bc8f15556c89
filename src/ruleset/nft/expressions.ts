/**
 * Reads expressions of nft's text form: what is looked at, and what it is compared with.
 * @packageDocumentation
 */
import { RulesetError } from "../ruleset.js";
import type { Expression } from "./ast.js";
import type { Tokens } from "./token-reader.js";

const PAYLOADS: ReadonlySet<string> = new Set([
  "ip",
  "ip6",
  "tcp",
  "udp",
  "th",
  "sctp",
  "icmp",
  "icmpv6",
  "ether",
  "arp",
  "vlan",
  "udplite",
  "dccp",
  "ah",
  "esp",
  "comp",
]);
/** Keys of meta that may stand without the word. */
const META: ReadonlySet<string> = new Set([
  "iif",
  "iifname",
  "oif",
  "oifname",
  "mark",
  "skuid",
  "skgid",
  "pkttype",
  "cpu",
  "iifgroup",
  "oifgroup",
  "iiftype",
  "oiftype",
  "rtclassid",
  "l4proto",
  "nfproto",
]);

/** A left side: one expression, several joined by dots, or bits of one. Undefined where none begins here. */
export function expression(tokens: Tokens): Expression | undefined {
  const first = bits(tokens);
  if (first === undefined) return undefined;
  if (tokens.peekText() !== ".") return first;
  const parts = [first];
  while (tokens.peekText() === ".") {
    tokens.take();
    const next = bits(tokens);
    if (next === undefined) throw new RulesetError(`${tokens.where}: the rule is cut short`);
    parts.push(next);
  }
  return { concat: parts };
}

const BIT_SIGNS: Readonly<Record<string, string>> = { "&": "&", and: "&", "|": "|", or: "|", "^": "^", xor: "^" };

function bits(tokens: Tokens): Expression | undefined {
  let left = single(tokens);
  while (left !== undefined) {
    const sign = BIT_SIGNS[tokens.peekWord() ?? ""];
    if (sign === undefined) return left;
    tokens.take();
    left = { [sign]: [left, bracketed(tokens)] };
  }
  return left;
}

/** `(fin | syn)`, or one value. */
function bracketed(tokens: Tokens): Expression {
  if (tokens.peekText() !== "(") return value(tokens);
  tokens.take();
  let sum = value(tokens);
  while (tokens.peekText() !== ")") {
    const sign = BIT_SIGNS[tokens.text()] ?? "|";
    sum = { [sign]: [sum, value(tokens)] };
  }
  tokens.take();
  return sum;
}

function single(tokens: Tokens): Expression | undefined {
  const word = tokens.peekWord();
  if (word === undefined) return undefined;
  if (word === "meta") {
    tokens.take();
    return { meta: { key: tokens.text() } };
  }
  if (word === "ct") return conntrack(tokens);
  if (word === "fib") return fib(tokens);
  if (word === "numgen") {
    tokens.take();
    const mode = tokens.text();
    tokens.skip("mod");
    const mod = Number(tokens.text());
    if (tokens.peekWord() === "offset") {
      tokens.take();
      tokens.text();
    }
    return { numgen: { mode, mod } };
  }
  if (word === "jhash" || word === "symhash") {
    const start = tokens.position();
    tokens.take();
    while (!tokens.done() && tokens.peekWord() !== "mod") tokens.take();
    tokens.take();
    const mod = Number(tokens.text());
    while (["seed", "offset"].includes(tokens.peekWord() ?? "")) {
      tokens.take();
      tokens.text();
    }
    return { numgen: { mode: tokens.since(start), mod } };
  }
  if (word === "tcp" && tokens.peekWord(1) === "option") {
    tokens.take();
    tokens.take();
    const name = tokens.text();
    // `tcp option mptcp exists` has no field.
    return { "tcp option": ["exists", "missing"].includes(tokens.peekWord() ?? "") ? { name } : { name, field: tokens.text() } };
  }
  if (word === "socket" || word === "rt" || word === "osf" || word === "exthdr") {
    tokens.take();
    return { [word]: { key: tokens.text() } };
  }
  if (PAYLOADS.has(word)) {
    tokens.take();
    return { payload: { protocol: word, field: tokens.text() } };
  }
  if (META.has(word)) {
    tokens.take();
    return { meta: { key: word } };
  }
  return undefined;
}

function conntrack(tokens: Tokens): Expression {
  tokens.take();
  const dir = ["original", "reply"].includes(tokens.peekWord() ?? "") ? tokens.text() : undefined;
  const family = ["ip", "ip6"].includes(tokens.peekWord() ?? "") ? tokens.text() : undefined;
  const key = tokens.text();
  return { ct: { key, ...(dir === undefined ? {} : { dir }), ...(family === undefined ? {} : { family }) } };
}

function fib(tokens: Tokens): Expression {
  tokens.take();
  const flags: string[] = [tokens.text()];
  while (tokens.peekText() === ".") {
    tokens.take();
    flags.push(tokens.text());
  }
  return { fib: { flags, result: tokens.text() } };
}

const OPERATORS: ReadonlySet<string> = new Set(["==", "!=", "!", "<", ">", "<=", ">="]);

/** An operator, the implicit one included, and the right side; undefined where the rule has none. */
export function relation(tokens: Tokens): { readonly op: string; readonly right: Expression | undefined } {
  const op = OPERATORS.has(tokens.peekWord() ?? "") ? tokens.text() : "in";
  if (tokens.done()) return { op, right: undefined };
  const right = rightSide(tokens);
  // `tcp flags syn / fin,syn,rst,ack` is `tcp flags & (fin | ...) == syn`.
  if (tokens.peekText() !== "/") return { op, right };
  tokens.take();
  return { op, right: { "/": [right, rightSide(tokens)] } };
}

/** What stands behind an operator, `set` or `to`: a value or several, a set, a map's look-up, or another expression. */
export function rightSide(tokens: Tokens): Expression {
  if (tokens.peekText() === "{") return setOf(tokens);
  const left = isProtocol(tokens) ? undefined : expression(tokens);
  if (left !== undefined) {
    if (tokens.peekWord() !== "map") return left;
    tokens.take();
    return { map: { key: left, data: tokens.peekText() === "{" ? setOf(tokens) : tokens.text() } };
  }
  const first = concatenated(tokens);
  if (tokens.peekText() !== ",") return bitOr(tokens, first);
  const values = [first];
  while (tokens.peekText() === ",") {
    tokens.take();
    values.push(concatenated(tokens));
  }
  return values;
}

/** Fields of headers, by nft(8)'s payload expressions. */
const FIELDS: ReadonlySet<string> = new Set(
  [
    "version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr option flowlabel nexthdr hoplimit",
    "type code mtu gateway sequence taddr max-delay group sport dport ackseq doff reserved flags window urgptr",
    "vtag vni spi cpi pcp dei cfi operation htype ptype hlen plen hdr-checksum",
  ].flatMap((line) => line.split(" ")),
);

/** `ip protocol udp counter`: the name of a protocol and no field of its header, which would follow. */
function isProtocol(tokens: Tokens): boolean {
  return PAYLOADS.has(tokens.peekWord() ?? "") && !FIELDS.has(tokens.peekWord(1) ?? "");
}

function bitOr(tokens: Tokens, first: Expression): Expression {
  let left = first;
  for (let sign = BIT_SIGNS[tokens.peekWord() ?? ""]; sign !== undefined; sign = BIT_SIGNS[tokens.peekWord() ?? ""]) {
    tokens.take();
    left = { [sign]: [left, bracketed(tokens)] };
  }
  return left;
}

function concatenated(tokens: Tokens): Expression {
  const first = value(tokens);
  if (tokens.peekText() !== ".") return first;
  const parts = [first];
  while (tokens.peekText() === ".") {
    tokens.take();
    parts.push(value(tokens));
  }
  return { concat: parts };
}

/** One value: a number, a name, a prefix, a range, or all values of a set. */
function value(tokens: Tokens): Expression {
  const token = tokens.take();
  if (token === undefined) throw new RulesetError(`${tokens.where}: the rule is cut short`);
  if (token.quoted || token.text.startsWith("@")) return token.text;
  return literal(token.text);
}

/** The same from its text alone. */
export function literal(text: string): Expression {
  if (/^\d+$/.test(text)) return Number(text);
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  const prefix = /^(.+)\/(\d{1,3})$/.exec(text);
  if (prefix?.[1] !== undefined) return { prefix: { addr: prefix[1], len: Number(prefix[2]) } };
  // Names hold dashes too: a range has an address or a number on both sides.
  const range = /^((?:\d|[0-9a-f]*:)[\d.:a-f]*)-((?:\d|[0-9a-f]*:)[\d.:a-f]*)$/i.exec(text);
  if (range?.[1] !== undefined && range[2] !== undefined) return { range: [literal(range[1]), literal(range[2])] };
  return text;
}

/** `{ a, b : verdict, ... }`: elements, or pairs of key and value. Timeouts and counters of elements are left out. */
export function setOf(tokens: Tokens): Expression {
  tokens.skip("{");
  const elements: Expression[] = [];
  while (tokens.peekText() !== "}") {
    const key = concatenated(tokens);
    skipElementWords(tokens);
    if (tokens.peekText() === ":") {
      tokens.take();
      elements.push([key, elementValue(tokens)]);
    } else elements.push(key);
    if (tokens.peekText() === ",") tokens.take();
  }
  tokens.take();
  return { set: elements };
}

const ELEMENT_WORDS: ReadonlySet<string> = new Set(["timeout", "expires", "comment", "counter", "packets", "bytes"]);

function skipElementWords(tokens: Tokens): void {
  while (ELEMENT_WORDS.has(tokens.peekWord() ?? "")) {
    if (tokens.text() !== "counter") tokens.text();
  }
}

/** The value of a map's element: a verdict, or data. */
function elementValue(tokens: Tokens): Expression {
  const word = tokens.peekWord();
  if (word === "jump" || word === "goto") {
    tokens.take();
    return { [word]: { target: tokens.text() } };
  }
  if (word === "accept" || word === "drop" || word === "return" || word === "continue") {
    tokens.take();
    return { [word]: null };
  }
  return concatenated(tokens);
}
