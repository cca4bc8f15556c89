/**
 * Reads a rule of nft's text form into the statements of its JSON form.
 * Source: nft(8); what nft 1.0 and 1.1 list.
 * @packageDocumentation
 */
import type { Expression, Statement } from "./ast.js";
import { expression, relation, rightSide, setOf } from "./expressions.js";
import type { Tokens } from "./token-reader.js";

/** Statements that take words up to the next statement, and change nothing that a match looks at. */
const VERDICTS: ReadonlySet<string> = new Set(["accept", "drop", "return", "continue"]);

/**
 * The statements of a rule, in order. A condition that no packet's words decide becomes `{ "undecided": text }`, what is not known at all
 * `{ "unknown": text }`.
 * @throws RulesetError where an expression is cut short
 */
export function statementsOf(tokens: Tokens): Statement[] {
  const statements: Statement[] = [];
  while (!tokens.done()) statements.push(statement(tokens));
  return statements;
}

function statement(tokens: Tokens): Statement {
  const word = tokens.peekWord();
  if (word !== undefined && VERDICTS.has(word)) {
    tokens.take();
    return { [word]: null };
  }
  switch (word) {
    case "jump":
    case "goto":
      tokens.take();
      return { [word]: { target: tokens.text() } };
    case "counter":
      return counter(tokens);
    case "comment":
      tokens.take();
      return { comment: tokens.text() };
    case "notrack":
      tokens.take();
      return { notrack: null };
    case "log":
      return optional(tokens, "log", ["prefix", "group", "snaplen", "queue-threshold", "level", "flags"]);
    case "reject":
      return reject(tokens);
    case "masquerade":
    case "redirect":
    case "dnat":
    case "snat":
      return nat(tokens, word);
    case "limit":
      return { undecided: limit(tokens) };
    case "quota":
      return { undecided: quota(tokens) };
    case "xt":
      tokens.take();
      return { xt: { type: tokens.text(), name: tokens.text() } };
    case "last":
      return optional(tokens, "last", ["used"]);
    case "dup":
      return dup(tokens);
    case "flow":
      return flow(tokens);
    case "queue":
    case "tproxy":
    case "fwd":
    case "synproxy":
      return { unknown: rest(tokens, word) };
    case "add":
    case "update":
    case "delete":
      return setStatement(tokens, word);
    default:
      return relational(tokens);
  }
}

function counter(tokens: Tokens): Statement {
  tokens.take();
  if (tokens.peekWord() === "name") {
    tokens.take();
    return { counter: tokens.text() };
  }
  if (tokens.peekWord() !== "packets") return { counter: null };
  tokens.take();
  const packets = Number(tokens.text());
  tokens.skip("bytes");
  tokens.text();
  return { counter: { packets } };
}

/** A named limit or quota, after its first word. */
function isNamed(tokens: Tokens): boolean {
  if (tokens.peekWord() !== "name") return false;
  tokens.take();
  tokens.text();
  return true;
}

const BURST_UNITS: ReadonlySet<string> = new Set(["packets", "bytes", "kbytes", "mbytes"]);

/** `limit rate [over] 3/minute [burst 5 packets]`, of bytes `limit rate 10 mbytes/second`: whether it holds is the kernel's state, not the packet's. */
function limit(tokens: Tokens): string {
  const start = tokens.position();
  tokens.take();
  if (isNamed(tokens)) return tokens.since(start);
  while (!tokens.done() && tokens.peekText() !== "/") tokens.take();
  tokens.skip("/");
  tokens.text();
  if (tokens.peekWord() === "burst") {
    tokens.take();
    tokens.text();
    if (BURST_UNITS.has(tokens.peekWord() ?? "")) tokens.take();
  }
  return tokens.since(start).replace(" / ", "/");
}

/** `quota [over|until] 25 mbytes [used 1 mbytes]`. */
function quota(tokens: Tokens): string {
  const start = tokens.position();
  tokens.take();
  if (isNamed(tokens)) return tokens.since(start);
  if (["over", "until"].includes(tokens.peekWord() ?? "")) tokens.take();
  tokens.text();
  tokens.text();
  if (tokens.peekWord() === "used") {
    tokens.take();
    tokens.text();
    tokens.text();
  }
  return tokens.since(start);
}

/** `ct count [over] 20`. */
function connectionCount(tokens: Tokens): string {
  const start = tokens.position();
  tokens.take();
  tokens.take();
  if (tokens.peekWord() === "over") tokens.take();
  tokens.text();
  return tokens.since(start);
}

/** A statement with options of one value each. */
function optional(tokens: Tokens, name: string, options: readonly string[]): Statement {
  tokens.take();
  while (options.includes(tokens.peekWord() ?? "")) {
    tokens.take();
    tokens.text();
    while (tokens.peekText() === ",") {
      tokens.take();
      tokens.text();
    }
  }
  return { [name]: null };
}

/** `dup to 192.0.2.1 device "eth0"`, where a map may stand for either. */
function dup(tokens: Tokens): Statement {
  tokens.take();
  while (["to", "device"].includes(tokens.peekWord() ?? "")) {
    tokens.take();
    rightSide(tokens);
  }
  return { dup: null };
}

/** `flow add @table`; versions before 0.9 called meters so, which are not read. */
function flow(tokens: Tokens): Statement {
  if (tokens.peekText(2)?.startsWith("@") !== true) return { unknown: rest(tokens, "flow") };
  tokens.take();
  return { flow: { op: tokens.text(), flowtable: tokens.text() } };
}

