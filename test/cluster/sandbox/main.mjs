/**
 * Brings a cluster up inside its namespaces, then takes orders until it is killed or its owner is gone.
 *
 *     node main.mjs SETTINGS.json     (started by ../owner.mjs in new network, mount, host-name, IPC and pid namespaces)
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../child.mjs";
import { isCilium, nameOf, nodePlaces } from "../variants.mjs";
import { Api, until } from "./api.mjs";
import { makeCertificates } from "./certificates.mjs";
import { takeOrders } from "./control.mjs";
import { apiServer, controllers, etcd } from "./control-plane.mjs";
import { keepCpuCgroupsEmpty } from "./cpu-cgroup.mjs";
import { startDns } from "./dns.mjs";
import { buildMachines, configureNodes } from "./fabric.mjs";
import { CONTAINERD_SOCKET, containerd, kubelet, kubeProxy, prepareNode, proxyConfiguration } from "./node.mjs";
import { buildPodNetwork } from "./pod-network.mjs";
import { enforcePolicies } from "./policies.mjs";
import { inNode, Processes } from "./processes.mjs";
import { giveOwnPlaces } from "./products/own-places.mjs";
import { ensureSeed, plantSeed } from "./seed.mjs";

/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {import("./pod-network.mjs").Node} Node */
/** @typedef {{ metadata: { name: string }, spec: { podCIDRs?: string[] }, status: { conditions?: { type: string, status: string }[] } }} NodeObject */

/** @param {import("./settings.mjs").Word} word */
function tell(word) {
  process.stdout.write(`${JSON.stringify(word)}\n`);
}

/** @param {string} step */
const step = (step) => {
  tell({ step });
};

async function ownMounts() {
  await run(["mount", "--make-rprivate", "/"]);
  await run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"]);
  mkdirSync("/run/lock");
}

/**
 * @param {Settings} settings
 * @param {Processes} processes
 */
async function bringUp(settings, processes) {
  const { variant, state, pki } = settings;
  const kube = join(settings.components, "kube");
  step(`bringing up ${nameOf(variant)}`);
  keepCpuCgroupsEmpty(settings.id);
  await ownMounts();
  processes.start(etcd(kube));
  await Promise.all([makeCertificates(variant, pki), buildMachines(variant, state)]);
  processes.start(apiServer(kube, pki, variant));
  step("etcd and the API server are started");
  await Promise.all([takeOrders(state, variant, processes), configureNodes(variant), startContainerd(settings, processes)]);
  const api = new Api(pki);
  await until("the API server", async () => ((await api.send("GET", "/readyz")) === "ok" ? true : undefined));
  step("the API server answers");
  for (const program of controllers(kube, pki, variant)) processes.start(program);
  for (const place of nodePlaces(variant)) {
    processes.start(kubelet(settings, place));
    if (variant.proxy !== "none") processes.start(kubeProxy(settings, place.name));
  }
  if (variant.proxy !== "none") {
    await api.create("/api/v1/namespaces/kube-system/configmaps", {
      metadata: { name: "kube-proxy", labels: { app: "kube-proxy" } },
      data: { "config.conf": JSON.stringify(proxyConfiguration(variant), undefined, 2) },
    });
  }
  const nodes = await registeredNodes(variant, api);
  step("nodes are registered");
  await buildPodNetwork(settings, nodes, api, processes);
  if (variant.dns === true) await startDns(settings, api, processes);
  if (variant.policies === true) await enforcePolicies(settings, api, processes);
  await usable(variant, api);
}

/**
 * @param {Settings} settings
 * @param {Processes} processes
 */
async function startContainerd(settings, processes) {
  await ensureSeed(settings.seed, settings.images);
  const places = nodePlaces(settings.variant);
  for (const { name } of places) {
    await prepareNode(name);
    if (isCilium(settings.variant)) await giveOwnPlaces(settings, name);
    await plantSeed(settings.seed, join(settings.state, name, "containerd"));
    processes.start(containerd(settings, name));
  }
  for (const { name } of places) await until(`containerd on ${name}`, () => run(inNode(name, ["test", "-S", CONTAINERD_SOCKET])));
}

/**
 * @param {Api} api
 * @returns {Promise<NodeObject[]>}
 */
async function listNodes(api) {
  const list = /** @type {{ items: NodeObject[] }} */ (await api.send("GET", "/api/v1/nodes"));
  return list.items;
}

/**
 * @param {import("../variants.mjs").Variant} variant
 * @param {Api} api
 * @returns {Promise<Node[]>}
 */
async function registeredNodes(variant, api) {
  return until("the nodes and their PodCIDRs", async () => {
    const objects = await listNodes(api);
    const nodes = nodePlaces(variant).flatMap((place) => {
      const object = objects.find(({ metadata }) => metadata.name === place.name);
      return object?.spec.podCIDRs === undefined ? [] : [{ ...place, podCidrs: object.spec.podCIDRs }];
    });
    return nodes.length === variant.nodes ? nodes : undefined;
  });
}

/**
 * Nodes are ready (not without a pod network), pods can be made (they need the default service account), and kube-proxy programs Services.
 * @param {import("../variants.mjs").Variant} variant
 * @param {Api} api
 */
async function usable(variant, api) {
  if (variant.network !== "none") await nodesReady(variant, api);
  await until("the default service account", () => api.send("GET", "/api/v1/namespaces/default/serviceaccounts/default"));
  if (variant.proxy === "none") return;
  for (const { name, address } of nodePlaces(variant)) {
    await until(`kube-proxy on ${name}`, async () => ((await fetch(`http://${address}:10256/healthz`)).ok ? true : undefined));
  }
}

/**
 * @param {import("../variants.mjs").Variant} variant
 * @param {Api} api
 */
async function nodesReady(variant, api) {
  await until("all nodes to be ready", async () => {
    const objects = await listNodes(api);
    const ready = objects.filter(({ status }) => status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"));
    return ready.length === variant.nodes ? true : undefined;
  });
  step("nodes are ready");
}

async function main() {
  const file = process.argv[2] ?? "";
  if (!existsSync(file)) throw new Error("usage: main.mjs SETTINGS.json");
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(file, "utf8"));
  const settings = /** @type {Settings} */ (parsed);
  // The owner holds the other end for as long as it lives.
  process.stdin.resume().on("end", () => process.exit(0));
  const processes = new Processes(join(settings.state, "logs"));
  await Promise.race([bringUp(settings, processes), processes.failed]);
  tell({ ready: true });
}

main().catch((/** @type {unknown} */ error) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  tell({ error: `${error instanceof Error ? error.message : String(error)}${cause}` });
  process.exitCode = 1;
  process.exit();
});
