/**
 * Rules of a chain that end a packet's way, found by what they ask for: fewer conditions than another rule has, or wider ones. By index, since a chain may have
 * hundreds of thousands of rules.
 * @packageDocumentation
 */
import type { FieldName, Match, RuleText } from "./ruleset.js";

/** A range that a condition leaves to an address or a port. */
interface Wide {
  readonly from: bigint;
  readonly to: bigint;
}

/** A condition. */
export interface Asked {
  /** The same for the same condition; conditions on one field stand together when they are sorted. */
  readonly key: string;
  /** Where it is one range of one field that has an order: a wider one asks for less. */
  readonly range?: Wide & { readonly field: FieldName };
}

const ORDERED: ReadonlySet<FieldName> = new Set(["source", "destination", "source-port", "destination-port"]);

/** A match as a condition. */
export function askedOf({ fields, elements, negated, text }: Match): Asked {
  const [field, second] = fields;
  const [value] = elements.length === 1 ? (elements[0] ?? []) : [];
  if (field === undefined || second !== undefined || field.mask !== undefined || negated || !ORDERED.has(field.name)) return { key: text };
  if (value === undefined || "pattern" in value) return { key: text };
  return { key: `${field.name} ${text}`, range: { from: value.from, to: value.to, field: field.name } };
}

/** So many wide ranges of ports are held against a rule's; more of them are of no product. */
const MOST_PORT_RANGES = 16;
/** Rules whose conditions begin alike. */
interface Branch {
  rule?: RuleText;
  further?: Map<string, Branch>;
}

/** The rules that end packets so far. */
export class EndingRules {
  /** By their conditions, one after the other. */
  readonly #rules: Branch = {};
  #size = 0;
  /** Prefixes by their size, then by their first address. */
  readonly #prefixes = new Map<FieldName, Map<bigint, Map<bigint, string>>>();
  readonly #ports = new Map<FieldName, (Wide & { readonly key: string })[]>();

  get size(): number {
    return this.#size;
  }

  /** Adds a rule; gives whether none with the same conditions stands there already. */
  add(asks: readonly Asked[], rule: RuleText): boolean {
    let branch = this.#rules;
    for (const { key } of asks) {
      branch.further ??= new Map();
      const next = branch.further.get(key) ?? {};
      branch.further.set(key, next);
      branch = next;
    }
    if (branch.rule !== undefined) return false;
    branch.rule = rule;
    this.#size++;
    for (const one of asks) this.#addRange(one);
    return true;
  }

  /** Takes a rule out, by its conditions: what held when it was met holds no longer. */
  delete(asks: readonly Asked[]): void {
    let branch: Branch | undefined = this.#rules;
    for (const { key } of asks) branch = branch?.further?.get(key);
    if (branch?.rule === undefined) return;
    delete branch.rule;
    this.#size--;
  }

  /** A rule that asks for no more than these conditions: for a part of them, the whole included, or for wider ones. */
  thatAsksLess(asks: readonly Asked[]): RuleText | undefined {
    if (this.#size === 0) return undefined;
    const fields = asks.flatMap(({ range }) => range?.field ?? []);
    // Two conditions on one field would stand in another order once one of them is wider.
    const isPlain = new Set(fields).size === fields.length;
    return this.#search(this.#rules, asks, 0, isPlain);
  }

  #search({ rule, further }: Branch, asks: readonly Asked[], from: number, isPlain: boolean): RuleText | undefined {
    if (rule !== undefined || further === undefined) return rule;
    for (let at = from; at < asks.length; at++) {
      const one = asks[at];
      if (one === undefined) break;
      for (const key of [one.key, ...(isPlain ? this.#wider(one) : [])]) {
        const next = further.get(key);
        const found = next === undefined ? undefined : this.#search(next, asks, at + 1, isPlain);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #addRange({ key, range }: Asked): void {
    if (range === undefined || range.from === range.to) return;
    const { field, from, to } = range;
    if (isPort(field)) {
      const ranges = this.#ports.get(field) ?? [];
      if (ranges.length < MOST_PORT_RANGES) this.#ports.set(field, [...ranges, { from, to, key }]);
      return;
    }
    const size = to - from + 1n;
    // Of a range that is no prefix no wider one is found by its size.
    if (from % size !== 0n) return;
    const sizes = this.#prefixes.get(field) ?? new Map<bigint, Map<bigint, string>>();
    this.#prefixes.set(field, sizes);
    const starts = sizes.get(size) ?? new Map<bigint, string>();
    sizes.set(size, starts);
    if (!starts.has(from)) starts.set(from, key);
  }

  #wider({ key, range }: Asked): readonly string[] {
    if (range === undefined) return [];
    const { field, from, to } = range;
    const keys: string[] = [];
    if (isPort(field)) {
      for (const wide of this.#ports.get(field) ?? []) if (wide.from <= from && wide.to >= to && wide.key !== key) keys.push(wide.key);
      return keys;
    }
    for (const [size, starts] of this.#prefixes.get(field) ?? []) {
      const start = from - (from % size);
      const wide = to < start + size ? starts.get(start) : undefined;
      if (wide !== undefined && wide !== key) keys.push(wide);
    }
    return keys;
  }
}

const isPort = (field: FieldName): boolean => field === "source-port" || field === "destination-port";
