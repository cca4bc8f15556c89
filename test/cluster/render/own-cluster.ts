/**
 * The cluster of a test file in which it tries rendered documents.
 * @packageDocumentation
 */
import { ensureAgentImage } from "../agent-image.mjs";
import { type OwnCluster, startCluster } from "../fixture.js";
import { roomForClusters } from "../shared.js";
import { RenderCluster } from "./render-cluster.mjs";

/** Where most is tried. */
export const NODE = "node-1";

/** Two nodes without a pod network, on which the agent's image is. */
export interface OwnRenderCluster {
  readonly own: RenderCluster;
  readonly cluster: OwnCluster;
  stop(): Promise<void>;
}

/** Starts it. */
export async function startRenderCluster(): Promise<OwnRenderCluster> {
  await roomForClusters(2);
  const cluster = await startCluster({ network: "none", nodes: 2, images: [await ensureAgentImage()] });
  try {
    const own = await RenderCluster.on(cluster);
    return {
      own,
      cluster,
      stop: async () => {
        await own.leave();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
