/**
 * Reads what `iptables-save` and `ip6tables-save` print, with or without counters.
 * @packageDocumentation
 */
import { type Chain, type Glance, type Hook, type Part, RulesetError, type RuleText, type Table } from "../ruleset.js";
import { readRule } from "./rule.js";
import type { RuleContext } from "./words.js";

/** Where the kernel calls a built-in chain, and when (nf_ip_hook_priorities). */
const BASES: Readonly<Record<string, Readonly<Record<string, readonly [hook: Hook, priority: number]>>>> = {
  raw: { PREROUTING: ["prerouting", -300], OUTPUT: ["output", -300] },
  mangle: {
    PREROUTING: ["prerouting", -150],
    INPUT: ["input", -150],
    FORWARD: ["forward", -150],
    OUTPUT: ["output", -150],
    POSTROUTING: ["postrouting", -150],
  },
  nat: { PREROUTING: ["prerouting", -100], INPUT: ["input", 100], OUTPUT: ["output", -100], POSTROUTING: ["postrouting", 100] },
  filter: { INPUT: ["input", 0], FORWARD: ["forward", 0], OUTPUT: ["output", 0] },
  security: { INPUT: ["input", 50], FORWARD: ["forward", 50], OUTPUT: ["output", 50] },
};

/** A chain whose rules are still being read. */
interface OpenChain extends Chain {
  readonly rules: RuleText[];
}

interface OpenTable {
  readonly name: string;
  readonly chains: Map<string, OpenChain>;
  readonly context: TableContext;
}

/** Whether a text is of this form: a table begins and a chain or a rule follows. */
export const isSaved = (text: string): boolean => /^\*(?:raw|mangle|nat|filter|security)\s*$/m.test(text);

/**
 * The tables of a text.
 * @throws RulesetError with the line that cannot be read, or where the text ends within a table
 */
export function readSaved(text: string, tool: "iptables" | "ip6tables"): Table[] {
  const tables: Table[] = [];
  let open: OpenTable | undefined;
  let number = 0;
  for (const line of linesOf(text)) {
    number++;
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("*")) {
      if (open !== undefined) throw new RulesetError(`line ${String(number)}: the table ${open.name} has no COMMIT`);
      open = opened(line.slice(1).trim(), tool);
      if (!Object.hasOwn(BASES, open.name)) throw new RulesetError(`line ${String(number)}: no table is called ${open.name}`);
    } else if (open === undefined) {
      throw new RulesetError(`line ${String(number)}: ${JSON.stringify(line.slice(0, 60))} stands outside of any table`);
    } else if (line.startsWith("COMMIT")) {
      tables.push(closed(open, tool));
      open = undefined;
    } else if (line.startsWith(":")) declare(open, line, number);
    else addRule(open, line, number);
  }
  if (open !== undefined) throw new RulesetError(`the text ends within the table ${open.name}: it was cut short`);
  return tables;
}

/** Lines without their ends, one at a time: a ruleset may have hundreds of thousands. */
function* linesOf(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    yield text.slice(from, text[to - 1] === "\r" ? to - 1 : to);
    from = to + 1;
  }
}

function opened(name: string, tool: TableContext["tool"]): OpenTable {
  const chains: OpenTable["chains"] = new Map();
  return { name, chains, context: { tool, chains, table: name } };
}

function declare({ name: table, chains }: OpenTable, line: string, number: number): void {
  const end = line.indexOf(" ");
  const name = line.slice(1, end < 0 ? line.length : end);
  if (name === "") throw new RulesetError(`line ${String(number)}: a chain without a name`);
  const place = BASES[table]?.[name];
  if (place === undefined) return void chains.set(name, { name, rules: [] });
  const [hook, priority] = place;
  const type = table === "nat" ? "nat" : "filter";
  const policy = line.startsWith(" DROP", end) ? "drop" : "accept";
  chains.set(name, { name, base: { hook, priority, type, policy }, rules: [] });
}

function addRule(open: OpenTable, line: string, number: number): void {
  const { chains } = open;
  // `[packets:bytes]` stands before the rule with `-c`; some versions print `-c packets bytes` behind it.
  const counted = line.startsWith("[") ? line.indexOf("] ") : -1;
  const start = counted < 0 ? 0 : counted + 2;
  if (!line.startsWith("-A ", start)) throw new RulesetError(`line ${String(number)}: ${JSON.stringify(line.slice(0, 60))} is not a rule`);
  const end = line.indexOf(" ", start + 3);
  const chain = line.slice(start + 3, end < 0 ? line.length : end);
  const text = end < 0 ? "" : line.slice(end + 1);
  const known = chains.get(chain) ?? { name: chain, rules: [] };
  if (!chains.has(chain)) chains.set(chain, known);
  known.rules.push(new SavedRule(text, number, counted < 0 ? undefined : Number.parseInt(line.slice(1, counted), 10), open.context));
}

/** What all rules of a table are read within. */
type TableContext = Omit<RuleContext, "line">;

/** A ruleset may have hundreds of thousands of these, so that each is as small as it can be. */
class SavedRule implements RuleText {
  declare readonly packets?: number;

  constructor(
    readonly text: string,
    readonly line: number,
    packets: number | undefined,
    readonly context: TableContext,
  ) {
    if (packets !== undefined) this.packets = packets;
  }

  read(): readonly Part[] {
    return readRule(this.text, { ...this.context, line: this.line });
  }

  /** Behind a target without quotes nothing of the text can stand inside of some: each that was opened before is closed. */
  glance(): Glance | undefined {
    const { text, context } = this;
    const at = text.startsWith("-j ") ? 0 : text.lastIndexOf(" -j ") + 1;
    if (!text.startsWith("-j ", at) || text.includes('"', at)) return undefined;
    const space = text.indexOf(" ", at + 3);
    const target = text.slice(at + 3, space < 0 ? text.length : space);
    if (context.chains.has(target)) return space < 0 && target.includes("-") ? { chain: target } : undefined;
    return PLAIN_TARGETS.has(target) ? NOWHERE : undefined;
  }
}

/** Targets of large rulesets that lead to no chain. */
const PLAIN_TARGETS: ReadonlySet<string> = new Set(["ACCEPT", "DROP", "RETURN", "REJECT", "DNAT", "SNAT", "MASQUERADE", "MARK"]);
const NOWHERE: Glance = {};

const closed = ({ name, chains }: OpenTable, tool: "iptables" | "ip6tables"): Table => ({
  family: tool === "iptables" ? "ip" : "ip6",
  name,
  tool,
  chains,
});
