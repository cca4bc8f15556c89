/**
 * nft's own JSON of statements and expressions, as far as rules are walked (libnftables-json(5)). The text form is read into the same.
 * @packageDocumentation
 */
import type { TableFamily } from "../ruleset.js";

/** An expression: a value, a set's name with `@`, or an object with one key. */
export type Expression = string | number | boolean | readonly Expression[] | { readonly [key: string]: unknown };

/** A statement: an object with one key, `null` where it has no arguments. */
export type Statement = { readonly [key: string]: unknown };

/** A named set or map. */
export interface NamedSet {
  readonly name: string;
  /** Whether it has values beside its keys. */
  readonly isMap: boolean;
  /** Keys, or `[key, value]` of a map. */
  readonly elements: readonly Expression[];
  /** Elements come and go by rules or with time: what is not in it now may be there when the packet comes. */
  readonly dynamic: boolean;
}

/** A chain as nft lists it. */
export interface NftChain {
  readonly name: string;
  readonly type?: string;
  readonly hook?: string;
  readonly priority?: number;
  readonly policy?: string;
  readonly devices?: readonly string[];
}

/** Finds a named set or map of the table. */
export type NamedSets = (name: string) => NamedSet | undefined;

/** What a rule is read within. */
export interface NftContext {
  readonly family: TableFamily;
  readonly sets: NamedSets;
}
