/**
 * Keeps what goes wrong with a lane to its own observations: whatever an observer rejects with becomes the error of the observation that it concerns,
 * and nothing else is lost, unless the venue itself is gone.
 * @packageDocumentation
 */
import type { Way } from "../../model/campaign.js";
import type { Probe } from "../../probes/contract.js";
import type { Condition, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import type { Visit } from "../rounds/visits.js";
import type { ConnectionTracking } from "./connection-tracking.js";
import { laneTrouble } from "./lane-trouble.js";
import { type Cohort, lostObservation, type Observed, type Observer, type Slot } from "./observer.js";
import type { Servers, WantedServer } from "./servers.js";

/** What a contained observer is made with. */
export interface ContainedOptions {
  readonly session: VenueSession;
  readonly servers: Servers;
  readonly probe: Pick<Probe, "servers">;
  readonly tracking: ConnectionTracking;
  readonly how: Way;
  readonly observer: Observer;
}

/** An observer whose lanes fail one by one. */
export class ContainedObserver {
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
      await this.#options.tracking.forget(served);
    } catch (error) {
      const reason = laneTrouble(this.#options.session, error);
      for (const lane of served) this.#unready.set(lane.path.id, reason);
    }
  }

  /** One observation of each lane of a visit, in their order; none where the results only come with {@link close}. */
  async observe({ lanes, condition }: Visit, slot: Slot): Promise<readonly Observed[]> {
    const { tracking } = this.#options;
    const placed = condition === undefined ? slot : { ...slot, condition: condition.name };
    await tracking.forgetLeft(lanes);
    const reason = lanes.map((lane) => this.#whyNotReady(lane)).find((one) => one !== undefined);
    if (reason !== undefined) return this.#lost(lanes, placed, reason);
    try {
      const facts = await Promise.all(lanes.map(async (lane) => tracking.factsOf(lane)));
      const observed = await this.#under(condition, async () => this.#look(lanes, placed));
      await tracking.forget(lanes);
      return observed.map((one, place) => this.#explained(withFacts(one, facts[place] ?? {})));
    } catch (error) {
      return this.#lost(lanes, placed, laneTrouble(this.#options.session, error));
    }
  }

  async close(): Promise<readonly Observed[]> {
    try {
      const observed = await this.#options.observer.close();
      await this.#options.tracking.forgetBlock(this.#lanes);
      return observed.map((one) => this.#explained(one));
    } catch (error) {
      laneTrouble(this.#options.session, error);
      return [];
    }
  }

  async #under<T>(condition: Condition | undefined, look: () => Promise<T>): Promise<T> {
    return condition === undefined ? look() : this.#options.session.under(condition, look);
  }

  async #look(lanes: Visit["lanes"], slot: Slot): Promise<readonly Observed[]> {
    const { observer } = this.#options;
    if (lanes.length === 1) return [(await observer.observe(lanes[0], slot)) ?? []].flat();
    if (observer.observeTogether === undefined) throw new Error("it cannot be observed beside another");
    return observer.observeTogether(lanes, slot);
  }

  #whyNotServed(lane: Lane): string | undefined {
    return this.#options.servers.whyDown(this.wanted([lane]));
  }

  /** What keeps a lane from being observed beside its own tool. */
  #causeOf(lane: Lane): string | undefined {
    return this.#options.session.faultOf?.(lane.path) ?? this.#whyNotServed(lane);
  }

  #whyNotReady(lane: Lane): string | undefined {
    return this.#causeOf(lane) ?? this.#unready.get(lane.path.id) ?? this.#options.tracking.whyLeft(lane);
  }

  #lost(lanes: readonly Lane[], slot: Slot, reason: string): Observed[] {
    const { how } = this.#options;
    return lanes.map((lane, place) => {
      const key = { lane, slot: { ...slot, position: slot.position + place }, how };
      return { observation: lostObservation(key, this.#withCause(lane, reason)) };
    });
  }

  #explained(observed: Observed): Observed {
    const { mode, path, error } = observed.observation;
    const lane = this.#lanes.find((one) => one.path.mode === mode && one.path.name === path);
    if (error === undefined || lane === undefined) return observed;
    return { ...observed, observation: { ...observed.observation, error: this.#withCause(lane, error) } };
  }

  /** What a tool complains of has a cause where its server or a daemon of its path has ended. */
  #withCause(lane: Lane, error: string): string {
    const cause = this.#causeOf(lane);
    return cause === undefined || error.startsWith(cause) ? error : `${cause}; ${error}`;
  }
}

/** An observation that failed has no facts. */
function withFacts(observed: Observed, facts: Readonly<Record<string, number>>): Observed {
  const { observation } = observed;
  if (Object.keys(facts).length === 0 || observation.error !== undefined) return observed;
  return { ...observed, observation: { ...observation, facts: { ...observation.facts, ...facts } } };
}
