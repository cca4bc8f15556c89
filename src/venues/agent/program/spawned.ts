/**
 * Long-lived programs: spawned in a namespace, suspended and resumed, ended for certain, with readings around them.
 * @packageDocumentation
 */
import type { ProcessOutcome, Reading, Slice } from "../../contract.js";
import type { EndOrder, MarkedSlice, PrintedOrder, SliceOrder, SpawnOrder, WindowAnswer, WindowOrder } from "../protocol.js";
import { launch, type RunningChild, signalGroup } from "./child.js";
import type { LaunchSettings } from "./launch-settings.js";
import { later, msUntil, sleepBlocking, sleepUntil } from "./pause.js";
import { PrivateFolder } from "./private-folder.js";
import { type CounterReader, type Prepared, parseReading, type RawReading } from "./readings.js";
import { atRest, hasEnded, requestStop, resume } from "./suspension.js";

/** How long counters may take to come to rest after a stop, and how often they are looked at, milliseconds. */
const DRAIN_PATIENCE_MS = 60;
const DRAIN_LOOK_MS = 1;
/** Rest of podwire's own processes before a program is started whose work is read: beside them a transfer came out 1 to 2 % slower. */
const QUIET_MS = 10;
/** Counters are at rest when a look sees less than this share of what the slice moved. */
const STILL_SHARE = 0.001;

/** Called once for each spawned program, when it has ended. */
export type OnEnded = (process: number, outcome: ProcessOutcome) => void;

/** A program that runs or is suspended. */
interface Program {
  readonly child: RunningChild;
  readonly serves: boolean;
  suspended: boolean;
  /** Suspends it in a while. */
  suspension?: NodeJS.Timeout;
  /** Why the agent has stopped it; empty if it has not. */
  stopped: string;
}

/** All programs that were spawned and have not ended. */
export class Spawned {
  readonly #running = new Map<number, Program>();
  #last = 0;

  constructor(
    readonly settings: LaunchSettings,
    readonly readings: CounterReader,
    readonly onEnded: OnEnded,
  ) {}

  /** Starts a program and gives the number by which it is known. */
  async spawn(order: SpawnOrder): Promise<number> {
    const number = ++this.#last;
    const watched = await this.readings.prepare(order.watch);
    const folder = new PrivateFolder(this.settings, number, order.files);
    const argv = folder.fill(order.argv);
    if (order.watch.length > 0) await sleepUntil(later(process.hrtime.bigint(), QUIET_MS));
    const before = this.readings.take(watched);
    let after: RawReading = before;
    const child = launch(this.settings, { argv, stdin: order.stdin, timeout: order.timeout, namespace: order.namespace }, () => {
      after = this.readings.take(watched);
      clearTimeout(this.#running.get(number)?.suspension);
      this.#running.delete(number);
    });
    const program = child.pid === undefined ? undefined : this.#add(number, child, order);
    // The answer to the order must come before the news of the end: a turn of the event loop lies between.
    setImmediate(() => {
      void child.ended.then((outcome) => {
        const collected = folder.collect(order.collect);
        const readings = { before: parseReading(before), after: parseReading(after) };
        const stderr = outcome.stderr + collected.note + (program?.stopped ?? "");
        this.onEnded(number, { ...outcome, stderr, collected: collected.texts, ...readings });
      });
    });
    return number;
  }

  #add(number: number, child: RunningChild, { serves = false, suspendAfter }: SpawnOrder): Program {
    const program: Program = { child, serves, suspended: false, stopped: "" };
    if (suspendAfter !== undefined) program.suspension = setTimeout(() => this.#suspend([number]), suspendAfter);
    this.#running.set(number, program);
    return program;
  }

  /** Suspends programs; those that have ended are at rest already. */
  async stop(numbers: readonly number[]): Promise<void> {
    for (const group of this.#suspend(numbers)) await atRest(group);
  }

  /** Resumes suspended programs. */
  resume(numbers: readonly number[]): void {
    this.#mark(numbers, false).forEach(resume);
  }

  /** Kills what works at the moment. What is suspended does nothing, and what serves is asked for nothing. */
  stopLoad(reason: string): void {
    for (const program of this.#running.values()) {
      if (program.suspended || program.serves) continue;
      program.stopped = `\npodwire: ${reason}\n`;
      program.child.kill();
    }
  }

  #suspend(numbers: readonly number[]): readonly number[] {
    const groups = this.#mark(numbers, true);
    groups.forEach(requestStop);
    return groups;
  }

  /** Asks a program to end, suspended or not, and kills it with its children when it has not after the grace period. */
  end(order: EndOrder): void {
    const child = this.#running.get(order.process)?.child;
    if (child?.pid === undefined) return;
    if (order.signal === "SIGKILL") {
      child.kill();
      return;
    }
    // The whole group: trafgen's parent waits for its children, and they for a signal of their own.
    signalGroup(child.pid, order.signal);
    this.resume([order.process]);
    const timer = setTimeout(child.kill, order.grace);
    void child.ended.then(() => {
      clearTimeout(timer);
    });
  }

  /** Whether a program that has not ended has printed a text. */
  hasPrinted({ process, text }: PrintedOrder): boolean {
    return this.#running.get(process)?.child.hasPrinted(text) ?? false;
  }

  /** Resumes programs together for a while and reads what happened after they settled. */
  async slice(order: SliceOrder): Promise<MarkedSlice> {
    const watched = await this.readings.prepare(order.watch);
    const start = process.hrtime.bigint();
    this.resume(order.processes);
    await sleepUntil(later(start, order.settle));
    const before = this.readings.take(watched);
    const middle = order.middle === true ? await this.#readAt(later(before.clock, order.length / 2), watched) : undefined;
    await sleepUntil(later(before.clock, order.length));
    const after = this.readings.take(watched);
    await this.stop(order.processes);
    const slice = { before: parseReading(before), after: parseReading(after) };
    const ended = this.#endedOf(order.processes);
    const drain = this.#drain(watched, framesBetween(slice.before, slice.after));
    return { ...slice, drain, ended, ...(middle === undefined ? {} : { middle: parseReading(middle) }) };
  }

  /** Carries out what is to happen at given moments, and says when the programs ran; or does nothing when it is too late. */
  async window(order: WindowOrder): Promise<WindowAnswer> {
    const watched = await this.readings.prepare(order.watch);
    const runs = order.processes.length > 0;
    const late = -msUntil(BigInt(Math.round(runs ? order.resumeAt : order.opens)));
    if (late > 0) return { late };
    const from = runs ? await this.#resumeAt(order) : undefined;
    await sleepUntil(BigInt(Math.round(order.opens)));
    const opened = this.readings.take(watched);
    // Whoever woke up late keeps to the lengths; whether the reading still lies where it must is judged by the clocks.
    const closed = await this.#readAt(opened.clock + BigInt(Math.round(order.closes - order.opens)), watched);
    await sleepUntil(closed.clock + BigInt(Math.round(order.stop - order.closes)));
    const to = Number(process.hrtime.bigint());
    await this.stop(order.processes);
    const ended = this.#endedOf(order.processes);
    const [before, after] = [parseReading(opened), parseReading(closed)];
    const drain = this.#drain(watched, framesBetween(before, after));
    return { before, after, drain, ended, ...(from === undefined ? {} : { ran: { from, to } }) };
  }

  async #resumeAt(order: WindowOrder): Promise<number> {
    await sleepUntil(BigInt(Math.round(order.resumeAt)));
    this.resume(order.processes);
    return Number(process.hrtime.bigint());
  }

