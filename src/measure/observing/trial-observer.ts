import type { Clock } from "../../machine/ports.js";
import type { WorkloadName } from "../../model/metric.js";
import type { LoadTrialProbe, ProbeResult, ToolTrialProbe, TrialProbe } from "../../probes/contract.js";
import type { Readings } from "../../probes/kernel-counts.js";
import { resize, type Sizing } from "../../probes/sizing.js";
import { milliseconds } from "../../units/quantity.js";
import type { LoadOutcome, LoadWatch, LoadWindow, Path, ProcessOutcome, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import type { ConnectionTracking } from "./connection-tracking.js";
import { type Observed, type Observer, observationOf, rawOf, type Slot } from "./observer.js";

/** What a trial observer is made with. */
export interface TrialOptions {
  readonly session: VenueSession;
  /** The probe whose trials are as long as a sizing says. */
  readonly probeOf: (sizing: Sizing) => TrialProbe;
  readonly sizing: Sizing;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes tracked connections away between two tries; absent where trials are not tried again for a run. */
  readonly tracking?: ConnectionTracking;
}

/** Time for a cause that passes: a server that serves one client at a time learns of the end of the last one behind what is still on its way. */
const BEFORE_SECOND_TRY = milliseconds(100);

interface ToolRun {
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

  /** A trial, and one more where the first failed for a cause that another try may not meet. */
  async #observe(lane: Lane): Promise<ToolRun> {
    const { workload, path } = lane;
    const { clock, signal, tracking } = this.#options;
    const first = await this.#once(workload, path);
    if (!isWorthAnother(first.result)) return first;
    await clock.sleep(BEFORE_SECOND_TRY, signal);
    if (isOver(signal)) return first;
    // The second try begins as the first did: without what connection tracking keeps of another's connections.
    await tracking?.forget([lane]);
    if (tracking?.whyLeft(lane) !== undefined) return first;
    return second(await this.#once(workload, path));
  }

  async #once(workload: WorkloadName, path: Path): Promise<ToolRun> {
    const probe = this.#options.probeOf(this.#sizing);
    const trial = probe.window === undefined ? await this.#run(probe, path) : await this.#load(probe, path);
    if (!this.#options.signal.aborted) this.#sizing = resize(this.#sizing, workload, path, trial);
    return trial;
  }

  async #run(probe: ToolTrialProbe, path: Path): Promise<ToolRun> {
    const command = probe.command(path);
    const process = await this.#options.session.spawn(path.from, command);
    const outcome = await unlessAborted(process, this.#options.signal, async () => process.finished);
    return { argv: command.argv, outcome, readings: outcome, result: probe.parse(outcome, path) };
  }

  async #load(probe: LoadTrialProbe, path: Path): Promise<ToolRun> {
    const { session, signal } = this.#options;
    const [command, window] = [probe.command(path), probe.window(path)];
    const watch = session.watchLoad(path, window);
    try {
      const process = await session.spawn(path.from, command);
      const { outcome, seen } = await unlessAborted(process, signal, async () => endedIfLost(process, counted(process, watch, window)));
      const readings = "unseen" in seen ? outcome : seen;
      return { argv: command.argv, outcome, readings, result: probe.parse(outcome, path, seen) };
    } finally {
      await watch.end();
    }
  }
}

const isWorthAnother = (result: ProbeResult): boolean => !result.ok && (result.passes === true || result.brief === true);

/** A trial that took another try says so. */
function second(trial: ToolRun): ToolRun {
  const { result } = trial;
  return result.ok ? { ...trial, result: { ok: true, sample: { ...result.sample, facts: { ...result.sample.facts, tries: 2 } } } } : trial;
}

/** A signal changes while one waits. */
const isOver = ({ aborted }: AbortSignal): boolean => aborted;

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

/** A load that cannot be looked at any more is ended: it would run on into what is observed next. */
async function endedIfLost<T>(process: VenueProcess, counting: Promise<T>): Promise<T> {
  try {
    return await counting;
  } catch (error) {
    await process.end("SIGKILL");
    throw error;
  }
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
