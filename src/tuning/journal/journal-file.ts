/**
 * The journal as a file: grows by whole lines, each on the disk before podwire goes on.
 * @packageDocumentation
 */
import type { DurableLog, Files } from "../../machine/ports.js";
import { TuningError } from "../error.js";
import { formatRecord, JOURNAL, type JournalRecord } from "./record.js";
import { type Journal, replay } from "./replay.js";

/** Where a node's journal lies and through what it is reached. */
export interface JournalPlace {
  readonly path: string;
  readonly files: Files;
  readonly log: DurableLog;
}

/** A record without its time. */
export type Undated = JournalRecord extends infer R ? (R extends JournalRecord ? Omit<R, "at"> : never) : never;

/** What the journal says; one that is not there says nothing. @throws TuningError where it cannot be read or is of another version */
export async function readJournal({ path, files }: Pick<JournalPlace, "path" | "files">): Promise<Journal> {
  return replay(await textOf(path, files), path);
}

async function textOf(path: string, files: Files): Promise<string> {
  if (!(await files.exists(path))) return "";
  try {
    return await files.readText(path);
  } catch (error) {
    throw new TuningError(`the journal cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes records, each on the disk when its call returns. Whoever has one holds the lock. */
export class JournalWriter {
  readonly #place: JournalPlace;
  readonly #now: () => Date;
  /** A record may have been cut short: the next one must not go on in its line. */
  #torn = false;

  private constructor(place: JournalPlace, now: () => Date) {
    this.#place = place;
    this.#now = now;
  }

  /** Opens the journal for writing: a new one gets its head, and a line that was cut short is marked as such. */
  static async open(place: JournalPlace, now: () => Date): Promise<JournalWriter> {
    const writer = new JournalWriter(place, now);
    const text = await textOf(place.path, place.files);
    if (text === "") await writer.write({ record: "journal", journal: JOURNAL });
    else writer.#torn = !text.endsWith("\n");
    return writer;
  }

  /** @throws TuningError where the disk refuses it: nothing may be changed then */
  async write(record: Undated): Promise<void> {
    const at = this.#now().toISOString();
    // The mark is one piece with what follows: parted from the line before it, it would leave that line as damage.
    const mark = this.#torn ? `\n${formatRecord({ record: "torn", at })}` : "";
    this.#torn = true;
    await this.#append(`${mark}${formatRecord({ ...record, at })}`);
    this.#torn = false;
  }

  async #append(text: string): Promise<void> {
    try {
      await this.#place.log.append(this.#place.path, text);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new TuningError(
        `the journal ${this.#place.path} cannot be written (${words}), and nothing is changed without it. Name a folder with --state.`,
      );
    }
  }
}