  async #readAt(moment: bigint, watched: Prepared): Promise<RawReading> {
    await sleepUntil(moment);
    return this.readings.take(watched);
  }

  /** Waits until the watched counters stand still: a full socket buffer or a mode's daemon goes on after its generator has stopped. */
  #drain(watched: Prepared, moved: number): Slice["drain"] {
    const stopped = process.hrtime.bigint();
    const waited = (): number => Number(process.hrtime.bigint() - stopped) / 1e6;
    if (watched.length === 0) return { still: true, ms: 0 };
    let last = parseReading(this.readings.take(watched));
    while (waited() < DRAIN_PATIENCE_MS) {
      sleepBlocking(DRAIN_LOOK_MS);
      const now = parseReading(this.readings.take(watched));
      if (framesBetween(last, now) <= moved * STILL_SHARE) return { still: true, ms: waited() };
      last = now;
    }
    return { still: false, ms: waited() };
  }

  /** Those of these programs that have ended. The news of an end is read by the event loop, which a slice keeps waiting, so the kernel is asked. */
  #endedOf(numbers: readonly number[]): readonly number[] {
    return numbers.filter((number) => {
      const pid = this.#running.get(number)?.child.pid;
      return pid === undefined || hasEnded(pid);
    });
  }

  /** The groups of those that have not ended. */
  #mark(numbers: readonly number[], suspended: boolean): readonly number[] {
    const programs = numbers.flatMap((number) => this.#running.get(number) ?? []);
    for (const program of programs) {
      clearTimeout(program.suspension);
      program.suspended = suspended;
    }
    return programs.flatMap(({ child }) => child.pid ?? []);
  }
}

/** Frames that all devices of all watched endpoints sent and received between two readings. */
function framesBetween(before: Reading, after: Reading): number {
  return framesOf(after) - framesOf(before);
}

function framesOf(reading: Reading): number {
  const devices = Object.values(reading.counters).flatMap((endpoint) => Object.values(endpoint.devices));
  return devices.reduce((sum, device) => sum + device.rxPackets + device.txPackets, 0);
}
