/**
 * The servers that clients of a run talk to: each started once, and waited for until it listens.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { ServerSpec } from "../../probes/contract.js";
import { milliseconds } from "../../units/quantity.js";
import type { Endpoint, VenueProcess, VenueSession } from "../../venues/contract.js";

/** A server that did not come up: its endpoint and its own words. */
export interface ServerFailure {
  readonly endpoint: Endpoint;
  readonly reason: string;
}

/** A server wanted in an endpoint. */
export interface WantedServer {
  readonly endpoint: Endpoint;
  readonly spec: ServerSpec;
}

const READY_WITHIN = milliseconds(10_000);
const POLL = milliseconds(20);

/** Starts each wanted server once and resolves when all listen or have failed. */
export async function startServers(session: VenueSession, wanted: readonly WantedServer[], clock: Clock): Promise<ServerFailure[]> {
  const byEndpoint = new Map<string, WantedServer[]>();
  for (const server of unique(wanted)) {
    byEndpoint.set(server.endpoint.id, [...(byEndpoint.get(server.endpoint.id) ?? []), server]);
  }
  const failures = await Promise.all([...byEndpoint.values()].map((servers) => startInEndpoint(session, servers, clock)));
  return failures.flat();
}

function unique(wanted: readonly WantedServer[]): WantedServer[] {
  return [...new Map(wanted.map((server) => [`${server.endpoint.id} ${server.spec.key}`, server])).values()];
}

async function startInEndpoint(session: VenueSession, servers: readonly WantedServer[], clock: Clock): Promise<ServerFailure[]> {
  const started = await Promise.all(
    servers.map(async (server) => ({ server, process: await session.spawn(server.endpoint, server.spec.command) })),
  );
  return waitUntilListening(session, started, clock);
}

interface Started {
  readonly server: WantedServer;
  readonly process: VenueProcess;
}

async function waitUntilListening(session: VenueSession, started: readonly Started[], clock: Clock): Promise<ServerFailure[]> {
  const ended = new Map<Started, string>();
  for (const one of started) {
    one.process.finished.then(
      (outcome) => ended.set(one, outcome.startError ?? `it ended at once: ${(outcome.stderr || outcome.stdout).trim().slice(0, 400)}`),
      // A server that is still there when the venue closes has done its work.
      (reason: unknown) => ended.set(one, String(reason)),
    );
  }
  const deadline = clock.monotonic() + READY_WITHIN;
  let waiting = [...started];
  const failures: ServerFailure[] = [];
  while (waiting.length > 0) {
    const [first] = waiting;
    if (first === undefined) break;
    const listening = await listeningPorts(session, first.server.endpoint);
    const late = clock.monotonic() > deadline;
    waiting = waiting.filter((one) => {
      const { protocol, port } = one.server.spec.readyPort;
      if (listening.has(`${protocol} ${String(port)}`)) return false;
      const end = ended.get(one) ?? (late ? `it does not listen on ${protocol} port ${String(port)} after 10 s` : undefined);
      if (end === undefined) return true;
      failures.push({ endpoint: one.server.endpoint, reason: `${one.server.spec.command.argv[0]}: ${end}` });
      return false;
    });
    if (waiting.length > 0) await clock.sleep(POLL);
  }
  return failures;
}

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
