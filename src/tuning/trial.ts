/**
 * Changes that are set and unset many times: they are in the journal for as long as that lasts, so that they are taken back after a crash.
 * @packageDocumentation
 */
import { TuningError } from "./error.js";
import type { Entry } from "./journal/replay.js";
import { titleOf } from "./knobs/knobs.js";
import { beginning, type Lease, stillToSet } from "./made.js";
import type { PlannedChange } from "./plan.js";
import { takeBack } from "./take-back.js";
import type { Workshop } from "./workshop.js";

const WHY = "the trial is over";

/**
 * Does some work during which these changes may be in force, and makes sure that none is afterwards.
 * @param lease - of the guard that takes them back when podwire dies meanwhile
 * @throws TuningError where a value is not as it was found, before or afterwards; whatever the work throws
 */
export async function asTrial<T>(changes: readonly PlannedChange[], workshop: Workshop, lease: Lease, work: () => Promise<T>): Promise<T> {
  const begun: Entry[] = [];
  const moved = new Set<string>();
  const result = await (async () => {
    for (const planned of changes) {
      await begin(planned, workshop, { lease, begun, moved });
      for (const { knob, coupled = [] } of planned.steps) for (const one of [knob, ...coupled]) moved.add(titleOf(one));
    }
    return work();
  })().catch(async (error: unknown) => {
    await takenBackAll(begun, workshop);
    throw error;
  });
  const left = await takenBackAll(begun, workshop);
  if (left.length > 0) throw new TuningError(`the trial could not be taken back whole: ${left.join("; ")}`);
  return result;
}

async function begin(
  planned: PlannedChange,
  workshop: Workshop,
  { lease, begun, moved }: { readonly lease: Lease; readonly begun: Entry[]; readonly moved: ReadonlySet<string> },
): Promise<void> {
  // It was planned on top of the changes before it, and those are in force only while the trial is: its values from before are those without any of them.
  const steps = await stillToSet(planned, workshop.node, moved);
  if (steps.length === 0) return;
  const apply = await beginning(planned.change, steps, workshop, lease);
  await workshop.journal.write(apply);
  begun.push({ apply, phase: "applying", left: [], confirmed: false });
}

/** All of them, also where the journal cannot be written any more: what stands in it is enough. */
async function takenBackAll(begun: readonly Entry[], workshop: Workshop): Promise<readonly string[]> {
  const left: string[] = [];
  for (const entry of [...begun].reverse()) {
    try {
      left.push(...(await takeBack(entry, workshop, { force: false, why: WHY })).map(({ says }) => says));
    } catch (error) {
      if (!(error instanceof TuningError)) throw error;
      left.push(error.message);
    }
  }
  return left;
}
