/** What is true in the synthetic run: each mode's speed as a share of the host's, and the host's figures. */
import type { WorkloadName } from "../../src/model/metric.js";

/** The host's median in the unit of the workload's first metric, and the spread of one observation around it (fraction). */
export const HOST: Readonly<Record<WorkloadName, { readonly value: number; readonly noise: number }>> = {
  tcp: { value: 942e6, noise: 0.003 },
  "tcp-open": { value: 21.4e9, noise: 0.025 },
  tcp8: { value: 26.1e9, noise: 0.06 },
  pps: { value: 1.31e6, noise: 0.02 },
  "latency.udp": { value: 13.4, noise: 0.02 },
  "latency.tcp": { value: 16.9, noise: 0.02 },
  "latency.icmp": { value: 21.2, noise: 0.04 },
  http: { value: 12_400, noise: 0.025 },
  "http-keepalive": { value: 61_300, noise: 0.02 },
};

/** A measured mode: its speed on the capped link, on the open one, and the share of rounds in which it stalls. */
export interface Truth {
  readonly capped: number;
  readonly open: number;
  readonly stalls?: number;
}

/** Speeds by mode; a mode that is not here was not measured. */
export const TRUTH: Readonly<Record<string, Truth>> = {
  "docker-nat": { capped: 0.998, open: 0.62 },
  "flannel-udp": { capped: 0.46, open: 0.081, stalls: 0.15 },
  "flannel-vxlan": { capped: 0.962, open: 0.557 },
  "flannel-host-gw": { capped: 0.999, open: 0.931 },
  gce: { capped: 0.999, open: 0.902 },
  "l2-bridge": { capped: 1.0, open: 0.915 },
  macvlan: { capped: 1.0, open: 0.994 },
  "calico-routed": { capped: 0.999, open: 0.936 },
  "calico-ipip": { capped: 0.983, open: 0.661 },
  "calico-vxlan": { capped: 0.961, open: 0.561 },
  kindnet: { capped: 0.999, open: 0.944 },
};

/** Modes that were not measured, and why. */
export const MISSING: Readonly<Record<string, { readonly status: "unsupported" | "failed"; readonly reason: string }>> = {
  "ipvlan-l2": { status: "unsupported", reason: "this kernel lacks ipvlan: needs CONFIG_IPVLAN" },
  "ipvlan-l3s": { status: "unsupported", reason: "this kernel lacks ipvlan: needs CONFIG_IPVLAN_L3S" },
  vlan: { status: "failed", reason: "ip link add link eth0 name eth0.100 type vlan id 100: RTNETLINK answers: Cannot allocate memory" },
};

/** Every mode in table order. */
export const SYNTHETIC_MODES = [
  "host",
  "docker-nat",
  "flannel-udp",
  "flannel-vxlan",
  "flannel-host-gw",
  "gce",
  "l2-bridge",
  "macvlan",
  "calico-routed",
  "calico-ipip",
  "calico-vxlan",
  "ipvlan-l2",
  "ipvlan-l3s",
  "vlan",
  "kindnet",
] as const;
