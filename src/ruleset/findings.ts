/**
 * Who wrote a ruleset, and what is odd about it. Rules are compared by their conditions: a rule is shadowed where an earlier one of its chain ends every packet
 * that it could match, since that one asks for less.
 * @packageDocumentation
 */
import { ownerOfChain, ownerOfTable } from "../model/rule-owners.js";
import { RULESET_SCHEMA, type RuleFinding, type RulesetReport } from "../model/ruleset-report.js";
import { type Asked, askedOf, EndingRules } from "./ending-rules.js";
import { type Chain, type Part, type Ruleset, type RuleText, type Table, tableName } from "./ruleset.js";

/** Owners and findings. */
export function reportOf(ruleset: Ruleset): RulesetReport {
  return { schema: RULESET_SCHEMA, owners: ownersOf(ruleset), findings: ruleset.tables.flatMap(findingsOf) };
}

/** By chain; a rule in a chain of no product's, such as a built-in one, is of the product to whose chain it leads. */
function ownersOf({ tables }: Ruleset): RulesetReport["owners"] {
  const owners = new Map<string, { chains: number; rules: number }>();
  const add = (owner: string, chains: number, rules: number): void => {
    const known = owners.get(owner) ?? { chains: 0, rules: 0 };
    owners.set(owner, { chains: known.chains + chains, rules: known.rules + rules });
  };
  for (const table of tables) {
    for (const { name, rules } of table.chains.values()) {
      const owner = ownerOfTable(table.name) ?? ownerOfChain(name);
      add(owner ?? UNKNOWN, 1, owner === undefined ? 0 : rules.length);
      if (owner === undefined) for (const { text } of rules) add(ownerOfTarget(text) ?? UNKNOWN, 0, 1);
    }
  }
  return [...owners].map(([owner, counts]) => ({ owner, ...counts })).sort((one, other) => other.rules - one.rules);
}

const UNKNOWN = "unknown";

function ownerOfTarget(text: string): string | undefined {
  const target = /(?:^| )(?:-[jg]|jump|goto) (\S+)/.exec(text)?.[1];
  return target === undefined || VERDICTS.has(target) ? undefined : ownerOfChain(target);
}

/** What most rules lead to, and is no chain. */
const VERDICTS: ReadonlySet<string> = new Set(["ACCEPT", "DROP", "RETURN", "MASQUERADE", "DNAT", "REJECT", "MARK"]);

/** Chains that nothing uses show up in thousands where a product keeps them empty: so many of a kind are told. */
const MOST_OF_A_KIND = 100;

function findingsOf(table: Table): RuleFinding[] {
  const used = new Set<string>();
  const found: RuleFinding[] = [];
  for (const chain of table.chains.values()) found.push(...inChain(table, chain, used));
  const unused = [...table.chains.values()].filter(({ name, base, rules }) => base === undefined && rules.length > 0 && !used.has(name));
  const missing = [...used].filter((name) => !table.chains.has(name));
  return [
    ...dormantChains(table),
    ...found,
    ...unused.slice(0, MOST_OF_A_KIND).map(
      ({ name, rules }): RuleFinding => ({
        finding: "unreachable-chain",
        table: tableName(table),
        chain: name,
        says: `no rule leads to this chain: its ${rules.length === 1 ? "rule is" : `${String(rules.length)} rules are`} never looked at`,
      }),
    ),
    ...missing.map(
      (name): RuleFinding => ({
        finding: "missing-chain",
        table: tableName(table),
        chain: name,
        says: "a rule leads to this chain, which the text does not hold",
      }),
    ),
  ];
}

/** Chains that the kernel would call if their table were not dormant. */
function dormantChains(table: Table): RuleFinding[] {
  if (table.isDormant !== true) return [];
  return [...table.chains.values()].flatMap(({ name, base }): RuleFinding[] =>
    base === undefined
      ? []
      : [
          {
            finding: "dormant",
            table: tableName(table),
            chain: name,
            says: `the table is dormant: the kernel does not call this chain at ${base.hook}`,
          },
        ],
  );
}

