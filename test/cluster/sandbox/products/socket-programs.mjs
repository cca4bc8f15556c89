/**
 * Where Cilium's programs for sockets are attached. At the root of all cgroups they would see each connect of the machine, ours and everyone's.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../child.mjs";
import { cgroupOf } from "../../registry.mjs";
import { until } from "../api.mjs";
import { unified } from "./own-places.mjs";

/**
 * @typedef {{ readonly id: number, readonly cgroup: number }} SocketProgram the kernel's number of the link, and that of the cgroup: the inode number of its folder
 */

/** Those of every cluster on this machine. @returns {Promise<readonly SocketProgram[]>} */
export async function socketPrograms() {
  const [links, programs] = await Promise.all(["link", "prog"].map((kind) => run(["bpftool", "--json", kind, "show"])));
  /** @type {unknown} */
  const loaded = JSON.parse(programs ?? "");
  const ours = new Set(
    /** @type {readonly { id: number, name?: string }[]} */ (loaded).filter(({ name }) => name?.startsWith("cil_sock")).map(({ id }) => id),
  );
  /** @type {unknown} */
  const attached = JSON.parse(links ?? "");
  return /** @type {readonly { id: number, type: string, prog_id: number, cgroup_id?: number }[]} */ (attached).flatMap(
    ({ id, type, prog_id: program, cgroup_id: cgroup }) =>
      type === "cgroup" && cgroup !== undefined && ours.has(program) ? [{ id, cgroup }] : [],
  );
}

/** The number of a node's own cgroup. @param {string} cluster id @param {string} node */
export const cgroupNumber = (cluster, node) => statSync(join(unified(), cgroupOf(cluster), node)).ino;

/** Agents are ready some time before they have attached them, longer on a busy machine. */
const PATIENCE_S = 120;

/**
 * Resolves when each node's agent has attached its programs to the node's own cgroup, and throws where it has not.
 * @param {string} cluster id
 * @param {readonly { readonly name: string }[]} nodes
 */
export async function attachedToOwnCgroups(cluster, nodes) {
  await until(
    "Cilium's programs for sockets at each node's own cgroup",
    async () => {
      const used = new Set((await socketPrograms()).map(({ cgroup }) => cgroup));
      if (nodes.every(({ name }) => used.has(cgroupNumber(cluster, name)))) return true;
      const places = used.size === 0 ? "none is attached" : `they are at cgroups ${[...used].join(", ")} (1 is the machine's root)`;
      throw new Error(places);
    },
    PATIENCE_S,
  );
}
