/**
 * One change is taken back by compare-and-swap: only what is still as the change left it gets its old value again, and what someone else has changed since is left.
 * @packageDocumentation
 */
import { TuningError } from "./error.js";
import type { Undated } from "./journal/journal-file.js";
import type { JournalValue } from "./journal/record.js";
import type { Entry } from "./journal/replay.js";
import { titleOf } from "./knobs/knobs.js";
import { readState, type ValueState } from "./live.js";
import type { Workshop } from "./workshop.js";

/** How it is taken back. */
export interface TakingBack {
  /** Takes back too what someone else has changed since. */
  readonly force: boolean;
  /** For the journal, in a few words. */
  readonly why: string;
}

/** A value that was left as it was found, in a sentence. */
export interface Left {
  readonly index: number;
  readonly says: string;
}

/** The kernel sets some features along with others, in an order of its own: after this many rounds what does not hold is refused. */
const ROUNDS = 3;

/**
 * Takes a change back; gives what was left. A second time it looks only at what the first one left: the rest is not podwire's any more.
 * @throws TuningError where the journal cannot be written: what could be restored is restored all the same, by what stands in it already
 */
export async function takeBack(
  entry: Entry,
  workshop: Pick<Workshop, "node" | "facts" | "journal">,
  { force, why }: TakingBack,
): Promise<readonly Left[]> {
  const { id, values } = entry.apply;
  const states = await readState(entry, workshop);
  const noted = await noting(workshop, { record: "undo", id, why });
  const touched = values.map((value, index): Owned => ({ value, index })).filter(({ index }) => isTouched(entry, index, states[index]));
  const left = touched.flatMap(({ value, index }): Left[] => {
    const says = whyLeft(value, states[index], force);
    return says === undefined ? [] : [{ index, says }];
  });
  const kept = new Set(left.map(({ index }) => index));
  const own = touched.filter(({ index }) => !kept.has(index));
  const refused = await restore(own, workshop);
  const all = [...left, ...refused].sort((a, b) => a.index - b.index);
  if (noted !== undefined) throw noted;
  await workshop.journal.write({ record: "undone", id, left: all.map(({ index }) => index) });
  return all;
}

/** What went wrong with the journal: it must not keep podwire from restoring what stands in it. */
async function noting({ journal }: Pick<Workshop, "journal">, record: Undated): Promise<TuningError | undefined> {
  try {
    await journal.write(record);
    return undefined;
  } catch (error) {
    if (error instanceof TuningError) return error;
    throw error;
  }
}

/** What an earlier undo has restored is done with; and what the kernel could have changed along and did not, and is another's since, was never podwire's. */
function isTouched({ apply, phase, left, after }: Entry, index: number, state: ValueState | undefined): boolean {
  if (phase === "undone" && !left.includes(index)) return false;
  const value = apply.values[index];
  const unmoved = value?.wanted === undefined && after?.[index] === value?.before;
  return !(unmoved && state?.kind === "other");
}

/** Why a value is not touched; undefined where it is podwire's to restore, or restored already. */
function whyLeft({ knob, before }: JournalValue, state: ValueState | undefined, force: boolean): string | undefined {
  if (state === undefined) return `${titleOf(knob)}: nothing is known of it`;
  switch (state.kind) {
    case "before":
    case "after":
      return undefined;
    case "gone":
      // With its device went its value: there is nothing to restore.
      return undefined;
    case "anew":
      return undefined;
    case "unreadable":
      return `${titleOf(knob)}: ${state.why}`;
    case "other":
      return force
        ? undefined
        : `${titleOf(knob)} is ${state.found}: someone else, or another change, has written it since; it was ${before} before (--force restores that)`;
  }
}

interface Owned {
  readonly value: JournalValue;
  readonly index: number;
}

/** What the change set goes back in the opposite order, then what went along with it, until all of it holds. */
async function restore(own: readonly Owned[], { node, facts }: Pick<Workshop, "node" | "facts">): Promise<readonly Left[]> {
  const present = own.filter(({ value }) => isPresent(value, facts.devices));
  const order = [
    ...present.filter(({ value }) => value.wanted !== undefined).reverse(),
    ...present.filter(({ value }) => value.wanted === undefined),
  ];
  let wrong: readonly Left[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    wrong = [];
    for (const one of order) wrong = [...wrong, ...(await restoreOne(one, node))];
    if (await allRestored(order, node)) return [];
  }
  return wrong.length > 0 ? wrong : await stillWrong(order, node);
}

const isPresent = ({ device, knob }: JournalValue, devices: Workshop["facts"]["devices"]): boolean =>
  device === undefined ||
  devices.some(({ name, ifindex, mac }) => "device" in knob && name === knob.device && ifindex === device.ifindex && mac === device.mac);

async function restoreOne({ value: { knob, before }, index }: Owned, node: Workshop["node"]): Promise<readonly Left[]> {
  try {
    const { value, text } = await node.read(knob);
    if (value !== undefined && value !== before) await node.write(knob, before, text);
    return [];
  } catch (error) {
    if (error instanceof TuningError) return [{ index, says: error.message }];
    throw error;
  }
}

const allRestored = async (own: readonly Owned[], node: Workshop["node"]): Promise<boolean> => (await stillWrong(own, node)).length === 0;

async function stillWrong(own: readonly Owned[], node: Workshop["node"]): Promise<readonly Left[]> {
  const look = node.look();
  const wrong: Left[] = [];
  for (const {
    value: { knob, before },
    index,
  } of own) {
    const found = await look.read(knob).then(
      ({ value }) => value,
      () => "unreadable",
    );
    if (found !== undefined && found !== before)
      wrong.push({ index, says: `${titleOf(knob)} is ${found} and does not go back to ${before}` });
  }
  return wrong;
}
