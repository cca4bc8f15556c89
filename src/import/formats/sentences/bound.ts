/**
 * What a line's quantities are bound to, and what stands above the line.
 * @packageDocumentation
 */
import type { Quantity } from "../../quantities/quantities.js";
import type { Role } from "../../where/places.js";
import type { Clause } from "./clauses.js";

/** A quantity with the ends that the words of its line give to it. */
export interface Bound {
  readonly value: Quantity;
  readonly clause: Clause;
  /** Which of the clause's quantities it is. */
  readonly index: number;
  readonly role: Role | undefined;
}

/** What stands above a line. */
export interface Above {
  /** What the heading says. */
  readonly heading: Role | undefined;
  /** What the last words of the line before say, where its sentence goes on. */
  readonly before: Role | undefined;
}

/** What a line gives: its quantities with their ends, and how many clauses are rows of numbers without a word between them. */
export interface Bindings {
  readonly bound: readonly Bound[];
  readonly rows: number;
}
