/**
 * A node that is tuned: carries out readings and writings of knobs, through ports. The only file here by which anything on a node changes.
 * @packageDocumentation
 */
import type { Commands, Files, Outcome } from "../machine/ports.js";
import { milliseconds } from "../units/quantity.js";
import type { Knob } from "./contract.js";
import { TuningError } from "./error.js";
import { requireReach } from "./guard.js";
import { type Call, callLine, type Reading } from "./knobs/form.js";
import { readingOf, titleOf, valueIn, valueOfFailure, writingOf } from "./knobs/knobs.js";

/** A driver that resets its card takes seconds. */
const TIMEOUT = milliseconds(20_000);

/** Through what a node is reached. */
export interface NodePorts {
  readonly commands: Commands;
  readonly files: Files;
}

/** Words before a command that opens `/sys/class/net`; undefined where the mounted sysfs is of another namespace. */
export type SysfsWay = readonly string[] | undefined;

/** What was read of a knob. */
export interface ReadValue {
  /** Undefined where the node has no such knob. */
  readonly value: string | undefined;
  /** What it was read from, for a command that depends on it. */
  readonly text: string;
}

/** A node. Texts that several knobs are in are read once a look. */
export class TunedNode {
  readonly #ports: NodePorts;
  readonly #sysfs: SysfsWay;
  readonly #firstNamespace: boolean;

  constructor(ports: NodePorts, { sysfs, firstNamespace }: { readonly sysfs?: SysfsWay; readonly firstNamespace: boolean }) {
    this.#ports = ports;
    this.#sysfs = sysfs;
    this.#firstNamespace = firstNamespace;
  }

  /** One knob. @throws TuningError where it cannot be read */
  async read(knob: Knob): Promise<ReadValue> {
    return this.look().read(knob);
  }

  /** A look, in which every text is read once. */
  look(): { readonly read: (knob: Knob) => Promise<ReadValue> } {
    const seen = new Map<string, Promise<Text>>();
    const textOf = async (reading: Reading): Promise<Text> => {
      const key = JSON.stringify(reading);
      const known = seen.get(key) ?? this.#text(reading);
      seen.set(key, known);
      return known;
    };
    return { read: async (knob) => readValueOf(knob, await textOf(readingOf(knob))) };
  }

  /** Gives a knob a value. @throws TuningError with the tool's own words where that is refused */
  async write(knob: Knob, value: string, text: string): Promise<void> {
    requireReach(knob, { firstNamespace: this.#firstNamespace });
    const call = writingOf(knob, value, text);
    const outcome = await this.#run(call, `sets ${titleOf(knob)}`);
    if (outcome.exitCode !== 0) throw new TuningError(refusal(knob, call, outcome));
  }

  async #text(reading: Reading): Promise<Text> {
    if ("file" in reading) return this.#fileText(reading.file);
    const outcome = await this.#run(reading, "reads a value before it is changed");
    return outcome.exitCode === 0 ? { text: outcome.stdout } : { failed: wordsOf(outcome), by: callLine(reading) };
  }

  async #fileText(path: string): Promise<Text> {
    try {
      return { text: await this.#ports.files.readText(path) };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { failed: words, by: path, ...(words.startsWith("ENOENT") ? { missing: true } : {}) };
    }
  }

  async #run(call: Call, reason: string): Promise<Outcome> {
    if (call.sysfs === true && this.#sysfs === undefined)
      throw new TuningError(
        "/sys/class/net shows the devices of another network namespace than podwire runs in: mount the namespace's own sysfs",
      );
    const [first, ...rest] = call.sysfs === true ? [...(this.#sysfs ?? []), ...call.argv] : call.argv;
    const argv: [string, ...string[]] = [first, ...rest];
    return this.#ports.commands.run({ argv, reason, timeout: TIMEOUT, ...(call.stdin === undefined ? {} : { stdin: call.stdin }) });
  }
}

type Text = { readonly text: string } | { readonly failed: string; readonly by: string; readonly missing?: true };

function readValueOf(knob: Knob, read: Text): ReadValue {
  if ("text" in read) return { value: valueIn(knob, read.text), text: read.text };
  const meant = valueOfFailure(knob, read.failed);
  if (meant !== undefined) return { value: meant, text: "" };
  if (read.missing === true || GONE.test(read.failed)) return { value: undefined, text: "" };
  throw new TuningError(`${titleOf(knob)} cannot be read (${read.by}): ${read.failed}`);
}

/** A device that is not there (any more), or a driver that has nothing of the kind. */
const GONE = /No such device|does not exist|Cannot find device|No such file or directory|Operation not supported/;

/** Characters of a complaint that are shown: nft repeats its whole input. */
const LONGEST = 300;

/** What a tool complained of, in one line. */
const wordsOf = ({ stderr, stdout, startError, timedOut }: Outcome): string => {
  if (startError !== undefined) return startError;
  if (timedOut) return `it did not end within ${String(TIMEOUT / 1000)} s`;
  const words = (stderr.trim() === "" ? stdout : stderr).replaceAll(/\s+/g, " ").trim();
  return words === "" ? "it ended without a word" : words.length > LONGEST ? `${words.slice(0, LONGEST)} ...` : words;
};

function refusal(knob: Knob, call: Call, outcome: Outcome): string {
  const words = wordsOf(outcome);
  return `${titleOf(knob)} cannot be set: \`${callLine(call)}\` says "${words}".${hint(words, call)}`;
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/ENOENT|not found|spawn/, "Install the program."],
  [/Read-only file system/, "/proc or /sys is mounted read-only, as in a container: run podwire on the node itself, as root."],
  [/[Pp]ermission denied|not permitted/, "It takes root, and a /proc and /sys that are not mounted read-only, as they are in a container."],
  [/not supported|Invalid argument|Numerical result/, "The driver or the kernel refuses it; leave it out with --only."],
];

function hint(words: string, { argv }: Call): string {
  const found = HINTS.find(([pattern]) => pattern.test(words));
  if (found === undefined) return "";
  return ` ${found[1] === "Install the program." ? `Install ${argv[0]}.` : found[1]}`;
}
