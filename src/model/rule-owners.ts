/**
 * Which product wrote a chain or a table, by the names that it gives.
 * @packageDocumentation
 */

/** Later ones are more special. Each from its product's source. */
const CHAINS: readonly (readonly [product: string, pattern: RegExp])[] = [
  ["kube-proxy", /^KUBE-(?!ROUTER|NWPLCY|POD-FW|FIREWALL$)/],
  ["kubelet", /^KUBE-(?:FIREWALL|KUBELET-CANARY)$/],
  ["kube-router", /^KUBE-(?:ROUTER|NWPLCY|POD-FW)/],
  ["flannel", /^FLANNEL-/],
  ["calico", /^(?:cali-|felix-)/],
  ["cilium", /^(?:OLD_)?CILIUM_/],
  ["weave", /^WEAVE/],
  ["antrea", /^ANTREA-/],
  ["kube-ovn", /^OVN-/],
  ["ovn-kubernetes", /^OVN-KUBE-/],
  ["docker", /^DOCKER/],
  ["CNI plugins", /^CNI-/],
  ["libvirt", /^LIBVIRT_/],
  ["ufw", /^ufw6?-/],
  ["firewalld", /_(?:ZONES(?:_SOURCE)?|POLICIES_(?:pre|post)|direct)$/],
  ["firewalld", /^(?:IN|OUT|FWD[IO]?|PRE|POST)_.+_(?:pre|log|deny|allow|post)$/],
  ["firewalld", /^(?:IN|OUT|FWD[IO]?|PRE|POST)_(?:block|dmz|drop|external|home|internal|nm-shared|public|trusted|work|policy_.+)$/],
];

/** Tables of nftables that are a product's own. */
const TABLES: Readonly<Record<string, string>> = {
  "kube-proxy": "kube-proxy",
  firewalld: "firewalld",
  "flannel-ipv4": "flannel",
  "flannel-ipv6": "flannel",
  calico: "calico",
  "kube-network-policies": "kube-network-policies",
  kindnet: "kindnet",
  libvirt_network: "libvirt",
  docker: "docker",
  "docker-bridges": "docker",
};

/** The product whose chain it is; undefined where none that is known gives such names. */
export const ownerOfChain = (chain: string): string | undefined => CHAINS.findLast(([, pattern]) => pattern.test(chain))?.[0];

/** The same of a table of nftables. */
export const ownerOfTable = (table: string): string | undefined => (Object.hasOwn(TABLES, table) ? TABLES[table] : undefined);
