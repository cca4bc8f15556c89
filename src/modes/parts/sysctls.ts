/**
 * Sysctls that figures depend on. A new namespace inherits some of the host's and kernels differ in their defaults,
 * so each wiring sets all of them (Documentation/networking/ip-sysctl.rst).
 * @packageDocumentation
 */
import type { NamespaceName, SysctlStep } from "../../model/wiring.js";

type Setting = readonly [name: string, value: string, reason: string];

/** They switch something off; a kernel without the setting has nothing to switch off. */
const OFF_WHERE_KNOWN: readonly Setting[] = [
  ["net.ipv6.conf.all.disable_ipv6", "1", "no router solicitations or duplicate address detection beside the measured traffic"],
  ["net.ipv6.conf.default.disable_ipv6", "1", "the same for devices made later"],
  ["net.ipv4.tcp_syncookies", "0", "no SYN cookies: they would drop TCP options under load"],
];

const EVERY_NAMESPACE: readonly Setting[] = [
  ["net.ipv4.conf.all.rp_filter", "0", "no reverse path filter: it costs a lookup and drops asymmetric paths"],
  ["net.ipv4.conf.default.rp_filter", "0", "the same for devices made later"],
  ["net.ipv4.conf.all.send_redirects", "0", "no ICMP redirects: they would move a path while it is measured"],
  ["net.ipv4.conf.default.send_redirects", "0", "the same for devices made later"],
  ["net.ipv4.conf.all.accept_redirects", "0", "a path stays as it was wired"],
  ["net.ipv4.conf.default.accept_redirects", "0", "the same for devices made later"],
  ["net.ipv4.tcp_rmem", "4096 131072 33554432", "receive window large enough on every machine"],
  ["net.ipv4.tcp_wmem", "4096 65536 33554432", "send buffer large enough on every machine"],
  ["net.ipv4.tcp_no_metrics_save", "1", "no observation inherits the congestion state of an earlier one"],
  ["net.ipv4.tcp_max_tw_buckets", "0", "no connection pays for earlier ones: the host, visited more often, paid 1.5 %"],
  ["net.ipv4.tcp_slow_start_after_idle", "0", "a suspended generator keeps its congestion window"],
  ["net.ipv4.tcp_mtu_probing", "0", "the MSS is the one that the MTU gives"],
  ["net.ipv4.tcp_ecn", "0", "no marking: kernels differ in the default"],
  ["net.ipv4.tcp_tw_reuse", "1", "a new connection may take the port of one in TIME_WAIT"],
  ["net.ipv4.ip_local_port_range", "1024 65535", "enough ports for short connections"],
  ["net.core.somaxconn", "4096", "the accept queue of the HTTP server does not overflow"],
  ["net.ipv4.tcp_max_syn_backlog", "8192", "the same for half-open connections"],
];

const ENDPOINT: readonly Setting[] = [
  ["net.ipv4.ip_forward", "0", "an endpoint forwards nothing; a new namespace takes the value from the host, where Docker may have set it"],
];

const NODE: readonly Setting[] = [["net.ipv4.ip_forward", "1", "the node forwards between its pods and the link"]];

const toSteps = (namespace: NamespaceName, settings: readonly Setting[]): SysctlStep[] =>
  settings.map(([name, value, reason]) => ({ kind: "sysctl", in: namespace, name, value, reason }));

const offWhereKnown = (namespace: NamespaceName): SysctlStep[] =>
  toSteps(namespace, OFF_WHERE_KNOWN).map((step) => ({ ...step, mayBeUnknown: true }));

/** Sysctls of a pod, or of a host that forwards nothing. */
export const endpointSysctls = (namespace: NamespaceName): SysctlStep[] => [
  ...offWhereKnown(namespace),
  ...toSteps(namespace, [...EVERY_NAMESPACE, ...ENDPOINT]),
];

/** Sysctls of a node that forwards for its pods. */
export const nodeSysctls = (namespace: NamespaceName): SysctlStep[] => [
  ...offWhereKnown(namespace),
  ...toSteps(namespace, [...EVERY_NAMESPACE, ...NODE]),
];

/**
 * What `default` cannot reach: a veth is made before its namespace's sysctls are set, so it has the host's values. The kernel takes
 * the larger of the device's and the namespace's rp_filter, and sends or accepts redirects where either says so.
 */
export const deviceSysctls = (namespace: NamespaceName, device: string): SysctlStep[] =>
  toSteps(namespace, [
    [`net.ipv4.conf.${device}.rp_filter`, "0", "no reverse path filter on this device either"],
    [`net.ipv4.conf.${device}.send_redirects`, "0", "no redirects by this device either"],
    [`net.ipv4.conf.${device}.accept_redirects`, "0", "none accepted either"],
  ]);

/**
 * Whether frames that cross a bridge of the node are shown to iptables. Modes with a bridge set it on purpose:
 * it is 1 in a new namespace on some kernels and absent without br_netfilter, where off is how it is.
 */
export const bridgeNetfilter = (namespace: NamespaceName, on: boolean, reason: string): SysctlStep => ({
  kind: "sysctl",
  in: namespace,
  name: "net.bridge.bridge-nf-call-iptables",
  value: on ? "1" : "0",
  ...(on ? {} : { mayBeUnknown: true as const }),
  reason,
});
