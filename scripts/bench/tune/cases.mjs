/**
 * What the closed loop is tried on: faults with their cures, decoys, and healthy modes.
 */

/**
 * @typedef {{ fault: string, modes: readonly string[], metric: string, cures: readonly string[] }} FaultCase
 * @typedef {{ decoy: string, mode: string, metric: string, change: string, kinds: readonly ("node" | "pod")[], plant: readonly (readonly [string, ...string[]])[] }} Decoy
 */

const SEGMENTATION = ["offload-tso", "offload-gso", "offload-gro", "offload-scatter-gather", "offload-tx-checksum"];
const ROUTED = ["flannel-vxlan", "flannel-host-gw"];

/** Faults whose cure is a value, and the changes that set it. Each seed takes the next mode. @type {readonly FaultCase[]} */
export const FAULT_CASES = [
  { fault: "fault.offloads-off", modes: ROUTED, metric: "tcp-open", cures: SEGMENTATION },
  { fault: "fault.tx-checksum-off", modes: ROUTED, metric: "tcp-open", cures: SEGMENTATION },
  { fault: "fault.sg-off", modes: ROUTED, metric: "tcp-open", cures: SEGMENTATION },
  {
    fault: "fault.card-offloads-off",
    modes: ROUTED,
    metric: "tcp-open",
    cures: [...SEGMENTATION, "offload-tunnel-segmentation"],
  },
  { fault: "fault.tunnel-checksum-off", modes: ["flannel-vxlan"], metric: "tcp-open", cures: SEGMENTATION },
  { fault: "fault.gso-1500", modes: ROUTED, metric: "tcp-open", cures: ["gso-max-size"] },
  { fault: "fault.mtu-1400", modes: ["flannel-vxlan"], metric: "tcp-open", cures: ["mtu"] },
  { fault: "fault.receive-buffer", modes: ROUTED, metric: "tcp-open", cures: ["tcp-buffers"] },
  { fault: "fault.send-buffer", modes: ROUTED, metric: "tcp-open", cures: ["tcp-buffers"] },
  { fault: "fault.bridge-rules", modes: ["l2-bridge"], metric: "http", cures: ["bridge-nf-call"] },
  { fault: "fault.forwarding-off", modes: ROUTED, metric: "http", cures: ["ip-forward"] },
  // Two causes at once: either cure alone leaves the other one's cost.
  { fault: "fault.offloads-off+fault.receive-buffer", modes: ["flannel-host-gw", "kindnet"], metric: "tcp-open", cures: SEGMENTATION },
];

/** Odd values that cost nothing here, each with the change that would mend it. @type {readonly Decoy[]} */
export const DECOYS = [
  {
    ...{ decoy: "reno in the pods, whose routes ask for cubic", mode: "flannel-vxlan", metric: "tcp-open", change: "congestion-control" },
    kinds: ["pod"],
    plant: [["sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno"]],
  },
  {
    ...{ decoy: "tcp_rmem 4 MiB at most", mode: "flannel-host-gw", metric: "tcp-open", change: "tcp-buffers" },
    kinds: ["pod"],
    plant: [["sysctl", "-qw", "net.ipv4.tcp_rmem=4096 131072 4194304"]],
  },
  {
    ...{ decoy: "tcp_wmem 3 MiB at most", mode: "flannel-vxlan", metric: "tcp-open", change: "tcp-buffers" },
    kinds: ["pod"],
    plant: [["sysctl", "-qw", "net.ipv4.tcp_wmem=4096 16384 3145728"]],
  },
  {
    ...{ decoy: "gso_max_size 64000", mode: "flannel-host-gw", metric: "tcp-open", change: "gso-max-size" },
    kinds: ["pod"],
    plant: [["ip", "link", "set", "dev", "eth0", "gso_max_size", "64000"]],
  },
  {
    ...{ decoy: "silent connections remembered for five days", mode: "flannel-host-gw", metric: "http", change: "conntrack-timeouts" },
    kinds: ["node"],
    plant: [["sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_established=432000"]],
  },
  {
    ...{ decoy: "no TSO on a device that carries nothing", mode: "flannel-vxlan", metric: "tcp-open", change: "offload-tso" },
    kinds: ["node"],
    plant: [
      ["ip", "link", "add", "odd0", "type", "veth", "peer", "name", "odd1"],
      ["ip", "link", "set", "odd0", "up"],
      ["ethtool", "-K", "odd0", "tso", "off"],
    ],
  },
];

/** Healthy modes and metrics, one after the other. */
export const HEALTHY = {
  runs: 20,
  modes: ["flannel-vxlan", "flannel-host-gw", "kindnet", "l2-bridge", "macvlan"],
  metrics: ["tcp-open", "http"],
};

/** Values that a placebo writes anew as they stand. */
export const PLACEBOS = [
  "net.core.somaxconn",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
  "net.ipv4.tcp_timestamps",
  "net.ipv4.tcp_sack",
  "net.ipv4.tcp_max_syn_backlog",
  "net.ipv4.tcp_slow_start_after_idle",
  "net.ipv4.tcp_fin_timeout",
];
