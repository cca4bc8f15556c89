/**
 * An agent whose clock is synchronised with ours: what moments are on its clock, how well that is known, and how long an order takes to get there.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { AgentClient } from "./client.js";
import { type ClockExchange, type ClockOffset, estimateOffset, widthAt } from "./clock-offset.js";
import type { AgentFacts } from "./protocol.js";

/** Exchanges at first and from which an offset is taken. */
const EXCHANGES = 8;
/** Age at which an exchange is forgotten, milliseconds: while a clock is slewed, an older one is further off than drift allows for. */
const KEPT_MS = 10_000;
/** Exchanges that renew an offset, and the age from which on it is renewed, milliseconds. Clocks drift by 0.1 us a millisecond at most. */
const RENEWING = 2;
const FRESH_MS = 1_000;

/** Our monotonic clock in nanoseconds. */
export const ourTime = (clock: Clock): number => clock.monotonic() * 1e6;

/** An agent with its clock's offset. */
export class SyncedAgent {
  /** Those that bound the offset most closely: a pause must not push out what was learned before it. */
  #exchanges: readonly ClockExchange[] = [];
  /** The last ones' durations, nanoseconds. */
  #trips: readonly number[] = [];
  #offset: ClockOffset | undefined;

  private constructor(
    readonly client: AgentClient,
    readonly facts: AgentFacts,
  ) {}

  /** Learns how an agent's clock stands to ours. */
  static async sync(client: AgentClient): Promise<SyncedAgent> {
    const synced = new SyncedAgent(client, await client.order<"facts">({ kind: "facts" }));
    await synced.offset();
    return synced;
  }

  /** The longest of the last round trips but one, milliseconds: the one that met a pause says nothing of the next. */
  get roundTrip(): number {
    const [longest = 0, next = longest] = this.#trips.toSorted((a, b) => b - a);
    return next / 1e6;
  }

  /** How the agent's clock stands to ours, renewed when it is not fresh. */
  async offset(): Promise<ClockOffset> {
    const known = this.#offset;
    if (known !== undefined && ourTime(this.client.home.clock) - known.at < FRESH_MS * 1e6) return known;
    await this.#exchange(known === undefined ? EXCHANGES : RENEWING);
    // After a long pause nothing is left but what is renewed.
    await this.#exchange(EXCHANGES - this.#exchanges.length);
    return this.#estimate();
  }

  /** After a clock was set or slewed what was learned before is worth nothing. */
  async #estimate(): Promise<ClockOffset> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const [first, ...others] = this.#exchanges;
      this.#offset = first === undefined ? undefined : estimateOffset([first, ...others]);
      if (this.#offset !== undefined) return this.#offset;
      this.#exchanges = [];
      await this.#exchange(EXCHANGES);
    }
    throw this.client.home.error(
      `the clock of ${this.client.home.name} does not keep step with this machine's`,
      "Measure without time slices: --trials",
    );
  }

  async #exchange(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      const sent = ourTime(this.client.home.clock);
      const { clock: shown } = await this.client.order<"clock">({ kind: "clock" });
      const received = ourTime(this.client.home.clock);
      this.#trips = [...this.#trips, received - sent].slice(-EXCHANGES);
      this.#exchanges = [...this.#exchanges, { sent, shown, received }]
        .filter((exchange) => received - exchange.sent < KEPT_MS * 1e6)
        .sort((a, b) => widthAt(a, received) - widthAt(b, received))
        .slice(0, EXCHANGES);
    }
  }
}
