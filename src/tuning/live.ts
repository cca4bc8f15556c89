/**
 * What became of a change's values on the node: held against the journal.
 * @packageDocumentation
 */
import { TuningError } from "./error.js";
import type { NodeFacts } from "./facts.js";
import type { JournalValue } from "./journal/record.js";
import type { Entry } from "./journal/replay.js";
import { deviceOf, satisfies } from "./knobs/knobs.js";
import type { TunedNode } from "./node.js";

/** A value as it is now. */
export type ValueState =
  /** As before the change. */
  | { readonly kind: "before" }
  /** As the change left it. */
  | { readonly kind: "after" }
  /** Neither: someone else has written it. */
  | { readonly kind: "other"; readonly found: string }
  /** The device or the value is not there. */
  | { readonly kind: "gone" }
  /** Another device bears the name. */
  | { readonly kind: "anew" }
  | { readonly kind: "unreadable"; readonly why: string };

/** The states of a change's values, in the order of its record. */
export async function readState(
  entry: Entry,
  { node, facts }: { readonly node: TunedNode; readonly facts: NodeFacts },
): Promise<readonly ValueState[]> {
  const look = node.look();
  const states: ValueState[] = [];
  for (const [index, value] of entry.apply.values.entries()) states.push(await stateOf(value, entry.after?.[index], { facts, look }));
  return states;
}

interface Ground {
  readonly facts: NodeFacts;
  readonly look: ReturnType<TunedNode["look"]>;
}

async function stateOf(value: JournalValue, after: string | null | undefined, { facts, look }: Ground): Promise<ValueState> {
  const changed = deviceState(value, facts);
  if (changed !== undefined) return changed;
  try {
    const { value: found } = await look.read(value.knob);
    if (found === undefined) return { kind: "gone" };
    return judged(value, after, found);
  } catch (error) {
    if (error instanceof TuningError) return { kind: "unreadable", why: error.message };
    throw error;
  }
}

function deviceState({ knob, device }: JournalValue, { devices }: NodeFacts): ValueState | undefined {
  const name = deviceOf(knob);
  if (name === undefined || device === undefined) return undefined;
  const now = devices.find((one) => one.name === name);
  if (now === undefined) return { kind: "gone" };
  return now.ifindex === device.ifindex && now.mac === device.mac ? undefined : { kind: "anew" };
}

/** Where podwire died before it read the value back, what was asked for is what the change would have left; and what went along with it could be anything. */
function judged({ knob, before, wanted }: JournalValue, after: string | null | undefined, found: string): ValueState {
  if (found === before) return { kind: "before" };
  if (after !== undefined) return found === after ? { kind: "after" } : { kind: "other", found };
  if (wanted === undefined || satisfies(knob, found, wanted)) return { kind: "after" };
  return { kind: "other", found };
}
