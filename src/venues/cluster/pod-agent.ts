/**
 * The agent in one pod of a run: one exec stream, over which all of its orders go.
 * @packageDocumentation
 */
import type { ExecEnding, ExecProcess, Kubernetes } from "../../machine/kubernetes/port.js";
import type { Clock } from "../../machine/ports.js";
import { AgentClient, type AgentTransport } from "../agent/client.js";
import type { RunOutcome } from "../agent/protocol.js";
import { SyncedAgent } from "../agent/synced-agent.js";
import { ClusterError } from "./cluster-error.js";
import type { PodName } from "./objects/layout.js";
import { CONTAINER } from "./objects/pod-spec.js";

/** Where the image keeps the agent's program. */
const PROGRAM = ["node", "/opt/podwire/agent/pod.js"] as const;

/** A pod that is ready. */
export interface ReadyPod {
  /** Its name within the run. */
  readonly role: PodName;
  /** Its name in the cluster. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
  /** Its IPv4 address, which is the node's where it is on the host network. */
  readonly address: string;
  /** Its node's IPv4 address. */
  readonly hostAddress: string;
}

/** An agent that takes orders, its clock synchronised with ours. */
export interface PodAgent {
  readonly pod: ReadyPod;
  readonly client: AgentClient;
  readonly agent: SyncedAgent;
}

const SHORT_MS = 10_000;

/**
 * Starts the agent in a pod.
 * @throws ClusterError when it does not start, or speaks another version
 */
export async function startAgent(kubernetes: Kubernetes, pod: ReadyPod, clock: Clock, image: string): Promise<PodAgent> {
  const client = new AgentClient({
    name: `the agent in pod ${pod.namespace}/${pod.name} on node ${pod.node}`,
    clock,
    beats: true,
    otherVersion: `The image ${image} does not belong to this podwire: leave out --image, or make the matching one with \`podwire cluster image\``,
    error: (message, hint) => new ClusterError(message, hint),
    start: (onLine) =>
      transportOf(kubernetes.exec({ namespace: pod.namespace, pod: pod.name, container: CONTAINER, argv: PROGRAM }, onLine)),
  });
  try {
    await client.ready;
    return { pod, client, agent: await SyncedAgent.sync(client) };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Runs a short program in a pod to its end. */
export async function runIn(
  client: AgentClient,
  argv: readonly [string, ...string[]],
  stdin?: string,
  timeout = SHORT_MS,
): Promise<RunOutcome> {
  return client.order<"run">({ kind: "run", argv, timeout, ...(stdin === undefined ? {} : { stdin }) });
}

/** What a stream that was cut or refused says of itself takes the place of an exit code that no one knows. */
function transportOf(process: ExecProcess): AgentTransport {
  return { ...methodsOf(process), ended: process.ended.then(asEnding) };
}

const methodsOf = (process: ExecProcess): Omit<AgentTransport, "ended"> => ({
  send: (line) => {
    process.send(line);
  },
  closeInput: () => {
    process.closeInput();
  },
  kill: () => {
    process.kill();
  },
});

function asEnding(ending: ExecEnding): Awaited<AgentTransport["ended"]> {
  const words = ending.refusal?.message ?? ending.cut;
  return words === undefined ? ending : { ...ending, startError: words };
}
