/**
 * A cluster without a pod network in which rendered documents are tried: what is written on its nodes and started there.
 */
import { join } from "node:path";
import { FLANNEL_RIGHTS } from "./flannel-rights.mjs";
import { startIn } from "./started.mjs";

/** @typedef {import("./started.mjs").Started} Started */

/** With what was started in it. */
export class RenderCluster {
  /** @type {Started[]} */
  #running = [];

  /**
   * @private
   * @param {import("../start.mjs").Cluster} cluster
   * @param {string} nodes
   */
  constructor(cluster, nodes) {
    this.cluster = cluster;
    /** The nodes as `kubectl get nodes -o json` prints them. */
    this.nodes = nodes;
  }

  /**
   * One whose network is `none`, as soon as its nodes have PodCIDRs.
   * @param {import("../start.mjs").Cluster} cluster
   */
  static async on(cluster) {
    await cluster.kubectl(["wait", "--for=jsonpath={.spec.podCIDR}", "nodes", "--all", "--timeout=60s"]);
    await cluster.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: FLANNEL_RIGHTS }));
    return new RenderCluster(cluster, await cluster.kubectl(["get", "nodes", "-o", "json"]));
  }

  /** Ends what was started in it. */
  async leave() {
    await Promise.all(this.#running.map((started) => started.stop()));
  }

  /** The path of a program. @param {string} name */
  component(name) {
    return join(this.cluster.description.components, name);
  }

  /** The path of a kubeconfig. @param {string} name */
  identity(name) {
    return join(this.cluster.description.state, "pki", `${name}.kubeconfig`);
  }

  /** Writes a file in a place. @param {string} place @param {string} path @param {string} text */
  async put(place, path, text) {
    await this.cluster.runIn(place, ["dd", `of=${path}`, "status=none"], text);
  }

  /**
   * A file's text once it fits; undefined where the program that is to write it ends without it.
   * @param {string} place
   * @param {string} path
   * @param {RegExp} fits
   * @param {Started} writer
   */
  async untilRead(place, path, fits, writer) {
    for (;;) {
      const ended = writer.hasEnded();
      const text = await this.cluster.runIn(place, ["cat", path]).catch(() => "");
      if (fits.test(text)) return text;
      if (ended) return undefined;
    }
  }

  /**
   * Starts a program in a place; it is ended with the cluster at the latest.
   * @param {string} place
   * @param {readonly string[]} argv
   * @param {Readonly<Record<string, string>>} [environment]
   */
  begin(place, argv, environment = {}) {
    const started = startIn(this.cluster, place, argv, environment);
    this.#running.push(started);
    return started;
  }
}
