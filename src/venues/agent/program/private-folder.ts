/**
 * The folder that a spawned program may call its own.
 * @packageDocumentation
 */
import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LaunchSettings } from "./launch-settings.js";

/** What a program left in its folder. */
export interface Collected {
  readonly texts: Readonly<Record<string, string>>;
  /** One line for each file that is longer than what is kept of it; empty when none is. */
  readonly note: string;
}

/** A folder in the scratch space. */
export class PrivateFolder {
  readonly path: string;

  /** Makes the folder and writes its first files. */
  constructor(
    readonly settings: LaunchSettings,
    number: number,
    files: Readonly<Record<string, string>>,
  ) {
    this.path = join(settings.scratch, `files-${String(number)}`);
    mkdirSync(this.path, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, name), text);
  }

  /** The arguments with the folder's name filled in. */
  fill(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
    const [program, ...args] = argv;
    return [this.#fillWord(program), ...args.map((word) => this.#fillWord(word))];
  }

  /** Takes the named files' texts and removes the folder. */
  collect(names: readonly string[]): Collected {
    const texts: Record<string, string> = {};
    const notes: string[] = [];
    for (const name of names) {
      const text = beginning(join(this.path, name), this.settings.kept);
      // The contract: a file that was not written is absent.
      if (text === undefined) continue;
      texts[name] = text.kept;
      if (text.dropped > 0) notes.push(`\npodwire: ${String(text.dropped)} bytes of ${name} beyond the bound were dropped\n`);
    }
    rmSync(this.path, { recursive: true, force: true });
    return { texts, note: notes.join("") };
  }

  #fillWord(word: string): string {
    return word.replaceAll("{files}", this.path);
  }
}

/** The text of a file up to the bound that holds for all output of a program; undefined when there is no such file. */
function beginning(path: string, limit: number): { readonly kept: string; readonly dropped: number } | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size <= limit) return { kept: readFileSync(path, "utf8"), dropped: 0 };
  const buffer = Buffer.allocUnsafe(limit);
  const file = openSync(path, "r");
  const length = readSync(file, buffer, 0, limit, 0);
  closeSync(file);
  return { kept: buffer.toString("utf8", 0, length), dropped: size - length };
}
