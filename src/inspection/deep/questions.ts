/**
 * What the privileged look asks on a node. Every command only reads.
 * @packageDocumentation
 */
import type { Question } from "../pods/look.js";

/** Sysctls that decide about throughput, loss and forwarding. */
const SYSCTLS = [
  "net.core.default_qdisc",
  "net.core.netdev_budget",
  "net.core.netdev_budget_usecs",
  "net.core.netdev_max_backlog",
  "net.core.rmem_max",
  "net.core.rps_sock_flow_entries",
  "net.core.somaxconn",
  "net.core.wmem_max",
  "net.ipv4.conf.all.rp_filter",
  "net.ipv4.ip_forward",
  "net.ipv4.neigh.default.gc_thresh3",
  "net.ipv4.tcp_congestion_control",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
  "net.bridge.bridge-nf-call-iptables",
  "net.netfilter.nf_conntrack_buckets",
  "net.netfilter.nf_conntrack_tcp_be_liberal",
] as const;

export const NFT_RULES: Question = { argv: ["nft", "--json", "list", "ruleset"], why: "to count what nftables walks through" };
export const IPTABLES_RULES: Question = { argv: ["iptables-nft-save"], why: "to count rules of iptables that are kept in nftables" };
export const LEGACY_RULES: Question = { argv: ["iptables-legacy-save"], why: "to count rules of the old iptables" };
export const SYSCTL_VALUES: Question = {
  argv: ["sysctl", "--ignore", ...SYSCTLS],
  why: "to read settings that decide about throughput and loss",
};
export const QDISCS: Question = { argv: ["tc", "-json", "qdisc", "show"], why: "to see how links queue" };
export const INTERRUPTS: Question = { argv: ["cat", "/proc/interrupts"], why: "to see which CPUs serve the cards" };
export const IRQ_CPUS: Question = {
  argv: ["grep", "-rsH", "--include=smp_affinity_list", ".", "/proc/irq"],
  why: "to see which CPUs may serve each interrupt",
};
export const RPS: Question = {
  argv: ["grep", "-rsH", "--include=rps_cpus", ".", "/sys/devices"],
  why: "to see whether receiving is spread over CPUs in software",
};
export const CONNTRACK_COUNT: Question = {
  argv: ["cat", "/proc/sys/net/netfilter/nf_conntrack_count"],
  why: "to see how full the connection table is",
};
export const CONNTRACK_MAX: Question = {
  argv: ["cat", "/proc/sys/net/netfilter/nf_conntrack_max"],
  why: "to see how much the connection table holds",
};
export const DEEP_LINKS: Question = {
  argv: ["ip", "-json", "-details", "-statistics", "link"],
  why: "to see which links there are and what they dropped",
};
export const SOFTNET: Question = {
  argv: ["cat", "/proc/net/softnet_stat"],
  why: "to see packets that were dropped before any link's counter",
};
export const CONNTRACK_STAT: Question = { argv: ["cat", "/proc/net/stat/nf_conntrack"], why: "to see connections that were not let in" };

/** What a device is asked. */
export const offloadsOf = (device: string): Question => ({
  argv: ["ethtool", "--show-features", device],
  why: "to see what the device does instead of the CPU",
});

/** Counters, read twice: what counts is whether they grow. */
export const COUNTERS: readonly Question[] = [DEEP_LINKS, SOFTNET, CONNTRACK_STAT];

/** Everything that is read once. */
export const ONCE: readonly Question[] = [
  NFT_RULES,
  IPTABLES_RULES,
  LEGACY_RULES,
  SYSCTL_VALUES,
  QDISCS,
  INTERRUPTS,
  IRQ_CPUS,
  RPS,
  CONNTRACK_COUNT,
  CONNTRACK_MAX,
];
