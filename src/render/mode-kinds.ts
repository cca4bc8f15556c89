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
  "flannel-host-gw": kind("routed"),
  gce: kind("routed"),
  "l2-bridge": kind("nodes-segment"),
  macvlan: kind("nodes-segment"),
  "host-device": kind("hidden"),
  "calico-routed": kind("routed"),
  "calico-ipip": kind("routed", "ipip"),
  "calico-vxlan": kind("routed", "vxlan"),
  "ipvlan-l2": kind("nodes-segment"),
  "ipvlan-l3s": kind("routed"),
  vlan: kind("own-segment"),
  kindnet: kind("routed"),
  wireguard: kind("routed", "wireguard"),
};

/** What a mode is to documents; the host has no pods. */
export const kindOf = (mode: string): ModeKind => KINDS[mode] ?? kind("hidden");

/** Modes whose pods have such a place, in the order of the list. */
export const modesWith = (...places: readonly PodPlace[]): readonly string[] =>
  Object.entries(KINDS).flatMap(([mode, { pods }]) => (places.includes(pods) ? [mode] : []));
