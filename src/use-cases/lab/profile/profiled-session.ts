/**
 * A venue whose loads are profiled while they are counted: measuring code knows no difference.
 * @packageDocumentation
 */

import type { CountedLoad } from "../../../explain/profile/assemble.js";
import type { MeasuredPath } from "../../../model/path.js";
import type { Observation } from "../../../model/run.js";
import { protocolGrowth } from "../../../probes/kernel-counts.js";
import type { LoadSeen, LoadWatch, LoadWindow, Path, VenueSession } from "../../../venues/contract.js";
import type { Perf } from "./perf.js";

/** A part of a load by when it was counted; what was done in it is known when its round is over. */
type Window = Omit<CountedLoad, "work">;

/** Profiles the loads of a session. */
export class LoadProfiler {
  /** To be measured in. */
  readonly session: VenueSession;
  readonly #perf: Pick<Perf, "switch">;
  readonly #isProfiled: (round: number) => boolean;
  #round: number | undefined;
  #windows: Window[] = [];
  readonly #loads: CountedLoad[] = [];

  /** @param isProfiled whether a round is; asked once for each load */
  constructor(session: VenueSession, perf: Pick<Perf, "switch">, isProfiled: (round: number) => boolean) {
    this.#perf = perf;
    this.#isProfiled = isProfiled;
    this.session = watching(session, (path, window) => this.#watch(session, path, window));
  }

  /** From now on loads belong to this round. Before the first they belong to none: generators are tried out then. */
  enter(round: number): void {
    this.#round = round;
  }

  /** Takes in what was done in the loads of a round that is whole. */
  addRound(observations: readonly Observation[]): void {
    for (const { mode, path, round, error, elapsed, work } of observations) {
      const window = this.#windows.find((one) => isOf(one, { mode, path }) && one.round === round && isLong(one, elapsed));
      if (window !== undefined && error === undefined && work > 0) this.#loads.push({ ...window, work });
    }
    this.#windows = [];
  }

  /** Loads of whole rounds that could be counted. */
  get loads(): readonly CountedLoad[] {
    return this.#loads;
  }

  #watch(session: VenueSession, path: Path, window: LoadWindow): LoadWatch {
    const round = this.#round;
    const profiled = round !== undefined && this.#isProfiled(round);
    if (profiled) this.#perf.switch(true);
    const watch = session.watchLoad(path, window);
    const outcome = watch.outcome.then((seen) => {
      if (round !== undefined && !("unseen" in seen)) this.#windows.push(windowOf(path, { round, profiled, seen }));
      return seen;
    });
    if (profiled) {
      const off = (): void => {
        this.#perf.switch(false);
      };
      outcome.then(off, off);
    }
    return { outcome, end: async () => watch.end() };
  }
}

/** The session with another way to look at loads. Its own methods keep the session as their `this`, which has private parts. */
function watching(session: VenueSession, watchLoad: VenueSession["watchLoad"]): VenueSession {
  return new Proxy(session, {
    get: (target, name) => {
      if (name === "watchLoad") return watchLoad;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

interface Seen {
  readonly round: number;
  readonly profiled: boolean;
  readonly seen: LoadSeen;
}

const windowOf = (path: Path, { round, profiled, seen }: Seen): Window => ({
  mode: path.mode,
  path: path.name,
  round,
  profiled,
  from: seen.before.clock,
  to: seen.after.clock,
  packets: packetsIn(path, seen),
});

/** Packets as IP counts them on arrival (ip_rcv, net/ipv4/ip_input.c), each segment of a large one; one counter for each value of ECN's bits. */
const ARRIVING = ["InNoECTPkts", "InECT0Pkts", "InECT1Pkts", "InCEPkts"];

/** What both ends received. */
function packetsIn({ from, to }: Path, seen: LoadSeen): number {
  const ends = from.id === to.id ? [from] : [from, to];
  const counts = ends.flatMap(({ id }) => ARRIVING.map((name) => protocolGrowth(seen, id, `IpExt.${name}`) ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

const isOf = (one: MeasuredPath, other: MeasuredPath): boolean => one.mode === other.mode && one.path === other.path;

/** An observation says how long its window was; a trial that took a second try has two. */
const isLong = ({ from, to }: Window, elapsed: number): boolean => Math.abs((to - from) / 1e9 - elapsed) < 1e-6;
