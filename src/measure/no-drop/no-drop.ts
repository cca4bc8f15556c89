/**
 * The no-drop searches of a run: each path alone, the host and the modes alternately.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { FrameSize, NoDropPlan, NoDropSearch, NoDropTrial } from "../../model/no-drop.js";
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { PathPlan } from "../../model/run.js";
import { GENERATOR_CPU } from "../../probes/trafgen/trafgen.js";
import type { Path, ReceiveSteering, VenueSession } from "../../venues/contract.js";
import { type RandomInteger, roundOrder } from "../rounds/round-order.js";
import { PacedLoad } from "./paced-load.js";
import { searchPath } from "./search-path.js";

/** What happens, for those who watch. */
export type NoDropEvent =
  | { readonly kind: "search"; readonly mode: string; readonly frameSize: FrameSize; readonly turn: number; readonly turns: number }
  | { readonly kind: "trial"; readonly mode: string; readonly frameSize: FrameSize; readonly trial: NoDropTrial }
  | { readonly kind: "found"; readonly search: NoDropSearch };

/** What the searches are given. */
export interface NoDropOptions {
  readonly session: VenueSession;
  /** What is compared with what: both sides of the comparisons that decide are searched. */
  readonly paths: PathPlan;
  readonly plan: NoDropPlan;
  readonly clock: Clock;
  /** Order of the modes within a turn. */
  readonly random: RandomInteger;
  /** Ends the searches; those that have ended are kept. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: NoDropEvent) => void;
  /** Searches of an earlier part of the run: they are kept and not made again, unless they failed. */
  readonly done?: readonly NoDropSearch[];
}

/** Seconds after which senders end by themselves, should no one end them. */
const SENDERS_LIVE = 4 * 3600;

/** Searches the host's path and every mode's pod path, `plan.searches` times for each frame size. */
export async function searchNoDrop(options: NoDropOptions): Promise<readonly NoDropSearch[]> {
  return new Searches(options).run();
}

class Searches {
  readonly #options: NoDropOptions;
  readonly #began: number;
  readonly #steered = new Map<string, Promise<ReceiveSteering | undefined>>();
  readonly #found: NoDropSearch[];
  /** Of {@link NoDropOptions.done} what has not been come to yet. */
  readonly #done: NoDropSearch[];

  constructor(options: NoDropOptions) {
    this.#options = options;
    this.#done = (options.done ?? []).filter((search) => search.error === undefined);
    this.#found = [...this.#done];
    this.#began = options.clock.monotonic();
  }

  async run(): Promise<readonly NoDropSearch[]> {
    const { plan, random, signal } = this.#options;
    const { host, pods } = this.#paths();
    for (const frameSize of plan.frameSizes) {
      for (let turn = 0; turn < plan.searches; turn++) {
        for (const path of order(host, pods, random)) {
          if (signal.aborted) return this.#found;
          if (this.#wasDone(path, frameSize, turn)) continue;
          const search = await this.#search(path, frameSize, turn);
          // A search that was cut short has no result.
          if (search !== undefined) this.#keep(search);
        }
      }
    }
    return this.#found;
  }

  #paths(): { readonly host: Path | undefined; readonly pods: readonly Path[] } {
    const { session, paths } = this.#options;
    const openPath = ({ mode, path }: MeasuredPath): Path[] =>
      session.paths.filter((one) => one.link === "open" && one.mode === mode && one.name === path);
    const carries = (wanted: MeasuredPath): boolean =>
      paths.paths.every((path) => !samePath(path, wanted) || path.unsupportedWorkloads?.["pps"] === undefined);
    const deciding = paths.comparisons.filter(({ decides, numerator }) => decides && carries(numerator));
    const host = deciding[0]?.denominator ?? paths.paths[0];
    return { host: host && openPath(host)[0], pods: deciding.flatMap(({ numerator }) => openPath(numerator)) };
  }

  #wasDone(path: Path, frameSize: FrameSize, turn: number): boolean {
    const place = this.#done.findIndex((search) => search.mode === path.mode && search.frameSize === frameSize && search.turn === turn);
    if (place >= 0) this.#done.splice(place, 1);
    return place >= 0;
  }

  #keep(search: NoDropSearch): void {
    this.#found.push(search);
    this.#options.onEvent({ kind: "found", search });
  }

  async #search(path: Path, frameSize: FrameSize, turn: number): Promise<NoDropSearch | undefined> {
    const { plan, signal, onEvent } = this.#options;
    onEvent({ kind: "search", mode: path.mode, frameSize, turn, turns: plan.searches });
    const startedAt = this.#now();
    const base = { mode: path.mode, path: path.name, frameSize, turn, startedAt };
    const nothing = { trials: [], results: [] };
    try {
      const steering = await this.#steer(path);
      if (steering?.steered === false) return { ...base, ...nothing, elapsed: this.#now() - startedAt, unsupported: steering.reason };
      const search = await this.#searchAlone(path, frameSize);
      const steered =
        steering === undefined ? {} : { steering: { device: steering.device, cpus: steering.cpus, generatorCpu: GENERATOR_CPU } };
      return { ...base, ...steered, ...search, trials: [...search.trials], results: [...search.results], elapsed: this.#now() - startedAt };
    } catch (error) {
      if (signal.aborted) return undefined;
      return { ...base, ...nothing, elapsed: this.#now() - startedAt, error: error instanceof Error ? error.message : String(error) };
    }
  }

  async #searchAlone(path: Path, frameSize: FrameSize) {
    const { session, plan, signal, onEvent } = this.#options;
    const load = await PacedLoad.start(session, path, frameSize, SENDERS_LIVE);
    try {
      return await searchPath({
        load,
        goals: plan.goals,
        now: () => this.#now(),
        signal,
        onTrial: (trial) => {
          onEvent({ kind: "trial", mode: path.mode, frameSize, trial });
        },
      });
    } finally {
      await load.end();
    }
  }

  /** A path is steered once and stays so. */
  async #steer(path: Path): Promise<ReceiveSteering | undefined> {
    const known = this.#steered.get(path.id) ?? this.#options.session.steerReceive?.(path, GENERATOR_CPU) ?? Promise.resolve(undefined);
    this.#steered.set(path.id, known);
    return known;
  }

  readonly #now = (): number => (this.#options.clock.monotonic() - this.#began) / 1000;
}

/** One turn: the host several times among the modes, spread through it; without a host the modes alone. */
function order(host: Path | undefined, pods: readonly Path[], random: RandomInteger): readonly Path[] {
  if (host === undefined) return pods;
  return roundOrder(host, pods, random);
}
