/**
 * iptables rules between the two forms they have here: lines as `iptables-save` prints them, which modes are written in since that is what a
 * reader can compare, and data by table and chain, which layers and reports work on.
 * @packageDocumentation
 */
import type { RuleChain, RuleTable } from "../../model/wiring.js";

/** Chains that every table has or may have; all others are made by the ruleset that names them. */
const BUILT_IN: ReadonlySet<string> = new Set(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]);

/**
 * A table from its lines.
 * @param chains - names of chains in the order of their declaration, a built-in one with its policy: `DOCKER`, `FORWARD DROP`
 * @param rules - lines `-A CHAIN ...`
 */
export function ruleTable(name: RuleTable["name"], chains: readonly string[], rules: readonly string[]): RuleTable {
  const declared = chains.map((chain): { readonly own: string; readonly policy: RuleChain["policy"] | undefined } => {
    const [own = "", policy] = chain.split(" ");
    return { own, policy: policy === "ACCEPT" || policy === "DROP" ? policy : undefined };
  });
  const split = rules.map((line) => {
    const parts = /^-A (\S+) (.+)$/.exec(line);
    if (parts?.[1] === undefined || parts[2] === undefined) throw new Error(`not a rule: ${line}`);
    return { chain: parts[1], rule: parts[2] };
  });
  const names = [...new Set([...declared.map(({ own }) => own), ...split.map(({ chain }) => chain)])];
  return {
    name,
    chains: names.map((chain): RuleChain => {
      const policy = declared.find(({ own }) => own === chain)?.policy;
      return {
        name: chain,
        ...(policy === undefined ? {} : { policy }),
        rules: split.filter((one) => one.chain === chain).map(({ rule }) => rule),
      };
    }),
  };
}

/** Whether a table makes the kernel track connections. A nat table does whatever it holds; other tables by what their rules match. */
export const isTrackingTable = ({ name, chains }: RuleTable): boolean =>
  name === "nat" || chains.some(({ rules }) => rules.some((rule) => /-m (?:conntrack|state)\b/.test(rule)));

/** Tables in the save format, as `iptables-restore` reads them. */
export function restoreText(tables: readonly RuleTable[]): string {
  return tables.map((table) => [`*${table.name}`, ...declarations(table), ...ruleLines(table), "COMMIT", ""].join("\n")).join("");
}

/** Every rule of a table as a line `-A CHAIN ...`. */
export const ruleLines = ({ chains }: RuleTable): string[] =>
  chains.flatMap(({ name, rules }) => rules.map((rule) => `-A ${name} ${rule}`));

function declarations({ chains }: RuleTable): string[] {
  return chains.flatMap(({ name, policy }) => {
    if (policy !== undefined) return [`:${name} ${policy} [0:0]`];
    return BUILT_IN.has(name) ? [] : [`:${name} - [0:0]`];
  });
}
