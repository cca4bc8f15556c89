/**
 * What layers load into nodes once every wiring stands: one variant after the other, its nodes side by side, each load timed and none of them cut off.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { LinkKind } from "../../model/metric.js";
import type { PutLayer } from "../../model/put-layer.js";
import type { NamespaceName, Wiring } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import type { AgentClient } from "../agent/client.js";
import { BuildError, describeFailure } from "./failure.js";

/** What a layer loads into one namespace. */
export interface PlannedLoad {
  /** Full name under /run/netns. */
  readonly namespace: string;
  /** The node's name inside of its wiring. */
  readonly node: NamespaceName;
  readonly layer: string;
  readonly what: string;
  readonly reason: string;
  readonly argv: readonly [string, ...string[]];
  /** Standard input of each run of the command, in order; made when it is asked for. */
  readonly inputs: Iterable<string>;
}

/** The loads of a wiring, in order within a namespace; in small texts where they are loaded by an ordinary user. */
export const plannedLoads = ({ steps }: Wiring, full: (name: NamespaceName) => string, root: boolean): readonly PlannedLoad[] =>
  steps
    .filter((step) => step.kind === "load")
    .map(({ in: node, layer, what, reason, argv, inputs, smallInputs = inputs }) => ({
      namespace: full(node),
      node,
      layer,
      what,
      reason,
      argv,
      inputs: root ? inputs : smallInputs,
    }));

/** One load that is done. */
export interface DoneLoad extends Pick<PlannedLoad, "node" | "layer" | "what"> {
  readonly link: LinkKind;
  /** By podwire's clock, seconds. */
  readonly begun: number;
  readonly ended: number;
  /** Those in which its command ran: what podwire takes to make the texts is in none of them. */
  readonly seconds: number;
  /** How many times its command ran: its transactions. */
  readonly steps: number;
}

/** What carrying out loads takes. */
export interface Loader {
  readonly agent: AgentClient;
  readonly clock: Clock;
}

/** No step's limit cuts a load off: what would take too long is refused before it begins. */
const UNLIMITED_MS = Number.MAX_SAFE_INTEGER;

/**
 * Loads what the copies of one variant are to have, all namespaces side by side.
 * @throws BuildError with the command that failed
 */
export async function carryOut(
  loader: Loader,
  copies: readonly { readonly link: LinkKind; readonly loads: readonly PlannedLoad[] }[],
): Promise<readonly DoneLoad[]> {
  const queues = copies.flatMap(({ link, loads }) =>
    [...new Set(loads.map(({ namespace }) => namespace))].map((namespace) => ({
      link,
      own: loads.filter((load) => load.namespace === namespace),
    })),
  );
  const done = await Promise.allSettled(queues.map(async ({ link, own }) => inOrder(loader, link, own)));
  const failed = done.find((queue) => queue.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return done.flatMap((queue) => (queue.status === "fulfilled" ? queue.value : []));
}

async function inOrder(loader: Loader, link: LinkKind, loads: readonly PlannedLoad[]): Promise<DoneLoad[]> {
  const done: DoneLoad[] = [];
  for (const load of loads) {
    const now = (): number => loader.clock.monotonic() / 1_000;
    const begun = now();
    let [steps, seconds] = [0, 0];
    // Making a text takes up to a second in which nothing else is heard: not one after the other for all nodes.
    await loader.clock.sleep(milliseconds(0));
    for (const stdin of load.inputs) {
      const from = now();
      await step(loader, load, stdin);
      seconds += now() - from;
      steps++;
    }
    done.push({ node: load.node, layer: load.layer, what: load.what, link, begun, ended: now(), seconds, steps });
  }
  return done;
}

async function step({ agent }: Loader, { argv, namespace }: PlannedLoad, stdin: string): Promise<void> {
  const outcome = await agent.order<"run">({ kind: "run", argv, namespace, stdin, timeout: UNLIMITED_MS });
  if (outcome.exitCode !== 0) throw new BuildError(describeFailure({ argv, stdin }, outcome));
}

/** What became of a layer's loads, for run file and summary; undefined where it has none. */
export function loadedBy(layer: string, done: readonly DoneLoad[]): PutLayer["loaded"] {
  const own = done.filter((load) => load.layer === layer);
  const [first] = own;
  if (first === undefined) return undefined;
  const begun = Math.min(...own.map((load) => load.begun));
  const ended = Math.max(...own.map((load) => load.ended));
  return {
    what: first.what,
    seconds: ended - begun,
    loads: own.map(({ link, node, seconds, steps }) => ({ link, node, seconds, steps })),
  };
}
