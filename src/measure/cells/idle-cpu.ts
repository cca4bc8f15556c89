/**
 * What the machines' CPUs do while podwire loads nothing: CPU costs are of what a load adds to that.
 * @packageDocumentation
 */
import type { MeasuredPath } from "../../model/path.js";
import type { IdleReading, IdleReadings } from "../../model/run.js";
import { RESAMPLES } from "../../statistics/bootstrap.js";
import { normalFactor, studentFactor } from "../../statistics/distributions.js";
import { randomFrom } from "../../statistics/random.js";

/** CPU seconds a second that are busy without any load, pooled over readings. */
export interface IdleRate {
  readonly busy: number;
  readonly softirq: number;
  /** Standard error of `busy`. */
  readonly error: number;
  /** A standard normal deviate for each resample, the same for all paths on the same machines: their costs share this error. */
  readonly deviates: Float64Array;
}

/** A count of /proc/stat: seconds. */
const TICK = 0.01;
/** Fewer readings do not show how much they differ. */
const FEWEST = 3;
/** At which the spread of few readings is made as wide as Student's t is beyond the normal distribution. */
const CONFIDENCE = 0.95;

/** Readings of the machines that some paths' ends are on. */
interface Group {
  readonly paths: MeasuredPath[];
  readonly readings: IdleReading[];
  failure: string | undefined;
}

/** Idle readings as they come in. */
export class IdleCpu {
  /** Whether costs are of everything that the machines did. */
  readonly #gross: boolean;
  readonly #groups: Group[] = [];
  readonly #deviates = new Map<number, Float64Array>();

  /** @param all - undefined for runs without such readings, whose costs are of everything that the machines did */
  constructor(all: readonly IdleReadings[] | undefined) {
    this.#gross = all === undefined;
    for (const readings of all ?? []) this.add(readings);
  }

  /** Takes in readings of some paths' machines. */
  add({ paths, readings, failure }: IdleReadings): void {
    const known = this.#groups.find((group) => paths.some((path) => covers(group, path)));
    if (known === undefined) this.#groups.push({ paths: [...paths], readings: [...readings], failure });
    else {
      // A resumed run may have paths that its earlier part could not build.
      known.paths.push(...paths.filter((path) => !covers(known, path)));
      known.readings.push(...readings);
      known.failure ??= failure;
    }
  }

  /** The rate on a path's machines by what was read up to a moment, seconds of the run; a reason where it is not known, undefined where costs are of everything. */
  rateOf(path: MeasuredPath, until = Number.POSITIVE_INFINITY): IdleRate | { readonly unknown: string } | undefined {
    if (this.#gross) return undefined;
    const place = this.#groups.findIndex((group) => covers(group, path));
    const group = this.#groups[place];
    const readings = group?.readings.filter(({ startedAt }) => startedAt <= until) ?? [];
    if (readings.length < FEWEST) {
      const why = group?.failure === undefined ? "" : `: ${group.failure}`;
      return { unknown: `the idle CPUs were read ${String(readings.length)} times of at least ${String(FEWEST)}${why}` };
    }
    return { ...pooled(readings), deviates: this.#deviatesOf(place) };
  }

  /** CPU seconds that were busy without load on a path's machines, of all that passed, and the seconds in which that was read; undefined where nothing was. */
  timesOf(path: MeasuredPath): { readonly busy: number; readonly all: number; readonly seconds: number } | undefined {
    const readings = this.#groups.find((group) => covers(group, path))?.readings ?? [];
    if (readings.length < FEWEST) return undefined;
    const busy = sum(readings, ({ cpu }) => cpu.busy);
    return { busy, all: busy + sum(readings, ({ cpu }) => cpu.idle + cpu.steal), seconds: sum(readings, ({ elapsed }) => elapsed) };
  }

  #deviatesOf(place: number): Float64Array {
    const known = this.#deviates.get(place) ?? normalDeviates(RESAMPLES, place);
    this.#deviates.set(place, known);
    return known;
  }
}

/** A path's ends are on the same machines under every condition. */
const covers = ({ paths }: Group, { mode, path }: MeasuredPath): boolean => paths.some((one) => one.mode === mode && one.path === path);

/** The pooled rate. Its error is that of the readings' spread, and never less than what counting in ticks leaves open. */
function pooled(readings: readonly IdleReading[]): Omit<IdleRate, "deviates"> {
  const seconds = sum(readings, ({ elapsed }) => elapsed);
  const busy = sum(readings, ({ cpu }) => cpu.busy);
  const n = readings.length;
  // Of a ratio of sums: the residuals of each reading against the pooled rate.
  const squares = sum(readings, ({ cpu, elapsed }) => (cpu.busy - (busy / seconds) * elapsed) ** 2);
  const few = studentFactor(CONFIDENCE, n - 1) / normalFactor(CONFIDENCE);
  const spread = (few * Math.sqrt((squares * n) / (n - 1))) / seconds;
  const counting = Math.sqrt(TICK * Math.max(busy, TICK)) / seconds;
  return {
    busy: busy / seconds,
    softirq: sum(readings, ({ cpu }) => cpu.softirq) / seconds,
    error: Math.max(spread, counting),
  };
}

const sum = (readings: readonly IdleReading[], of: (reading: IdleReading) => number): number =>
  readings.reduce((total, reading) => total + of(reading), 0);

/** Pairs of independent normal numbers (Box and Muller 1958). */
function normalDeviates(n: number, seed: number): Float64Array {
  const random = randomFrom(seed);
  const values = new Float64Array(n);
  for (let index = 0; index < n; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    values[index] = radius * Math.cos(angle);
    if (index + 1 < n) values[index + 1] = radius * Math.sin(angle);
  }
  return values;
}
