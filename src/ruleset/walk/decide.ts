/**
 * Whether a match holds: yes, no, or it cannot be told.
 * @packageDocumentation
 */
import { ANYTHING, type Element, type Field, type Hook, type Match, type Value } from "../ruleset.js";
import { type FieldValue, fieldValue, type PacketState } from "./state.js";

/** Yes, no, or undefined where it cannot be told. */
export type Answer = boolean | undefined;

/** Whether a match holds of a packet. A field that the packet does not have fails it, negated or not. */
export function holds({ fields, elements, negated }: Match, state: PacketState, hook: Hook): Answer {
  const values = fields.map((field) => fieldValue(field, state, hook));
  if (values.includes("absent")) return false;
  const answer = isAnyOf(elements, values);
  return answer === undefined ? undefined : answer !== negated;
}

/** Whether the values are one of the elements. */
export function isAnyOf(elements: readonly Element[], values: readonly FieldValue[]): Answer {
  let answer: Answer = false;
  for (const element of elements) {
    const one = isElement(element, values);
    if (one === true) return true;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

/** Whether the values are this element. */
export function isElement(element: Element, values: readonly FieldValue[]): Answer {
  let answer: Answer = true;
  for (const [index, value] of element.entries()) {
    const one = value === ANYTHING || isValue(value, values[index]);
    if (one === false) return false;
    if (one === undefined) answer = undefined;
  }
  return answer;
}

function isValue(wanted: Value, value: FieldValue): Answer {
  if (value === undefined) return undefined;
  if (value === "absent") return false;
  if ("pattern" in wanted) {
    if (!("name" in value)) return undefined;
    return wanted.pattern.endsWith("*") ? value.name.startsWith(wanted.pattern.slice(0, -1)) : value.name === wanted.pattern;
  }
  if ("name" in value) return undefined;
  if (value.from >= wanted.from && value.to <= wanted.to) return true;
  return value.to < wanted.from || value.from > wanted.to ? false : undefined;
}

/** The values of the fields of a look-up. */
export const valuesOf = (fields: readonly Field[], state: PacketState, hook: Hook): readonly FieldValue[] =>
  fields.map((field) => fieldValue(field, state, hook));
