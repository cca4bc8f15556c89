/**
 * Where a mode's pods have their addresses, and how their packets travel: what decides which fields a document has.
 * @packageDocumentation
 */
import type { Encapsulation } from "./addressing/mtu.js";

/**
 * `routed`: each node has a PodCIDR. `nodes-segment`: pods have addresses of the nodes' own segment, `own-segment`: of one that is theirs; each node has a
 * slice of it. `hidden`: addresses that other nodes never see.
 */
export type PodPlace = "routed" | "nodes-segment" | "own-segment" | "hidden";

/** What a mode is to documents. */
export interface ModeKind {
  readonly pods: PodPlace;
  readonly encapsulation: Encapsulation;
}

const kind = (pods: PodPlace, encapsulation: Encapsulation = "none"): ModeKind => ({ pods, encapsulation });

const KINDS: Readonly<Record<string, ModeKind>> = {
  "docker-nat": kind("hidden"),
  "docker-nat-28": kind("hidden"),
  "flannel-udp": kind("routed", "udp"),
  "flannel-vxlan": kind("routed", "vxlan"),
  "flannel-ipip": kind("routed", "ipip"),
  "flannel-host-gw": kind("routed"),
  gce: kind("routed"),
  "l2-bridge": kind("nodes-segment"),
  macvlan: kind("nodes-segment"),
  "host-device": kind("hidden"),
  host: kind("hidden"),
  "calico-routed": kind("routed"),
  "calico-ipip": kind("routed", "ipip"),
  "calico-vxlan": kind("routed", "vxlan"),
  "ipvlan-l2": kind("nodes-segment"),
  "ipvlan-l3s": kind("routed"),
  vlan: kind("own-segment"),
  kindnet: kind("routed"),
  "ebpf-routed": kind("routed"),
  "ebpf-vxlan": kind("routed", "vxlan"),
  wireguard: kind("routed", "wireguard"),
};

const EBPF =
  "podwire's own programs would have to stay on the node, which needs an agent that it does not ship; Cilium and Calico's eBPF data plane are the products";

/** Modes that no target can make, each with the reason, a clause. What a closed loop kept on them can be rendered all the same. */
export const NOT_RENDERED: Readonly<Record<string, string>> = {
  host: "pods on the node's own network need none",
  "host-device": "each pod would need a device of its node by name",
  "ebpf-routed": EBPF,
  "ebpf-vxlan": EBPF,
};

/**
 * What a mode is to documents.
 * @throws Error where none of podwire's modes is called so
 */
export function kindOf(mode: string): ModeKind {
  const found = KINDS[mode];
  if (found === undefined) throw new Error(`${mode} is no mode whose kind is known`);
  return found;
}

/** Modes that can be made and whose pods have such a place, in the order of the list. */
export const modesWith = (...places: readonly PodPlace[]): readonly string[] =>
  Object.entries(KINDS).flatMap(([mode, { pods }]) => (places.includes(pods) && !(mode in NOT_RENDERED) ? [mode] : []));
