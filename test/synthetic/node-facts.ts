/**
 * Facts of nodes for tests of changes: a healthy one, and what differs of it.
 * @packageDocumentation
 */
import type { DeviceFacts, NodeFacts, OffloadState } from "../../src/tuning/facts.js";

const ON: OffloadState = { on: true, fixed: false };

/** A card as a healthy node has it. */
export const card = (differs: Partial<DeviceFacts> = {}): DeviceFacts => ({
  name: "eth0",
  ifindex: 2,
  mac: "02:00:00:00:00:01",
  driver: "virtio_net",
  up: true,
  mtu: 1_500,
  maxMtu: 65_535,
  txqueuelen: 1_000,
  gsoMaxSize: 65_536,
  tsoMaxSize: 65_536,
  ipv6: false,
  offloads: {
    "tx-checksum-ip-generic": ON,
    "tx-scatter-gather": ON,
    "tx-tcp-segmentation": ON,
    "generic-segmentation-offload": ON,
    "generic-receive-offload": ON,
  },
  queues: { rx: 2, tx: 1 },
  files: { "queues/rx-0/rps_cpus": "0", "queues/rx-1/rps_cpus": "0", gro_flush_timeout: "20000", napi_defer_hard_irqs: "2" },
  qdisc: "pfifo_fast",
  qdiscIsDefault: true,
  irqs: [],
  ...differs,
});

/** A tunnel over the card. */
export const tunnel = (differs: Partial<DeviceFacts> = {}): DeviceFacts => ({
  ...card(),
  name: "flannel.1",
  ifindex: 3,
  mac: "02:00:00:00:00:02",
  kind: "vxlan",
  mtu: 1_450,
  lower: "eth0",
  vxlanPort: 8_472,
  queues: { rx: 1, tx: 1 },
  files: {},
  qdisc: "noqueue",
  ...differs,
});

/** Values that no change has anything against. */
const SYSCTLS: Readonly<Record<string, string>> = {
  "net.core.netdev_max_backlog": "1000",
  "net.core.netdev_budget": "300",
  "net.core.somaxconn": "4096",
  "net.core.rmem_max": "4194304",
  "net.core.wmem_max": "4194304",
  "net.core.rps_sock_flow_entries": "0",
  "net.ipv4.ip_forward": "1",
  "net.ipv4.tcp_rmem": "4096 131072 6291456",
  "net.ipv4.tcp_wmem": "4096 16384 4194304",
  "net.ipv4.tcp_congestion_control": "cubic",
  "net.ipv4.tcp_available_congestion_control": "reno cubic",
  "net.ipv4.neigh.default.gc_thresh1": "128",
  "net.ipv4.neigh.default.gc_thresh2": "512",
  "net.ipv4.neigh.default.gc_thresh3": "1024",
  "net.netfilter.nf_conntrack_count": "0",
  "net.netfilter.nf_conntrack_max": "262144",
  "net.netfilter.nf_conntrack_buckets": "65536",
  "net.netfilter.nf_conntrack_tcp_timeout_established": "86400",
  "net.netfilter.nf_conntrack_tcp_timeout_close_wait": "60",
  "net.netfilter.nf_conntrack_tcp_be_liberal": "0",
};

/** A node in the first network namespace on which nothing speaks for any change. */
export const healthyNode = (differs: Partial<NodeFacts> = {}): NodeFacts => ({
  firstNamespace: true,
  allProcesses: true,
  boot: "7c6e0000-0000-4000-8000-000000000001",
  namespace: "4026531840",
  kernel: "6.18.44",
  cpus: [0, 1],
  files: {},
  devices: [card()],
  counters: {},
  owners: [],
  bannedIrqs: [],
  tools: { ip: true, tc: true, ethtool: true, nft: true, sysctl: true, flock: true },
  kernelHas: { fq: false, flowtable: false },
  ownRules: "",
  tracks: false,
  serviceRules: false,
  hasPods: false,
  sysfs: [],
  ...differs,
  sysctls: { ...SYSCTLS, ...differs.sysctls },
});
