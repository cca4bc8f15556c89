/**
 * What the parts that hold a lab beside clusters have in common: the modes, and how each side is run.
 */
import { parsed } from "../record.mjs";
import { podwireOrThrow } from "./bench-cluster.mjs";

/** @typedef {import("../../../dist/model/prediction.js").Prediction} Prediction */

/** Modes that both can be, by the name that both use. */
export const MODES = /** @type {const} */ (["flannel-vxlan", "flannel-host-gw", "gce"]);
const METRICS = "tcp,pps,http";
/** Both sides' links, bit/s: so tcp is limited by the link, pps and http by the CPUs, as in the lab. */
export const RATE = 1e9;

/** All of the modes in one lab. @param {string} file @param {string} budget */
export const runLab = (file, budget) =>
  podwireOrThrow(["lab", "--modes", MODES.join(","), "--metrics", METRICS, "--link", "1gbit", "--budget", budget, "--out", file]);

/** A cluster from pod to pod, beside its hosts. @param {Pick<import("./bench-cluster.mjs").Cluster, "kubeconfig">} cluster @param {string} file @param {string} budget */
export const runCluster = (cluster, file, budget) =>
  podwireOrThrow(["cluster", "run", "--paths", "host-host,pod-pod", "--metrics", METRICS, "--budget", budget, "--out", file], cluster);

/** What `podwire compare` says of run files. @param {string} lab @param {readonly string[]} clusters @returns {Promise<Prediction>} */
export async function predictionOf(lab, clusters) {
  const { out } = await podwireOrThrow(["compare", lab, ...clusters, "--json"]);
  return /** @type {Prediction} */ (parsed(out));
}
