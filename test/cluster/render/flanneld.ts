/**
 * flanneld as it runs on a node of the cluster, from a net-conf.
 * @packageDocumentation
 */

import type { RenderCluster } from "./own-cluster.js";
import type { Started } from "./started.js";

/** Where it says which subnet and MTU the node's pods have. */
const SUBNET_FILE = "/run/flannel/subnet.env";
const NET_CONF = "/run/net-conf.json";

/** One that runs. */
export interface Flanneld {
  readonly started: Started;
  /** What it has written down; undefined where it ended without that. */
  readonly subnet: string | undefined;
}

/** Starts it on a node, and waits until it has come up or ended. */
export async function startFlanneld(own: RenderCluster, node: string, netConf: string): Promise<Flanneld> {
  await own.cluster.runIn(node, ["rm", "-rf", "/run/flannel"]);
  await own.put(node, NET_CONF, netConf);
  const flags = ["-kubeconfig", own.identity("flannel"), "-net-conf", NET_CONF, "-subnet-file", SUBNET_FILE, "-iface", "eth0"];
  const started = own.begin(node, [own.component("flannel"), ...flags], { NODE_NAME: node });
  return { started, subnet: await own.untilRead(node, SUBNET_FILE, /FLANNEL_MTU=/, started) };
}
