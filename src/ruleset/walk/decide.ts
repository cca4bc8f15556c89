/**
 * Whether a match holds: yes, no, or it cannot be told.
 * @packageDocumentation
 */
import { ANYTHING, type Element, type Field, type Hook, type Match, type SetLook, type Value } from "../ruleset.js";
import { type FieldValue, fieldValue, type PacketState } from "./state.js";

/** Yes, no, or undefined where it cannot be told. */
export type Answer = boolean | undefined;

/** Whether a match holds of a packet. A field that the packet does not have fails it, negated or not. */
export function holds({ fields, elements, negated, looks }: Match, state: PacketState, hook: Hook): Answer {
  if (looks !== undefined) return unless(negated, isInOne(looks, state, hook));
  const values = valuesOf(fields, state, hook);
  if (values.includes("absent")) return false;
  return unless(negated, isAnyOf(elements, values));
}

const unless = (negated: boolean, answer: Answer): Answer => (answer === undefined ? undefined : answer !== negated);

/** Whether one of several IP sets has the packet (list_set_ktest). */
function isInOne(looks: readonly SetLook[], state: PacketState, hook: Hook): Answer {
  return anyOf(looks, (look) => isInSet(look, state, hook));
}

/** The first member that matches the packet decides (mtype_test_cidrs); one that only might match leaves the answer to later ones. */
function isInSet({ fields, members }: SetLook, state: PacketState, hook: Hook): Answer {
  const values = valuesOf(fields, state, hook);
  const possible = new Set<boolean>();
  for (const { key, isException = false, isUncertain = false } of members) {
    const is = isElement(key, values);
    if (is === false) continue;
    possible.add(!isException);
    if (is === true && !isUncertain) return possible.size === 1 ? !isException : undefined;
  }
  return possible.has(true) ? undefined : false;
}

/** Whether the values are one of the elements. */
export const isAnyOf = (elements: readonly Element[], values: readonly FieldValue[]): Answer =>
  anyOf(elements, (element) => isElement(element, values));

/** True where one is true; unknown where none is and one is unknown. */
function anyOf<One>(all: readonly One[], answerOf: (one: One) => Answer): Answer {
  let answer: Answer = false;
  for (const each of all) {
    const one = answerOf(each);
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
