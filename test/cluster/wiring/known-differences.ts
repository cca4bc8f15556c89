/**
 * In what the lab's wiring differs from a real cluster's, and why it stays so. A difference that stands nowhere here fails the test, and so does
 * one that is here and not there.
 * @packageDocumentation
 */
import { gce } from "../../../src/modes/gce.js";
import { WITHOUT_KUBE_PROXY } from "../../../src/modes/parts/kube-proxy.js";
import type { Network } from "../variants.mjs";

/** One difference, as far as its facts look alike. */
export interface Known {
  /** Fits lines of `differences`. */
  readonly line: RegExp;
  /** Where it is to be met; everywhere by default. */
  readonly networks?: readonly Network[];
  /** A deviation of the mode, word for word; or whose doing it is when not the product's. */
  readonly why: { readonly deviation: string } | { readonly fixture: string } | { readonly lab: string };
}

const masquerading = gce.deviations.find((one) => one.startsWith("The masquerading rule is kubelet's")) ?? "none";

/** Those that are to be met in a network. */
export const knownOn = (network: Network): readonly Known[] =>
  KNOWN.filter(({ networks }) => networks === undefined || networks.includes(network));

const KNOWN: readonly Known[] = [
  { line: /^real: iptables \w+ .*\bKUBE-/, why: { deviation: WITHOUT_KUBE_PROXY } },
  {
    line: /^(?:real: sysctl net\.ipv4\.conf\.all\.route_localnet=1|lab: sysctl net\.ipv4\.conf\.all\.route_localnet=0)$/,
    why: { deviation: WITHOUT_KUBE_PROXY },
  },
  {
    line: /^real: route unicast default via 198\.18\.0\.1 dev eth0 /,
    networks: ["flannel-vxlan", "flannel-host-gw", "ptp"],
    why: { lab: "it has no uplink, so nodes that share a segment need no default route" },
  },
  {
    line: /^(?:real: (?:address eth0 198\.18\.0\.11\/24|route \w+ 198\.18\.0\.(?:0\/24|255) dev eth0) |lab: (?:address eth0 198\.18\.0\.11\/32|route unicast 198\.18\.0\.1 dev eth0) )/,
    networks: ["gce"],
    why: {
      fixture:
        "its nodes share a segment, over which its router is reached; on GCE, as in the lab, a node's address is a /32 and only the router is on its link",
    },
  },
  {
    line: /^lab: iptables nat -A POSTROUTING ! -d 198\.18\.0\.0\/15 .*"kubelet: SNAT/,
    networks: ["gce"],
    why: { deviation: masquerading },
  },
  {
    line: /^lab: iptables nat .*KIND-MASQ-AGENT/,
    networks: ["ptp"],
    why: { fixture: "it runs the CNI plugin that kindnet uses, but no kindnetd, whose rules these are" },
  },
];
