/**
 * A candidate as a condition of visits: what applies it, and what takes it back.
 * @packageDocumentation
 */

import type { PlannedStep } from "../../tuning/contract.js";
import type { Call } from "../../tuning/knobs/form.js";
import { readingOf, satisfies, titleOf, valueIn, valueOfFailure, writingOf } from "../../tuning/knobs/knobs.js";
import { listingOf } from "../../tuning/knobs/own-rules.js";
import type { Condition, ConditionCommand, ConditionStep, OwnValue } from "../../venues/contract.js";
import type { Candidate, PlacedStep } from "./candidates.js";

/** The condition under which all of these hold, in their order. */
export const conditionOf = (name: string, candidates: readonly Candidate[]): Condition => ({
  name,
  steps: candidates.flatMap(({ change, steps }) => steps.map((placed) => stepOf(placed, change.sets))),
});

function stepOf({ place, step, ownRules = place.facts.ownRules ?? "" }: PlacedStep, reason: string): ConditionStep {
  const { knob, now, wanted } = step;
  const { sysfs = [] } = place.facts;
  const own = knob.kind === "own-rules";
  return {
    at: place.at,
    reason,
    apply: commandOf(writingOf(knob, wanted, own ? ownRules : ""), sysfs),
    undo: commandOf(writingOf(knob, now, own ? `${ownRules}${listingOf(wanted)}` : ""), sysfs),
    ...(place.shared ? { own: ownValue(step, sysfs) } : {}),
  };
}

/** The value before the change, or the change's. */
function ownValue({ knob, now, wanted }: PlannedStep, sysfs: readonly string[]): OwnValue {
  const reading = readingOf(knob);
  return {
    read: commandOf("file" in reading ? { argv: ["cat", reading.file] } : reading, sysfs),
    whyNot: ({ exitCode, stdout, stderr }) => {
      const value = exitCode === 0 ? valueIn(knob, stdout) : valueOfFailure(knob, stderr);
      if (value === undefined) return `${titleOf(knob)} is not there any more: ${stderr.trim()}`;
      if (value === now || satisfies(knob, value, wanted)) return undefined;
      return `${titleOf(knob)} is ${value}: someone else has written it`;
    },
  };
}

function commandOf({ argv, stdin, sysfs }: Call, way: readonly string[]): ConditionCommand {
  const [program, ...words] = argv;
  const [first = program, ...rest] = sysfs === true ? way : [];
  return { argv: first === program ? argv : [first, ...rest, program, ...words], ...(stdin === undefined ? {} : { stdin }) };
}
