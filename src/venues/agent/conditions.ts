/**
 * Conditions: changes of endpoints that hold while something is done, and are taken back for certain.
 * @packageDocumentation
 */
import { endOf } from "../../model/process-end.js";
import type { Condition, ConditionCommand, ConditionStep, Endpoint, OwnValue } from "../contract.js";
import type { RunOutcome } from "./protocol.js";

/** Runs a command where an endpoint is, to its end. */
export type RunAt = (at: Endpoint, command: ConditionCommand) => Promise<RunOutcome>;

/** What a change replaced, in the words of what takes it back. */
const BEFORE = "{before}";

/** The conditions of a session. */
export class Conditions {
  readonly #run: RunAt;
  readonly #standing = new Set<Standing>();
  #stuck: string | undefined;

  constructor(run: RunAt) {
    this.#run = run;
  }

  /** What could not be taken back; undefined where all was. */
  get stuck(): string | undefined {
    return this.#stuck;
  }

  /** As `VenueSession.under` says. */
  async under<T>(condition: Condition, work: () => Promise<T>): Promise<T> {
    const standing = new Standing(condition, this.#run);
    this.#standing.add(standing);
    try {
      await standing.apply();
      return await work();
    } finally {
      await this.#takeBack(standing);
    }
  }

  /** Takes back whatever still stands. */
  async takeBackAll(): Promise<void> {
    await Promise.allSettled([...this.#standing].map(async (standing) => this.#takeBack(standing)));
  }

  async #takeBack(standing: Standing): Promise<void> {
    try {
      await standing.takeBack();
      this.#standing.delete(standing);
    } catch (error) {
      this.#stuck = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }
}

/** A condition whose steps are being carried out, hold, or are being taken back. */
class Standing {
  readonly #condition: Condition;
  readonly #run: RunAt;
  /** What takes back the steps so far, the last one first. */
  readonly #undo: { readonly step: ConditionStep; readonly command: ConditionCommand }[] = [];
  /** What is under way: taking back waits for it. */
  #busy: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(condition: Condition, run: RunAt) {
    this.#condition = condition;
    this.#run = run;
  }

  async apply(): Promise<void> {
    for (const step of this.#condition.steps) {
      if (this.#over) throw new Error(`the venue was closed before ${this.#condition.name} held`);
      this.#busy = this.#carryOut(step);
      await this.#busy;
    }
  }

  async takeBack(): Promise<void> {
    this.#over = true;
    this.#busy = this.#busy.catch(() => undefined).then(async () => this.#takeBackSteps());
    await this.#busy;
  }

  async #carryOut(step: ConditionStep): Promise<void> {
    const { at, read, apply, undo } = step;
    if (step.own !== undefined) await this.#requireOwn(at, step.own, "cannot be applied");
    const seen = read === undefined ? undefined : await this.#run(at, read);
    if (seen !== undefined) this.#require(seen, read, "cannot be prepared");
    // Noted first: a command that is cut short may have done its work.
    this.#undo.unshift({ step, command: filled(undo, seen?.stdout.trim() ?? "") });
    const outcome = await this.#run(at, apply);
    if (outcome.exitCode === undefined && outcome.startError === undefined) throw new Error(this.#words(outcome, apply, "was cut short"));
    if (outcome.exitCode !== 0) this.#undo.shift();
    this.#require(outcome, apply, "cannot be applied");
  }

  async #takeBackSteps(): Promise<void> {
    for (let last = this.#undo[0]; last !== undefined; last = this.#undo[0]) {
      const { step, command } = last;
      if (step.own !== undefined) await this.#requireOwn(step.at, step.own, "cannot be taken back");
      this.#require(await this.#run(step.at, command), command, "cannot be taken back");
      this.#undo.shift();
    }
  }

  async #requireOwn(at: Endpoint, { read, whyNot }: OwnValue, what: string): Promise<void> {
    const why = whyNot(await this.#run(at, read));
    if (why !== undefined) throw new Error(`${this.#condition.name} ${what}: ${why}`);
  }

  #require(outcome: RunOutcome, command: ConditionCommand | undefined, what: string): void {
    if (outcome.exitCode !== 0) throw new Error(this.#words(outcome, command, what));
  }

  #words(outcome: RunOutcome, command: ConditionCommand | undefined, what: string): string {
    return `${this.#condition.name} ${what}: ${endOf(command?.argv.join(" ") ?? "", outcome)}`;
  }
}

function filled({ argv, stdin }: ConditionCommand, before: string): ConditionCommand {
  const [program, ...words] = argv;
  const fill = (text: string): string => text.replaceAll(BEFORE, () => before);
  return { argv: [program, ...words.map(fill)], ...(stdin === undefined ? {} : { stdin: fill(stdin) }) };
}
