/**
 * What `podwire tune` does to a node: makes what was planned, tells what became of it, takes it back.
 * @packageDocumentation
 */
import type { DurableLog, Processes } from "../machine/ports.js";
import type { TuningStatus } from "../model/tuning.js";
import { TUNING_STATUS_SCHEMA } from "../model/tuning.js";
import type { Milliseconds } from "../units/quantity.js";
import { TuningError } from "./error.js";
import type { NodeFacts } from "./facts.js";
import { JournalWriter, readJournal } from "./journal/journal-file.js";
import { asOnlyTuner, underOrdersLock } from "./journal/lock.js";
import { type Entry, isOpen, type Journal } from "./journal/replay.js";
import { titleOf } from "./knobs/knobs.js";
import { readState, type ValueState } from "./live.js";
import { type Lease, makeChange, takenBack } from "./made.js";
import { TunedNode } from "./node.js";
import { journalPath } from "./place.js";
import type { PlannedChange } from "./plan.js";
import { factsNow, type ReadingPorts } from "./reading/facts-now.js";
import { stateOfEntry } from "./state.js";
import { type Left, takeBack } from "./take-back.js";
import { whereaboutsOf } from "./whereabouts.js";
import type { Workshop } from "./workshop.js";

/** Through what a node is tuned, and where its journal lies. */
export interface TunerPorts extends ReadingPorts {
  readonly processes: Processes;
  readonly log: DurableLog;
  /** Folder of the journal; absent: {@link journalPath} says. */
  readonly state?: string;
  /** This process, for whoever comes second. */
  readonly pid: number;
}

/** A node that was read. */
export interface ReadNode {
  readonly facts: NodeFacts;
  readonly path: string;
  readonly node: TunedNode;
}

/** Reads a node. @param between - as {@link factsNow} */
export async function readNode(ports: TunerPorts, between?: Milliseconds): Promise<ReadNode> {
  const facts = await factsNow(ports, between);
  return { facts, path: journalPath(facts, ports.state), node: new TunedNode(ports, facts) };
}

const lockOf = (journal: string): string => `${journal}.lock`;

/** As {@link underOrdersLock}: of a program through which whoever has this node's workshop changes it. */
export const ordered = ({ path }: ReadNode, argv: readonly [string, ...string[]]): readonly [string, ...string[]] =>
  underOrdersLock(lockOf(path), argv);

/** Works on a node as its only tuner. @throws TuningError where the folder cannot be written or another tuner is at work */
export async function inWorkshop<T>(
  ports: TunerPorts,
  { facts, path, node }: ReadNode,
  options: { readonly patience?: number },
  work: (workshop: Workshop, journal: Journal) => Promise<T>,
): Promise<T> {
  const obstacle = await ports.files.whyNotWritable(path);
  if (obstacle !== undefined)
    throw new TuningError(
      `the journal cannot be written (${obstacle.replaceAll(/\s+/g, " ")}), and nothing is changed without it. Name a folder with --state.`,
    );
  const lock = lockOf(path);
  await ports.log.append(lock, "");
  const now = (): Date => ports.clock.now();
  const holder = { pid: ports.pid, since: now().toISOString() };
  return asOnlyTuner(lock, ports, holder, options.patience, async () => {
    const place = { path, files: ports.files, log: ports.log };
    const journal = await readJournal(place);
    return work({ node, facts, journal: await JournalWriter.open(place, now), now }, journal);
  });
}

/** Who watches while changes are made. */
export interface MakingWatch {
  /** Before a change is made. */
  readonly begins: (planned: PlannedChange) => void;
  /** Once it is made; `already` where another one had brought it about. */
  readonly made: (planned: PlannedChange, how: "made" | "already") => void;
  /** Aborted when no more is to be made: what was made is taken back then. */
  readonly interrupted: AbortSignal;
}

/**
 * Makes changes in their order: all of them, or none where one fails.
 * @throws TuningError with what failed; what was made before it is taken back
 */
export async function makeChanges(
  ports: TunerPorts,
  read: ReadNode,
  changes: readonly PlannedChange[],
  { watch, lease }: { readonly watch: MakingWatch; readonly lease?: Lease },
): Promise<readonly Entry[]> {
  return inWorkshop(ports, read, {}, async (workshop, journal) => {
    requireWhole(journal, read);
    return makeAll(changes, workshop, { watch, ...(lease === undefined ? {} : { lease }) });
  });
}

/** Nothing is made on top of what cannot be read. @throws TuningError */
export function requireWhole(journal: Journal, { path }: Pick<ReadNode, "path">): void {
  if (journal.damage.length > 0) throw new TuningError(damaged(path, journal));
}

/** As {@link makeChanges}, by whoever has the workshop. */
export async function makeAll(
  changes: readonly PlannedChange[],
  workshop: Workshop,
  { watch, lease }: { readonly watch: MakingWatch; readonly lease?: Lease },
): Promise<readonly Entry[]> {
  const made: Entry[] = [];
  try {
    for (const planned of changes) {
      if (watch.interrupted.aborted) throw new TuningError("interrupted");
      watch.begins(planned);
      const entry = await makeChange(planned, workshop, lease);
      if (entry !== undefined) made.push(entry);
      watch.made(planned, entry === undefined ? "already" : "made");
    }
    return made;
  } catch (error) {
    const wrong: string[] = [];
    for (const entry of [...made].reverse()) {
      const failed = await takenBack(entry, workshop, "another change failed");
      if (failed !== undefined) wrong.push(failed);
    }
    if (!(error instanceof TuningError) || made.length === 0) throw error;
    const back = wrong.length > 0 ? wrong.join(" ") : `${made.map(({ apply }) => apply.change).join(", ")}: taken back too.`;
    throw new TuningError(`${error.message} ${back}`);
  }
}

