import type { Clock } from "../../machine/ports.js";
import type { ResidentProbe } from "../../probes/contract.js";
import { milliseconds } from "../../units/quantity.js";
import type { Slice, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { type Observed, type Observer, observationOf, rawOf, type Slot } from "./observer.js";

/** How long a client may take to write down what it saw: a second when somebody waits for podwire to end, else as long as a large log takes. */
const HASTY = milliseconds(1_000);
const PATIENT = milliseconds(15_000);

/** A client that stays, and the bursts that it was let go on for. */
interface Resident {
  readonly lane: Lane;
  readonly argv: readonly string[];
  readonly process: VenueProcess;
  readonly bursts: { readonly slot: Slot; readonly slice: Slice }[];
}

/** What a resident observer is made with. */
export interface ResidentOptions {
  readonly session: VenueSession;
  readonly probe: ResidentProbe;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds of one burst. */
  readonly burst: number;
  /** Seconds that clients live if nobody ends them. */
  readonly lifetime: number;
}

/** One client a path stays, suspended; an observation lets it go on for a burst. Its log is read when it is ended. */
export class ResidentObserver implements Observer {
  readonly #options: ResidentOptions;
  #residents = new Map<string, Resident>();

  constructor(options: ResidentOptions) {
    this.#options = options;
  }

  async open(lanes: readonly Lane[]): Promise<void> {
    const { session, probe, clock, signal, lifetime } = this.#options;
    const residents = await Promise.all(
      lanes.map(async (lane): Promise<Resident> => {
        const command = probe.command(lane.path, lifetime);
        return {
          lane,
          argv: command.argv,
          process: await session.spawn(lane.path.from, { ...command, suspendAfter: milliseconds(probe.startup) }),
          bursts: [],
        };
      }),
    );
    this.#residents = new Map(residents.map((resident) => [resident.lane.path.id, resident]));
    await clock.sleep(milliseconds(probe.startup), signal);
    await Promise.all(residents.map((resident) => resident.process.stop()));
  }

  async observe(lane: Lane, slot: Slot): Promise<undefined> {
    const resident = this.#residents.get(lane.path.id);
    if (resident === undefined) throw new Error(`no client was started for ${lane.path.id}`);
    const { session, burst } = this.#options;
    const slice = await session.slice([resident.process], milliseconds(0), milliseconds(burst), []);
    resident.bursts.push({ slot, slice });
    return undefined;
  }

  async close(): Promise<readonly Observed[]> {
    const residents = [...this.#residents.values()];
    this.#residents.clear();
    await Promise.all(residents.map((resident) => resident.process.resume()));
    await this.#options.clock.sleep(milliseconds(this.#options.probe.cooldown), this.#options.signal);
    const read = await Promise.all(residents.map((resident) => this.#read(resident)));
    return read.flat();
  }

  async #read(resident: Resident): Promise<Observed[]> {
    const outcome = await resident.process.end("SIGINT", this.#options.signal.aborted ? HASTY : PATIENT);
    const windows = resident.bursts.map(({ slice }) => ({ from: slice.before.clock, to: slice.after.clock }));
    const results = this.#options.probe.parse(outcome, resident.lane.path, windows);
    const raw = rawOf(resident.argv, outcome);
    return resident.bursts.map(({ slot, slice }, index) => {
      const result = results[index] ?? { ok: false as const, error: "the tool's log holds no such burst" };
      return { observation: observationOf({ lane: resident.lane, slot, how: "burst" }, result, slice), raw };
    });
  }
}
