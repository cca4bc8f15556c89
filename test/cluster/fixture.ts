/**
 * The cluster fixture for test files of the runner's cluster projects, whose clusters share the machine's watchers; benches and tests that run alone take
 * start.mjs itself.
 */
import { startPatiently } from "./patient-start.js";
import { takeOwnRoom } from "./shared.js";
import type { ClusterOptions, OwnCluster } from "./start.mjs";

export type { Cluster, OwnCluster } from "./start.mjs";

/** A cluster of this file's own; throws where the file has not asked for its room, or with the reason where it does not start. */
export async function startCluster(options: ClusterOptions = {}, say?: (line: string) => void): Promise<OwnCluster> {
  const giveBack = takeOwnRoom(options);
  try {
    const cluster = await startPatiently(options, say);
    return {
      ...cluster,
      stop: async () => {
        await cluster.stop();
        giveBack();
      },
    };
  } catch (error) {
    giveBack();
    throw error;
  }
}
