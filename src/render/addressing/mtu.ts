/**
 * MTUs in the meaning of each field: a tunnel's bytes are taken off once, by whoever the field belongs to.
 * @packageDocumentation
 */
import type { AddressFamily } from "../../units/address.js";

/** How pods' packets travel between nodes. */
export type Encapsulation = "none" | "vxlan" | "ipip" | "udp" | "wireguard";

/** What each encapsulation puts before a packet over IPv4 and over IPv6, bytes (shared/reference/render-checkers.md). */
const OVERHEADS: Readonly<Record<Encapsulation, Readonly<Record<AddressFamily, number>>>> = {
  none: { ipv4: 0, ipv6: 0 },
  vxlan: { ipv4: 50, ipv6: 70 },
  ipip: { ipv4: 20, ipv6: 40 },
  // IP and UDP headers; flannel's udp backend runs over IPv4 only.
  udp: { ipv4: 28, ipv6: 48 },
  // flannel takes what an outer IPv6 header needs in either family (pkg/backend/wireguard/wireguard_network.go).
  wireguard: { ipv4: 80, ipv6: 80 },
};

/** MTUs of a network, bytes. */
export interface Mtus {
  /** The smallest of the nodes' cards: what may cross the network between any two. */
  readonly underlay: number;
  /** What a pod may send, and with a tunnel the tunnel device's own: Calico's `vxlanMTU` and `calicoNetwork.mtu` are this one. */
  readonly pod: number;
}

/** MTUs of pods whose packets travel so over the nodes' network. */
export function mtusOf(underlay: readonly number[], encapsulation: Encapsulation, outer: AddressFamily): Mtus {
  const smallest = underlay.reduce((least, mtu) => Math.min(least, mtu));
  return { underlay: smallest, pod: smallest - OVERHEADS[encapsulation][outer] };
}

/**
 * flannel's `Backend.MTU` for vxlan, bytes. It is the card's, but flannel takes the 50 bytes over IPv4 off for either family (`encapOverhead`
 * in pkg/backend/vxlan/vxlan_network.go of 0.28.10, and device.go): what VXLAN takes more over IPv6 has to be gone before.
 */
export const flannelVxlanMtu = ({ pod }: Mtus): number => pod + OVERHEADS.vxlan.ipv4;
