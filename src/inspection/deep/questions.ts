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

export const FORWARDED: Question = {
  argv: ["cat", "/proc/net/snmp"],
  why: "to see whether packets of pods pass the node's IP stack: programs that carry them past it are not counted there",
};

/** What a device is asked. */
export const offloadsOf = (device: string): Question => ({
  argv: ["ethtool", "--show-features", device],
  why: "to see what the device does instead of the CPU",
});

/** Programs at devices. Of TCX only a bpftool of 7.3 or newer knows. */
export const BPF_NET: Question = { argv: ["bpftool", "--json", "net", "show"], why: "to see eBPF programs at devices" };
export const BPF_LINKS: Question = {
  argv: ["bpftool", "--json", "link", "show"],
  why: "to see eBPF programs at cgroups, and at devices by TCX",
};
export const BPF_CGROUPS: Question = {
  argv: ["bpftool", "--json", "cgroup", "tree"],
  why: "to see eBPF programs that were attached to cgroups without a link",
};
export const BPF_VERSION: Question = {
  argv: ["bpftool", "--json", "version"],
  why: "to know which bpftool this is: older ones do not name the devices of TCX programs",
};
export const BPF_PROGRAMS: Question = { argv: ["bpftool", "--json", "prog", "show"], why: "to know programs by their names" };
export const BPF_MAPS: Question = { argv: ["bpftool", "--json", "map", "show"], why: "to see what eBPF programs keep" };
export const CILIUM_CONSTANTS: Question = {
  argv: ["bpftool", "--json", "map", "dump", "name", ".rodata.config"],
  why: "to see what Cilium's programs were loaded to do",
};
export const XFRM_STATES: Question = {
  argv: ["ip", "xfrm", "state", "count"],
  why: "to see whether packets between nodes are encrypted by IPsec",
};

/** Directions in which a device's filters are asked for. */
export const DIRECTIONS = ["ingress", "egress"] as const;
export const filtersOf = (device: string, direction: (typeof DIRECTIONS)[number]): Question => ({
  argv: ["tc", "-json", "filter", "show", "dev", device, direction],
  why: "to see eBPF programs at the device, where there is no bpftool",
});

/** Counters, read twice: what counts is whether they grow. */
export const COUNTERS: readonly Question[] = [DEEP_LINKS, SOFTNET, CONNTRACK_STAT, FORWARDED];

/** What may fail for want of a program or of what it asks for, and then only costs evidence. */
export const EBPF: readonly Question[] = [
  BPF_NET,
  BPF_LINKS,
  BPF_CGROUPS,
  BPF_PROGRAMS,
  BPF_MAPS,
  CILIUM_CONSTANTS,
  XFRM_STATES,
  BPF_VERSION,
];

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
  ...EBPF,
];
