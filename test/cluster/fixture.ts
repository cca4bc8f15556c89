/**
 * The cluster fixture for test files of the runner's cluster projects, whose clusters share the machine's watchers; benches and tests that run alone take
 * start.mjs itself.
 */
import { takeOwnRoom } from "./shared.js";
import { type ClusterOptions, type OwnCluster, startCluster as start } from "./start.mjs";

export type { Cluster, OwnCluster } from "./start.mjs";

/** How long the kernel, and programs of others, may take to give back watchers that a cluster needs. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 2_000;

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

/** The kernel gives the watchers of clusters that have just ended back in its own time. */
async function startPatiently(options: ClusterOptions, say?: (line: string) => void): Promise<OwnCluster> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await start(options, say);
    } catch (error) {
      if (!lacksWatchers(error) || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

const lacksWatchers = (error: unknown): boolean => error instanceof Error && /inotify|too many open files/i.test(error.message);
