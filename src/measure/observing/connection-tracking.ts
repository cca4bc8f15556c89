/**
 * What connection tracking keeps between the observations of a load that closes many connections, which the next observation would pay for: taken away where
 * the venue can, else counted.
 * @packageDocumentation
 */
import type { Way } from "../../model/campaign.js";
import type { Forgotten, VenueSession } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { laneTrouble } from "./lane-trouble.js";

/** Of which load. */
export interface TrackedLoad {
  readonly session: VenueSession;
  /** Whether the probe's load closes so many connections. */
  readonly closesConnections: boolean;
  readonly how: Way;
}

/** The one place that takes tracked connections away or counts them. */
export class ConnectionTracking {
  readonly #load: TrackedLoad;
  /** Why what was left behind could not be taken away, by the path's id. */
  readonly #left = new Map<string, string>();

  constructor(load: TrackedLoad) {
    this.#load = load;
  }

  /**
   * Takes away what these lanes left. Where that fails the observation before is sound, and {@link whyLeft} says why the next one would not be.
   * @param which - after a trial its client has ended; between slices it is suspended
   */
  async forget(lanes: readonly Lane[], which: Forgotten = this.#load.how === "trial" ? "all" : "closed"): Promise<void> {
    const { session, closesConnections } = this.#load;
    if (!closesConnections) return;
    await Promise.all(
      lanes.map(async ({ path }) => {
        this.#left.delete(path.id);
        try {
          await session.forgetConnections?.(path, which);
        } catch (error) {
          this.#left.set(path.id, laneTrouble(session, error));
        }
      }),
    );
  }

  /** Tries again where it failed before. */
  async forgetLeft(lanes: readonly Lane[]): Promise<void> {
    await this.forget(lanes.filter((lane) => this.whyLeft(lane) !== undefined));
  }

  /** Why the next observation of a lane would pay for what was left; undefined where nothing is. */
  whyLeft({ path }: Lane): string | undefined {
    return this.#left.get(path.id);
  }

  /** After the end of a block, whose clients were killed with open connections. A trial's client has closed its own. */
  async forgetBlock(lanes: readonly Lane[]): Promise<void> {
    if (this.#load.how === "slice") await this.forget(lanes, "all");
  }

  /**
   * Facts of the next observation of a lane: how many connections are tracked at its beginning, and how many may be. Empty where they are taken away, or cannot
   * be read, which is no trouble of the observation.
   */
  async factsOf({ path }: Lane): Promise<Readonly<Record<string, number>>> {
    const { session, closesConnections } = this.#load;
    if (!closesConnections || session.trackedOn === undefined) return {};
    try {
      const tracked = await session.trackedOn(path);
      return tracked === undefined ? {} : { tracked: tracked.entries, trackedMost: tracked.most };
    } catch (error) {
      laneTrouble(session, error);
      return {};
    }
  }
}
