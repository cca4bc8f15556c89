import type { Change, Knob, PlannedStep } from "../../contract.js";
import { proposalOf } from "../../evidence.js";
import type { DeviceFacts, NodeFacts } from "../../facts.js";
import { ofDevice } from "../../knobs/files.js";
import { tunnelsOf, VXLAN, WRITERS, widerThanBelow } from "./tunnels.js";

/** Large enough for what its tunnel sends. */
export const mtu: Change = {
  name: "mtu",
  sets: "the MTU of a device under a tunnel as large as the tunnel's packets need",
  why: "A tunnel whose packets do not fit into the device below has each of them fragmented.",
  scope: "device",
  risk: "medium",
  breaks: "The other ends of the link must have the same value: frames that are too large for them are lost in silence.",
  acts: "at once",
  side: "node",
  readBack: "`ip link`: bytes",
  sideEffects: "Devices that stand on it, its bridge, and its IPv6 MTU may follow; they are restored.",
  writers: WRITERS,
  sources: ["RFC 7348, section 4.3"],
  propose: (node) => {
    const pairs = tunnelsOf(node);
    if (pairs.length === 0) return { kind: "not here", because: "there is no VXLAN device over another device" };
    const steps = pairs.flatMap(({ tunnel, below }): PlannedStep[] => {
      const needed = tunnel.mtu + VXLAN;
      return below.mtu >= needed || (below.maxMtu ?? 0) < needed ? [] : [mtuStep(node, below, needed)];
    });
    return proposalOf(steps, widerThanBelow(pairs));
  },
};

const mtuStep = (node: NodeFacts, device: DeviceFacts, wanted: number): PlannedStep => ({
  knob: { kind: "link", device: device.name, attribute: "mtu" },
  now: String(device.mtu),
  wanted: String(wanted),
  coupled: [...followers(node, device), ...ofIpv6(node, device)],
});

/** A bridge takes the smallest of its ports' MTUs, and what stands on a device cannot exceed it. */
const followers = ({ devices }: NodeFacts, { name, master }: DeviceFacts): readonly Knob[] =>
  devices
    .filter((other) => other.name === master || other.lower === name)
    .map((other) => ({ kind: "link", device: other.name, attribute: "mtu" }));

function ofIpv6({ sysctls }: NodeFacts, { name }: DeviceFacts): readonly Knob[] {
  const sysctl = ofDevice("net.ipv6.conf", name, "mtu");
  return sysctls[sysctl] === undefined ? [] : [{ kind: "sysctl", name: sysctl }];
}
