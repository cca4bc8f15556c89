/**
 * The pod network of each variant: a CNI configuration on every node, and what carries packets between nodes (routes, or flannel).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCilium, isFlannel, MACVLAN_GATEWAY, nodePlaces, podCidrs } from "../variants.mjs";
import { until } from "./api.mjs";
import { inNodeText, ipBatch } from "./fabric.mjs";
import { grant } from "./grant.mjs";
import { writeCniConfig } from "./node.mjs";
import { startBird } from "./products/bird.mjs";
import { startCilium } from "./products/cilium.mjs";
import { startKubeRouter } from "./products/kube-router.mjs";
import { routesLearned } from "./products/learned.mjs";

/** @typedef {import("../variants.mjs").Variant} Variant */
/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {import("../variants.mjs").NodePlace & { readonly podCidrs: readonly string[] }} Node */

const ANYWHERE = "0.0.0.0/0";
const ANYWHERE6 = "::/0";

/** @param {string} cidr */
const isV6 = (cidr) => cidr.includes(":");

/**
 * @param {Settings} settings
 * @param {readonly Node[]} nodes
 * @param {import("./api.mjs").Api} api
 * @param {import("./processes.mjs").Processes} processes
 */
export async function buildPodNetwork(settings, nodes, api, processes) {
  const { variant } = settings;
  if (variant.network === "none") return;
  if (isCilium(variant)) {
    await startCilium(settings, api);
    return;
  }
  if (variant.network === "kube-router") {
    await startKubeRouter(settings, nodes, api);
    return;
  }
  if (isFlannel(variant)) {
    await startFlannel(settings, api, processes);
    await Promise.all(nodes.map((node) => writeFlannelCni(variant, node)));
    return;
  }
  if (variant.network === "bird") startBird(settings, nodes, processes);
  // A router that takes part in BGP would know them too; nodes learn each other's from BIRD.
  if (variant.network === "gce" || variant.network === "bird") await ipBatch(nodes.flatMap((node) => routesTo(node)));
  if (variant.network === "host-routes" || variant.network === "ptp") {
    for (const node of nodes) await ipBatch(nodes.filter((other) => other !== node).flatMap(routesTo), node.name);
    // The API server, outside of any node, finds pods as well (webhooks, proxied requests).
    await ipBatch(nodes.flatMap(routesTo));
  }
  if (variant.network === "bird") await routesLearned(nodes, "bird");
  for (const node of nodes) await writeCniConfig(node.name, `10-${pluginOf(variant)}.conflist`, cniConfig(variant, node));
}

/** @param {Node} node */
function routesTo(node) {
  return node.podCidrs.map((cidr) => `route add ${cidr} via ${isV6(cidr) ? node.address6 : node.address}`);
}

/** @param {Variant} variant */
function pluginOf({ network }) {
  if (network === "ptp" || network === "macvlan") return network;
  return "bridge";
}

/**
 * @param {Variant} variant
 * @param {Node} node
 */
function cniConfig(variant, node) {
  const mtu = variant.podMtu === undefined ? {} : { mtu: variant.podMtu };
  return { cniVersion: "0.4.0", name: "pods", plugins: [{ ...interfacePlugin(variant, node), ...mtu }, PORTMAP] };
}

const PORTMAP = { type: "portmap", capabilities: { portMappings: true } };

/**
 * @param {Variant} variant
 * @param {Node} node
 */
function interfacePlugin(variant, node) {
  const routes = node.podCidrs.map((cidr) => ({ dst: isV6(cidr) ? ANYWHERE6 : ANYWHERE }));
  const ranges = node.podCidrs.map((subnet) => [{ subnet }]);
  const ipam = { type: "host-local", ranges, routes };
  switch (variant.network) {
    case "ptp":
      return { type: "ptp", ipMasq: false, ipam };
    case "macvlan":
      return {
        type: "macvlan",
        master: "eth0",
        mode: "bridge",
        ipam: { ...ipam, ranges: node.podCidrs.map((cidr) => [macvlanRange(cidr)]) },
      };
    default:
      return { type: "bridge", bridge: "cbr0", isGateway: true, ipMasq: false, hairpinMode: true, ipam };
  }
}

