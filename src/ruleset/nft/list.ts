/**
 * Reads what `nft list ruleset` prints.
 * @packageDocumentation
 */
import { IPTABLES_TABLES } from "../iptables/save.js";
import { PRIORITIES } from "../numbers.js";
import { type Chain, type Part, RulesetError, type RuleText, type Table, type TableFamily } from "../ruleset.js";
import type { Expression, NamedSet, NamedSets, NftChain } from "./ast.js";
import { baseOf, partsOf } from "./compile.js";
import { setOf } from "./expressions.js";
import { statementsOf } from "./statements.js";
import { Tokens } from "./token-reader.js";
import { tokensOf } from "./tokens.js";

const TABLE = /^table(?:\s+(ip|ip6|inet|arp|bridge|netdev))?\s+(\S+)\s*\{/;
const BLOCK = /^(chain|set|map|flowtable|counter|quota|ct helper|ct timeout|ct expectation|limit|secmark|synproxy|meter)\s+(\S+)\s*\{/;

/** Whether a text is of this form. */
export const isListed = (text: string): boolean => /^\s*table\s+(?:(?:ip|ip6|inet|arp|bridge|netdev)\s+)?\S+\s*\{/m.test(text);

/** A line with its number, and what of it stands after joined lines. */
interface Line {
  readonly text: string;
  readonly number: number;
}

/**
 * The tables of a text.
 * @throws RulesetError with the line that cannot be read, or where the text ends within a table
 */
export function readListed(text: string): Table[] {
  const lines = joined(text);
  const tables: Table[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index++];
    if (line === undefined) break;
    const found = TABLE.exec(line.text);
    if (found?.[2] === undefined)
      throw new RulesetError(`line ${String(line.number)}: ${JSON.stringify(line.text.slice(0, 60))} stands outside of any table`);
    const end = closing(lines, index, line);
    if (!line.text.endsWith("}")) {
      tables.push(readTable((found[1] ?? "ip") as TableFamily, found[2], lines.slice(index, end)));
      index = end + 1;
    } else tables.push({ family: (found[1] ?? "ip") as TableFamily, name: found[2], tool: "nft", chains: new Map() });
  }
  return tables;
}

/** Lines without comments and blanks; those within an anonymous set are joined to the line on which it begins. */
function joined(text: string): Line[] {
  const lines: Line[] = [];
  let open: { text: string; number: number; depth: number } | undefined;
  let number = 0;
  for (const raw of text.split("\n")) {
    number++;
    const line = raw.trim();
    if (open === undefined && (line === "" || line.startsWith("#"))) continue;
    const unquoted = line.includes('"') ? line.replaceAll(/"[^"]*"/g, "") : line;
    if (open === undefined) {
      const depth = count(unquoted);
      // A block's own brace ends its line; a set's goes on.
      if (depth > 0 && !isBlock(line)) open = { text: line, number, depth };
      else lines.push({ text: line, number });
      continue;
    }
    open = { ...open, text: `${open.text} ${line}`, depth: open.depth + count(unquoted) };
    if (open.depth > 0) continue;
    lines.push({ text: open.text, number: open.number });
    open = undefined;
  }
  if (open !== undefined) throw new RulesetError(`line ${String(open.number)}: the text ends within a set: it was cut short`);
  return lines;
}

const isBlock = (line: string): boolean => TABLE.test(line) || BLOCK.test(line);

function count(text: string): number {
  let depth = 0;
  for (const character of text) depth += character === "{" ? 1 : character === "}" ? -1 : 0;
  return depth;
}

/** Where the block that begins before `from` ends. */
function closing(lines: readonly Line[], from: number, begin: Line): number {
  if (begin.text.endsWith("}")) return from - 1;
  let depth = 1;
  for (let index = from; index < lines.length; index++) {
    const { text } = lines[index] as Line;
    if (text === "}") depth--;
    else if (isBlock(text) && !text.endsWith("}")) depth++;
    if (depth === 0) return index;
  }
  throw new RulesetError(`line ${String(begin.number)}: ${begin.text.slice(0, 60)} is not closed: the text was cut short`);
}

function readTable(family: TableFamily, name: string, lines: readonly Line[]): Table {
  const sets = new Map<string, () => NamedSet>();
  const chains = new Map<string, Chain>();
  const named: NamedSets = (set) => sets.get(set)?.();
  let isDormant = false;
  for (let index = 0; index < lines.length; ) {
    const begin = lines[index++] as Line;
    const found = BLOCK.exec(begin.text);
    if (found === null) {
      isDormant ||= /^flags\b.*\bdormant\b/.test(begin.text);
      if (/^(?:flags|comment)\b/.test(begin.text)) continue;
      throw new RulesetError(`line ${String(begin.number)}: ${JSON.stringify(begin.text.slice(0, 60))} is neither a chain nor a set`);
    }
    const end = closing(lines, index, begin);
    const body = lines.slice(index, end);
    index = begin.text.endsWith("}") ? index : end + 1;
    const [, kind, own = ""] = found;
    if (kind === "chain") chains.set(own, readChain(own, body, family, named));
    else if (kind === "set" || kind === "map") {
      let read: NamedSet | undefined;
      sets.set(own, () => (read ??= readSet(own, kind === "map", body)));
    }
  }
  const isOfIptables =
    // Others are not searched: a product's own may have hundreds of thousands of rules.
    IPTABLES_TABLES.has(name) && [...chains.values()].some(({ rules }) => rules.some(({ text }) => OF_IPTABLES.test(text)));
  return {
    family,
    name,
    tool: "nft",
    chains,
    ...(isOfIptables ? { isOfIptables } : {}),
    ...(isDormant ? ({ isDormant: true } as const) : {}),
  };
}

/** A match or a target of iptables', whose name stands in quotes: nothing within others looks like it. */
const OF_IPTABLES = /(?:^| )xt (?:match|target) "/;

function readSet(name: string, isMap: boolean, lines: readonly Line[]): NamedSet {
  const flags = lines.find(({ text }) => text.startsWith("flags"))?.text ?? "";
  const elements = lines.find(({ text }) => text.startsWith("elements"));
  const dynamic = /\b(?:dynamic|timeout)\b/.test(flags) || lines.some(({ text }) => text.startsWith("timeout"));
  if (elements === undefined) return { name, isMap, dynamic, elements: [] };
  const tokens = new Tokens(tokensOf(elements.text.replace(/^elements\s*=\s*/, "")), `line ${String(elements.number)}`);
  const { set } = setOf(tokens) as { readonly set: readonly Expression[] };
  return { name, isMap, dynamic, elements: set };
}

const BASE = /^type\s+(\S+)\s+hook\s+(\S+)(?:\s+devices?\s+(?:=\s*)?(\{[^}]*\}|\S+))?\s+priority\s+([^;]+);(?:\s*policy\s+(\S+?);)?/;

function readChain(name: string, lines: readonly Line[], family: TableFamily, sets: NamedSets): Chain {
  const rules: RuleText[] = [];
  let base: Chain["base"];
  for (const { text, number } of lines) {
    const found = BASE.exec(text);
    if (found !== null) base = baseOf(listedChain(name, found), number);
    else if (/^(?:policy\s+\S+;|comment\s+")/.test(text)) continue;
    else rules.push(ruleOf(text, number, family, sets));
  }
  return { name, rules, ...(base === undefined ? {} : { base }) };
}

function listedChain(name: string, [, type = "", hook = "", devices, priority = "", policy]: RegExpExecArray): NftChain {
  const found = devices?.match(/[\w.\-*]+/g);
  return {
    name,
    type,
    hook,
    priority: priorityOf(priority),
    ...(policy === undefined ? {} : { policy }),
    ...(found === undefined || found === null ? {} : { devices: found }),
  };
}

/** `filter`, `dstnat - 5`, `-199`. */
function priorityOf(text: string): number {
  const found = /^(-?\d+|[a-z]+)(?:\s*([+-])\s*(\d+))?$/.exec(text.trim());
  const first = found?.[1] ?? "";
  const base = PRIORITIES[first] ?? Number(first);
  return found?.[3] === undefined ? base : base + (found[2] === "-" ? -1 : 1) * Number(found[3]);
}

function ruleOf(line: string, number: number, family: TableFamily, sets: NamedSets): RuleText {
  // `nft -a` puts the handle behind a hash.
  const text = line.replace(/\s+# handle \d+$/, "");
  const packets = /\bcounter packets (\d+)\b/.exec(text)?.[1];
  const read = (): readonly Part[] => partsOf(statementsOf(new Tokens(tokensOf(text), `line ${String(number)}`)), { family, sets });
  return { text, line: number, ...(packets === undefined ? {} : { packets: Number(packets) }), read };
}
