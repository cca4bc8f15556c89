import type { ProbeResult, TrialProbe } from "../../probes/contract.js";
import { resize, type Sizing } from "../../probes/sizing.js";
import type { ProcessOutcome, VenueProcess, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { type Observed, type Observer, observationOf, rawOf, type Slot } from "./observer.js";

/** What a trial observer is made with. */
export interface TrialOptions {
  readonly session: VenueSession;
  /** The probe that moves as much as a sizing says. */
  readonly probeOf: (sizing: Sizing) => TrialProbe;
  readonly sizing: Sizing;
  readonly signal: AbortSignal;
  /** Seconds that a trial should take; 0.08 unless something else is asked for. */
  readonly seconds?: number;
}

/** Seconds that a trial should take: longer ones are hardly less noisy, since the spread comes from what is drawn anew at each start. */
const TARGET_SECONDS = 0.08;

interface Trial {
  readonly argv: readonly string[];
  readonly outcome: ProcessOutcome;
  readonly result: ProbeResult;
}

/** One run of the tool from start to end is one observation. How much it moves is learned for each path. */
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
      await this.#trial(lane);
    }
  }

  async observe(lane: Lane, slot: Slot): Promise<Observed> {
    const { argv, outcome, result } = await this.#trial(lane);
    return { observation: observationOf({ lane, slot, how: "trial" }, result, outcome), raw: rawOf(argv, outcome) };
  }

  async close(): Promise<readonly Observed[]> {
    return Promise.resolve([]);
  }

  async #trial(lane: Lane): Promise<Trial> {
    const probe = this.#options.probeOf(this.#sizing);
    const command = probe.command(lane.path);
    const process = await this.#options.session.spawn(lane.path.from, command);
    const outcome = await endedOrAborted(process, this.#options.signal);
    const result = probe.parse(outcome, lane.path);
    if (!this.#options.signal.aborted)
      this.#sizing = resize(this.#sizing, lane.workload, lane.path, result, this.#options.seconds ?? TARGET_SECONDS);
    return { argv: command.argv, outcome, result };
  }
}

/** An abort must not wait for a tool: the tool is killed and its outcome is what it is. */
async function endedOrAborted(process: VenueProcess, signal: AbortSignal): Promise<ProcessOutcome> {
  const kill = (): void => void process.end("SIGKILL");
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
  try {
    return await process.finished;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