function reject(tokens: Tokens): Statement {
  tokens.take();
  const words: string[] = [];
  if (tokens.peekWord() === "with") {
    tokens.take();
    // `tcp reset`, `icmp port-unreachable`, `icmp type host-unreachable`, `icmpx ...`
    words.push(tokens.text());
    if (tokens.peekWord() === "type") tokens.take();
    words.push(tokens.text());
  }
  return { reject: words.length === 0 ? null : { type: words[0], expr: words[1] } };
}

const NAT_FLAGS: ReadonlySet<string> = new Set(["random", "fully-random", "persistent", "netmap"]);

function nat(tokens: Tokens, name: "masquerade" | "redirect" | "dnat" | "snat"): Statement {
  tokens.take();
  const family = ["ip", "ip6"].includes(tokens.peekWord() ?? "") ? tokens.text() : undefined;
  // `dnat ip addr . port to ...` says what a map's value is.
  while (["addr", "port", ".", "prefix"].includes(tokens.peekText() ?? "")) tokens.take();
  let addr: Expression | undefined;
  let port: Expression | undefined;
  if (tokens.peekWord() === "to") {
    tokens.take();
    if (tokens.peekText() !== ":") addr = rightSide(tokens);
    if (tokens.peekText() === ":") {
      tokens.take();
      port = rightSide(tokens);
    }
  }
  const flags: string[] = [];
  while (NAT_FLAGS.has(tokens.peekWord() ?? "")) {
    flags.push(tokens.text());
    if (tokens.peekText() === ",") tokens.take();
  }
  return {
    [name]: {
      ...(family === undefined ? {} : { family }),
      ...(addr === undefined ? {} : { addr }),
      ...(port === undefined ? {} : { port }),
      ...(flags.length === 0 ? {} : { flags }),
    },
  };
}

/**
 * `update @set { ip saddr timeout 3h : ... }`: who is in a set later is no matter for the packet that puts it there. With a limit for each element it is a
 * condition too.
 */
function setStatement(tokens: Tokens, op: string): Statement {
  const start = tokens.position();
  tokens.take();
  const set = tokens.text();
  const body = tokens.position();
  if (tokens.peekText() === "{") tokens.skipBraces();
  return tokens.hasWordSince(body, CONDITIONS_OF_ELEMENTS) ? { undecided: tokens.since(start) } : { set: { op, set } };
}

/** `limit rate ...`, `quota ...`, `ct count ...`. */
const CONDITIONS_OF_ELEMENTS: ReadonlySet<string> = new Set(["limit", "quota", "count"]);

/** Words with which a comparison begins that is not read: whatever it compares, it is a condition. */
const OTHER_COMPARISONS: ReadonlySet<string> = new Set([
  "exthdr",
  "frag",
  "hbh",
  "dst",
  "mh",
  "srh",
  "auth",
  "ipsec",
  "osf",
  "tunnel",
  "vxlan",
  "geneve",
  "gre",
  "gretap",
  "igmp",
]);

/** Words of statements that act on the packet: behind a condition that is not read, one of them is no part of the condition. */
const ACTING: ReadonlySet<string> = new Set([
  "vmap",
  "map",
  "set",
  "queue",
  "tproxy",
  "fwd",
  "synproxy",
  "xt",
  "dup",
  "flow",
  "add",
  "update",
  "delete",
]);

/** An expression, and what it is compared with, set to or looked up in. */
function relational(tokens: Tokens): Statement {
  const start = tokens.position();
  const first = tokens.peekWord() ?? "";
  if (first === "ct" && tokens.peekWord(1) === "count") return { undecided: connectionCount(tokens) };
  const left = expression(tokens);
  if (left === undefined) {
    const isCondition = first.startsWith("@") || OTHER_COMPARISONS.has(first);
    const text = rest(tokens, tokens.peekText() ?? "");
    return isCondition && !tokens.hasWordSince(start, ACTING) ? { undecided: text } : { unknown: text };
  }
  const word = tokens.peekWord();
  if (word === "vmap") {
    tokens.take();
    return { vmap: { key: left, data: tokens.peekText() === "{" ? setOf(tokens) : tokens.text() } };
  }
  if (word === "set") {
    tokens.take();
    return { mangle: { key: left, value: rightSide(tokens) } };
  }
  const { op, right } = relation(tokens);
  if (right === undefined) return { unknown: tokens.since(start) };
  return { match: { op, left, right } };
}

/** Words with which another statement surely begins. */
const ENDS: ReadonlySet<string> = new Set([
  "counter",
  "accept",
  "drop",
  "return",
  "jump",
  "goto",
  "comment",
  "reject",
  "continue",
  "log",
  "masquerade",
  "redirect",
  "dnat",
  "snat",
  "notrack",
]);

/** Words of a statement that is not understood, up to where another surely begins. */
function rest(tokens: Tokens, first: string): string {
  const start = tokens.position();
  tokens.take();
  // A queue, a proxy and a flow have the rule's last word.
  while (!tokens.done() && !ENDS.has(tokens.peekWord() ?? "")) {
    if (tokens.peekText() === "{") tokens.skipBraces();
    else tokens.take();
  }
  const text = tokens.since(start);
  return text === "" ? first : text;
}
