import type { Clock } from "../../machine/ports.js";
import type { ResidentProbe } from "../../probes/contract.js";
import { milliseconds } from "../../units/quantity.js";
import type { Slice, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { contain, type Troubled } from "./lane-trouble.js";
import { type Cohort, lostObservation, type Observed, type Observer, observationOf, rawOf, type Slot } from "./observer.js";

/** How long a client may take to write down what it saw: a second after Ctrl-C, else as long as a large log takes. */
const HASTY = milliseconds(1_000);
const PATIENT = milliseconds(15_000);

/** A client that stays, and the bursts in which it ran. */
interface Resident extends Troubled {
  readonly lane: Lane;
  readonly argv: readonly string[];
  readonly bursts: { readonly slot: Slot; readonly slice: Slice }[];
  process: VenueProcess | undefined;
}

/** What a resident observer is made with. */
export interface ResidentOptions {
  readonly session: VenueSession;
  readonly probe: ResidentProbe;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds of one burst. */
  readonly burst: number;
}

/**
 * Some clients a path stay, suspended; an observation resumes one of them for a burst. Its log is read when it is ended. What is drawn at a start (which
 * CPU runs what, which socket hashes where) is in all bursts of a client, so that a figure rests on several of them.
 */
export class ResidentObserver implements Observer {
  readonly #options: ResidentOptions;
  #residents = new Map<string, Resident>();

  constructor(options: ResidentOptions) {
    this.#options = options;
  }

  /** Starts all clients side by side: each start is mostly waiting. */
  async open(lanes: readonly Lane[], cohort?: Cohort): Promise<void> {
    if (cohort === undefined) throw new Error("clients that stay are started as a cohort");
    const { starts, lifetime } = cohort;
    const { probe, clock, signal } = this.#options;
    const residents = lanes.flatMap((lane) => {
      const command = probe.command(lane.path, lifetime);
      return starts.map((start) => ({ start, command, lane, resident: residentOf(lane, command.argv) }));
    });
    this.#residents = new Map(residents.map(({ start, lane, resident }) => [keyOf(lane, start), resident]));
    await Promise.all(
      residents.map(async ({ resident, lane, command }) =>
        contain(this.#options.session, resident, async () => {
          resident.process = await this.#options.session.spawn(lane.path.from, { ...command, suspendAfter: milliseconds(probe.startup) });
        }),
      ),
    );
    await clock.sleep(milliseconds(probe.startup), signal);
    await Promise.all(
      residents.map(async ({ resident }) => contain(this.#options.session, resident, async () => resident.process?.stop())),
    );
    await clock.sleep(milliseconds(probe.settling), signal);
  }

  async observe(lane: Lane, slot: Slot): Promise<undefined> {
    const resident = this.#residents.get(keyOf(lane, slot.restart));
    if (resident?.process === undefined || resident.trouble !== undefined)
      throw new Error(resident?.trouble ?? `no client was started for ${lane.path.id}`);
    const { session, burst } = this.#options;
    const slice = await session.slice([resident.process], milliseconds(0), milliseconds(burst), []);
    resident.bursts.push({ slot, slice });
    return undefined;
  }

  async close(): Promise<readonly Observed[]> {
    const residents = [...this.#residents.values()];
    this.#residents.clear();
    await Promise.all(residents.map(async (resident) => contain(this.#options.session, resident, async () => resident.process?.resume())));
    await this.#options.clock.sleep(milliseconds(this.#options.probe.cooldown), this.#options.signal);
    const read = await Promise.all(residents.map(async (resident) => this.#read(resident)));
    return read.flat();
  }

  async #read(resident: Resident): Promise<readonly Observed[]> {
    let observed: readonly Observed[] = [];
    await contain(this.#options.session, resident, async () => {
      observed = await this.#bursts(resident);
    });
    if (observed.length > 0) return observed;
    const { lane, trouble = "its client could not be read" } = resident;
    return resident.bursts.map(({ slot }) => ({ observation: lostObservation({ lane, slot, how: "burst" }, trouble) }));
  }

  async #bursts({ lane, argv, process, bursts }: Resident): Promise<readonly Observed[]> {
    if (process === undefined) return [];
    const outcome = await process.end("SIGINT", this.#options.signal.aborted ? HASTY : PATIENT);
    const windows = bursts.map(({ slice }) => ({ from: slice.before.clock, to: slice.after.clock }));
    const results = this.#options.probe.parse(outcome, lane.path, windows);
    const raw = rawOf(argv, outcome);
    return bursts.map(({ slot, slice }, index) => {
      const result = results[index] ?? { ok: false as const, error: "the tool's log holds no such burst" };
      return { observation: observationOf({ lane, slot, how: "burst" }, result, slice), raw };
    });
  }
}

const residentOf = (lane: Lane, argv: readonly string[]): Resident => ({ lane, argv, bursts: [], process: undefined, trouble: undefined });

const keyOf = ({ path }: Lane, start: number | undefined): string => `${path.id} ${String(start)}`;
