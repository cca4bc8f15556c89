/**
 * What a rule of nft's compares, as the matches that are walked: fields, and the values that they are held against.
 * @packageDocumentation
 */
import { PROTOCOLS } from "../numbers.js";
import { ANYTHING, type Element, exactly, type Field, type FieldName, type Part, type TableFamily, unknownMatch } from "../ruleset.js";
import type { Expression, NftContext } from "./ast.js";
import { FAMILIES, fieldsOf, flagBits, objectOf, valueFor } from "./fields.js";
import { type Comparison, matchText } from "./text.js";

/** The parts of a comparison; one that is not understood cannot be decided. */
export function matchParts({ op, left, right }: Comparison, context: NftContext): readonly Part[] {
  const text = matchText({ op, left, right });
  const found = lookUp(left, right, op, context);
  if (found === undefined) return [unknownMatch(text)];
  const { fields, elements, uncertain, negated = op === "!=" } = found;
  const needed = requirementsOf(left, context.family);
  const match: Part = { kind: "match", fields, elements, negated, text };
  // What is in a dynamic set when the packet comes cannot be told.
  return uncertain ? [...needed, unknownMatch(text)] : [...needed, match];
}

interface LookUp {
  readonly fields: readonly Field[];
  readonly elements: readonly Element[];
  readonly uncertain: boolean;
  /** Absent: as the operator says. */
  readonly negated?: boolean;
}

function lookUp(left: Expression, right: Expression, op: string, context: NftContext): LookUp | undefined {
  const slash = objectOf(right, "/") as readonly [Expression, Expression] | undefined;
  if (slash !== undefined) return flagsUnderMask(left, slash);
  const fields = fieldsOf(left);
  if (fields === undefined) return undefined;
  if (op === "!" || (op === "in" && fields[0]?.name === "status")) return flagsSet(fields, right, op === "in");
  if (["<", ">", "<=", ">="].includes(op)) return ordered(fields, right, op);
  const named = typeof right === "string" && right.startsWith("@") ? context.sets(right.slice(1)) : undefined;
  if (typeof right === "string" && right.startsWith("@") && named === undefined) return undefined;
  const keys = named?.elements.map((element) => keyOf(element, named.isMap)) ?? keysOf(right);
  const elements = keys.map((key) => elementOf(key, fields));
  if (elements.some((element) => element === undefined)) return undefined;
  return { fields, elements: elements.flatMap((element) => (element === undefined ? [] : [element])), uncertain: named?.dynamic ?? false };
}

/** `ct status dnat`: one of these bits at least is set, of those that a connection may have several of; `ct state ! invalid`: none is. */
function flagsSet(fields: readonly Field[], right: Expression, areSet: boolean): LookUp | undefined {
  const [field] = fields;
  const mask = field === undefined ? undefined : flagBits(right, field.name);
  if (field === undefined || mask === undefined || fields.length > 1 || field.mask !== undefined) return undefined;
  return { fields: [{ ...field, mask }], elements: [[exactly(0n)]], uncertain: false, negated: areSet };
}

/** `tcp flags syn / fin,syn,rst,ack`: under the mask exactly these. */
function flagsUnderMask(left: Expression, [wanted, mask]: readonly [Expression, Expression]): LookUp | undefined {
  const [field] = fieldsOf(left) ?? [];
  if (field === undefined) return undefined;
  const [bits, maskBits] = [flagBits(wanted, field.name), flagBits(mask, field.name)];
  if (bits === undefined || maskBits === undefined) return undefined;
  return { fields: [{ ...field, mask: maskBits }], elements: [[exactly(bits)]], uncertain: false };
}

function ordered(fields: readonly Field[], right: Expression, op: string): LookUp | undefined {
  const [field] = fields;
  const value = field === undefined ? undefined : valueFor(right, field);
  if (value === undefined || "pattern" in value) return undefined;
  const most = (1n << 128n) - 1n;
  const range = {
    "<": { from: 0n, to: value.from - 1n },
    "<=": { from: 0n, to: value.to },
    ">": { from: value.to + 1n, to: most },
    ">=": { from: value.from, to: most },
  }[op];
  return range === undefined ? undefined : { fields, elements: [[range]], uncertain: false };
}

/** The values of a right side: of a set each of its own, of a list of flags each bit. */
function keysOf(right: Expression): readonly Expression[] {
  const set = objectOf(right, "set") as readonly Expression[] | undefined;
  if (set !== undefined) return set.map((element) => keyOf(element, false));
  return Array.isArray(right) ? (right as readonly Expression[]) : [right];
}

/** JSON wraps an element that has a timeout or a comment. */
export function keyOf(element: Expression, paired: boolean): Expression {
  const key = paired && Array.isArray(element) ? ((element as readonly Expression[])[0] ?? "") : element;
  const wrapped = objectOf(key, "elem") as { readonly val: Expression } | undefined;
  return wrapped?.val ?? key;
}

/** The values of a key, one for each field; undefined where one of them cannot be read. */
export function elementOf(key: Expression, fields: readonly Field[]): Element | undefined {
  // The element that stands for all that no other one has.
  if (key === "*") return fields.map(() => ANYTHING);
  const parts = (objectOf(key, "concat") as readonly Expression[] | undefined) ?? [key];
  if (parts.length !== fields.length) return undefined;
  const values = parts.map((part, index) => valueFor(part, fields[index] as Field));
  return values.some((value) => value === undefined) ? undefined : values.flatMap((value) => (value === undefined ? [] : [value]));
}

/** What an expression asks of the packet by itself: `tcp dport` holds of TCP only, `ip saddr` of IPv4. The kernel adds the same (nft's payload dependencies). */
export function requirementsOf(left: Expression, family: TableFamily): Part[] {
  const parts = (objectOf(left, "concat") as readonly Expression[] | undefined) ?? [left];
  return parts.flatMap((part): Part[] => {
    const inner = (objectOf(part, "&") as readonly [Expression, Expression] | undefined)?.[0] ?? part;
    const protocol = (objectOf(inner, "payload") as { readonly protocol: string } | undefined)?.protocol;
    if (protocol === undefined || protocol === "th") return [];
    if (protocol === "ip" || protocol === "ip6") {
      if (family !== "inet" && family !== "netdev" && family !== "bridge") return [];
      return [requires("family", FAMILIES[protocol] ?? 0n, `meta nfproto ${protocol === "ip" ? "ipv4" : "ipv6"}`)];
    }
    const number = PROTOCOLS[protocol];
    return number === undefined ? [] : [requires("protocol", BigInt(number), `meta l4proto ${protocol}`)];
  });
}

const requires = (name: FieldName, value: bigint, text: string): Part => ({
  kind: "match",
  fields: [{ name }],
  elements: [[exactly(value)]],
  negated: false,
  text,
});

/** Keys and values of a map, a named one or one that stands in the rule; undefined where the table does not have it. */
export function pairsOf(data: Expression, { sets }: NftContext): readonly (readonly [Expression, Expression])[] | undefined {
  const found = typeof data === "string" ? sets(data.replace(/^@/, ""))?.elements : objectOf(data, "set");
  return found as readonly (readonly [Expression, Expression])[] | undefined;
}
