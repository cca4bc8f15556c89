/**
 * One running cluster a variant for all test files of a run: the first that asks for it has it started, the others find it, and the run's end
 * ends it. Test files keep to namespaces of their own, and leave components running.
 */
import { connect } from "node:net";
import { inject } from "vitest";
import type { Description } from "./description.mjs";
import { attachCluster, type Cluster } from "./fixture.js";
import type { ClusterOptions } from "./start.mjs";

/** For the hook that asks: the first time on a machine the components are built. */
export const CLUSTER_START_MS = 20 * 60_000;

/** The run's cluster of a variant; throws with the reason when it does not start. */
export async function sharedCluster(options: ClusterOptions): Promise<Cluster> {
  const reply = JSON.parse(await ask(inject("clusters"), JSON.stringify(options))) as { description?: Description; error?: string };
  if (reply.description === undefined) throw new Error(reply.error ?? "the test run's cluster server gave no answer");
  return attachCluster(reply.description);
}

function ask(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => {
      socket.end();
      resolve(text);
    });
    socket.end(question);
  });
}
