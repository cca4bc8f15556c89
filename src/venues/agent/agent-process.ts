/**
 * A process that an agent has started.
 * @packageDocumentation
 */
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import type { ProcessOutcome, VenueProcess } from "../contract.js";
import type { AgentClient } from "./client.js";

/** Milliseconds that a program has to end after it was asked to. */
const GRACE_MS = milliseconds(1_000);

/** The near side of a program that the agent has spawned. */
export class AgentProcess implements VenueProcess {
  readonly finished: Promise<ProcessOutcome>;

  /**
   * @param number - the agent's number of the process
   * @param complete - adds what others than the agent know of it
   */
  constructor(
    readonly agent: AgentClient,
    readonly number: number,
    complete: (outcome: ProcessOutcome) => Promise<ProcessOutcome>,
  ) {
    this.finished = agent.outcome(number).then(complete);
    // Closing the venue ends processes whose outcome is no longer awaited; a caller that does await it still gets the error.
    this.finished.catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.agent.order<"stop">({ kind: "stop", process: this.number });
  }

  async resume(): Promise<void> {
    await this.agent.order<"resume">({ kind: "resume", process: this.number });
  }

  end(signal: "SIGINT" | "SIGTERM" | "SIGKILL" = "SIGINT", grace = GRACE_MS): Promise<ProcessOutcome> {
    const outcome = this.#end(signal, grace);
    // As above: a caller may not await the end, and the venue may be gone before the answer.
    outcome.catch(() => undefined);
    return outcome;
  }

  async #end(signal: "SIGINT" | "SIGTERM" | "SIGKILL", grace: Milliseconds): Promise<ProcessOutcome> {
    await this.agent.order<"end">({ kind: "end", process: this.number, signal, grace });
    return this.finished;
  }
}
