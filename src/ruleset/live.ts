/**
 * The rulesets of a running kernel as one: legacy tables, what iptables keeps in nf_tables, and nftables' own.
 * @packageDocumentation
 */
import type { RuleFinding } from "../model/ruleset-report.js";
import { SavedSets } from "./ipset/save.js";
import { isSaved } from "./iptables/save.js";
import { isJson } from "./nft/json.js";
import { readRuleset } from "./read.js";
import type { Backend, Ruleset, Table } from "./ruleset.js";

/** What the tools printed; empty where a tool is not there, or has nothing. */
export interface KernelTexts {
  /** `iptables-legacy-save` and `ip6tables-legacy-save`. */
  readonly legacy: readonly string[];
  /** `iptables-nft-save` and `ip6tables-nft-save`. */
  readonly compat: readonly string[];
  /** `nft -j list ruleset`. */
  readonly nft: string;
  /** `ipset save`; absent where no rule asks for a set, or there is no such program. */
  readonly ipsets?: string;
}

/** The tables of each backend. */
export interface KernelRulesets {
  readonly legacy: readonly Table[];
  readonly compat: readonly Table[];
  readonly nft: readonly Table[];
}

/**
 * Reads them. Tables that iptables keeps in nf_tables are listed by nft too, which shows their matches as it cannot read them: those are left out, but for the
 * chains of nft's own that stand in a table by one of iptables' names, which iptables does not show.
 * @throws RulesetError where a text cannot be read
 */
export function kernelRulesets(texts: KernelTexts): KernelRulesets {
  const listed = isJson(texts.nft) ? readRuleset(texts.nft).tables : [];
  const sets = new SavedSets();
  if (texts.ipsets !== undefined) sets.read(texts.ipsets);
  const dormant = listed.filter(({ isDormant }) => isDormant === true);
  // iptables does not show that a table is dormant.
  const compat = savedTables(texts.compat, sets).map(
    (table): Table => (dormant.some(isCalledAs(table)) ? { ...table, isDormant: true } : table),
  );
  const nft = listed.flatMap((table) => ownOfNft(table, compat.find(isCalledAs(table))));
  return { legacy: savedTables(texts.legacy, sets), compat: compat.map((table) => withoutChains(table, nft.find(isCalledAs(table)))), nft };
}

const isCalledAs =
  ({ family, name }: Table) =>
  (other: Table): boolean =>
    other.family === family && other.name === name;

/** A table with the chains of it that iptables does not show: it prints built-in chains as empty where those that are there are not as it makes them. */
function ownOfNft(table: Table, shown: Table | undefined): readonly Table[] {
  if (shown === undefined) return [table];
  const chains = [...table.chains].filter(([name, { rules }]) => {
    const known = shown.chains.get(name);
    return known === undefined || (known.rules.length === 0 && rules.length > 0);
  });
  return chains.length === 0 ? [] : [{ ...table, chains: new Map(chains), isOfIptables: false }];
}

const withoutChains = (table: Table, others: Table | undefined): Table =>
  others === undefined ? table : { ...table, chains: new Map([...table.chains].filter(([name]) => !others.chains.has(name))) };

const savedTables = (texts: readonly string[], sets: SavedSets): readonly Table[] =>
  texts.filter(isSaved).flatMap((text) => readRuleset(text, sets).tables);

/** All of them: the kernel calls legacy tables and nf_tables at the same hooks. Where iptables has rules in both, its tables are called by the backend too. */
export function joined({ legacy, compat, nft }: KernelRulesets): Ruleset {
  const both = hasRules(legacy) && hasRules(compat) ? ({ isOneOfTwo: true } as const) : {};
  const of = (tables: readonly Table[], backend: Backend): readonly Table[] => tables.map((table) => ({ ...table, backend, ...both }));
  return { tables: [...of(legacy, "legacy"), ...of(compat, "nf_tables"), ...of(nft, "nf_tables")] };
}

/** A saved text's tables by their backends, where it says so of each. */
export function byBackend({ tables }: Ruleset): KernelRulesets | undefined {
  if (tables.some(({ backend, tool }) => backend === undefined && tool !== "nft")) return undefined;
  return {
    legacy: tables.filter(({ backend }) => backend === "legacy"),
    compat: tables.filter(({ backend, tool }) => backend === "nf_tables" && tool !== "nft"),
    nft: tables.filter(({ backend, tool }) => backend !== "legacy" && tool === "nft"),
  };
}

const hasRules = (tables: readonly Table[]): boolean =>
  tables.some(({ chains }) => [...chains.values()].some(({ rules }) => rules.length > 0));

/**
 * Built-in chains that have rules in legacy tables and in nf_tables too: the kernel calls both, and whoever reads the rules by one of the two programs sees half
 * of them.
 */
export function bothBackends({ legacy, compat, nft }: KernelRulesets): readonly RuleFinding[] {
  const newer = [...compat, ...nft].filter(({ isDormant }) => isDormant !== true);
  return legacy.flatMap((table) =>
    [...table.chains.values()].flatMap((chain): RuleFinding[] => {
      const { base, rules, name } = chain;
      if (base === undefined || rules.length === 0) return [];
      const others = newer
        .filter(({ family }) => family === table.family || family === "inet")
        .flatMap((other) => hooked(other, base.hook));
      const count = others.reduce((sum, one) => sum + one.rules.length, 0);
      if (count === 0) return [];
      return [
        {
          finding: "both-backends",
          table: table.name,
          chain: name,
          says: `${counted(rules.length)} here in the legacy tables and ${counted(count)} at the same hook in nf_tables (${[...new Set(others.map(({ of }) => of))].join(", ")}): the kernel calls both, and what one accepts the other may drop`,
        },
      ];
    }),
  );
}

const counted = (rules: number): string => `${String(rules)} ${rules === 1 ? "rule" : "rules"}`;

const hooked = (table: Table, hook: string): readonly { readonly of: string; readonly rules: readonly unknown[] }[] =>
  [...table.chains.values()]
    .filter(({ base, rules }) => base?.hook === hook && rules.length > 0)
    .map(({ name, rules }) => ({ of: `${table.family} ${table.name} ${name}`, rules }));
