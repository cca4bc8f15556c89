/**
 * What runs in the pods of a test cluster.
 * @packageDocumentation
 */
import type { Cluster } from "./fixture.js";

/** The processes of all pods, which are in the cluster's one pid namespace: each line is a process's state (ps(1)) and its command. */
export async function podProcesses(cluster: Cluster): Promise<readonly string[]> {
  const text = await cluster.runIn("fabric", ["ps", "-eo", "stat=,args="]);
  return text.split("\n").filter((line) => line !== "");
}

/** Lines of a generator that is not suspended, whatever its folder. */
export const running = (generators: string): RegExp => new RegExp(`^[^T]\\S*\\s+(?:\\S*/)?(?:${generators})`);
