/**
 * kube-proxy started from a configuration.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { NODE } from "./own-cluster.js";
import type { RenderCluster } from "./render-cluster.mjs";

/** What kubelet and kube-proxy say where they did not understand a key. */
export const LENIENT = /lenient decoding|unknown field/i;

/** Takes the place of the node's own kube-proxy. */
export async function takeOverKubeProxy(own: RenderCluster): Promise<void> {
  await own.cluster.kill("kube-proxy", NODE);
  await own.cluster.runIn(NODE, ["mkdir", "-p", "/var/lib/kube-proxy"]);
  await own.put(NODE, "/var/lib/kube-proxy/kubeconfig.conf", readFileSync(own.identity("kube-proxy"), "utf8"));
}

/** In which mode it came up, and what it has against the configuration. */
export async function kubeProxyWith(
  own: RenderCluster,
  text: string,
): Promise<{ readonly mode: string; readonly complaints: readonly string[] }> {
  // nf_conntrack_max belongs to the machine's first network namespace, and the node's name to its own test.
  const configuration = { ...(parse(text) as object), conntrack: { maxPerCore: 0, min: 0 }, hostnameOverride: NODE };
  await own.put(NODE, "/run/kube-proxy.yaml", stringify(configuration));
  const started = own.begin(NODE, [own.component("kube"), "kube-proxy", "--config=/run/kube-proxy.yaml"]);
  try {
    const asked = ["curl", "-s", "--max-time", "5", "http://127.0.0.1:10249/proxyMode"];
    let mode = "";
    while (mode === "" && !started.hasEnded()) mode = await own.cluster.runIn(NODE, asked).catch(() => "");
    const complaints = [...started.log.filter((line) => LENIENT.test(line)), ...(mode === "" ? started.log.slice(-3) : [])];
    return { mode, complaints };
  } finally {
    await started.stop();
  }
}
