/**
 * The servers that clients of a run talk to: each started once, waited for until it listens, and started again when it has ended.
 * @packageDocumentation
 */

import type { Clock } from "../../machine/ports.js";
import { groupBy } from "../../model/grouped.js";
import { endOf } from "../../model/process-end.js";
import type { ServerSpec } from "../../probes/contract.js";
import { printed, toolOf } from "../../probes/failure.js";
import { milliseconds } from "../../units/quantity.js";
import type { Endpoint, VenueProcess, VenueSession } from "../../venues/contract.js";
import { laneTrouble } from "./lane-trouble.js";

/** A server wanted in an endpoint. */
export interface WantedServer {
  readonly endpoint: Endpoint;
  readonly spec: ServerSpec;
}

/** A server that was started. */
interface Server {
  readonly wanted: WantedServer;
  readonly process?: VenueProcess;
  listens: boolean;
  /** Why it does not serve; undefined while it does, or may yet. */
  down?: string;
}

/** How long a server may take until it listens; less when it has failed before. */
const READY_WITHIN_MS = { first: 10_000, again: 2_000 } as const;
const POLL = milliseconds(20);

/** All servers of a run. */
export class Servers {
  readonly #session: VenueSession;
  readonly #clock: Clock;
  readonly #servers = new Map<string, Server>();

  constructor(session: VenueSession, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** Starts those of the wanted servers that do not run, each once, and resolves when all listen or have failed. */
  async ensure(wanted: readonly WantedServer[]): Promise<void> {
    const missing = new Map(wanted.filter((one) => this.#isMissing(one)).map((one) => [idOf(one), one]));
    const byEndpoint = groupBy(missing.values(), ({ endpoint }) => endpoint.id);
    await Promise.all([...byEndpoint.values()].map(async (servers) => this.#startInEndpoint(servers)));
  }

  /** Why one of these servers does not serve; undefined when all do. */
  whyDown(wanted: readonly WantedServer[]): string | undefined {
    return wanted.map((one) => this.#servers.get(idOf(one))?.down).find((reason) => reason !== undefined);
  }

  #isMissing(wanted: WantedServer): boolean {
    const server = this.#servers.get(idOf(wanted));
    return server === undefined || server.down !== undefined;
  }

  async #startInEndpoint(wanted: readonly WantedServer[]): Promise<void> {
    const again = wanted.some((one) => this.#servers.has(idOf(one)));
    const started = await Promise.all(wanted.map(async (one) => this.#start(one)));
    for (const server of started) this.#servers.set(idOf(server.wanted), server);
    await this.#untilListening(started, again ? READY_WITHIN_MS.again : READY_WITHIN_MS.first);
  }

  async #start(wanted: WantedServer): Promise<Server> {
    const { argv } = wanted.spec.command;
    try {
      const process = await this.#session.spawn(wanted.endpoint, { ...wanted.spec.command, serves: true });
      const server: Server = { wanted, process, listens: false };
      process.finished.then(
        (outcome) => (server.down ??= endOf(toolOf(argv), outcome)),
        // A server that is still there when the venue closes has done its work.
        (reason: unknown) => (server.down ??= String(reason)),
      );
      return server;
    } catch (error) {
      return { wanted, listens: false, down: `${toolOf(argv)}: ${laneTrouble(this.#session, error)}` };
    }
  }

  async #untilListening(servers: readonly Server[], within: number): Promise<void> {
    const deadline = this.#clock.monotonic() + within;
    for (;;) {
      const waiting = servers.filter((server) => server.down === undefined && !server.listens);
      if (waiting.length === 0) return;
      if (this.#clock.monotonic() > deadline) {
        await this.#giveUp(waiting, (port) => `does not listen on ${port} after ${String(within / 1e3)} s`);
        return;
      }
      await this.#look(waiting);
      await this.#clock.sleep(POLL);
    }
  }

  /** Notes which of these servers of one endpoint listen; where that cannot be seen none of them counts as serving. */
  async #look(waiting: readonly Server[]): Promise<void> {
    const [first] = waiting;
    if (first === undefined) return;
    try {
      const listening = await listeningPorts(this.#session, first.wanted.endpoint);
      for (const server of waiting) server.listens = listening.has(portOf(server));
    } catch (error) {
      const trouble = laneTrouble(this.#session, error);
      await this.#giveUp(waiting, (port) => `cannot be seen to listen on ${port}: ${trouble}`);
    }
  }

  async #giveUp(servers: readonly Server[], why: (port: string) => string): Promise<void> {
    for (const server of servers) {
      const { argv } = server.wanted.spec.command;
      server.down = `${toolOf(argv)} ${why(portOf(server).replace(" ", " port "))}`;
      const outcome = await server.process?.end("SIGKILL");
      const words = outcome === undefined ? "" : printed(outcome);
      if (words !== "") server.down += `: ${words}`;
    }
  }
}

const portOf = ({ wanted: { spec } }: Server): string => `${spec.readyPort.protocol} ${String(spec.readyPort.port)}`;
const idOf = ({ endpoint, spec }: WantedServer): string => `${endpoint.id} ${spec.key}`;

/** Listening ports of an endpoint as `tcp 80`, from ss. */
async function listeningPorts(session: VenueSession, endpoint: Endpoint): Promise<ReadonlySet<string>> {
  const process = await session.spawn(endpoint, {
    argv: ["ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric"],
    reason: "see which servers listen already",
    timeout: milliseconds(5_000),
  });
  const outcome = await process.finished;
  if (outcome.startError !== undefined) throw new Error(`ss (package iproute2) cannot be run: ${outcome.startError}`);
  return parseListening(outcome.stdout);
}

/** Reads `ss --no-header --listening --tcp --udp --numeric`. */
export function parseListening(text: string): ReadonlySet<string> {
  const ports = new Set<string>();
  for (const line of text.split("\n")) {
    const match = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+\S+:(\d+)\s/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) ports.add(`${match[1]} ${match[2]}`);
  }
  return ports;
}