/** What the journal's damage means for whoever wants to write it. */
export const damaged = (path: string, { damage }: Journal): string =>
  `the journal ${path} is damaged or was edited (${damage.join("; ")}): \`podwire tune undo\` takes back what it still names; move it away after that`;

/** What is to be taken back. */
export interface UndoRequest {
  /** Changes by name; absent: all. */
  readonly only?: readonly string[];
  /** The trial of one lease alone. */
  readonly lease?: string;
  readonly force: boolean;
  readonly why: string;
  /** Seconds to wait for another tuner. */
  readonly patience?: number;
}

/** A change that was taken back, and what of it was left. */
export interface Undone {
  readonly entry: Entry;
  readonly left: readonly Left[];
  /** Its values are gone with their boot or their namespace: nothing had to be touched. */
  readonly past: boolean;
  /** All of it was left, and nothing noted: it may be of another namespace. `left` has the one reason. */
  readonly untold?: true;
}

/** Why something of it was left, a sentence each. */
export const reasonsOf = ({ entry: { apply }, left, untold }: Undone): readonly string[] =>
  left.map(({ says }) => `${apply.change}: ${untold === true ? "not undone: " : ""}${says}`);

/** Takes changes back, the last one first. Twice is harmless. */
export async function undoChanges(
  ports: TunerPorts,
  read: ReadNode,
  request: UndoRequest,
): Promise<{ readonly undone: readonly Undone[]; readonly damage: readonly string[] }> {
  const standing = await readJournal({ path: read.path, files: ports.files });
  if (!standing.entries.some((entry) => isWanted(entry, request))) return { undone: [], damage: standing.damage };
  const patience = request.patience === undefined ? {} : { patience: request.patience };
  return inWorkshop(ports, read, patience, async (workshop, journal) => {
    const undone: Undone[] = [];
    const failed: TuningError[] = [];
    // One that cannot be noted, on a full disk, must not keep the others standing.
    for (const entry of [...journal.entries].reverse().filter((one) => isWanted(one, request))) {
      try {
        undone.push(await undoOne(entry, workshop, request));
      } catch (error) {
        if (!(error instanceof TuningError)) throw error;
        failed.push(error);
      }
    }
    if (failed[0] !== undefined) throw failed[0];
    return { undone, damage: journal.damage };
  });
}

const isWanted = (entry: Entry, { only, lease }: UndoRequest): boolean =>
  isOpen(entry) &&
  (only?.includes(entry.apply.change) ?? true) &&
  (lease === undefined || (entry.apply.lease?.guard === lease && !entry.confirmed));

const UNTOLD =
  "it cannot be told whether it was made in this network namespace or in an earlier one of the same number: an older podwire wrote it, or no sysfs could be mounted then or can be now (--force takes it back)";

async function undoOne(entry: Entry, workshop: Workshop, { force, why }: UndoRequest): Promise<Undone> {
  const { id } = entry.apply;
  const where = whereaboutsOf(entry.apply, workshop.facts);
  if (where === "untold" && !force) return { entry, left: [{ index: 0, says: UNTOLD }], past: false, untold: true };
  if (where === "here" || where === "untold") return { entry, left: await takeBack(entry, workshop, { force, why }), past: false };
  await workshop.journal.write({ record: "undo", id, why: "its boot or its namespace is over" });
  await workshop.journal.write({ record: "undone", id, left: [] });
  return { entry, left: [], past: true };
}

/** Notes that a trial is kept. */
export async function confirmChanges(ports: TunerPorts, read: ReadNode, entries: readonly Entry[]): Promise<void> {
  await inWorkshop(ports, read, {}, async (workshop) => confirmAll(entries, workshop));
}

/** As {@link confirmChanges}, by whoever has the workshop. */
export async function confirmAll(entries: readonly Entry[], { journal }: Workshop): Promise<void> {
  for (const { apply } of entries) await journal.write({ record: "confirmed", id: apply.id });
}

/** What became of everything that the journal tells of. Needs no lock and changes nothing. */
export async function statusOf(ports: TunerPorts, { facts, path, node }: ReadNode): Promise<TuningStatus> {
  const journal = await readJournal({ path, files: ports.files });
  const entries: TuningStatus["entries"] = [];
  for (const entry of journal.entries) {
    const values = await readState(entry, { node, facts });
    entries.push(entryStatus(entry, values, facts));
  }
  return { schema: TUNING_STATUS_SCHEMA, journal: path, damage: [...journal.damage], torn: journal.torn, entries };
}

function entryStatus(entry: Entry, values: readonly ValueState[], facts: NodeFacts): TuningStatus["entries"][number] {
  const { apply, after, confirmed } = entry;
  const where = whereaboutsOf(apply, facts);
  // What reads here is no word on a value that went with its namespace.
  const own = where === "here" || where === "untold";
  return {
    id: apply.id,
    change: apply.change,
    at: apply.at,
    state: stateOfEntry(entry, values, facts),
    trial: apply.lease !== undefined && !confirmed,
    values: apply.values.map(({ knob, before, wanted }, index) => {
      const now = own ? nowOf(values[index], before, after?.[index] ?? wanted) : undefined;
      return { what: titleOf(knob), before, ...(wanted === undefined ? {} : { wanted }), ...(now === undefined ? {} : { now }) };
    }),
  };
}

function nowOf(state: ValueState | undefined, before: string, after: string | undefined): string | undefined {
  if (state?.kind === "other") return state.found;
  return state?.kind === "before" ? before : state?.kind === "after" ? after : undefined;
}
