/**
 * Puts a load on a path and counts what arrives: the measurer of RFC 9971. The kernels' counters of both ends are the truth.
 * @packageDocumentation
 */
import type { FrameSize, NoDropTrial } from "../../model/no-drop.js";
import { framesHandedTo } from "../../probes/kernel-counts.js";
import { paceCommand, senders, unpaceCommand } from "../../probes/trafgen/paced.js";
import { milliseconds } from "../../units/quantity.js";
import type {
  Endpoint,
  EndpointCommand,
  EndpointCounters,
  Path,
  ProcessOutcome,
  Reading,
  VenueProcess,
  VenueSession,
} from "../../venues/contract.js";

/** What a trial showed, before it is known what it was for. */
export type Counted = Pick<NoDropTrial, "load" | "seconds" | "offeredPerSecond" | "offered" | "forwarded" | "lost" | "drained">;

/** A load could not be put on a path, or not be counted. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

/** No counter may move for so long, else the path is not at rest. */
const REST = milliseconds(5);
/** Seconds by the venue's clock until a path must be at rest. The pacer's queue is empty after a second even at a thousand frames a second. */
const REST_WITHIN = 10;

/** What may arrive beyond what was sent. */
const SURPLUS = { frames: 20, share: 0.001 };

/** Suspended senders on one path, resumed for one trial at a time. */
export class PacedLoad {
  readonly #session: VenueSession;
  readonly #path: Path;
  readonly #size: FrameSize;
  readonly #senders: readonly VenueProcess[];

  private constructor(session: VenueSession, path: Path, size: FrameSize, started: readonly VenueProcess[]) {
    this.#session = session;
    this.#path = path;
    this.#size = size;
    this.#senders = started;
  }

  /** Starts the senders of a path; each is suspended as soon as it runs. */
  static async start(session: VenueSession, path: Path, size: FrameSize, lifetimeSeconds: number): Promise<PacedLoad> {
    const started: VenueProcess[] = [];
    for (const command of senders(path, size, lifetimeSeconds)) {
      const process = await session.spawn(path.from, command);
      started.push(process);
      await process.stop();
    }
    const load = new PacedLoad(session, path, size, started);
    // Discards their start-up.
    await load.flood(0.2);
    return load;
  }

  /** One trial at full flood, without the pacer. Its load is what was offered. */
  async flood(seconds: number): Promise<Counted> {
    const taken = await this.#run(unpaceCommand(this.#path));
    // Without a pacer there is nothing to take away, which is as good.
    if (taken.startError !== undefined) throw new LoadError(`tc cannot be run: ${taken.startError}`);
    const counted = await this.#trial(seconds);
    return { ...counted, load: counted.offeredPerSecond };
  }

  /** One trial at a load in frames a second. */
  async at(load: number, seconds: number): Promise<Counted> {
    const set = await this.#run(paceCommand(this.#path, this.#size, load));
    if (set.exitCode !== 0) throw new LoadError(`the load cannot be set: ${set.startError ?? set.stderr.trim()}`);
    return { ...(await this.#trial(seconds)), load };
  }

  /** Ends the senders and takes the pacer away. */
  async end(): Promise<void> {
    await Promise.all(this.#senders.map(async (process) => process.end("SIGKILL")));
    await this.#run(unpaceCommand(this.#path));
  }

  /** From rest to rest, so that what waits in queues when sending ends is not taken for lost. */
  async #trial(seconds: number): Promise<Omit<Counted, "load">> {
    const watch = [this.#path.from, this.#path.to];
    const first = await this.#atRest();
    const { before, after } = await this.#session.slice(this.#senders, milliseconds(0), milliseconds(seconds * 1000), watch);
    const last = await this.#atRest();
    const offered = this.#offered(last) - this.#offered(first);
    if (offered <= 0) throw new LoadError(await this.#whyNothing());
    const arrived = this.#arrived(last) - this.#arrived(first);
    // A few ARP frames may come on top of the load; more would make up for frames that were lost.
    const surplus = arrived - offered;
    if (surplus > Math.max(SURPLUS.frames, SURPLUS.share * offered))
      throw new LoadError(
        `${String(surplus)} more frames arrived than the ${String(offered)} that were sent: other traffic, or frames that came twice, hide what is lost`,
      );
    const forwarded = Math.min(offered, arrived);
    return {
      seconds,
      offeredPerSecond: ((this.#offered(after) - this.#offered(before)) * 1e9) / (after.clock - before.clock),
      offered,
      forwarded,
      lost: offered - forwarded,
      drained: Math.max(0, (last.clock - after.clock) / 1e9),
    };
  }

  /** A reading after which nothing moves any more. */
  async #atRest(): Promise<Reading> {
    const watch = [this.#path.from, this.#path.to];
    let first: number | undefined;
    for (;;) {
      const { before, after } = await this.#session.slice([], milliseconds(0), REST, watch);
      if (this.#offered(before) === this.#offered(after) && this.#arrived(before) === this.#arrived(after)) return before;
      first ??= before.clock;
      if (after.clock - first >= REST_WITHIN * 1e9)
        throw new LoadError(`${this.#path.id} did not come to rest within ${String(REST_WITHIN)} s`);
    }
  }

  #offered(reading: Reading): number {
    return framesHandedTo(countersOf(reading, this.#path.from, this.#path.frame));
  }

  #arrived(reading: Reading): number {
    return countersOf(reading, this.#path.to, this.#path.arrival).rxPackets;
  }

  async #run(command: EndpointCommand): Promise<ProcessOutcome> {
    return (await this.#session.spawn(this.#path.from, command)).finished;
  }

  /** trafgen's own words, when nothing was sent at all. */
  async #whyNothing(): Promise<string> {
    const [first] = this.#senders;
    const outcome = first === undefined ? undefined : await first.end("SIGKILL");
    const words = outcome === undefined ? "" : (outcome.startError ?? `${outcome.stderr}\n${outcome.stdout}`).trim().slice(0, 400);
    return `trafgen sent nothing${words === "" ? "" : `: ${words}`}`;
  }
}

function countersOf({ counters }: Reading, { id }: Endpoint, { device }: Path["arrival"]): EndpointCounters["devices"][string] {
  const found = counters[id]?.devices[device];
  if (found === undefined) throw new LoadError(`no counters of ${device} in ${id}`);
  return found;
}