function inChain(table: Table, chain: Chain, used: Set<string>): RuleFinding[] {
  const found: RuleFinding[] = [];
  /** What rules that end a packet's way ask for, and their lines. */
  const ending = new EndingRules();
  /** Those of them that look at marks. */
  const ofMarks: (readonly Asked[])[] = [];
  const seen = new Map<string, RuleText>();
  const last = chain.rules.at(-1);
  for (const rule of chain.rules) {
    // A rule that jumps ends no packet's way itself, and what the last one asks for is held against no later one: where none before ends one, that is all.
    const glance = ending.size === 0 && chain.name !== FIREWALL ? rule.glance?.() : undefined;
    if (glance !== undefined && (glance.chain !== undefined || (rule === last && rule.packets !== 0))) {
      if (glance.chain !== undefined) used.add(glance.chain);
      const same = seen.get(rule.text);
      if (same !== undefined) found.push(duplicateOf(table, chain, rule, same));
      else if (rule !== last) seen.set(rule.text, rule);
      continue;
    }
    const parts = rule.read();
    addTargets(parts, used);
    const ends = parts.some(endsWay);
    // What a rule asks for is put together only where it is held against another's: a ruleset has hundreds of thousands of chains of one or two rules.
    const isHeld = ending.size > 0 || (ends && rule !== last) || chain.name === FIREWALL;
    const asks = isHeld ? matchesOf(parts) : undefined;
    const before = asks === undefined ? undefined : ending.thatAsksLess(asks);
    const same = seen.get(rule.text);
    if (same !== undefined) found.push(duplicateOf(table, chain, rule, same));
    else if (before !== undefined)
      found.push(findingOf(table, chain, rule, "shadowed", `every packet that it could match has ended ${place(before)}`));
    if (lostItsMatch(chain, asks, parts)) found.push(findingOf(table, chain, rule, "lost-match", LOST_MATCH));
    if (rule.packets === 0 && table.isDormant !== true && ends && same === undefined && before === undefined)
      found.push(findingOf(table, chain, rule, "never-hit", "no packet has matched it since its counter was set"));
    if (same === undefined && rule !== last) seen.set(rule.text, rule);
    // What held of a mark before it is changed says nothing of it afterwards.
    if (parts.some(changesMarks)) {
      for (const conditions of ofMarks.splice(0)) ending.delete(conditions);
    }
    if (!ends || asks === undefined) continue;
    if (ending.add(asks, rule) && parts.some(looksAtMarks)) ofMarks.push(asks);
  }
  return withoutCrowds(found);
}

/** Whether a packet may be another one to matches behind this part: by a mark, or as one that is not tracked, here or in the chain that is called. */
const changesMarks = ({ kind }: Part): boolean =>
  kind === "mark" || kind === "copy-mark" || kind === "untrack" || kind === "jump" || kind === "look-up";

const MARKS: ReadonlySet<string> = new Set(["mark", "connection-mark", "state"]);

const looksAtMarks = (part: Part): boolean => part.kind === "match" && part.fields.some(({ name }) => MARKS.has(name));

const LOST_MATCH = "this chain's drop has no condition: an older iptables loses matches that it does not know when it writes rules back";

const findingOf = (table: Table, chain: Chain, { text, line }: RuleText, finding: RuleFinding["finding"], says: string): RuleFinding => ({
  finding,
  table: tableName(table),
  chain: chain.name,
  rule: text,
  ...(line === 0 ? {} : { line }),
  says,
});

const duplicateOf = (table: Table, chain: Chain, rule: RuleText, same: RuleText): RuleFinding =>
  findingOf(table, chain, rule, "duplicate", `the same rule stands ${place(same)} already`);

const place = ({ line, text }: RuleText): string => (line === 0 ? `at "${text}"` : `on line ${String(line)}`);

/** Rules that have never matched are the most of an idle node: they are told only where they are few. */
function withoutCrowds(found: readonly RuleFinding[]): RuleFinding[] {
  const never = found.filter(({ finding }) => finding === "never-hit").length;
  return never > MOST_OF_A_KIND ? found.filter(({ finding }) => finding !== "never-hit") : [...found];
}

const endsWay = (part: Part): boolean =>
  (part.kind === "verdict" && (part.verdict === "accept" || part.verdict === "drop")) ||
  part.kind === "reject" ||
  part.kind === "nat" ||
  part.kind === "masquerade" ||
  part.kind === "redirect";

function addTargets(parts: readonly Part[], used: Set<string>): void {
  for (const part of parts) {
    if (part.kind === "jump") used.add(part.chain);
    else if (part.kind === "look-up") for (const { action } of part.entries) if (action.kind === "jump") used.add(action.chain);
  }
}

/** More conditions than these make too many subsets to look for; no product writes so many. */
const MOST_CONDITIONS = 8;

/** The conditions of a rule, sorted; undefined where one of them cannot be told apart from chance. */
function matchesOf(parts: readonly Part[]): readonly Asked[] | undefined {
  const asked = parts.flatMap((part) => (part.kind === "match" ? [askedOf(part)] : []));
  const chance = parts.some(
    (part) => part.kind === "look-up" || (part.kind === "match" && part.fields.some(({ name }) => name === "unknown" || name === "random")),
  );
  if (chance || asked.length > MOST_CONDITIONS) return undefined;
  return [...new Map(asked.map((one) => [one.key, one])).values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

const FIREWALL = "KUBE-FIREWALL";

/** kubelet's and kube-proxy's firewall chains drop marked packets, never all (k/k #112477). */
const lostItsMatch = ({ name }: Chain, asks: readonly Asked[] | undefined, parts: readonly Part[]): boolean =>
  name === FIREWALL && asks?.length === 0 && parts.some((part) => part.kind === "verdict" && part.verdict === "drop");
