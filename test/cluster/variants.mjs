/**
 * What a test cluster may look like, and its addresses. All traffic of a cluster stays in 198.18.0.0/15 (RFC 2544) and fd00:198:18::/47.
 */

/**
 * Pod networks of CNI plugins and flannel. `gce`: bridge, PodCIDR routes in the fabric. `host-routes`: bridge, the same routes in the nodes. `ptp`: as
 * kindnet does it.
 */
export const PLAIN_NETWORKS = /** @type {const} */ (["gce", "host-routes", "flannel-vxlan", "flannel-host-gw", "ptp", "macvlan"]);
/** Products that bring daemons of their own, built and unpacked when one is first asked for. */
export const PRODUCT_NETWORKS = /** @type {const} */ (["cilium-vxlan", "cilium-native", "kube-router", "bird"]);
/** `none`: no pod network is set up, and nodes are not ready until someone does it. */
export const NETWORKS = /** @type {const} */ ([...PLAIN_NETWORKS, ...PRODUCT_NETWORKS, "none"]);
export const KUBE_PROXIES = /** @type {const} */ (["iptables", "nftables"]);
/** `none`: no kube-proxy runs. */
export const PROXIES = /** @type {const} */ ([...KUBE_PROXIES, "none"]);

/** @typedef {typeof NETWORKS[number]} Network */
/** @typedef {typeof PROXIES[number]} ProxyMode */
/**
 * @typedef {object} Variant
 * @property {Network} network
 * @property {ProxyMode} proxy
 * @property {number} nodes 1 to 4
 * @property {number} [podMtu] bytes; what the CNI plugin gives pods instead of what fits
 * @property {boolean} [dualStack] IPv6 beside IPv4 for nodes, pods and Services
 * @property {boolean} [dns] CoreDNS, which kubelet tells pods of
 * @property {boolean} [policies] NetworkPolicies are enforced, by kube-router's controller beside the pod network
 * @property {number} [linkRate] bit/s of each node's link, both ways
 * @property {readonly string[]} [images] tar files to load into every node, absolute paths
 */

export const FABRIC = { bridge: "fabric", address: "198.18.0.1", prefix: 24, address6: "fd00:198:18::1", prefix6: 64 };
export const API_PORT = 6443;
export const API_SERVER = `https://${FABRIC.address}:${String(API_PORT)}`;
const POD_CIDR = "198.19.0.0/16";
const POD_CIDR6 = "fd00:198:19::/56";
const SERVICE_CIDR = "198.18.128.0/20";
const SERVICE_CIDR6 = "fd00:198:18:ff::/112";
/** Where kubeadm puts the DNS in such a range. */
export const DNS_SERVICE = "198.18.128.10";
/** The first address of SERVICE_CIDR: the Service `kubernetes`. */
export const API_SERVICE = "198.18.128.1";
/** macvlan pods are in the fabric's own L2; this is their way out. Their ranges leave the first ten addresses of each PodCIDR free. */
export const MACVLAN_GATEWAY = { address: "198.19.0.1", prefix: 16, address6: "fd00:198:19::1", prefix6: 56 };

/** @param {Variant} variant */
export function podCidrs(variant) {
  return variant.dualStack === true ? [POD_CIDR, POD_CIDR6] : [POD_CIDR];
}

/** @param {Variant} variant */
export function serviceCidrs(variant) {
  return variant.dualStack === true ? [SERVICE_CIDR, SERVICE_CIDR6] : [SERVICE_CIDR];
}

/** @typedef {{ readonly name: string, readonly address: string, readonly address6: string }} NodePlace */

/**
 * @param {Variant} variant
 * @returns {NodePlace[]}
 */
export function nodePlaces(variant) {
  return Array.from({ length: variant.nodes }, (_, index) => ({
    name: `node-${String(index + 1)}`,
    address: `198.18.0.${String(11 + index)}`,
    address6: `fd00:198:18::${String(11 + index)}`,
  }));
}

/** @param {Variant} variant */
export function isFlannel(variant) {
  return variant.network === "flannel-vxlan" || variant.network === "flannel-host-gw";
}

/** @param {Pick<Variant, "network">} variant */
export function isCilium({ network }) {
  return network === "cilium-vxlan" || network === "cilium-native";
}

/** The kube-proxy of a network for which none is named: Cilium takes its place. @param {Network} network @returns {ProxyMode} */
export function usualProxy(network) {
  return isCilium({ network }) ? "none" : "iptables";
}

