/**
 * How a kind of knob is read and written: by commands and files as data, which whoever has a node carries out.
 * @packageDocumentation
 */
import type { Knob } from "../contract.js";

/** A program call: never a shell line. */
export interface Call {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  /** It opens `/sys/class/net`, which has to be the namespace's own. */
  readonly sysfs?: true;
}

/** Where a value is read from: a file, or what a command prints. */
export type Reading = { readonly file: string } | Call;

/** How one kind of knob is handled. Pure. */
export interface KnobForm<K extends Knob> {
  /** Its name for people, unique on a node: `net.core.somaxconn`, `rx ring of eth0`. */
  readonly title: (knob: K) => string;
  readonly reading: (knob: K) => Reading;
  /** The value in what was read; undefined where the node has no such knob. */
  readonly valueIn: (knob: K, text: string) => string | undefined;
  /** What a reading that fails with these words means, where it means a value: the table that is not there. */
  readonly valueOfFailure?: (knob: K, words: string) => string | undefined;
  /**
   * The command that gives it a value.
   * @param text - what was last read, where the command depends on it
   */
  readonly writing: (knob: K, value: string, text: string) => Call;
  /** Whether a value that was read is the one that was asked for; by default the two texts are equal. */
  readonly satisfies?: (read: string, asked: string) => boolean;
}

/** Text as one line: the kernel separates fields by tabs. */
export const fieldsOf = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

/** A command as a line for people: words with spaces are quoted, what goes to its standard input stands behind `<<<`. */
export function callLine({ argv, stdin }: Call): string {
  const words = argv.map(quoted).join(" ");
  return stdin === undefined ? words : `${words} <<< ${quoted(stdin.trim().replaceAll(/\s*\n\s*/g, " "))}`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
