/**
 * Starts clusters on a machine whose watchers others may still hold.
 * @packageDocumentation
 */
import { type ClusterOptions, type OwnCluster, startCluster } from "./start.mjs";

/** How long the kernel, and programs of others, may take to give back watchers that a cluster needs. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 2_000;

/** The kernel gives the watchers of clusters that have just ended back in its own time. Throws with the reason of the last start. */
export async function startPatiently(options: ClusterOptions, say?: (line: string) => void): Promise<OwnCluster> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await startCluster(options, say);
    } catch (error) {
      if (!lacksWatchers(error) || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

const lacksWatchers = (error: unknown): boolean => error instanceof Error && /inotify|too many open files/i.test(error.message);
