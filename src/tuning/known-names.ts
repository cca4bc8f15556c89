/**
 * Names by which a change is asked for: its own, or a value of `/proc/sys` that it sets.
 * @packageDocumentation
 */
import { CHANGES } from "./changes/index.js";

/** Values that a change sets on any node, whatever its devices are. */
const SYSCTLS: Readonly<Record<string, string>> = {
  "net.core.netdev_max_backlog": "netdev-max-backlog",
  "net.core.netdev_budget": "netdev-budget",
  "net.core.somaxconn": "somaxconn",
  "net.core.rmem_max": "socket-ceilings",
  "net.core.wmem_max": "socket-ceilings",
  "net.core.rps_sock_flow_entries": "rfs",
  "net.ipv4.ip_forward": "ip-forward",
  "net.ipv4.tcp_rmem": "tcp-buffers",
  "net.ipv4.tcp_wmem": "tcp-buffers",
  "net.ipv4.tcp_congestion_control": "congestion-control",
  "net.ipv4.neigh.default.gc_thresh1": "neighbour-thresholds",
  "net.ipv4.neigh.default.gc_thresh2": "neighbour-thresholds",
  "net.ipv4.neigh.default.gc_thresh3": "neighbour-thresholds",
  "net.ipv6.neigh.default.gc_thresh1": "neighbour-thresholds",
  "net.ipv6.neigh.default.gc_thresh2": "neighbour-thresholds",
  "net.ipv6.neigh.default.gc_thresh3": "neighbour-thresholds",
  "net.bridge.bridge-nf-call-iptables": "bridge-nf-call",
  "net.bridge.bridge-nf-call-ip6tables": "bridge-nf-call",
  "net.bridge.bridge-nf-call-arptables": "bridge-nf-call",
  "net.netfilter.nf_conntrack_max": "conntrack-max",
  "net.netfilter.nf_conntrack_buckets": "conntrack-buckets",
  "net.netfilter.nf_conntrack_tcp_timeout_established": "conntrack-timeouts",
  "net.netfilter.nf_conntrack_tcp_timeout_close_wait": "conntrack-timeouts",
  "net.netfilter.nf_conntrack_tcp_be_liberal": "conntrack-liberal",
};

/** The change of that name, or the one that sets that value; undefined where there is neither. */
export const changeCalled = (word: string): string | undefined =>
  CHANGES.some(({ name }) => name === word) ? word : Object.hasOwn(SYSCTLS, word) ? SYSCTLS[word] : undefined;

/** Names that are near a word of this kind: sysctls for a word with dots, else changes. */
export const namesLike = (word: string): readonly string[] => (word.includes(".") ? Object.keys(SYSCTLS) : CHANGES.map(({ name }) => name));
