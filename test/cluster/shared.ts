/**
 * One running cluster a variant for all test files of a run: the first that asks for it has it started, the others find it, and the run's end
 * ends it. One file at a time has it, until its process ends: files that run side by side do not find each other's objects. Test files keep to
 * namespaces of their own, and leave components running. A file that asks for two variants may wait for one while it holds the other, so no
 * second file may do that in another order.
 */
import { connect } from "node:net";
import { inject } from "vitest";
import type { Description } from "./description.mjs";
import { attachCluster, type Cluster } from "./fixture.js";
import { instancesOf } from "./room.js";
import type { ClusterQuestion } from "./shared-server.js";
import type { ClusterOptions } from "./start.mjs";

/** For the hook that asks: the first time on a machine the components are built. */
export const CLUSTER_START_MS = 20 * 60_000;

/** The run's cluster of a variant; throws with the reason when it does not start. */
export async function sharedCluster(options: ClusterOptions): Promise<Cluster> {
  const question: ClusterQuestion = { options, holder: process.pid };
  const reply = JSON.parse(await ask(inject("clusters"), JSON.stringify(question))) as { description?: Description; error?: string };
  if (reply.description === undefined) throw new Error(reply.error ?? "the test run's cluster server gave no answer");
  return attachCluster(reply.description);
}

/** Resolves when there is room for clusters of this file's own beside all others, with so many nodes each; they have it until this process ends. */
export async function roomForClusters(...nodes: readonly [number, ...number[]]): Promise<void> {
  const question: ClusterQuestion = { room: instancesOf(...nodes) };
  await ask(inject("clusters"), JSON.stringify(question));
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
