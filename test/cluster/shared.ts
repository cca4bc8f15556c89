/**
 * One running cluster a variant for all test files of a run: the first that asks for it has it started, the others find it, and the run's end
 * ends it. One file at a time has it, until its process ends: files that run side by side do not find each other's objects. Test files keep to
 * namespaces of their own, and leave components running. A file that asks for two variants may wait for one while it holds the other, so no
 * second file may do that in another order.
 */
import { connect } from "node:net";
import { inject } from "vitest";
import type { Description } from "./description.mjs";
import { instancesOf, NODES } from "./room.js";
import type { ClusterQuestion } from "./shared-server.js";
import { attachCluster, type Cluster, type ClusterOptions } from "./start.mjs";

/** For the hook that asks: the first time on a machine the components are built. */
export const CLUSTER_START_MS = 20 * 60_000;

/** The run's cluster of a variant; throws with the reason when it does not start. */
export async function sharedCluster(options: ClusterOptions): Promise<Cluster> {
  const question: ClusterQuestion = { options, holder: process.pid };
  const reply = JSON.parse(await ask(inject("clusters"), JSON.stringify(question))) as { description?: Description; error?: string };
  if (reply.description === undefined) throw new Error(reply.error ?? "the test run's cluster server gave no answer");
  return attachCluster(reply.description);
}

/** Watchers that this file has asked for and no cluster of its own has taken. */
let ownRoom = 0;

/**
 * Resolves when there is room for clusters of this file's own beside all others: as many at once, with so many nodes each. They have it until this
 * process ends. A file asks once, for all that it starts: two that each hold a part would wait for each other.
 */
export async function roomForClusters(...nodes: readonly [number, ...number[]]): Promise<void> {
  const question: ClusterQuestion = { room: instancesOf(...nodes) };
  await ask(inject("clusters"), JSON.stringify(question));
  ownRoom += question.room;
}

/** Takes what a cluster needs of the room that this file asked for; gives what gives it back. */
export function takeOwnRoom({ nodes = NODES }: ClusterOptions): () => void {
  const needed = instancesOf(nodes);
  if (needed > ownRoom)
    throw new Error(`this file has no room for a cluster of ${String(nodes)} nodes: await roomForClusters(${String(nodes)}) first`);
  ownRoom -= needed;
  let held = true;
  return () => {
    if (held) ownRoom += needed;
    held = false;
  };
}

/** One line each way. The connection then stays: its end, with this process, gives the cluster back. */
function ask(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (!text.endsWith("\n")) return;
      socket.unref();
      resolve(text);
    });
    socket.on("error", reject);
    socket.on("close", () => {
      reject(new Error("the test run's cluster server has ended"));
    });
    socket.write(`${question}\n`);
  });
}
