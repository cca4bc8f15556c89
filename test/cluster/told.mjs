/**
 * What an inspection with pods must tell of each variant of the test cluster.
 */

/** @typedef {import("./variants.mjs").Network} Network */
/** @typedef {import("./variants.mjs").ProxyMode} ProxyMode */
/**
 * @typedef {object} Told
 * @property {string} cni
 * @property {string} mode
 * @property {object} mtu
 * @property {object} podRoutes
 * @property {readonly string[]} [ipFamilies]
 */
/**
 * @typedef {object} ToldVariant
 * @property {{ network: Network, proxy?: ProxyMode, nodes?: 1 | 2 | 3, podMtu?: number, dualStack?: boolean }} variant
 * @property {Told} told
 */

const UNWRAPPED = { pod: 1500, podPath: 1500, host: 1500, overhead: 0, explainedBy: "nothing is wrapped" };
const VXLAN = { cni: "flannel", mode: "flannel-vxlan", podRoutes: { by: "tunnel", via: "flannel.1" } };

/** @type {readonly ToldVariant[]} The two that `npm test` has running anyway. */
export const TOLD_ALWAYS = [
  {
    variant: { network: "flannel-vxlan" },
    told: { ...VXLAN, mtu: { pod: 1450, podPath: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4 takes 50 bytes" } },
  },
  {
    variant: { network: "gce", proxy: "nftables" },
    told: { cni: "bridge", mode: "gce", mtu: UNWRAPPED, podRoutes: { by: "fabric", via: "198.18.0.1" } },
  },
];

/** @type {readonly ToldVariant[]} */
export const TOLD_TOO = [
  {
    variant: { network: "flannel-host-gw", nodes: 3 },
    told: { cni: "flannel", mode: "flannel-host-gw", mtu: UNWRAPPED, podRoutes: { by: "peers" } },
  },
  {
    variant: { network: "host-routes", proxy: "nftables" },
    told: { cni: "bridge", mode: "flannel-host-gw", mtu: UNWRAPPED, podRoutes: { by: "peers" } },
  },
  {
    variant: { network: "ptp", dualStack: true },
    told: { cni: "ptp", mode: "kindnet", mtu: UNWRAPPED, podRoutes: { by: "peers" }, ipFamilies: ["IPv4", "IPv6"] },
  },
  {
    variant: { network: "macvlan", proxy: "nftables" },
    told: { cni: "macvlan", mode: "macvlan", mtu: UNWRAPPED, podRoutes: { by: "segment", via: "eth0" } },
  },
  {
    variant: { network: "gce", podMtu: 1400 },
    told: { cni: "bridge", mode: "gce", mtu: { pod: 1400, podPath: 1400, host: 1500, overhead: 100 }, podRoutes: { by: "fabric" } },
  },
  {
    variant: { network: "flannel-vxlan", nodes: 1 },
    told: {
      cni: "flannel",
      mode: "flannel-vxlan",
      mtu: { pod: 1450, podPath: 1450, host: 1500, overhead: 50 },
      podRoutes: { by: "unknown" },
    },
  },
];
