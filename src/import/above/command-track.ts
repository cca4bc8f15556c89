/**
 * The command lines of a text, one after another: which of them printed what follows, and in which network it ran.
 * @packageDocumentation
 */
import type { Line, Mention } from "../recogniser.js";
import { excerpt } from "../recogniser.js";
import { type Command, readCommand } from "../where/commands.js";
import { placeOf, type Role } from "../where/places.js";

const MEASURES = /(?<![\w-])(?:iperf3?|netperf|sockperf|qperf|ping6?|ab|wrk2?|hey|fortio|curl|nuttcp)\s/i;

/** Follows command lines. */
export class CommandTrack {
  #mention: Mention<Role> | undefined;
  #conditions: Command["conditions"] = {};
  #sweep: readonly string[] = [];
  #placed: { readonly role: Role; readonly server: boolean } | undefined;
  #shell: Role | undefined;
  /** What stood before the command that opened the shell, and whether another prompt came since. */
  #outside = { prompt: "", left: false };

  /** What the last command says of where it ran. */
  get mention(): Mention<Role> | undefined {
    return this.#mention;
  }

  /** Options of the last command that make another condition. */
  get conditions(): Command["conditions"] {
    return this.#conditions;
  }

  /** Message sizes that the last command goes through. */
  get sweep(): readonly string[] {
    return this.#sweep;
  }

  /** New words say where things are measured: what commands said before them is over. */
  forget(): void {
    this.#mention = undefined;
    this.#conditions = {};
    this.#sweep = [];
    this.#placed = undefined;
    this.#shell = undefined;
  }

  /** Words of something else stand between its output and the next one: it printed only the former. The shell that it runs in stays open. */
  over(): void {
    this.#mention = undefined;
    this.#conditions = {};
    this.#sweep = [];
  }

  /** Takes a command line; `heading` is what the words above it say. */
  take(line: Line, heading: Role | undefined): void {
    const command = readCommand(line.text);
    if (command === undefined) return;
    if (this.#shell !== undefined && this.#closed(command)) {
      this.#shell = undefined;
      this.#mention = undefined;
    }
    if (command.closesShell) return;
    const mention = (what: Role): Mention<Role> => ({ what, line: line.number, text: excerpt(line.text) });
    const said = command.place === undefined && command.comment !== "" ? placeOf(command.comment) : undefined;
    if (command.loopback && !command.server) this.#mention = mention("same-node");
    else if (said !== undefined && said !== "topology") this.#mention = mention(said);
    else if (command.place !== undefined) {
      const mixed = this.#placed?.server === true && !command.server && this.#placed.role !== command.place;
      this.#mention = mention(mixed ? "pod-host" : command.place);
      this.#placed = { role: command.place, server: command.server };
      this.#shell = command.opensShell ? command.place : undefined;
      if (command.opensShell) this.#outside = { prompt: command.prompt, left: false };
    } else if (MEASURES.test(line.text)) this.#mention = this.#bare(command, heading, mention);
    else return;
    this.#conditions = command.conditions;
    this.#sweep = command.sweep;
  }

  /** Whether the shell is over: it was left, or the prompt from before it is back. A prompt that names a machine is another one within. */
  #closed({ closesShell, prompt }: Command): boolean {
    const back = prompt !== "" && prompt === this.#outside.prompt && (this.#outside.left || prompt.includes("@"));
    this.#outside.left ||= prompt !== this.#outside.prompt;
    return closesShell || back;
  }

  /** A tool that is started without saying where: in the shell that was opened before, or where the heading says, unless a command said otherwise. */
  #bare(command: Command, heading: Role | undefined, mention: (what: Role) => Mention<Role>): Mention<Role> | undefined {
    const placed = this.#placed;
    if (this.#shell !== undefined) return mention(this.#shell);
    if (placed === undefined || command.server || (placed.server && placed.role === heading)) return undefined;
    return mention("unclear");
  }
}
