/**
 * Where fixtures live: one folder a user, shared by all clones, on a disk file system (containerd's snapshots and kubelet's statistics
 * do not work on tmpfs).
 *
 *     components-HASH/   the built programs of every cluster; cilium-HASH/, kube-router-HASH/ those of products
 *     charts-HASH/       what renders Helm charts, and flannel's chart
 *     node-documents-HASH/, kubernetes-1.2-HASH/   what reads documents of whole nodes, and the ticket's kubelet
 *     node-root-HASH/    the root file system of nodes that boot (test/systems/node/)
 *     images/            image archives that the fixture makes itself
 *     seed-HASH/         a containerd root with a set of images unpacked; each node gets hard links to it
 *     clusters/ID/       one cluster: its owner's note, certificates, logs, disks of its nodes
 */
import { mkdirSync, statfsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const TMPFS = 0x01021994;

export const CACHE_VARIABLE = "PODWIRE_CLUSTER_CACHE";

/** @returns {string} absolute path, made if it was not there */
export function cacheFolder() {
  const base = process.env[CACHE_VARIABLE] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "podwire");
  mkdirSync(base, { recursive: true });
  if (statfsSync(base).type === TMPFS) {
    throw new Error(`${base} is on tmpfs, and a cluster's nodes need a disk: set ${CACHE_VARIABLE} to a folder on one.`);
  }
  return base;
}

/** @returns {string} */
export function clustersFolder() {
  const folder = join(cacheFolder(), "clusters");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
