/**
 * Pod networks of a cluster that has none of its own, by rendered documents alone: `podwire render` writes them from what `kubectl get nodes -o json` prints,
 * and they are put where their consumers look.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../child.mjs";
import { FABRIC_PLACE } from "../description.mjs";
import { podCidrs, serviceCidrs } from "../variants.mjs";
import { startFlanneld } from "./flanneld.mjs";

/** @typedef {import("./render-cluster.mjs").RenderCluster} RenderCluster */
/** @typedef {import("./flanneld.mjs").Flanneld} Flanneld */
/** @typedef {(target: string, path: string) => string} Documents the text of a document, by its target and its path in `--out` */

const PODWIRE = fileURLToPath(new URL("../../../bin/podwire", import.meta.url));
/** Where the fixture's containerd looks. */
const CNI_CONFIG = "/run/node/cni/10-podwire.conflist";
const FLANNEL_NAMESPACE = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-flannel" } };

/** What a mode is made of, each with what lays it. @type {Readonly<Record<string, { readonly targets: readonly string[], readonly lay: (own: RenderCluster, documents: Documents) => Promise<Flanneld[]> }>>} */
const NETWORKS = {
  gce: { targets: ["iproute2", "cni"], lay: layRoutes },
  "flannel-vxlan": { targets: ["flannel", "cni"], lay: layFlannel },
  "flannel-host-gw": { targets: ["flannel", "cni"], lay: layFlannel },
};

/** The modes whose networks can be laid. */
export const LAID_MODES = Object.keys(NETWORKS);

/** @param {string} mode */
function networkOf(mode) {
  const network = NETWORKS[mode];
  if (network === undefined) throw new Error(`${mode} is laid by no rendered documents here: ${LAID_MODES.join(", ")} are`);
  return network;
}

/**
 * Has podwire write the documents of a mode for the cluster's nodes into a folder.
 * @param {RenderCluster} own
 * @param {string} mode
 * @param {string} folder
 * @returns {Promise<Documents>}
 */
export async function writtenDocuments({ cluster, nodes }, mode, folder) {
  const { variant } = cluster.description;
  mkdirSync(folder, { recursive: true });
  const [nodesFile, clusterFile] = [join(folder, "nodes.json"), join(folder, "cluster.yaml")];
  writeFileSync(nodesFile, nodes);
  writeFileSync(clusterFile, JSON.stringify({ podCIDRs: podCidrs(variant), serviceCIDRs: serviceCidrs(variant) }));
  for (const target of networkOf(mode).targets) {
    const flags = ["--for", target, "--nodes", nodesFile, "--cluster", clusterFile, "--out", join(folder, target), "--force"];
    await run([process.execPath, PODWIRE, "render", mode, ...flags]);
  }
  return (target, path) => readFileSync(join(folder, target, path), "utf8");
}

/**
 * Lays the network of a mode. Nodes are ready then, and reach each other's pods.
 * @param {RenderCluster} own
 * @param {string} mode
 * @param {Documents} documents
 * @returns {Promise<Flanneld[]>} those that run for it
 */
export async function layNetwork(own, mode, documents) {
  const flannelds = await networkOf(mode).lay(own, documents);
  await own.cluster.kubectl(["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=60s"]);
  return flannelds;
}

/** @param {RenderCluster} own */
const namesOf = ({ cluster }) => cluster.nodes.map(({ name }) => name);

/** A script of a node or the router. @param {RenderCluster} own @param {string} place @param {string} text */
export const runScript = ({ cluster }, place, text) => cluster.runIn(place, ["sh", "-s"], text);

/** @param {RenderCluster} own @param {Documents} documents @returns {Promise<Flanneld[]>} */
async function layRoutes(own, documents) {
  await runScript(own, FABRIC_PLACE, documents("iproute2", "router/podwire-routes.sh"));
  for (const node of namesOf(own)) await runScript(own, node, documents("iproute2", `${node}/podwire-network.sh`));
  await layCni(own, documents);
  return [];
}

/** @param {RenderCluster} own @param {Documents} documents */
async function layFlannel(own, documents) {
  await own.cluster.kubectl(["apply", "-f", "-"], JSON.stringify(FLANNEL_NAMESPACE));
  await own.cluster.kubectl(["apply", "-f", "-"], documents("flannel", "cluster/kube-flannel-cfg.yaml"));
  /** @type {Flanneld[]} */
  const flannelds = [];
  for (const node of namesOf(own)) flannelds.push(await startFlanneld(own, node, documents("flannel", "cluster/net-conf.json")));
  requireRunning(flannelds);
  await layCni(own, documents);
  await routesToEachOther(own, flannelds);
  return flannelds;
}

/** @param {RenderCluster} own @param {Documents} documents */
async function layCni(own, documents) {
  for (const node of namesOf(own)) await putConflist(own, node, documents("cni", `${node}/etc/cni/net.d/10-podwire.conflist`));
}

/** Puts a list of plugins where the node's containerd looks. @param {RenderCluster} own @param {string} node @param {string} text */
export async function putConflist(own, node, text) {
  await own.cluster.runIn(node, ["mkdir", "-p", dirname(CNI_CONFIG)]);
  await own.put(node, CNI_CONFIG, text);
}

/** Throws with its last words where a flanneld has ended. @param {readonly Flanneld[]} flannelds */
function requireRunning(flannelds) {
  const gone = flannelds.find(({ started }) => started.hasEnded());
  if (gone !== undefined) throw new Error(`flanneld has ended: ${gone.started.log.slice(-3).join("\n")}`);
}

/** flanneld hears of the other node a moment after it has come up. @param {RenderCluster} own @param {readonly Flanneld[]} flannelds */
async function routesToEachOther(own, flannelds) {
  for (const node of namesOf(own)) {
    const others = await own.cluster.kubectl(["get", "nodes", "-o", `jsonpath={.items[?(@.metadata.name!="${node}")].spec.podCIDR}`]);
    let route = "";
    while (route === "") {
      requireRunning(flannelds);
      route = await own.cluster.runIn(node, ["ip", "route", "show", others]);
    }
  }
}
