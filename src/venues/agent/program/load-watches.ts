/**
 * Looks at loads while they run. Looks are rare while nothing is due, since they take CPU time from what is measured, and close together when the change
 * comes that a counted part begins or ends with.
 * @packageDocumentation
 */
import { setTimeout as timer, setImmediate as turn } from "node:timers/promises";
import type { DeviceCounter, LoadCounter, LoadOutcome } from "../../contract.js";
import type { LoadOrder } from "../protocol.js";
import type { CounterFiles } from "./counter-files.js";
import { type LoadLook, LoadProgress, type LookMeaning } from "./load-progress.js";
import { sleepBlocking } from "./pause.js";
import { parseDevices, parseProtocols } from "./proc-text.js";
import { type CounterReader, type Prepared, parseReading, type RawReading } from "./readings.js";

/** Timers of the event loop fire up to so many milliseconds late; shorter pauses are slept in the kernel. */
const TIMER_MS = 2;
/** Milliseconds that may be slept in the kernel before other orders get their turn. */
const TURN_MS = 4;
/** A look that takes longer than this, milliseconds, was interrupted and says nothing about its moment: it is taken again, so many times. */
const QUICK_LOOK = { ms: 0.15, times: 5 };

/** All looks that are under way. */
export class LoadWatches {
  readonly #readings: CounterReader;
  readonly #ended = new Map<number, boolean>();

  constructor(readings: CounterReader) {
    this.#readings = readings;
  }

  /** Looks until the part is over, or until {@link LoadWatches.end}. */
  async watch(order: LoadOrder): Promise<LoadOutcome> {
    this.#ended.set(order.load, false);
    try {
      const [at] = await this.#readings.prepare([order.at]);
      if (at === undefined) throw new Error("a load has one end");
      const watched = await this.#readings.prepare(order.watch);
      return await this.#follow(order, () => lookAt(at[1], order.plan.sign.counter), watched);
    } finally {
      this.#ended.delete(order.load);
    }
  }

  /** Ends a look; one that is over already needs no end. */
  end(load: number): void {
    if (this.#ended.has(load)) this.#ended.set(load, true);
  }

  async #follow({ load, plan }: LoadOrder, look: () => LoadLook, watched: Prepared): Promise<LoadOutcome> {
    const progress = new LoadProgress(plan, look());
    const pacer = new Pacer();
    let before: RawReading | undefined;
    for (;;) {
      await pacer.pause(progress.pause);
      const seen: LookMeaning | undefined = this.#ended.get(load) === true ? progress.end() : progress.see(look());
      if (seen?.kind === "unseen") return { unseen: seen.why, ...(seen.brief === true ? { brief: true } : {}) };
      if (seen?.kind === "opened") before = this.#readings.take(watched);
      if (seen?.kind === "closed" && before !== undefined) {
        const after = this.#readings.take(watched);
        return { ...seen.counted, before: parseReading(before), after: parseReading(after) };
      }
    }
  }
}

/** Pauses between looks: long ones leave the CPU and the event loop to others, short ones are exact. */
class Pacer {
  #blocked = 0;

  async pause(ms: number): Promise<void> {
    if (ms > TIMER_MS) {
      await timer(ms - TIMER_MS + 1);
      return;
    }
    sleepBlocking(ms);
    this.#blocked += ms;
    if (this.#blocked < TURN_MS) return;
    this.#blocked = 0;
    await turn();
  }
}

function lookAt(observer: CounterFiles, counter: LoadCounter): LoadLook {
  for (let time = 1; ; time += 1) {
    const began = process.hrtime.bigint();
    const text = "device" in counter ? observer.devices() : observer.protocols();
    const clock = process.hrtime.bigint();
    if (Number(clock - began) / 1e6 > QUICK_LOOK.ms && time < QUICK_LOOK.times) continue;
    return { clock: Number(clock), ...("device" in counter ? onDevice(text, counter) : ofProtocol(text, counter.protocol)) };
  }
}

function onDevice(text: string, { device, weights }: Extract<LoadCounter, { readonly device: string }>): Omit<LoadLook, "clock"> {
  const counters = parseDevices(text)[device];
  if (counters === undefined) throw new Error(`there are no counters of ${device}`);
  const amount = (Object.entries(weights) as [DeviceCounter, number][]).reduce((sum, [name, weight]) => sum + weight * counters[name], 0);
  return { amount, packets: "rxBytes" in weights || "rxPackets" in weights ? counters.rxPackets : counters.txPackets };
}

function ofProtocol(text: string, name: string): Omit<LoadLook, "clock"> {
  const amount = parseProtocols(text)[name];
  if (amount === undefined) throw new Error(`there is no counter ${name}`);
  return { amount, packets: amount };
}
