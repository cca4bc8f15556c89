import type { Change } from "../../contract.js";
import { tunnelsOf, VXLAN, WRITERS, widerThanBelow } from "./tunnels.js";

/** Small enough for the device below. */
export const tunnelMtu: Change = {
  name: "tunnel-mtu",
  sets: "the MTU of a tunnel as small as the device below it needs",
  why: "As `mtu`, the other way round: where the network outside cannot carry more, the tunnel has to take less.",
  scope: "device",
  risk: "medium",
  breaks: "Pods keep their own MTU and learn of the smaller one by ICMP; where that is filtered, large transfers stall.",
  acts: "at once",
  side: "node",
  readBack: "`ip link`: bytes",
  sideEffects: "Its IPv6 MTU follows; it is restored.",
  writers: WRITERS,
  sources: ["RFC 7348, section 4.3", "RFC 8899"],
  propose: (node) => {
    const pairs = tunnelsOf(node);
    if (pairs.length === 0) return { kind: "not here", because: "there is no VXLAN device over another device" };
    const large = pairs.filter(({ tunnel, below }) => tunnel.mtu + VXLAN > below.mtu);
    if (large.length === 0) return { kind: "so" };
    // The kernel takes no MTU for a tunnel that its device could not carry (vxlan_change_mtu): the old value could not be set again.
    return {
      kind: "advice",
      evidence: widerThanBelow(pairs),
      says: `${large.map(({ tunnel, below }) => `ip link set dev ${tunnel.name} mtu ${String(below.mtu - VXLAN)}`).join("; ")}: the kernel would not take the old value back, so podwire does not set it`,
    };
  },
};
