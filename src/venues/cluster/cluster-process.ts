/**
 * A process in a pod whose watched endpoints lie in several pods.
 * @packageDocumentation
 */
import type { Milliseconds } from "../../units/quantity.js";
import type { AgentProcess } from "../agent/agent-process.js";
import type { ProcessOutcome, VenueProcess } from "../contract.js";

/** The near process, with what the far pods' counters said around it. */
export class ClusterProcess implements VenueProcess {
  readonly finished: Promise<ProcessOutcome>;

  /** @param complete - adds what the far pods say to the outcome */
  constructor(
    readonly near: AgentProcess,
    complete: (outcome: ProcessOutcome) => Promise<ProcessOutcome>,
  ) {
    this.finished = near.finished.then(complete);
    // A venue that is closed ends processes that nobody waits for any more; who does wait still gets the error.
    this.finished.catch(() => undefined);
  }

  async stop(): Promise<void> {
    return this.near.stop();
  }

  async resume(): Promise<void> {
    return this.near.resume();
  }

  end(signal?: "SIGINT" | "SIGTERM" | "SIGKILL", grace?: Milliseconds): Promise<ProcessOutcome> {
    const outcome = this.near.end(signal, grace).then(async () => this.finished);
    outcome.catch(() => undefined);
    return outcome;
  }
}
