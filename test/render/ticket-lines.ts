/**
 * What kubelet 1.2.4 says and makes: the ticket's own line where its node has no PodCIDR, and what is there once it has one.
 * @packageDocumentation
 */

/** In the journal, every five seconds (kubelet.go, 1.2.4). */
export const NO_POD_CIDR = "ConfigureCBR0 requested, but PodCIDR not set. Will not configure CBR0 right now";

/** In the journal, once; the block follows. */
export const SET_POD_CIDR = "Setting Pod CIDR:  -> ";

/** As `iptables-save -t nat` prints it (container_bridge.go, 1.2.4): with the cluster's own range, so that pods are seen by each other under their addresses. */
export const CBR0_RULE = "-A POSTROUTING ! -d 198.19.0.0/16 -m addrtype ! --dst-type LOCAL -j MASQUERADE";
