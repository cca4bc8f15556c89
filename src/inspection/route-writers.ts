/**
 * What wrote a node's routes to the other nodes' pods. Sources: iproute2 etc/iproute2/rt_protos, Linux uapi rtnetlink.h (RTPROT_*); FRRouting (zebra installs
 * under each protocol's own number since 5.0); cloudnativelabs/kube-router pkg/controllers/routing (zebraRouteOriginator 0x11, which iproute2 has no name
 * for); projectcalico/calico felix (protocol 80 for routes of its own).
 * @packageDocumentation
 */
import type { Way } from "./pods/way.js";

const WRITERS: Readonly<Record<string, string>> = {
  bird: "BIRD",
  zebra: "FRRouting",
  bgp: "FRRouting (BGP)",
  ospf: "FRRouting (OSPF)",
  isis: "FRRouting (IS-IS)",
  "17": "kube-router",
  "kube-router": "kube-router",
  "80": "Calico's Felix",
};

/** The program behind a route's protocol; undefined for the kernel, a person's hand and numbers that are no one's in particular. */
export const writerOf = (protocol: string | undefined): string | undefined => (protocol === undefined ? undefined : WRITERS[protocol]);

/** How a network without a product is set, where a routing daemon makes it: `pod routes by BIRD`. */
export function settingOfRoutes(way: Way | undefined): string | undefined {
  const writer = writerOf(way?.protocol);
  return writer === undefined ? undefined : `pod routes by ${writer}`;
}
