/**
 * Visits of one path by one workload, with and without a condition: each is a start of its generator, so that what acts on new connections acts.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { ConnectionTracking } from "../../measure/observing/connection-tracking.js";
import { ContainedObserver } from "../../measure/observing/contained-observer.js";
import type { Servers } from "../../measure/observing/servers.js";
import { TrialObserver } from "../../measure/observing/trial-observer.js";
import type { Lane } from "../../measure/rounds/lanes.js";
import type { Metric } from "../../model/metric.js";
import { probeFor } from "../../probes/index.js";
import { initialSizing } from "../../probes/sizing.js";
import { type Block, blockOf } from "../../statistics/screen-and-confirm.js";
import type { Condition, Path, VenueSession } from "../../venues/contract.js";
import { RunError } from "../errors.js";

/** What is visited, and how. */
export interface VisitOptions {
  readonly session: VenueSession;
  /** Those of the session: metrics that share a server share it here too. */
  readonly servers: Servers;
  readonly path: Path;
  readonly metric: Metric;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Looks at one metric of one path. */
export class Visits {
  readonly #options: VisitOptions;
  readonly #lane: Lane;
  readonly #observer: ContainedObserver;
  readonly #servers: Servers;
  #position = 0;

  constructor(options: VisitOptions) {
    const { session, servers, path, metric, clock, signal } = options;
    const { workload } = metric;
    const probe = probeFor(workload, initialSizing());
    if (probe.kind !== "trial") throw new RunError(`${metric.name} is not measured by trials, which the closed loop is made of`);
    const tracking = new ConnectionTracking({ session, closesConnections: probe.closesConnections === true, how: "trial" });
    const observer = new TrialObserver({
      ...{ session, clock, signal, tracking },
      sizing: initialSizing(),
      probeOf: (sizing) => {
        const sized = probeFor(workload, sizing);
        if (sized.kind !== "trial") throw new RunError(`${metric.name} is not measured by trials`);
        return sized;
      },
    });
    this.#options = options;
    this.#lane = { workload, path, stayKey: path.id };
    this.#servers = servers;
    this.#observer = new ContainedObserver({ session, servers: this.#servers, probe, tracking, how: "trial", observer });
  }

  /** Starts the server, and throws a first visit away: it warms caches and neighbour entries. @throws RunError where there is no server */
  async open(): Promise<void> {
    const wanted = this.#observer.wanted([this.#lane]);
    await this.#servers.ensure(wanted);
    const down = this.#servers.whyDown(wanted);
    if (down !== undefined) throw new RunError(`${this.#options.metric.name} cannot be measured: ${down}`);
    await this.visit();
  }

  /** Four visits: without, with, with, without. Undefined when podwire was interrupted meanwhile. */
  async block(condition: Condition): Promise<{ readonly block: Block } | undefined> {
    const figures: number[] = [];
    for (const under of [undefined, condition, condition, undefined]) {
      figures.push(await this.visit(under));
      if (this.#options.signal.aborted) return undefined;
    }
    const [a = 0, b = 0, c = 0, d = 0] = figures;
    return { block: blockOf([a, d], [b, c], this.#options.metric.better) };
  }

  /** The figure of one visit; a failed one moved nothing, which is 0 here: the other visits of its block say whether that is the path's. */
  async visit(condition?: Condition): Promise<number> {
    const visit = { lanes: [this.#lane] as const, ...(condition === undefined ? {} : { condition }) };
    this.#position += 1;
    const [observed] = await this.#observer.observe(visit, { round: this.#position, position: 0, startedAt: 0 });
    const error = observed?.observation.error;
    // A change that is refused would look like one that breaks the path.
    if (error !== undefined && condition !== undefined && error.startsWith(`${condition.name} `)) throw new ChangeRefused(error);
    return observed?.observation.values[this.#options.metric.name] ?? 0;
  }
}

/** A change that could not be applied: it has changed nothing. */
export class ChangeRefused extends Error {
  override readonly name = "ChangeRefused";
}
