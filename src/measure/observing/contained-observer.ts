/**
 * Keeps what goes wrong with a lane to its own observations: whatever an observer rejects with becomes the error of the observation that it concerns,
 * and nothing else is lost, unless the venue itself is gone.
 * @packageDocumentation
 */
import type { Way } from "../../model/campaign.js";
import type { Probe } from "../../probes/contract.js";
import type { VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { laneTrouble } from "./lane-trouble.js";
import { type Cohort, type DuetObserver, lostObservation, type Observed, type Observer, type Slot } from "./observer.js";
import type { Servers, WantedServer } from "./servers.js";

/** What a contained observer is made with. */
export interface ContainedOptions {
  readonly session: VenueSession;
  readonly servers: Servers;
  readonly probe: Pick<Probe, "servers">;
  readonly how: Way;
  readonly observer: Observer & Partial<DuetObserver>;
}

/** An observer whose lanes fail one by one. */
export class ContainedObserver implements Observer, DuetObserver {
  readonly #options: ContainedOptions;
  #lanes: readonly Lane[] = [];
  /** Why lanes were not made ready, by the path's id. */
  readonly #unready = new Map<string, string>();

  constructor(options: ContainedOptions) {
    this.#options = options;
  }

  /** The servers that these lanes talk to. */
  wanted(lanes: readonly Lane[]): readonly WantedServer[] {
    return lanes.flatMap(({ path }) => this.#options.probe.servers(path).map((spec) => ({ endpoint: path.to, spec })));
  }

  async open(lanes: readonly Lane[], cohort?: Cohort): Promise<void> {
    this.#lanes = lanes;
    this.#unready.clear();
    const served = lanes.filter((lane) => this.#causeOf(lane) === undefined);
    try {
      await this.#options.observer.open(served, cohort);
    } catch (error) {
      const reason = laneTrouble(this.#options.session, error);
      for (const lane of served) this.#unready.set(lane.path.id, reason);
    }
  }

  async observe(lane: Lane, slot: Slot): Promise<Observed | undefined> {
    const reason = this.#whyNotReady(lane);
    if (reason !== undefined) return this.#lost(lane, slot, reason);
    try {
      const observed = await this.#options.observer.observe(lane, slot);
      return observed === undefined ? undefined : this.#explained(lane, observed);
    } catch (error) {
      return this.#lost(lane, slot, laneTrouble(this.#options.session, error));
    }
  }

  async observeTogether(lanes: readonly Lane[], slot: Slot): Promise<readonly Observed[]> {
    const lost = (reason: string): Observed[] =>
      lanes.map((lane, position) => this.#lost(lane, { ...slot, position: slot.position + position }, reason));
    const reason = lanes.map((lane) => this.#whyNotReady(lane)).find((one) => one !== undefined);
    if (reason !== undefined) return lost(reason);
    try {
      return (await this.#options.observer.observeTogether?.(lanes, slot)) ?? lost("it cannot be observed beside another");
    } catch (error) {
      return lost(laneTrouble(this.#options.session, error));
    }
  }

  async close(): Promise<readonly Observed[]> {
    try {
      const observed = await this.#options.observer.close();
      return observed.map((one) => {
        const { mode, path } = one.observation;
        const lane = this.#lanes.find((each) => each.path.mode === mode && each.path.name === path);
        return lane === undefined ? one : this.#explained(lane, one);
      });
    } catch (error) {
      laneTrouble(this.#options.session, error);
      return [];
    }
  }

  #whyNotServed(lane: Lane): string | undefined {
    return this.#options.servers.whyDown(this.wanted([lane]));
  }

  /** What keeps a lane from being observed beside its own tool. */
  #causeOf(lane: Lane): string | undefined {
    return this.#options.session.faultOf?.(lane.path) ?? this.#whyNotServed(lane);
  }

  #whyNotReady(lane: Lane): string | undefined {
    return this.#causeOf(lane) ?? this.#unready.get(lane.path.id);
  }

  #lost(lane: Lane, slot: Slot, reason: string): Observed {
    return { observation: lostObservation({ lane, slot, how: this.#options.how }, this.#withCause(lane, reason)) };
  }

  #explained(lane: Lane, observed: Observed): Observed {
    const { error } = observed.observation;
    return error === undefined ? observed : { ...observed, observation: { ...observed.observation, error: this.#withCause(lane, error) } };
  }

  /** What a tool complains of has a cause where its server or a daemon of its path has ended. */
  #withCause(lane: Lane, error: string): string {
    const cause = this.#causeOf(lane);
    return cause === undefined || error.startsWith(cause) ? error : `${cause}; ${error}`;
  }
}
