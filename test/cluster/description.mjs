/**
 * What another process needs to know of a running cluster.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clustersFolder } from "./cache.mjs";
import { isRunning } from "./registry.mjs";

/**
 * @typedef {object} Description
 * @property {string} id
 * @property {import("./variants.mjs").Variant} variant
 * @property {string} state folder: `logs/`, a folder a node, `orders.sock`, `bin/` with a command a node
 * @property {string} kubeconfig path; the administrator, https://127.0.0.1:PORT
 * @property {string} components folder of `kubectl`, `kube` and `flannel`
 * @property {import("./registry.mjs").ProcessMark} owner
 * @property {number} init pid of the sandbox's first process, in the owner's pid namespace
 * @property {readonly import("./variants.mjs").NodePlace[]} nodes
 */

export const DESCRIPTION_FILE = "description.json";
/** For temporary files of all that runs in it: what was killed leaves some, and they go with the cluster. @param {string} state */
export const temporaryFolder = (state) => join(state, "tmp");
/** Where `enterPlace` goes when it is not to a node: beside the nodes, where the control plane is. */
export const FABRIC_PLACE = "fabric";

/**
 * What starts a program in a node's namespaces (or the fabric's). It ends with the process that starts it, and with the cluster: hence the pid
 * namespace and the death signal.
 * @param {Description} description
 * @param {string} place a node's name, or FABRIC_PLACE
 * @param {readonly string[]} argv
 * @returns {string[]}
 */
export function enterPlace({ init, nodes }, place, argv) {
  if (place !== FABRIC_PLACE && !nodes.some(({ name }) => name === place)) {
    throw new Error(`no place ${place} in this cluster: ${FABRIC_PLACE}, ${nodes.map(({ name }) => name).join(", ")}`);
  }
  const root = `/proc/${String(init)}`;
  const held = place === FABRIC_PLACE ? `${root}/ns` : `${root}/root/run/ns/${place}`;
  const spaces = [`--net=${held}/net`, `--mount=${held}/mnt`, `--uts=${held}/uts`, `--pid=${root}/ns/pid`];
  return ["nsenter", ...spaces, "--", "setpriv", "--pdeathsig", "KILL", ...argv];
}

/** Clusters of this user that are ready, the newest last. @returns {Description[]} */
export function runningClusters() {
  const found = readdirSync(clustersFolder()).flatMap((id) => {
    try {
      /** @type {unknown} */
      const parsed = JSON.parse(readFileSync(join(clustersFolder(), id, DESCRIPTION_FILE), "utf8"));
      const description = /** @type {Description} */ (parsed);
      return isRunning(description.owner) ? [description] : [];
    } catch {
      // Not ready yet, or just removed.
      return [];
    }
  });
  return found.toSorted((a, b) => Number(a.owner.started) - Number(b.owner.started));
}
