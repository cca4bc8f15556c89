/**
 * Reads what the machines' CPUs do while podwire loads nothing, which CPU costs must not count.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { askForCost } from "../../model/metric.js";
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { IdleReadings, Run } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import { milliseconds } from "../../units/quantity.js";
import type { Endpoint, VenueSession } from "../../venues/contract.js";
import { laneTrouble } from "../observing/lane-trouble.js";
import { cpuBetween } from "../observing/observer.js";
import type { Progress } from "../progress.js";
import { costsAreGross } from "./earlier-part.js";
import { measuredPath } from "./lanes.js";

/** What idle readings are taken with. */
export interface IdleWatchOptions {
  readonly session: VenueSession;
  /** What is asked for, by name. */
  readonly metrics: Scenario["metrics"];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, "addIdle">;
  /** What an interrupted run had read. */
  readonly earlier?: Pick<Run, "idle"> | undefined;
}

/** Machines that are read together. */
interface Machines {
  /** The paths whose ends are on them; the copies of a mode for capped and open links are one. */
  readonly paths: MeasuredPath[];
  /** Endpoints of one of these paths. */
  readonly ends: readonly Endpoint[];
}

/** A fiftieth of a long run. It begins with as many as a cost needs, and the next ones are closer together, since a short run has few. */
const LENGTH = milliseconds(200);
const AT_FIRST = 3;
const SPACING = { first: 2_000, growth: 1.5, most: 10_000 } as const;

/** Takes readings when they are due. Nothing of podwire's may be under load then. */
export class IdleWatch {
  readonly #options: IdleWatchOptions;
  readonly #machines: readonly Machines[];
  readonly #all: IdleReadings[];
  #due: number | undefined;
  #spacing: number = SPACING.first;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    const asked = askForCost(options.metrics) && !costsAreGross(options.earlier);
    this.#machines = asked ? byMachines(options.session) : [];
    this.#all = [...(options.earlier?.idle ?? [])];
  }

  /** Everything that was read, the earlier part of a resumed run included; undefined where nothing was asked for. */
  get all(): IdleReadings[] | undefined {
    return this.#machines.length === 0 && this.#all.length === 0 ? undefined : this.#all;
  }

  /**
   * Gives whether it read, which takes time.
   * @param seconds - since the run began
   */
  async readIfDue(seconds: () => number): Promise<boolean> {
    const { clock, signal } = this.#options;
    if (this.#machines.length === 0 || clock.monotonic() < (this.#due ?? 0)) return false;
    const times = this.#due === undefined ? AT_FIRST : 1;
    for (let time = 0; time < times; time += 1) {
      const began = seconds();
      const seen = await Promise.all(this.#machines.map(async (machines) => this.#read(machines, began)));
      // A reading that was cut short says nothing, and one that failed since the run ends was no failure.
      if (signal.aborted) return true;
      for (const readings of seen) this.#keep(readings);
    }
    this.#due = clock.monotonic() + this.#spacing;
    this.#spacing = Math.min(SPACING.most, this.#spacing * SPACING.growth);
    return true;
  }

  async #read({ paths, ends }: Machines, startedAt: number): Promise<IdleReadings> {
    const { session, clock, signal } = this.#options;
    try {
      const before = await session.read(ends);
      await clock.sleep(LENGTH, signal);
      const after = await session.read(ends);
      return { paths, readings: [{ startedAt, elapsed: (after.clock - before.clock) / 1e9, cpu: cpuBetween(before.cpu, after.cpu) }] };
    } catch (error) {
      return { paths, readings: [], failure: laneTrouble(session, error) };
    }
  }

  #keep(seen: IdleReadings): void {
    const key = JSON.stringify(seen.paths);
    const place = this.#all.findIndex(({ paths }) => JSON.stringify(paths) === key);
    const known = this.#all[place];
    if (known === undefined) this.#all.push(seen);
    else this.#all[place] = { ...known, ...seen, readings: [...known.readings, ...seen.readings] };
    this.#options.progress.addIdle(seen);
  }
}

function byMachines(session: VenueSession): readonly Machines[] {
  const all = new Map<string, Machines>();
  for (const path of session.paths) {
    const names = session.machinesOf(path).toSorted().join(" ");
    const own = measuredPath(path);
    const { paths, ends } = all.get(names) ?? { paths: [], ends: [path.from, path.to] };
    const isNew = paths.every((one) => !samePath(one, own));
    all.set(names, { paths: isNew ? [...paths, own] : paths, ends });
  }
  return [...all.values()];
}
