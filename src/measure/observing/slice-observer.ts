import type { Clock } from "../../machine/ports.js";
import type { ProbeResult, SliceProbe } from "../../probes/contract.js";
import { milliseconds } from "../../units/quantity.js";
import type { ProcessOutcome, Slice, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { type DuetObserver, type Observed, type Observer, observationOf, rawOf, type Slot } from "./observer.js";

/** A generator that stays. */
interface Generator {
  readonly argv: readonly string[];
  readonly process: VenueProcess;
  /** Set when it has ended by itself, which it should not. */
  ended: ProcessOutcome | undefined;
}

/** What a slice observer is made with. */
export interface SliceOptions {
  readonly session: VenueSession;
  readonly probe: SliceProbe;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The generators of all lanes stay, suspended; one at a time is let go on for a slice, and the kernel's counters say what it did. */
export class SliceObserver implements Observer, DuetObserver {
  readonly #options: SliceOptions;
  #generators = new Map<string, Generator>();

  constructor(options: SliceOptions) {
    this.#options = options;
  }

  async open(lanes: readonly Lane[]): Promise<void> {
    const { probe, clock, signal } = this.#options;
    const started = await Promise.all(lanes.map(async (lane) => [lane.path.id, await this.#start(lane)] as const));
    this.#generators = new Map(started);
    await clock.sleep(milliseconds(probe.startup), signal);
    await Promise.all([...this.#generators.values()].map(async (generator) => generator.process.stop()));
  }

  async observe(lane: Lane, slot: Slot): Promise<Observed> {
    const [observed] = await this.observeTogether([lane], slot);
    if (observed === undefined) throw new Error("a slice of one lane gives one observation");
    return observed;
  }

  async observeTogether(lanes: readonly Lane[], slot: Slot): Promise<readonly Observed[]> {
    const { session, probe } = this.#options;
    const generators = lanes.map((lane) => this.#generator(lane));
    const processes = generators.map((generator) => generator.process);
    const watch = lanes.flatMap((lane) => [lane.path.from, lane.path.to]);
    const slice = await session.slice(processes, milliseconds(probe.settle), milliseconds(probe.length), watch);
    return lanes.map((lane, position) => {
      const generator = this.#generator(lane);
      const result = generator.ended === undefined ? this.#count(lane, slice) : endedEarly(generator);
      const observation = observationOf({ lane, slot: { ...slot, position: slot.position + position }, how: "slice" }, result, slice);
      return { observation, raw: { argv: [...generator.argv], stdout: readingsText(slice, lane), stderr: "" } };
    });
  }

  #generator(lane: Lane): Generator {
    const generator = this.#generators.get(lane.path.id);
    if (generator === undefined) throw new Error(`no generator was started for ${lane.path.id}`);
    return generator;
  }

  async close(): Promise<readonly Observed[]> {
    const generators = [...this.#generators.values()];
    this.#generators.clear();
    await Promise.all(generators.map(async (generator) => generator.process.end("SIGKILL")));
    return [];
  }

  async #start(lane: Lane): Promise<Generator> {
    const command = this.#options.probe.command(lane.path);
    const generator: Generator = {
      argv: command.argv,
      process: await this.#options.session.spawn(lane.path.from, command),
      ended: undefined,
    };
    generator.process.finished.then(
      (outcome) => {
        generator.ended = outcome;
      },
      // The venue was closed while the generator was still there, which is how most of them end.
      () => undefined,
    );
    return generator;
  }

  #count(lane: Lane, slice: Slice): ProbeResult {
    const result = this.#options.probe.count(slice.before, slice.after, lane.path);
    if (!result.ok) return result;
    const drained = { drainMs: Number(slice.drain.ms.toFixed(1)), drained: slice.drain.still ? 1 : 0 };
    return { ok: true, sample: { ...result.sample, facts: { ...result.sample.facts, ...drained } } };
  }
}

function endedEarly({ argv, ended }: Generator): ProbeResult {
  const words = ended === undefined ? "" : rawOf(argv, ended).stderr || ended.stdout;
  return { ok: false, error: `${argv[0] ?? "the generator"} ended by itself: ${ended?.startError ?? words.trim().slice(0, 300)}` };
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
