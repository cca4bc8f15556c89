/**
 * From the journal's text to what was done to the node.
 * @packageDocumentation
 */
import { TuningError } from "../error.js";
import { type ApplyRecord, JOURNAL, type JournalRecord, readLine } from "./record.js";

/** How far a change got by the journal's word. */
export type Phase = "applying" | "made" | "undoing" | "undone";

/** A change that was begun. */
export interface Entry {
  readonly apply: ApplyRecord;
  readonly phase: Phase;
  /** What was read back once it was made; absent where that was not written. */
  readonly after?: readonly (string | null)[];
  /** Places of values that an undo has left, since someone else had changed them. Empty before the first undo. */
  readonly left: readonly number[];
  readonly confirmed: boolean;
}

/** Everything that a journal says. */
export interface Journal {
  /** In the order in which they were begun. */
  readonly entries: readonly Entry[];
  /** Lines that cannot be read, each with its number and reason. */
  readonly damage: readonly string[];
  /** The last line was cut short: what it was about had not begun, or its end was not noted. */
  readonly torn: boolean;
}

/**
 * Replays a journal.
 * @throws TuningError where it is of a newer podwire, whose records must not be guessed at
 */
export function replay(text: string, path: string): Journal {
  const ended = text.endsWith("\n");
  const lines = text.split("\n").slice(0, -1);
  const last = ended ? "" : (text.split("\n").at(-1) ?? "");
  const entries = new Map<string, Entry>();
  const damage: string[] = [];
  for (const [index, line] of lines.entries()) {
    const read = readLine(line);
    if ("newer" in read) throw new TuningError(`${path}, line ${String(index + 1)}: ${newer(read.newer)}`);
    if ("damage" in read) {
      if (!isTornMark(lines[index + 1])) damage.push(`line ${String(index + 1)}: ${read.damage}`);
    } else {
      const problem = take(read.record, entries);
      if (problem !== undefined) damage.push(`line ${String(index + 1)}: ${problem}`);
    }
  }
  if (lines.length > 0 && !isHead(lines[0])) damage.unshift(`line 1: it is not the journal's head, ${JOURNAL}`);
  return { entries: [...entries.values()], damage: [...new Set(damage)], torn: last !== "" };
}

const newer = (what: string): string =>
  `the journal is of another version (${what}; this podwire reads ${JOURNAL}). Undo with the podwire that wrote it.`;

function isTornMark(line: string | undefined): boolean {
  if (line === undefined) return false;
  const read = readLine(line);
  return "record" in read && read.record.record === "torn";
}

function isHead(line: string | undefined): boolean {
  if (line === undefined) return false;
  const read = readLine(line);
  return "record" in read && read.record.record === "journal";
}

/** Takes a record into the entries; gives what is wrong with it. */
function take(record: JournalRecord, entries: Map<string, Entry>): string | undefined {
  if (record.record === "journal" || record.record === "torn") return undefined;
  if (record.record === "apply") {
    if (entries.has(record.id)) return `a second beginning of ${record.id}`;
    entries.set(record.id, { apply: record, phase: "applying", left: [], confirmed: false });
    return undefined;
  }
  const entry = entries.get(record.id);
  if (entry === undefined) return `it continues ${record.id}, whose beginning is not there`;
  entries.set(record.id, continued(entry, record));
  return undefined;
}

type Continuation = Exclude<JournalRecord, { readonly record: "journal" | "torn" | "apply" }>;

function continued(entry: Entry, record: Continuation): Entry {
  switch (record.record) {
    case "made":
      return { ...entry, phase: "made", after: record.after };
    case "confirmed":
      return { ...entry, confirmed: true };
    case "undo":
      return { ...entry, phase: "undoing" };
    case "undone":
      return { ...entry, phase: "undone", left: record.left };
  }
}

/** Whether something of it may still stand. */
export const isOpen = ({ phase, left }: Entry): boolean => phase !== "undone" || left.length > 0;