/** A part of the L2 that is this node's, which starts above the gateway. @param {string} podCidr */
function macvlanRange(podCidr) {
  const [base = ""] = podCidr.split("/");
  const { address, prefix, address6, prefix6 } = MACVLAN_GATEWAY;
  if (isV6(podCidr)) {
    return { subnet: `fd00:198:19::/${String(prefix6)}`, rangeStart: `${base}10`, rangeEnd: `${base}ffff`, gateway: address6 };
  }
  const stem = base.replace(/\.0$/, "");
  return { subnet: `198.19.0.0/${String(prefix)}`, rangeStart: `${stem}.10`, rangeEnd: `${stem}.250`, gateway: address };
}

/** What flannel's own manifest (Documentation/kube-flannel.yml) lets it do. */
const FLANNEL_RULES = [
  { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
  { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
];
const FLANNEL_NAMESPACE = "kube-flannel";

/** @param {Variant} variant */
export function flannelNetConf(variant) {
  const [network = "", network6] = podCidrs(variant);
  const type = variant.network === "flannel-vxlan" ? "vxlan" : "host-gw";
  return {
    Network: network,
    EnableNFTables: false,
    ...(network6 === undefined ? {} : { EnableIPv6: true, IPv6Network: network6 }),
    Backend: { Type: type },
  };
}

/**
 * The objects of flannel's manifest but for the DaemonSet: the daemon runs in the node's namespaces, not in a pod.
 * @param {Settings} settings
 * @param {import("./api.mjs").Api} api
 * @param {import("./processes.mjs").Processes} processes
 */
async function startFlannel({ variant, state, pki, components }, api, processes) {
  const netConf = `${JSON.stringify(flannelNetConf(variant), undefined, 2)}\n`;
  await api.create("/api/v1/namespaces", {
    metadata: { name: FLANNEL_NAMESPACE, labels: { "k8s-app": "flannel", "pod-security.kubernetes.io/enforce": "privileged" } },
  });
  await api.create(`/api/v1/namespaces/${FLANNEL_NAMESPACE}/configmaps`, {
    metadata: { name: "kube-flannel-cfg", labels: { tier: "node", "k8s-app": "flannel", app: "flannel" } },
    data: { "cni-conf.json": `${JSON.stringify(FLANNEL_CNI, undefined, 2)}\n`, "net-conf.json": netConf },
  });
  await grant(api, "flannel", FLANNEL_RULES);
  const file = join(state, "net-conf.json");
  writeFileSync(file, netConf);
  for (const { name } of nodePlaces(variant)) {
    const flags = ["-kubeconfig", join(pki, "flannel.kubeconfig"), "-net-conf", file, "-subnet-file", SUBNET_FILE, "-iface", "eth0"];
    processes.start({ name: "flannel", node: name, argv: [join(components, "flannel"), ...flags], env: { NODE_NAME: name } });
  }
}

const SUBNET_FILE = "/run/flannel/subnet.env";
/** As in flannel's manifest. */
const FLANNEL_CNI = {
  name: "cbr0",
  cniVersion: "1.0.0",
  plugins: [{ type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } }, PORTMAP],
};

/**
 * What the plugin `flannel` of that configuration hands to the plugin `bridge`; Debian has the latter only.
 * @param {Variant} variant
 * @param {Node} node
 */
async function writeFlannelCni(variant, node) {
  const text = await until(`${SUBNET_FILE} on ${node.name}`, () => inNodeText(node.name, ["cat", SUBNET_FILE]));
  const subnet = new Map(
    text
      .trim()
      .split("\n")
      .map((line) => /** @type {[string, string]} */ (line.split("=", 2))),
  );
  const of = (/** @type {string} */ key) => subnet.get(`FLANNEL_${key}`);
  const families = [
    [of("NETWORK"), of("SUBNET")],
    [of("IPV6_NETWORK"), of("IPV6_SUBNET")],
  ].filter(([network]) => network !== undefined);
  const ipam = {
    type: "host-local",
    // The file names the gateway, SUBNET.1, in place of the network.
    ranges: families.map((_, index) => [{ subnet: node.podCidrs[index] }]),
    routes: families.map(([network]) => ({ dst: network })),
  };
  const bridge = {
    type: "bridge",
    bridge: "cni0",
    mtu: variant.podMtu ?? Number(of("MTU")),
    hairpinMode: true,
    ipMasq: false,
    isGateway: true,
    isDefaultGateway: true,
  };
  await writeCniConfig(node.name, "10-flannel.conflist", { name: "cbr0", cniVersion: "1.0.0", plugins: [{ ...bridge, ipam }, PORTMAP] });
}