/** `flannel-vxlan, kube-proxy nftables, 2 nodes`, for people. @param {Variant} variant */
export function nameOf(variant) {
  const { network, proxy, nodes, podMtu, dualStack, dns, policies, linkRate } = variant;
  return [
    network,
    proxy === "none" ? "no kube-proxy" : `kube-proxy ${proxy}`,
    nodes === 1 ? "1 node" : `${String(nodes)} nodes`,
    ...(podMtu === undefined ? [] : [`pod MTU ${String(podMtu)}`]),
    ...(dualStack === true ? ["dual stack"] : []),
    ...(dns === true ? ["DNS"] : []),
    ...(policies === true ? ["policies"] : []),
    ...(linkRate === undefined ? [] : [`links of ${String(linkRate / 1e6)} Mbit/s`]),
  ].join(", ");
}

/**
 * @param {unknown} given
 * @param {readonly string[]} known
 * @param {string} flag
 */
function oneOf(given, known, flag) {
  if (typeof given === "string" && known.includes(given)) return given;
  throw new Error(`--${flag} ${String(given)}: one of ${known.join(", ")} was expected.`);
}

/**
 * @param {string | undefined} text
 * @param {string} flag
 * @param {number} least
 * @param {number} most
 */
function whole(text, flag, least, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${flag} ${String(text)}: a whole number from ${String(least)} to ${String(most)} was expected.`);
}

/** What the products here are not set up for, and kube-proxy where Cilium takes its place. @type {Readonly<Record<typeof PRODUCT_NETWORKS[number] | "none", readonly string[]>>} */
const NOT_WITH = {
  "cilium-vxlan": ["dual-stack", "pod-mtu", "policies"],
  "cilium-native": ["dual-stack", "pod-mtu", "policies"],
  "kube-router": ["dual-stack", "policies"],
  bird: ["dual-stack"],
  none: ["dual-stack", "pod-mtu"],
};

/**
 * Throws where flags do not go together.
 * @param {string} network
 * @param {string} proxy
 * @param {Readonly<Record<string, unknown>>} values
 */
function refuse(network, proxy, values) {
  const refused = Object.entries(NOT_WITH).find(([name]) => name === network)?.[1] ?? [];
  const flag = refused.find((name) => values[name] !== undefined && values[name] !== false);
  if (flag !== undefined) throw new Error(`--${flag}: not with --network ${network}.`);
  if (usualProxy(/** @type {Network} */ (network)) === "none" && proxy !== "none")
    throw new Error(`--proxy ${proxy}: --network ${network} takes the place of kube-proxy.`);
}

/**
 * The variant that a command line asks for.
 * @param {Readonly<Record<string, string | boolean | readonly string[] | undefined>>} values as `parseArgs` gives them
 * @returns {Variant}
 */
export function variantOf(values) {
  const { nodes = "2" } = values;
  const network = /** @type {Network} */ (oneOf(values["network"] ?? "gce", NETWORKS, "network"));
  const proxy = /** @type {ProxyMode} */ (oneOf(values["proxy"] ?? usualProxy(network), PROXIES, "proxy"));
  refuse(network, proxy, values);
  const podMtu = values["pod-mtu"];
  const linkRate = values["link-rate"];
  return {
    network,
    proxy,
    nodes: whole(String(nodes), "nodes", 1, 4),
    ...(podMtu === undefined ? {} : { podMtu: whole(String(podMtu), "pod-mtu", 576, 65535) }),
    ...(values["dual-stack"] === true ? { dualStack: true } : {}),
    ...(values["dns"] === true ? { dns: true } : {}),
    ...(values["policies"] === true ? { policies: true } : {}),
    ...(linkRate === undefined ? {} : { linkRate: whole(String(linkRate), "link-rate", 1_000_000, 100_000_000_000) }),
    images: Array.isArray(values["image"]) ? values["image"].map(String) : [],
  };
}

/** The flags of `variantOf`, for `parseArgs`. */
export const VARIANT_FLAGS = /** @type {const} */ ({
  network: { type: "string" },
  proxy: { type: "string" },
  nodes: { type: "string" },
  "pod-mtu": { type: "string" },
  "dual-stack": { type: "boolean" },
  dns: { type: "boolean" },
  policies: { type: "boolean" },
  "link-rate": { type: "string" },
  image: { type: "string", multiple: true },
});

/**
 * The command line that asks for a variant.
 * @param {Variant} variant
 * @returns {string[]}
 */
export function flagsOf(variant) {
  const { network, proxy, nodes, podMtu, dualStack, dns, policies, linkRate, images = [] } = variant;
  return [
    ...["--network", network, "--proxy", proxy, "--nodes", String(nodes)],
    ...(podMtu === undefined ? [] : ["--pod-mtu", String(podMtu)]),
    ...(dualStack === true ? ["--dual-stack"] : []),
    ...(dns === true ? ["--dns"] : []),
    ...(policies === true ? ["--policies"] : []),
    ...(linkRate === undefined ? [] : ["--link-rate", String(linkRate)]),
    ...images.flatMap((path) => ["--image", path]),
  ];
}
