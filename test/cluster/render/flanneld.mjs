/**
 * flanneld as it runs on a node of the cluster, from a net-conf.
 */

/** Where it says which subnet and MTU the node's pods have. */
const SUBNET_FILE = "/run/flannel/subnet.env";
const NET_CONF = "/run/net-conf.json";

/**
 * One that runs.
 * @typedef {object} Flanneld
 * @property {import("./started.mjs").Started} started
 * @property {string | undefined} subnet what it has written down; undefined where it ended without that
 */

/**
 * Starts it on a node, and waits until it has come up or ended.
 * @param {import("./render-cluster.mjs").RenderCluster} own
 * @param {string} node
 * @param {string} netConf
 * @returns {Promise<Flanneld>}
 */
export async function startFlanneld(own, node, netConf) {
  await own.cluster.runIn(node, ["rm", "-rf", "/run/flannel"]);
  await own.put(node, NET_CONF, netConf);
  const flags = ["-kubeconfig", own.identity("flannel"), "-net-conf", NET_CONF, "-subnet-file", SUBNET_FILE, "-iface", "eth0"];
  const started = own.begin(node, [own.component("flannel"), ...flags], { NODE_NAME: node });
  return { started, subnet: await own.untilRead(node, SUBNET_FILE, /FLANNEL_MTU=/, started) };
}
