/**
 * A change's steps as the commands that make and undo them: what `plan` shows, and what `apply` prints while it makes them. Pure.
 * @packageDocumentation
 */
import type { PlannedStep } from "./contract.js";
import type { NodeFacts } from "./facts.js";
import { type Call, callLine } from "./knobs/form.js";
import { titleOf, writingOf } from "./knobs/knobs.js";
import { listingOf } from "./knobs/own-rules.js";

/** One step for people and programs. */
export interface StepLines {
  /** The knob. */
  readonly what: string;
  readonly now: string;
  readonly wanted: string;
  /** The command that sets it, as a line. */
  readonly command: string;
  /** The command that sets it back. */
  readonly undo: string;
}

/** The node's state that commands depend on. */
type Ground = Pick<NodeFacts, "sysfs" | "ownRules">;

/** A step's lines on this node. */
export function linesOf({ knob, now, wanted }: PlannedStep, { sysfs = [], ownRules = "" }: Ground): StepLines {
  const own = knob.kind === "own-rules";
  const line = (call: Call): string => callLine(call.sysfs === true ? withWay(call, sysfs) : call);
  return {
    what: titleOf(knob),
    now,
    wanted,
    command: line(writingOf(knob, wanted, own ? ownRules : "")),
    undo: line(writingOf(knob, now, own ? `${ownRules}${listingOf(wanted)}` : "")),
  };
}

function withWay(call: Call, way: readonly string[]): Call {
  const [first, ...rest] = [...way, ...call.argv];
  return { ...call, argv: [first ?? call.argv[0], ...rest] };
}
