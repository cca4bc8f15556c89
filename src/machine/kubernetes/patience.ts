/**
 * How long an API server that is away is waited for: one that was there before comes back as a rule, one that never was does not.
 * @packageDocumentation
 */
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import type { Clock } from "../ports.js";
import { KubernetesError } from "./port.js";

/** How patiently. */
export interface PatienceLimits {
  /** From the first failure of a request to the last attempt. An upgrade of a control plane's node takes about half a minute. */
  readonly away: Milliseconds;
  /** A server that just came back may refuse for want of its caches; so long after it was away that is not believed. */
  readonly settling: Milliseconds;
  /** Between attempts. */
  readonly pause: Milliseconds;
}

export const PATIENCE: PatienceLimits = { away: milliseconds(60_000), settling: milliseconds(10_000), pause: milliseconds(500) };

/** What repeating may help: no one answered, or the server said that it cannot just now. */
const TRANSIENT: ReadonlySet<string> = new Set(["unreachable", "busy", "cut"]);
/** What a server says that has not read its accounts and roles yet. */
const UNSETTLED: ReadonlySet<string> = new Set(["unauthorized", "forbidden"]);

/** Repeats requests while that is reasonable. */
export class Patience {
  #reached = false;

  constructor(
    readonly clock: Clock,
    readonly limits: PatienceLimits = PATIENCE,
    readonly onWait: (sentence: string) => void = () => undefined,
  ) {}

  /**
   * The action's result, from as many attempts as it takes.
   * @param action receives the failure of the attempt before it
   * @throws the last attempt's error
   */
  async until<T>(action: (before: KubernetesError | undefined) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const begun = this.clock.monotonic();
    let before: KubernetesError | undefined;
    let lastAway: Milliseconds | undefined;
    for (;;) {
      try {
        const result = await action(before);
        this.#reached = true;
        return result;
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error;
        const now = this.clock.monotonic();
        if (error.failure.status !== undefined) this.#reached = true;
        const settling = lastAway !== undefined && UNSETTLED.has(error.problem) && now - lastAway < this.limits.settling;
        if (!settling && !this.#worthwhile(error)) throw error;
        if (now - begun >= this.limits.away || signal?.aborted === true) throw error;
        if (before === undefined) this.onWait(`the API server does not answer as it should, and is waited for: ${error.message}`);
        if (!settling) lastAway = now;
        before = error;
        await this.clock.sleep(error.failure.retryAfter ?? this.limits.pause, signal);
      }
    }
  }

  /** No one there at the first contact is a wrong address or a cluster that is down. */
  #worthwhile(error: KubernetesError): boolean {
    return TRANSIENT.has(error.problem) && (this.#reached || error.problem === "busy");
  }
}
