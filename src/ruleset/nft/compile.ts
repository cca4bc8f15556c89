/**
 * From nft's statements to the parts that are walked.
 * @packageDocumentation
 */
import { PASSING } from "../iptables/targets.js";
import { type Action, type Base, HOOKS, type Hook, type Part, RulesetError, unknownMatch } from "../ruleset.js";
import type { Expression, NftChain, NftContext, Statement } from "./ast.js";
import { fieldOf, fieldsOf, objectOf } from "./fields.js";
import { elementOf, keyOf, matchParts, pairsOf, requirementsOf } from "./matches.js";
import { type Comparison, textOf } from "./text.js";
import { type NatBody, natParts, rangeOf } from "./translations.js";

/** What a base chain is called by. */
export function baseOf({ name, type = "", hook = "", priority = 0, policy, devices }: NftChain, line = 0): Base {
  if (!HOOKS.includes(hook as Hook)) throw new RulesetError(`line ${String(line)}: the chain ${name} has no hook that is known: ${hook}`);
  return {
    hook: hook as Hook,
    priority,
    type: type === "nat" || type === "route" ? type : "filter",
    policy: policy === "drop" ? "drop" : "accept",
    ...(devices === undefined ? {} : { devices }),
  };
}

/** The parts of a rule. What is not understood is a match that cannot be decided, never one that holds. */
export const partsOf = (statements: readonly Statement[], context: NftContext): readonly Part[] =>
  statements.flatMap((statement) => partsOfStatement(statement, context));

function partsOfStatement(statement: Statement, context: NftContext): readonly Part[] {
  const [key = "", body] = Object.entries(statement)[0] ?? [];
  switch (key) {
    case "accept":
    case "drop":
    case "return":
    case "continue":
      return [{ kind: "verdict", verdict: key }];
    case "jump":
    case "goto":
      return [{ kind: "jump", chain: (body as { target: string }).target, returns: key === "jump" }];
    case "reject":
      return [{ kind: "reject", text: rejectText(body as { type?: string; expr?: string } | null) }];
    case "match":
      return matchParts(body as Comparison, context);
    case "vmap":
      return vmapParts(body as { key: Expression; data: Expression }, context);
    case "mangle":
      return mangleParts(body as { key: Expression; value: Expression });
    case "dnat":
    case "snat":
      return natParts(key, body as NatBody | null, context);
    case "masquerade":
      return [{ kind: "masquerade", text: "masquerade" }];
    case "redirect": {
      const port = rangeOf((body as NatBody | null)?.port, "destination-port");
      return [{ kind: "redirect", ...(port === undefined ? {} : { port }), text: "redirect" }];
    }
    case "notrack":
      return [{ kind: "untrack" }];
    case "counter":
    case "log":
    case "comment":
    case "dup":
    case "last":
    case "ct helper":
    case "ct timeout":
    case "ct expectation":
    case "secmark":
    case "reset":
      return [{ kind: "pass", text: key }];
    case "set":
    case "map":
      // With a limit for each element it is a condition, too.
      return hasOwnLimit(body) ? [unknownMatch(JSON.stringify(statement))] : [{ kind: "pass", text: key }];
    case "undecided":
      return [unknownMatch(String(body))];
    case "limit":
    case "quota":
    case "ct count":
      return [unknownMatch(stateText(key, body))];
    case "flow":
      return [unknownMatch(flowText(body))];
    case "xt":
      return [compatibilityPart(body as Compatibility | null)];
    default:
      return [{ kind: "cannot-tell", text: key === "unknown" ? String(body) : JSON.stringify(statement) }];
  }
}

const hasOwnLimit = (body: unknown): boolean => {
  const inner = (body as { readonly stmt?: readonly Statement[] } | null)?.stmt ?? [];
  return inner.some((one) => ["limit", "quota", "ct count"].some((key) => Object.hasOwn(one, key)));
};

/** A condition on what the kernel remembers, about as nft writes it. */
function stateText(key: string, body: unknown): string {
  if (typeof body === "string") return `${key} name ${body}`;
  const { rate, per = "second", inv, val } = (body ?? {}) as { rate?: number; per?: string; inv?: boolean; val?: number };
  const over = inv === true ? "over " : "";
  return key === "limit" ? `limit rate ${over}${String(rate)}/${per}` : `${key} ${over}${String(val)}`;
}

/**
 * `flow add @fast` ends the rule of each packet that it does not take (nft_flow_offload_eval): of other protocols than TCP and UDP, the first of a connection,
 * those that end one, and those of connections that have a helper or are offloaded already.
 */
