/**
 * Whether a path is there: something that it carries reaches the far end, and the counter by which arrivals are measured sees it.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { milliseconds } from "../../units/quantity.js";
import type { AgentClient } from "./client.js";
import type { RunOutcome } from "./protocol.js";

/** Where one end's programs run. */
export interface PathEnd {
  readonly client: AgentClient;
  readonly namespace?: string;
}

/** A path that is to be tried. */
export interface TriedPath {
  readonly from: PathEnd;
  readonly to: PathEnd;
  readonly address: string;
  /** The device of the far end whose receive counters tell what arrived. */
  readonly arrival: string;
  /**
   * A port at which a server of the far end is reached, and on which it listens. Absent where the address is the far end's own, so that an echo
   * request says as much: a node or a rule may answer echo requests in the far end's place, or nothing may.
   */
  readonly tcp?: { readonly port: number; readonly listen: number };
}

const ANSWER_WITHIN = milliseconds(15_000);
/** How long the far end listens at a time, and how long it is asked meanwhile. */
const SERVER_MS = 4_000;
const ASKED_MS = milliseconds(2_500);
const CONNECT_MS = 1_000;
/** A server that was ordered at the same moment may not listen yet. */
const POLL = milliseconds(50);
/** Seconds in which one echo request must be answered. */
const ECHO_SECONDS = "3";
const SHORT_MS = 10_000;

/**
 * Tries a path, which also fills the neighbour tables along it.
 * @returns why it is not there, as a clause that begins with a verb; undefined when it is
 */
export async function whyNotReached(way: TriedPath, clock: Clock): Promise<string | undefined> {
  const before = await arrivals(way);
  const silent = way.tcp === undefined ? await echo(way) : await connect(way, way.tcp, clock);
  if (silent !== undefined || before === undefined) return silent ?? `has no counters of ${way.arrival} at its far end`;
  const counted = ((await arrivals(way)) ?? 0) - before;
  return counted > 0
    ? undefined
    : `answers, but ${way.arrival} at its far end counted none of its packets, so that no figure could be trusted`;
}

/** Packets that have arrived so far; undefined where there is no such device. */
async function arrivals({ to: { client, ...place }, arrival }: TriedPath): Promise<number | undefined> {
  const { counters } = await client.order<"read">({ kind: "read", watch: [{ id: "far", ...place }] });
  return counters["far"]?.devices[arrival]?.rxPackets;
}

async function echo({ from, address }: TriedPath): Promise<string | undefined> {
  const argv = ["ping", "-n", "-q", "-c", "1", "-w", ECHO_SECONDS, address] as const;
  const outcome = await run(from, argv);
  return outcome.exitCode === 0 ? undefined : `does not answer: \`${argv.join(" ")}\`: ${wordsOf(outcome)}`;
}

/**
 * A server at the far end is reached. A refusal says nothing: rules on the way may refuse in the far end's place, as some products have it that
 * enforce NetworkPolicies, and others drop what is not allowed.
 */
async function connect(way: TriedPath, { port, listen }: NonNullable<TriedPath["tcp"]>, clock: Clock): Promise<string | undefined> {
  const deadline = clock.monotonic() + ANSWER_WITHIN;
  for (;;) {
    const serving = run(way.to, ["iperf3", "--server", "--one-off", "--port", String(listen)], SERVER_MS);
    const [served, asked] = await Promise.all([serving, ask(way, port, clock)]);
    if (asked.exitCode === 0) return undefined;
    const missing = served.startError ?? asked.startError;
    if (missing === undefined && clock.monotonic() <= deadline) continue;
    const complaint = served.stderr.trim() === "" ? "" : `; its far end: ${wordsOf(served)}`;
    return `does not answer: ${way.address} port ${String(port)}: ${wordsOf(asked)}${complaint}`;
  }
}

/** Asks the far end until it answers or time is up; the last outcome. */
async function ask({ from, address }: TriedPath, port: number, clock: Clock): Promise<RunOutcome> {
  // An iperf3 of 3.16 or newer looks at --bytes only when an interval ends.
  const little = ["--bytes", "1", "--interval", "0.1", "--connect-timeout", String(CONNECT_MS)];
  const deadline = clock.monotonic() + ASKED_MS;
  for (;;) {
    const outcome = await run(from, ["iperf3", "--client", address, "--port", String(port), ...little]);
    if (outcome.exitCode === 0 || outcome.startError !== undefined || clock.monotonic() > deadline) return outcome;
    await clock.sleep(POLL);
  }
}

const run = async ({ client, ...place }: PathEnd, argv: readonly [string, ...string[]], timeout = SHORT_MS): Promise<RunOutcome> =>
  client.order<"run">({ kind: "run", argv, timeout, ...place });

const wordsOf = ({ startError, stderr, stdout }: RunOutcome): string => startError ?? `${stderr} ${stdout}`.replaceAll(/\s+/g, " ").trim();
