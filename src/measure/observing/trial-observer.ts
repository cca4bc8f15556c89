import type { Clock } from "../../machine/ports.js";
import type { LoadTrialProbe, ProbeResult, ToolTrialProbe, TrialProbe } from "../../probes/contract.js";
import type { Readings } from "../../probes/kernel-counts.js";
import { resize, type Sizing } from "../../probes/sizing.js";
import { milliseconds } from "../../units/quantity.js";
import type { LoadOutcome, LoadWatch, LoadWindow, Path, ProcessOutcome, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { type Observed, type Observer, observationOf, rawOf, type Slot } from "./observer.js";

/** What a trial observer is made with. */
export interface TrialOptions {
  readonly session: VenueSession;
  /** The probe whose trials are as long as a sizing says. */
  readonly probeOf: (sizing: Sizing) => TrialProbe;
  readonly sizing: Sizing;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Time for a cause that passes: a server that serves one client at a time learns of the end of the last one behind what is still on its way. */
const BEFORE_SECOND_TRY = milliseconds(100);

interface Trial {
  readonly argv: readonly string[];
  readonly outcome: ProcessOutcome;
  /** Around what counts: the part of a load that was counted, or the whole run of the tool. */
  readonly readings: Readings;
  readonly result: ProbeResult;
}

/** One run of the tool from start to end is one observation. */
export class TrialObserver implements Observer {
  readonly #options: TrialOptions;
  #sizing: Sizing;

  constructor(options: TrialOptions) {
    this.#options = options;
    this.#sizing = options.sizing;
  }

  /** One trial of each path is thrown away: it warms caches and neighbour entries and says how fast the path is. */
  async open(lanes: readonly Lane[]): Promise<void> {
    for (const lane of lanes) {
      if (this.#options.signal.aborted) return;
      await this.#observe(lane);
    }
  }

  async observe(lane: Lane, slot: Slot): Promise<Observed> {
    const { argv, outcome, readings, result } = await this.#observe(lane);
    return { observation: observationOf({ lane, slot, how: "trial" }, result, readings), raw: rawOf(argv, outcome) };
  }

  async close(): Promise<readonly Observed[]> {
    return Promise.resolve([]);
  }

  async #observe({ workload, path }: Lane): Promise<Trial> {
    const probe = this.#options.probeOf(this.#sizing);
    const trial = probe.window === undefined ? await this.#run(probe, path) : await this.#load(probe, path);
    if (!this.#options.signal.aborted) this.#sizing = resize(this.#sizing, workload, path, trial);
    return trial;
  }

  async #run(probe: ToolTrialProbe, path: Path): Promise<Trial> {
    const command = probe.command(path);
    const process = await this.#options.session.spawn(path.from, command);
    const outcome = await unlessAborted(process, this.#options.signal, async () => process.finished);
    return { argv: command.argv, outcome, readings: outcome, result: probe.parse(outcome, path) };
  }

  /** A load, and once more where it did not run for a cause that passes. */
  async #load(probe: LoadTrialProbe, path: Path): Promise<Trial> {
    const { clock, signal } = this.#options;
    const first = await this.#runLoad(probe, path);
    if (first.result.ok || first.result.passes !== true || signal.aborted) return first;
    await clock.sleep(BEFORE_SECOND_TRY, signal);
    return this.#runLoad(probe, path);
  }

  async #runLoad(probe: LoadTrialProbe, path: Path): Promise<Trial> {
    const { session, signal } = this.#options;
    const [command, window] = [probe.command(path), probe.window(path)];
    const watch = session.watchLoad(path, window);
    try {
      const process = await session.spawn(path.from, command);
      const { outcome, seen } = await unlessAborted(process, signal, async () => counted(process, watch, window));
      return { argv: command.argv, outcome, readings: "unseen" in seen ? outcome : seen, result: probe.parse(outcome, path, seen) };
    } finally {
      await watch.end();
    }
  }
}

/** A load until it is counted, or until it ends by itself. */
async function counted(
  process: VenueProcess,
  watch: LoadWatch,
  { until }: LoadWindow,
): Promise<{ outcome: ProcessOutcome; seen: LoadOutcome }> {
  // A tool that has an end of its own is left to it: its report is of all that it did.
  const endless = until === undefined;
  const seen = await Promise.race([watch.outcome, process.finished.then(() => undefined)]);
  if (seen !== undefined && "unseen" in seen) return { seen: { ...seen, toolRan: true }, outcome: await process.end("SIGINT") };
  if (seen !== undefined) return { seen, outcome: await (endless ? process.end("SIGINT") : process.finished) };
  await watch.end();
  return {
    outcome: await process.finished,
    seen: endless ? { unseen: "the load ended before enough of it was counted" } : await watch.outcome,
  };
}

/** An abort must not wait for a tool: the tool is killed and its outcome is what it is. */
async function unlessAborted<T>(process: VenueProcess, signal: AbortSignal, finish: () => Promise<T>): Promise<T> {
  const kill = (): void => void process.end("SIGKILL");
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
  try {
    return await finish();
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