function flowText(body: unknown): string {
  const { op = "add", flowtable = "" } = (body ?? {}) as { readonly op?: string; readonly flowtable?: string };
  return `flow ${op} ${flowtable}`;
}

/** What nft says of a match or a target of iptables'; versions before 1.0.6 say nothing in JSON. */
interface Compatibility {
  readonly type?: string;
  readonly name?: string;
}

/** What iptables keeps in nf_tables and nft cannot read: of some the name says all, of other matches nothing is known. */
function compatibilityPart(body: Compatibility | null): Part {
  if (body === null) return { kind: "cannot-tell", text: "xt" };
  const { type = "", name = "" } = body;
  const text = `xt ${type} ${name}`;
  if (type === "match") return name === "comment" ? { kind: "pass", text } : unknownMatch(text);
  if (name === "MASQUERADE") return { kind: "masquerade", text };
  if (name === "REJECT") return { kind: "reject", text };
  return PASSING.has(name) ? { kind: "pass", text } : { kind: "cannot-tell", text };
}

const rejectText = (body: { type?: string; expr?: string } | null): string =>
  body?.type === undefined ? "reject" : `reject with ${body.type}${body.expr === undefined ? "" : ` ${body.expr}`}`;

function vmapParts({ key, data }: { readonly key: Expression; readonly data: Expression }, context: NftContext): readonly Part[] {
  const pairs = pairsOf(data, context);
  const fields = fieldsOf(key);
  const text = `${textOf(key)} vmap ${typeof data === "string" ? data : "{...}"}`;
  if (pairs === undefined || fields === undefined) return [{ kind: "cannot-tell", text }];
  const entries = pairs.map(([element, verdict]) => ({
    key: elementOf(keyOf(element, false), fields),
    action: verdictOf(verdict),
    text: textOf(keyOf(element, false)),
  }));
  if (entries.some((entry) => entry.key === undefined || entry.action === undefined)) return [{ kind: "cannot-tell", text }];
  const known = entries.flatMap((entry) =>
    entry.key === undefined || entry.action === undefined ? [] : [{ key: entry.key, action: entry.action, text: entry.text }],
  );
  return [...requirementsOf(key, context.family), { kind: "look-up", fields, entries: known, text }];
}

function verdictOf(expression: Expression): Action | undefined {
  if (typeof expression !== "object" || Array.isArray(expression)) return undefined;
  const [part] = partsOfStatement(expression as Statement, { family: "inet", sets: () => undefined });
  return part === undefined || part.kind === "match" || part.kind === "cannot-tell" ? undefined : part;
}

const ALL = 0xffff_ffffn;

/** `meta mark set ...`, `ct mark set ...`; what a changed address or port leads to is not told, and other fields are not looked at by what is walked. */
function mangleParts({ key, value }: { readonly key: Expression; readonly value: Expression }): readonly Part[] {
  const to = fieldOf(key)?.name;
  const text = `${textOf(key)} set ${textOf(value)}`;
  if (to !== "mark" && to !== "connection-mark") return [{ kind: to === undefined ? "pass" : "cannot-tell", text }];
  const made = affine(value);
  if (made === undefined) return [{ kind: "cannot-tell", text }];
  return [{ kind: "mark", to, from: made.from ?? to, and: made.from === undefined ? 0n : made.and, xor: made.xor, text }];
}

/** A value as `(from AND and) XOR xor`; without `from` it is a number. */
interface Affine {
  readonly from: "mark" | "connection-mark" | undefined;
  readonly and: bigint;
  readonly xor: bigint;
}

function affine(expression: Expression): Affine | undefined {
  if (typeof expression === "number") return { from: undefined, and: 0n, xor: BigInt(expression) };
  for (const sign of ["&", "|", "^"] as const) {
    const pair = objectOf(expression, sign) as readonly [Expression, Expression] | undefined;
    if (pair === undefined) continue;
    const left = affine(pair[0]);
    const right = typeof pair[1] === "number" ? BigInt(pair[1]) : undefined;
    if (left === undefined || right === undefined) return undefined;
    if (sign === "&") return { ...left, and: left.and & right, xor: left.xor & right };
    if (sign === "|") return { ...left, and: left.and & (ALL & ~right), xor: (left.xor & (ALL & ~right)) ^ right };
    return { ...left, xor: left.xor ^ right };
  }
  const field = fieldOf(expression)?.name;
  return field === "mark" || field === "connection-mark" ? { from: field, and: ALL, xor: 0n } : undefined;
}
