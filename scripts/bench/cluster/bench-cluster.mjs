/**
 * What the parts of the cluster's bench have in common: a cluster while something is done with it, podwire against it, time.
 */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensureAgentImage } from "../../../test/cluster/agent-image.mjs";
import { startCluster } from "../../../test/cluster/start.mjs";
import { ROOT } from "../record.mjs";

/**
 * @typedef {import("../../../test/cluster/start.mjs").Cluster} Cluster
 * @typedef {import("../../../test/cluster/variants.mjs").Variant} Variant
 * @typedef {{ code: number, out: string, err: string, seconds: number }} Ended
 */

/** Ledgers and run files of this bench. */
export const CLUSTER_FOLDER = `${ROOT}podwire-runs/bench-cluster/`;
mkdirSync(CLUSTER_FOLDER, { recursive: true });

/** Two nodes with the default kube-proxy; what is given comes on top. @param {Partial<Variant>} [variant] @returns {Variant} */
export const variantOf = (variant = {}) => ({ network: "flannel-vxlan", proxy: "iptables", nodes: 2, ...variant });

/**
 * A cluster for as long as something is done with it. Every node has the agent's image.
 * @template Result
 * @param {Variant} variant
 * @param {(cluster: Cluster) => Promise<Result>} use
 * @returns {Promise<Result>}
 */
export async function withCluster(variant, use) {
  const cluster = await startCluster({ ...variant, images: [await ensureAgentImage()] }, (line) => {
    process.stderr.write(`${line}\n`);
  });
  try {
    return await use(cluster);
  } finally {
    await cluster.stop();
  }
}

/**
 * Runs podwire to its end as a user does, with the cluster's kubeconfig where there is one.
 * @param {readonly string[]} argv
 * @param {Pick<Cluster, "kubeconfig">} [cluster]
 * @returns {Promise<Ended>}
 */
export function podwire(argv, cluster) {
  const start = performance.now();
  const env = { ...process.env, NO_COLOR: "1", ...(cluster === undefined ? {} : { KUBECONFIG: cluster.kubeconfig }) };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "bin/podwire"), ...argv], { maxBuffer: 2 ** 28, env }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, out, err, seconds: (performance.now() - start) / 1000 });
    });
  });
}

/** The same, and an error with podwire's own words where it did not end well. @param {readonly string[]} argv @param {Pick<Cluster, "kubeconfig">} [cluster] */
export async function podwireOrThrow(argv, cluster) {
  const ended = await podwire(argv, cluster);
  if (ended.code !== 0) throw new Error(`podwire ${argv.join(" ")} ended with ${String(ended.code)}:\n${ended.err}`);
  return ended;
}

/** Whether there is still time to begin something. A short trial does one thing and stops. @param {{ minutes: number, short: boolean }} flags */
export function deadline({ minutes, short }) {
  const end = performance.now() + (short ? 0 : minutes * 60_000);
  let isFirst = true;
  return () => {
    const isLeft = isFirst || performance.now() < end;
    isFirst = false;
    return isLeft;
  };
}
