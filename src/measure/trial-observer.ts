import type { TrialProbe } from "../probes/contract.js";
import type { VenueProcess, VenueSession } from "../venues/contract.js";
import type { Lane } from "./lanes.js";
import { observationOf, type Observed, type Observer, rawOf, type Slot } from "./observer.js";

/** One run of the tool from start to end is one observation. */
export class TrialObserver implements Observer {
  readonly #session: VenueSession;
  readonly #probe: TrialProbe;
  readonly #signal: AbortSignal;

  constructor(session: VenueSession, probe: TrialProbe, signal: AbortSignal) {
    this.#session = session;
    this.#probe = probe;
    this.#signal = signal;
  }

  async open(): Promise<void> {
    // Nothing stays between trials.
  }

  async observe(lane: Lane, slot: Slot): Promise<Observed> {
    const command = this.#probe.command(lane.path);
    const process = await this.#session.spawn(lane.path.from, command);
    const outcome = await endedOrAborted(process, this.#signal);
    const result = this.#probe.parse(outcome, lane.path);
    return { observation: observationOf(lane, slot, result, outcome.before, outcome.after), raw: rawOf(command.argv, outcome) };
  }

  async close(): Promise<readonly Observed[]> {
    return [];
  }
}

/** An abort must not wait for a tool: the tool is killed and its outcome is what it is. */
async function endedOrAborted(process: VenueProcess, signal: AbortSignal) {
  const kill = (): void => void process.end("SIGKILL");
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
  try {
    return await process.finished;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
