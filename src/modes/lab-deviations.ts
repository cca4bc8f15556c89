/**
 * Where every wiring of the lab differs from machines with network cards. A mode's own `deviations` come on top.
 * @packageDocumentation
 */

/** One sentence each, with what it means for figures. */
export const LAB_DEVIATIONS: readonly string[] = [
  "The cable is a veth: packets of up to 64 kB cross it and every tunnel whole, where a card that cannot segment tunnelled packets would have the kernel cut them to the MTU first. So tunnels cost less for each byte than on such a card; `--offload off` shows that end",
  "No interrupt, no NAPI and no card's queues: a packet is received in the context of its sender, so that interrupt placement cannot be measured here",
  "A link's rate is a token bucket (tbf) above a device without byte queue limits (BQL), with a burst of 10 ms",
  "The reverse path filter is off, where systemd sets rp_filter=2 on most distributions: one more route lookup for each packet that a node takes in",
  "IPv6 and ICMP redirects are off, and one congestion control stands on every route",
  "Nodes are empty: no kubelet, no other pods, no other programs' rules",
  "Rules are written by this machine's iptables, legacy or nf_tables, whichever it is; products choose for themselves, and the two differ in cost",
];
