import type { Clock } from "../../machine/ports.js";
import type { ProbeError, ProbeResult, SliceProbe } from "../../probes/contract.js";
import { toolOf } from "../../probes/failure.js";
import { milliseconds } from "../../units/quantity.js";
import type { ProcessOutcome, Slice, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { contain, type Troubled } from "./lane-trouble.js";
import { errorText, lostObservation, type Observed, type Observer, observationOf, type Slot } from "./observer.js";

/** Starts of a lane's generator in one block: it is started once more when it has ended by itself. */
const MOST_STARTS = 2;
/** A generator that has moved nothing for so long after its start is not at work, and a server that says for so long that it is busy stays so. */
const AT_WORK_WITHIN = milliseconds(2_000);

/** A load generator that was started. */
interface Generator {
  readonly argv: readonly [string, ...string[]];
  readonly process: VenueProcess;
  /** Set when it has ended by itself, which it should not. */
  ended: ProcessOutcome | undefined;
}

/** A lane in a block. */
interface Place extends Troubled {
  readonly lane: Lane;
  generator: Generator | undefined;
  starts: number;
}

/** What a slice observer is made with. */
export interface SliceOptions {
  readonly session: VenueSession;
  readonly probe: SliceProbe;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The generators of all lanes stay, suspended; one at a time is resumed for a slice, and the kernel's counters say what it did. */
export class SliceObserver implements Observer {
  readonly #options: SliceOptions;
  #places = new Map<string, Place>();

  constructor(options: SliceOptions) {
    this.#options = options;
  }

  /** Starts all generators side by side, and then waits for each one alone until it is at work. */
  async open(lanes: readonly Lane[]): Promise<void> {
    const places = lanes.map((lane): Place => ({ lane, generator: undefined, starts: 0, trouble: undefined }));
    this.#places = new Map(places.map((place) => [place.lane.path.id, place]));
    await this.#start(places);
    for (const place of places) await this.#warmUp(place);
  }

  async observe(lane: Lane, slot: Slot): Promise<Observed> {
    const [observed] = await this.observeTogether([lane], slot);
    if (observed === undefined) throw new Error("a slice of one lane gives one observation");
    return observed;
  }

  async observeTogether(lanes: readonly Lane[], slot: Slot): Promise<readonly Observed[]> {
    const places = lanes.map((lane) => this.#placeOf(lane));
    for (const place of places) {
      if (place.generator?.ended !== undefined && place.starts < MOST_STARTS) await this.#startAgain(place);
    }
    const visits = lanes.map((lane, position) => ({ lane, slot: { ...slot, position: slot.position + position }, how: "slice" as const }));
    const trouble = places.map((place) => whyNotAtWork(place, this.#options.probe)).find((reason) => reason !== undefined);
    if (trouble !== undefined) return visits.map((visit) => ({ observation: lostObservation(visit, trouble) }));
    const slice = await this.#slice(places);
    return visits.map((visit, index) => {
      const place = places[index];
      const result = this.#resultOf(place, slice);
      const argv = [...(place?.generator?.argv ?? [])];
      return { observation: observationOf(visit, result, slice), raw: { argv, stdout: readingsText(slice, visit.lane), stderr: "" } };
    });
  }

  async close(): Promise<readonly Observed[]> {
    const generators = [...this.#places.values()].flatMap(({ generator }) => generator ?? []);
    this.#places.clear();
    await Promise.all(generators.map(async (generator) => generator.process.end("SIGKILL")));
    return [];
  }

  #placeOf(lane: Lane): Place {
    const place = this.#places.get(lane.path.id);
    if (place === undefined) throw new Error(`no generator was started for ${lane.path.id}`);
    return place;
  }

  /** Starts the generators of these lanes side by side, gives them the time that a start takes, and suspends them. */
  async #start(places: readonly Place[]): Promise<void> {
    const { probe, clock, signal } = this.#options;
    await Promise.all(places.map(async (place) => contain(this.#options.session, place, async () => this.#spawn(place))));
    await clock.sleep(milliseconds(probe.startup), signal);
    await Promise.all(places.map(async (place) => contain(this.#options.session, place, async () => place.generator?.process.stop())));
  }

  async #spawn(place: Place): Promise<void> {
    const { path } = place.lane;
    const { probe, session } = this.#options;
    const command = { ...probe.command(path), suspendAfter: milliseconds(probe.startup) };
    place.starts += 1;
    place.generator = undefined;
    const generator: Generator = { argv: command.argv, process: await session.spawn(path.from, command), ended: undefined };
    place.generator = generator;
    generator.process.finished.then(
      (outcome) => {
        generator.ended = outcome;
      },
      // The venue was closed while the generator was still there, which is how most of them end.
      () => undefined,
    );
  }

  async #startAgain(place: Place): Promise<void> {
    await this.#start([place]);
    await this.#warmUp(place);
  }

  /** Throws slices of a generator away until one has moved something. A generator that is not at work yet would else be measured as 0. */
  async #warmUp(place: Place): Promise<void> {
    const { clock, signal, probe } = this.#options;
    const deadline = clock.monotonic() + AT_WORK_WITHIN;
    while (place.trouble === undefined && !signal.aborted && !(await this.#isAtWork(place))) {
      const late = clock.monotonic() > deadline;
      const end = endOf(place, probe);
      if (end !== undefined && !late && (end.passes === true || place.starts < MOST_STARTS)) await this.#start([place]);
      else if (end !== undefined) place.trouble = errorText(end);
      else if (late) place.trouble = `${nameOf(place)} moved nothing within ${String(AT_WORK_WITHIN / 1e3)} s of its start`;
    }
  }

  async #isAtWork(place: Place): Promise<boolean> {
    let atWork = false;
    await contain(this.#options.session, place, async () => {
      if (place.generator?.ended !== undefined) return;
      const result = this.#resultOf(place, await this.#slice([place]));
      atWork = result.ok && result.sample.work >= this.#options.probe.leastWork;
    });
    return atWork;
  }

  async #slice(places: readonly Place[]): Promise<Slice> {
    const { session, probe } = this.#options;
    const processes = places.flatMap(({ generator }) => generator?.process ?? []);
    const watch = places.flatMap(({ lane }) => [lane.path.from, lane.path.to]);
    const slice = await session.slice(processes, milliseconds(probe.settle), milliseconds(probe.length), watch);
    // A generator that is gone has moved a part of what it would have, however much that is.
    for (const { generator } of places) {
      if (generator !== undefined && slice.ended.includes(generator.process)) generator.ended ??= await generator.process.finished;
    }
    return slice;
  }

  #resultOf(place: Place | undefined, slice: Slice): ProbeResult {
    if (place === undefined) return { ok: false, error: "nothing was sliced" };
    const { probe } = this.#options;
    const end = endOf(place, probe);
    if (end !== undefined) return { ok: false, ...end };
    const result = probe.count(slice.before, slice.after, place.lane.path);
    if (!result.ok) return result;
    const drained = { drainMs: Number(slice.drain.ms.toFixed(1)), drained: slice.drain.still ? 1 : 0 };
    return { ok: true, sample: { ...result.sample, facts: { ...result.sample.facts, ...drained } } };
  }
}

const nameOf = ({ generator }: Place): string => (generator === undefined ? "the generator" : toolOf(generator.argv));

/** What a generator said that has ended by itself; undefined while it is there. */
const endOf = ({ generator }: Place, probe: SliceProbe): ProbeError | undefined =>
  generator?.ended === undefined ? undefined : probe.ended(generator.ended);

function whyNotAtWork(place: Place, probe: SliceProbe): string | undefined {
  const end = endOf(place, probe);
  return place.trouble ?? (end === undefined ? undefined : errorText(end));
}

/** Counters stand in for what a tool would have printed. */
function readingsText({ before, after }: Slice, { path }: Lane): string {
  const of = (reading: Slice["before"]): unknown => ({
    clock: reading.clock,
    from: reading.counters[path.from.id],
    to: reading.counters[path.to.id],
  });
  return JSON.stringify({ before: of(before), after: of(after) });
}
