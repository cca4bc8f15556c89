/**
 * What a rule of iptables does: its target with the target's options.
 * Source: iptables-extensions(8), "TARGET EXTENSIONS".
 * @packageDocumentation
 */
import { parseAddress } from "../../units/address.js";
import type { Action, Part, Rewriting } from "../ruleset.js";
import type { Words } from "./words.js";

const ALL = 0xffff_ffffn;

/** Targets that change nothing that a later rule looks at, and go on. */
export const PASSING: ReadonlySet<string> = new Set([
  "LOG",
  "NFLOG",
  "ULOG",
  "TRACE",
  "TCPMSS",
  "TCPOPTSTRIP",
  "CHECKSUM",
  "CLASSIFY",
  "DSCP",
  "TOS",
  "TTL",
  "HL",
  "ECN",
  "SECMARK",
  "CONNSECMARK",
  "AUDIT",
  "IDLETIMER",
  "LED",
  "RATEEST",
  "TEE",
]);

/** The target of a rule; the word that names it is next. */
export function targetOf(goesTo: boolean, words: Words): Part[] {
  const name = words.value(goesTo ? "-g" : "-j");
  const options = optionsOf(words);
  if (goesTo) return [{ kind: "jump", chain: name, returns: false }];
  return [action(name, options, words)];
}

/** Options behind a target, each with its values. */
type Options = ReadonlyMap<string, readonly string[]>;

function optionsOf(words: Words): Options {
  const options = new Map<string, string[]>();
  let current: string[] = [];
  for (let word = words.peek(); word !== undefined && word !== "-c"; word = words.peek()) {
    words.take();
    if (word.startsWith("--")) {
      current = [];
      options.set(word, current);
    } else current.push(word);
  }
  return options;
}

function action(name: string, options: Options, { context }: Words): Action {
  // By far the most targets of a large ruleset are chains.
  if (options.size === 0 && name.includes("-") && context.chains.has(name)) return { kind: "jump", chain: name, returns: true };
  const text = [name, ...[...options].flatMap(([option, values]) => [option, ...values])].join(" ");
  switch (name) {
    case "ACCEPT":
      return { kind: "verdict", verdict: "accept" };
    case "DROP":
      return { kind: "verdict", verdict: "drop" };
    case "RETURN":
      return { kind: "verdict", verdict: "return" };
    case "REJECT":
      return { kind: "reject", text };
    case "MARK":
      return markOf(options, "mark", text);
    case "CONNMARK":
      return connectionMark(options, text);
    case "DNAT":
      return natOf("destination", options.get("--to-destination")?.[0], text);
    case "SNAT":
      return natOf("source", options.get("--to-source")?.[0], text);
    case "MASQUERADE":
      return { kind: "masquerade", text };
    case "REDIRECT": {
      const port = range(options.get("--to-ports")?.[0]);
      return { kind: "redirect", ...(port === undefined ? {} : { port }), text };
    }
    case "NOTRACK":
      return { kind: "untrack" };
    case "CT":
      return options.has("--notrack") ? { kind: "untrack" } : { kind: "pass", text };
    case "SET":
      // The mark of the set's entry becomes the packet's.
      return { kind: options.has("--map-mark") ? "cannot-tell" : "pass", text };
    default:
      if (PASSING.has(name)) return { kind: "pass", text };
      return context.chains.has(name) ? { kind: "jump", chain: name, returns: true } : { kind: "cannot-tell", text };
  }
}

const number = (text = ""): bigint | undefined => (/^(0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt(text) : undefined);

/** `--set-xmark v/m` clears the bits of m and then XORs v; the others are special cases of it. */
function markOf(options: Options, field: "mark" | "connection-mark", text: string): Action {
  const of = (option: string): readonly [bigint | undefined, bigint | undefined] | undefined => {
    const value = options.get(option)?.[0];
    if (value === undefined) return undefined;
    const [bits, mask] = value.split("/");
    return [number(bits), mask === undefined ? undefined : number(mask)];
  };
  const made = (and: bigint, xor: bigint): Action => ({ kind: "mark", to: field, from: field, and, xor, text });
  const xmark = of("--set-xmark");
  if (xmark?.[0] !== undefined) return made(ALL & ~(xmark[1] ?? ALL), xmark[0]);
  const set = of("--set-mark");
  // `--set-mark v/m` clears m and v, then sets v.
  if (set?.[0] !== undefined) return made(ALL & ~((set[1] ?? ALL) | set[0]), set[0]);
  const and = of("--and-mark");
  if (and?.[0] !== undefined) return made(and[0], 0n);
  const or = of("--or-mark");
  if (or?.[0] !== undefined) return made(ALL & ~or[0], or[0]);
  const xor = of("--xor-mark");
  if (xor?.[0] !== undefined) return made(ALL, xor[0]);
  return { kind: "cannot-tell", text };
}

function connectionMark(options: Options, text: string): Action {
  if (!options.has("--save-mark") && !options.has("--restore-mark")) return markOf(options, "connection-mark", text);
  const mask = (option: string): bigint => number(options.get(option)?.[0]) ?? ALL;
  const one = number(options.get("--mask")?.[0]);
  const [packetMask, connectionMask] = [one ?? mask("--nfmask"), one ?? mask("--ctmask")];
  // Only whole copies are told: with a mask, bits of both sides are mixed.
  if (packetMask !== ALL || connectionMask !== ALL)
    return { kind: "copy-mark", saves: options.has("--save-mark"), packetMask, connectionMask, text };
  return options.has("--save-mark")
    ? { kind: "mark", to: "connection-mark", from: "mark", and: ALL, xor: 0n, text }
    : { kind: "mark", to: "mark", from: "connection-mark", and: ALL, xor: 0n, text };
}

/** `ADDRESS[-ADDRESS][:PORT[-PORT]]`, an IPv6 address in brackets where a port follows. */
function natOf(side: "source" | "destination", to: string | undefined, text: string): Action {
  const rewriting = to === undefined ? undefined : parseRewriting(to);
  return rewriting === undefined ? { kind: "cannot-tell", text } : { kind: "nat", side, rewriting, text };
}

/** An address, a port or both, as NAT targets name them; undefined where the text is none of these. */
export function parseRewriting(text: string): Rewriting | undefined {
  const bracketed = /^\[([^\]]+)\](?::(.+))?$/.exec(text);
  const colons = text.split(":").length - 1;
  const [host = "", ports] = bracketed !== null ? [bracketed[1], bracketed[2]] : colons === 1 ? text.split(":") : [text, undefined];
  const port = range(ports);
  if (ports !== undefined && port === undefined) return undefined;
  if (host === "") return port === undefined ? undefined : { port };
  const [from = "", to = from] = host.split("-");
  const [low, high] = [parseAddress(from), parseAddress(to)];
  if (low === undefined || high === undefined) return undefined;
  return { address: { from: low.value, to: high.value }, ...(port === undefined ? {} : { port }) };
}

function range(text: string | undefined): { readonly from: bigint; readonly to: bigint } | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?/.exec(text ?? "");
  if (found?.[1] === undefined) return undefined;
  return { from: BigInt(found[1]), to: BigInt(found[2] ?? found[1]) };
}
