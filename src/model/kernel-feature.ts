/**
 * What a kernel may lack. The lab tries each in a throwaway namespace before use.
 * @packageDocumentation
 */

/** Features that modes and layers are built from. */
export const KERNEL_FEATURES = [
  "veth",
  "bridge",
  "br_netfilter",
  "vxlan",
  "macvlan",
  "ipvlan",
  "ipvlan_l3s",
  "vlan",
  "ipip",
  "tun",
  "iptables",
  "tbf",
  // Of layers.
  "policy-routing",
  "iptables-raw",
  "iptables-statistic",
  "iptables-legacy",
  "iptables-nft",
  "nftables",
  "ipvs",
  "ipset",
  "dummy",
  "cgroup-bpf",
  "cls-bpf",
  "redirect-peer",
  "rps",
  // Of grounds with both families of addresses.
  "ipv6",
  "ip6tables",
  // Of the first rung of a ladder.
  "tc-redirect",
] as const;
/** One of {@link KERNEL_FEATURES}. */
export type KernelFeature = (typeof KERNEL_FEATURES)[number];
