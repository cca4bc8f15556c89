/**
 * Pods that ask and answer questions, by the same program as in the lab's namespaces: for conformance, and to follow a packet.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { Exchange, ExchangeOutcome } from "../../model/exchange.js";
import { endOf } from "../../model/process-end.js";
import { milliseconds } from "../../units/quantity.js";
import { askAll, type ExchangePlace, type ExchangeProgram, type StayingPlace } from "../agent/exchanges.js";
import type { EndpointCounters } from "../contract.js";
import { ClusterError } from "./cluster-error.js";
import { EXCHANGE_PROGRAM } from "./image/agent-layer.js";
import type { PathReach } from "./paths/paths.js";
import type { PodAgent } from "./pod-agent.js";

const PROGRAM: ExchangeProgram = ["node", EXCHANGE_PROGRAM];

/** A pod as a place from which questions are asked. */
export const podPlace = ({ client, pod }: PodAgent): ExchangePlace => ({
  where: `pod ${pod.namespace}/${pod.name}`,
  program: PROGRAM,
  run: async (program) => client.order<"run">({ kind: "run", ...program }),
  error: (message) => new ClusterError(message, OTHER_IMAGE),
});

/** The same, for a program that keeps asking. */
export const stayingPlace = ({ client }: PodAgent, clock: Clock): StayingPlace => ({ program: PROGRAM, agent: client, clock });

const OTHER_IMAGE = "An --image of another version may lack the program; `podwire cluster image` makes the matching one";

/** Who answers in a pod, and where. */
export interface Responder {
  readonly name: string;
  readonly port: number;
  /** A multicast group that it joins. */
  readonly group?: string;
}

/** A responder ends with its agent, unless it is ended before. */
const UNLIMITED_MS = Number.MAX_SAFE_INTEGER;
/** For a process of Node to start on a starved node. */
const READY_WITHIN = milliseconds(20_000);
const POLL = milliseconds(20);
/** For a responder to end once it is asked to. */
const ENDING_MS = 2_000;

/**
 * Starts a responder in a pod; resolves when it answers.
 * @returns ends it before its agent does
 * @throws ClusterError when it does not start
 */
export async function startResponder(
  { client, pod }: PodAgent,
  { name, port, group }: Responder,
  clock: Clock,
): Promise<() => Promise<void>> {
  const argv = [...PROGRAM, "respond", name, String(port), ...(group === undefined ? [] : [group])] as const;
  const process = await client.order<"spawn">({
    kind: "spawn",
    argv,
    timeout: UNLIMITED_MS,
    files: {},
    collect: [],
    watch: [],
    serves: true,
  });
  const end = async (): Promise<void> => {
    await client.order<"end">({ kind: "end", process, signal: "SIGTERM", grace: ENDING_MS });
  };
  let ended: string | undefined;
  client.outcome(process).then(
    (outcome) => {
      ended = endOf("the responder", outcome);
    },
    () => {
      ended = "its agent ended";
    },
  );
  const deadline = clock.monotonic() + READY_WITHIN;
  while (!(await client.order<"printed">({ kind: "printed", process, text: "ready\n" }))) {
    if (ended !== undefined || clock.monotonic() > deadline) {
      if (ended === undefined) await end();
      throw new ClusterError(
        `what answers in pod ${pod.namespace}/${pod.name} did not start: ${ended ?? "it is not ready yet"}`,
        OTHER_IMAGE,
      );
    }
    await clock.sleep(POLL);
  }
  return end;
}

/** A pod that answers, and one that asks it. */
export interface OpenExchange {
  /** Asks that many times at once, each over a connection of its own. */
  readonly ask: (times: number) => Promise<readonly ExchangeOutcome[]>;
  readonly close: () => Promise<void>;
}

/** After this time silence is the result. */
const PATIENCE = milliseconds(1_500);

/**
 * Starts the responder at the far end of a path.
 * @throws ClusterError when it does not start
 */
export async function openExchange({ from, to, address, ports, listen }: PathReach, clock: Clock): Promise<OpenExchange> {
  const close = await startResponder(to, { name: to.pod.role, port: listen.http }, clock);
  const exchange: Exchange = { protocol: "tcp", address, port: ports.http, sends: 0, asks: 0, patience: PATIENCE };
  const asked = (times: number): readonly Exchange[] => Array.from({ length: times }, () => exchange);
  return { ask: async (times) => askAll(podPlace(from), asked(times)), close };
}

/** What the devices in a pod have counted so far; those of its node where it is on the host network. */
export async function devicesIn({ client, pod }: PodAgent): Promise<EndpointCounters["devices"]> {
  const { counters } = await client.order<"read">({ kind: "read", watch: [{ id: pod.role }] });
  return counters[pod.role]?.devices ?? {};
}
