/**
 * One change is made on a node: written to the journal before, carried out, read back. One that fails is taken back at once.
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import type { Change, Knob, PlannedStep } from "./contract.js";
import { TuningError } from "./error.js";
import type { NodeFacts } from "./facts.js";
import { requireScope } from "./guard.js";
import type { ApplyRecord, JournalValue } from "./journal/record.js";
import type { Entry } from "./journal/replay.js";
import { deviceOf, satisfies, titleOf } from "./knobs/knobs.js";
import type { TunedNode } from "./node.js";
import type { PlannedChange } from "./plan.js";
import { takeBack } from "./take-back.js";
import type { Workshop } from "./workshop.js";

/** Whom a change is a trial of. */
export type Lease = NonNullable<ApplyRecord["lease"]>;

/**
 * Makes a change whole or not at all.
 * @returns its journal entry, by which it is undone; undefined where another change has brought about all that it would set
 * @throws TuningError where it is out of scope, where the node is not any more as the plan found it, or where a step is refused: nothing of it stands then
 */
export async function makeChange(planned: PlannedChange, workshop: Workshop, lease?: Lease): Promise<Entry | undefined> {
  const { change } = planned;
  requireScope(change, workshop.facts);
  const steps = await stillToSet(planned, workshop.node);
  if (steps.length === 0) return undefined;
  const apply = await beginning(change, steps, workshop, lease);
  await workshop.journal.write(apply);
  const begun: Entry = { apply, phase: "applying", left: [], confirmed: false };
  try {
    for (const step of steps) await setStep(step, workshop.node);
    const after = await readBack(apply.values, workshop.node);
    requireSet(change, apply.values, after);
    await workshop.journal.write({ record: "made", id: apply.id, after: [...after] });
    return { ...begun, phase: "made", after };
  } catch (error) {
    const back = await takenBack(begun, workshop, "a step failed");
    if (error instanceof TuningError) throw new TuningError(`${change.name}: ${error.message} ${back ?? "It is taken back."}`);
    throw error;
  }
}

/** Takes a change back after a failure; gives what of that failed, in a sentence. */
export async function takenBack(entry: Entry, workshop: Workshop, why: string): Promise<string | undefined> {
  try {
    const left = await takeBack(entry, workshop, { force: false, why });
    const says = left.map((one) => one.says).join("; ");
    return left.length === 0 ? undefined : `${entry.apply.change} is taken back but for this: ${says}.`;
  } catch (error) {
    if (!(error instanceof TuningError)) throw error;
    return `What of ${entry.apply.change} could be restored is restored; \`podwire tune status\` tells what stands.`;
  }
}

/**
 * The steps that still change something: a feature that others stand on brings them with it.
 * @param moved - titles of values that will have been moved by the time these steps are made, so that they need not be yet as the plan found them
 * @throws TuningError where a value is neither as the plan found it nor as it is to be
 */
export async function stillToSet(
  { change, steps }: PlannedChange,
  node: TunedNode,
  moved: ReadonlySet<string> = new Set(),
): Promise<readonly PlannedStep[]> {
  const look = node.look();
  const left: PlannedStep[] = [];
  for (const step of steps) {
    const { value } = await look.read(step.knob);
    if (value === undefined) throw new TuningError(`${change.name}: ${titleOf(step.knob)} is not there any more`);
    if (satisfies(step.knob, value, step.wanted)) continue;
    if (value !== step.now && !moved.has(titleOf(step.knob)))
      throw new TuningError(`${change.name}: ${titleOf(step.knob)} has become ${value}, the plan found ${step.now}: plan anew`);
    left.push({ ...step, now: value });
  }
  return left;
}

/** What stands in the journal before anything is changed: every value with the one before it, those that the kernel changes along with them too. */
export async function beginning(
  change: Change,
  steps: readonly PlannedStep[],
  workshop: Workshop,
  lease: Lease | undefined,
): Promise<ApplyRecord> {
  const { facts, node, now } = workshop;
  const look = node.look();
  const values: JournalValue[] = [];
  for (const { knob, now: before, wanted } of steps) values.push({ knob, before, wanted, ...identity(knob, facts) });
  const known = new Set(values.map(({ knob }) => titleOf(knob)));
  for (const knob of steps.flatMap(({ coupled = [] }) => coupled)) {
    if (known.has(titleOf(knob))) continue;
    known.add(titleOf(knob));
    const { value } = await look.read(knob);
    if (value !== undefined) values.push({ knob, before: value, ...identity(knob, facts) });
  }
  return {
    record: "apply",
    id: `${change.name}-${randomUUID().slice(0, 8)}`,
    at: now().toISOString(),
    change: change.name,
    boot: facts.boot,
    namespace: facts.namespace,
    ...(facts.loopback === undefined ? {} : { loopback: facts.loopback }),
    ...(lease === undefined ? {} : { lease }),
    values,
  };
}

function identity(knob: Knob, { devices }: NodeFacts): Pick<JournalValue, "device"> {
  const device = devices.find(({ name }) => name === deviceOf(knob));
  return device === undefined ? {} : { device: { ifindex: device.ifindex, mac: device.mac } };
}

async function setStep({ knob, wanted }: PlannedStep, node: TunedNode): Promise<void> {
  const { text } = await node.read(knob);
  await node.write(knob, wanted, text);
}

async function readBack(values: readonly JournalValue[], node: TunedNode): Promise<readonly (string | null)[]> {
  const look = node.look();
  const after: (string | null)[] = [];
  for (const { knob } of values) after.push((await look.read(knob)).value ?? null);
  return after;
}

/** A driver may take a command and do something else. */
function requireSet({ name }: Change, values: readonly JournalValue[], after: readonly (string | null)[]): void {
  for (const [index, { knob, wanted }] of values.entries()) {
    const read = after[index] ?? "not there";
    if (wanted !== undefined && !satisfies(knob, read, wanted))
      throw new TuningError(
        `${titleOf(knob)} was set to ${wanted} and reads ${read}: the driver or the kernel did not take it. Leave ${name} out.`,
      );
  }
}
