/**
 * CounterReader of clock, CPU times and counters, taken as close to an event as can be.
 * @packageDocumentation
 */
import { openSync } from "node:fs";
import type { EndpointCounters, Reading } from "../../contract.js";
import type { Watched } from "../protocol.js";
import { CounterFiles, type CounterTexts, parseCounters, readWhole } from "./counter-files.js";
import { CpuQuota } from "./cpu-quota.js";
import { parseCpuTimes, parseUptime } from "./proc-text.js";

/** A reading whose texts are not parsed yet: what follows the event must not wait for that. */
export interface RawReading {
  readonly clock: bigint;
  readonly stat: string;
  readonly uptime: string;
  /** Seconds of throttling so far; undefined without a quota. */
  readonly throttled: number | undefined;
  readonly counters: readonly (readonly [id: string, texts: CounterTexts])[];
}

/** Endpoints that are ready to be read. */
export type Prepared = readonly (readonly [id: string, observer: CounterFiles])[];

/** Takes readings; keeps the counter files of each namespace open once they were asked for. */
export class CounterReader {
  readonly #stat = openSync("/proc/stat", "r");
  readonly #uptime = openSync("/proc/uptime", "r");
  readonly #quota = new CpuQuota();
  readonly #observers = new Map<string | undefined, Promise<CounterFiles>>();

  /** Opens the counters of endpoints, which takes a few milliseconds the first time; to be done before the event. */
  async prepare(watch: readonly Watched[]): Promise<Prepared> {
    return Promise.all(watch.map(async ({ id, namespace }) => [id, await this.#observer(namespace)] as const));
  }

  /**
   * Reads everything, the clock last. It is the same order at both ends of an interval, so that the time between two clocks is the time between two readings
   * of each counter: read the other way round at one end, counters grew for up to 0.2 ms longer than the clock said, 1 % of a slice.
   */
  take(watched: Prepared): RawReading {
    const counters = watched.map(([id, observer]) => [id, observer.read()] as const);
    return { counters, ...this.#machine(), clock: process.hrtime.bigint() };
  }

  #machine(): Pick<RawReading, "stat" | "uptime" | "throttled"> {
    return { uptime: readWhole(this.#uptime), throttled: this.#quota.throttled(), stat: readWhole(this.#stat) };
  }

  async #observer(namespace: string | undefined): Promise<CounterFiles> {
    const known = this.#observers.get(namespace);
    if (known !== undefined) return known;
    const opened = CounterFiles.open(namespace);
    this.#observers.set(namespace, opened);
    try {
      return await opened;
    } catch (error) {
      this.#observers.delete(namespace);
      throw error;
    }
  }
}

/** Makes a reading of its texts. */
export function parseReading(raw: RawReading): Reading {
  const counters: Record<string, EndpointCounters> = {};
  for (const [id, texts] of raw.counters) counters[id] = parseCounters(texts);
  const cpu = { ...parseCpuTimes(raw.stat), ...(raw.throttled === undefined ? {} : { throttled: raw.throttled }) };
  return { clock: Number(raw.clock), sinceBoot: parseUptime(raw.uptime), cpu, counters };
}
