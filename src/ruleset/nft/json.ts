/**
 * Reads what `nft -j list ruleset` prints.
 * @packageDocumentation
 */
import { type Chain, RulesetError, type RuleText, type Table, type TableFamily } from "../ruleset.js";
import type { Expression, NamedSet, NamedSets, NftChain, Statement } from "./ast.js";
import { baseOf, partsOf } from "./compile.js";
import { type Comparison, matchText, textOf } from "./text.js";

interface JsonChain {
  readonly family: TableFamily;
  readonly table: string;
  readonly name: string;
  readonly type?: string;
  readonly hook?: string;
  readonly prio?: number;
  readonly policy?: string;
  readonly dev?: string | readonly string[];
}
interface JsonRule {
  readonly family: TableFamily;
  readonly table: string;
  readonly chain: string;
  readonly comment?: string;
  readonly expr: readonly Statement[];
}
interface JsonSet {
  readonly family: TableFamily;
  readonly table: string;
  readonly name: string;
  readonly flags?: readonly string[] | string;
  readonly timeout?: number;
  readonly elem?: readonly Expression[];
}

interface JsonTable {
  readonly family: TableFamily;
  readonly name: string;
  /** A single flag stands without a list in some versions. */
  readonly flags?: readonly string[] | string;
}

interface OpenTable {
  readonly family: TableFamily;
  readonly name: string;
  readonly chains: Map<string, { readonly chain: JsonChain; readonly rules: RuleText[] }>;
  readonly sets: Map<string, NamedSet>;
  isOfIptables: boolean;
  isDormant: boolean;
}

/** Whether a text is of this form. */
export const isJson = (text: string): boolean => /^\s*\{\s*"nftables"\s*:/.test(text);

/**
 * The tables of a text.
 * @throws RulesetError where it is no JSON, or not nft's
 */
export function readJson(text: string): Table[] {
  const objects = parse(text);
  const tables = new Map<string, OpenTable>();
  const table = (family: TableFamily, name: string): OpenTable => {
    const key = `${family} ${name}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    const made: OpenTable = { family, name, chains: new Map(), sets: new Map(), isOfIptables: false, isDormant: false };
    tables.set(key, made);
    return made;
  };
  for (const object of objects) {
    const [kind, body] = Object.entries(object)[0] ?? [];
    if (kind === "table") {
      const { family, name, flags = [] } = body as JsonTable;
      table(family, name).isDormant = [flags].flat().includes("dormant");
    } else if (kind === "chain") {
      const chain = body as JsonChain;
      table(chain.family, chain.table).chains.set(chain.name, { chain, rules: [] });
    } else if (kind === "set" || kind === "map") {
      const set = body as JsonSet;
      table(set.family, set.table).sets.set(set.name, setOf(set, kind === "map"));
    } else if (kind === "rule") addRule(table((body as JsonRule).family, (body as JsonRule).table), body as JsonRule);
  }
  return [...tables.values()].map(closed);
}

function parse(text: string): readonly { readonly [kind: string]: unknown }[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RulesetError(`this is not whole JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const objects = (value as { readonly nftables?: unknown } | null)?.nftables;
  if (!Array.isArray(objects)) throw new RulesetError('this JSON has no list "nftables"');
  return objects as readonly { readonly [kind: string]: unknown }[];
}

const setOf = ({ name, flags = [], timeout, elem = [] }: JsonSet, isMap: boolean): NamedSet => ({
  name,
  isMap,
  dynamic: timeout !== undefined || [flags].flat().some((flag) => flag === "dynamic" || flag === "timeout"),
  elements: elem,
});

function addRule(table: OpenTable, { family, chain, expr, comment }: JsonRule): void {
  const sets: NamedSets = (name) => table.sets.get(name);
  table.isOfIptables ||= expr.some((statement) => Object.hasOwn(statement, "xt"));
  const counter = expr.find((statement) => statement["counter"] !== undefined && statement["counter"] !== null)?.["counter"] as
    | { readonly packets?: number }
    | undefined;
  table.chains.get(chain)?.rules.push({
    text: ruleText(expr, comment),
    line: 0,
    ...(counter?.packets === undefined ? {} : { packets: counter.packets }),
    read: () => partsOf(expr, { family, sets }),
  });
}

/** A rule about as nft writes it. */
function ruleText(expr: readonly Statement[], comment: string | undefined): string {
  const words = expr.map((statement) => {
    const [key = "", body] = Object.entries(statement)[0] ?? [];
    if (key === "match") return matchText(body as Comparison);
    if (key === "jump" || key === "goto") return `${key} ${(body as { target: string }).target}`;
    if (key === "vmap") return `${textOf((body as { key: Expression }).key)} vmap ${textOf((body as { data: Expression }).data)}`;
    if (key === "mangle") return `${textOf((body as { key: Expression }).key)} set ${textOf((body as { value: Expression }).value)}`;
    if (key === "dnat" || key === "snat") {
      const { addr, port } = (body ?? {}) as { addr?: Expression; port?: Expression };
      return `${key} to ${[addr, port]
        .filter((part) => part !== undefined)
        .map(textOf)
        .join(":")}`;
    }
    if (key === "counter" || key === "log" || key === "masquerade") return key;
    return body === null ? key : JSON.stringify(statement);
  });
  return [...words, ...(comment === undefined ? [] : [`comment "${comment}"`])].join(" ");
}

function closed({ family, name, chains, isOfIptables, isDormant }: OpenTable): Table {
  const made = [...chains].map(([own, { chain, rules }]): [string, Chain] => {
    const base = chain.hook === undefined ? undefined : baseOf(baseWords(chain));
    return [own, { name: own, rules, ...(base === undefined ? {} : { base }) }];
  });
  return {
    family,
    name,
    tool: "nft",
    chains: new Map(made),
    ...(isOfIptables ? { isOfIptables } : {}),
    ...(isDormant ? ({ isDormant: true } as const) : {}),
  };
}

const baseWords = ({ name, type, hook, prio, policy, dev }: JsonChain): NftChain => ({
  name,
  ...(type === undefined ? {} : { type }),
  ...(hook === undefined ? {} : { hook }),
  ...(prio === undefined ? {} : { priority: prio }),
  ...(policy === undefined ? {} : { policy }),
  ...(dev === undefined ? {} : { devices: [dev].flat() }),
});
