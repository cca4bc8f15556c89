/**
 * What an inspection with pods must tell of each variant of the test cluster.
 */

/**
 * @typedef {object} Told
 * @property {string} cni
 * @property {string} mode
 * @property {object} mtu
 * @property {object} podRoutes
 */

/** @type {readonly { readonly network: import("./variants.mjs").Network, readonly proxy: import("./variants.mjs").ProxyMode, readonly told: Told }[]} */
export const TOLD = [
  {
    network: "gce",
    proxy: "iptables",
    told: { cni: "bridge", mode: "gce", mtu: { pod: 1500, host: 1500, overhead: 0 }, podRoutes: { by: "fabric", via: "198.18.0.1" } },
  },
  {
    network: "flannel-vxlan",
    proxy: "nftables",
    told: {
      cni: "flannel",
      mode: "flannel-vxlan",
      mtu: { pod: 1450, host: 1500, overhead: 50 },
      podRoutes: { by: "tunnel", via: "flannel.1" },
    },
  },
  {
    network: "flannel-host-gw",
    proxy: "iptables",
    told: { cni: "flannel", mode: "flannel-host-gw", mtu: { pod: 1500, host: 1500, overhead: 0 }, podRoutes: { by: "peers" } },
  },
  {
    network: "host-routes",
    proxy: "nftables",
    told: { cni: "bridge", mode: "flannel-host-gw", mtu: { pod: 1500, host: 1500, overhead: 0 }, podRoutes: { by: "peers" } },
  },
  {
    network: "ptp",
    proxy: "iptables",
    told: { cni: "ptp", mode: "kindnet", mtu: { pod: 1500, host: 1500, overhead: 0 }, podRoutes: { by: "peers" } },
  },
  {
    network: "macvlan",
    proxy: "nftables",
    told: { cni: "macvlan", mode: "macvlan", mtu: { pod: 1500, host: 1500, overhead: 0 }, podRoutes: { by: "segment", via: "eth0" } },
  },
];
