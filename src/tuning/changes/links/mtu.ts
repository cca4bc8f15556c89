import type { Change, Knob, PlannedStep } from "../../contract.js";
import { proposalOf } from "../../evidence.js";
import type { DeviceFacts, NodeFacts } from "../../facts.js";
import { ofDevice } from "../../knobs/files.js";

/** What VXLAN takes of a packet over IPv4, bytes (RFC 7348). */
const VXLAN = 50;

const BREAKS = "The other ends of the link must have the same value: frames that are too large for them are lost in silence.";
const WRITERS = [
  { owner: "systemd-networkd", instead: "MTUBytes= of the device's .network file" },
  { owner: "NetworkManager", instead: "the connection's mtu" },
  { owner: "cilium", instead: "mtu of its values" },
] as const;

/** Large enough for what its tunnel sends. */
export const mtu: Change = {
  name: "mtu",
  sets: "the MTU of a device under a tunnel as large as the tunnel's packets need",
  why: "A tunnel whose packets do not fit into the device below has each of them fragmented.",
  scope: "device",
  risk: "medium",
  breaks: BREAKS,
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
    return proposalOf(steps, evidence(pairs));
  },
};

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
      evidence: evidence(pairs),
      says: `${large.map(({ tunnel, below }) => `ip link set dev ${tunnel.name} mtu ${String(below.mtu - VXLAN)}`).join("; ")}: the kernel would not take the old value back, so podwire does not set it`,
    };
  },
};

interface Pair {
  readonly tunnel: DeviceFacts;
  readonly below: DeviceFacts;
}

const tunnelsOf = ({ devices }: NodeFacts): readonly Pair[] =>
  devices.flatMap((tunnel) => {
    const below = devices.find(({ name }) => name === tunnel.lower);
    return tunnel.kind !== "vxlan" || !tunnel.up || below === undefined ? [] : [{ tunnel, below }];
  });

const evidence = (pairs: readonly Pair[]): { readonly weight: "strong"; readonly says: string } => ({
  weight: "strong",
  says: pairs
    .filter(({ tunnel, below }) => tunnel.mtu + VXLAN > below.mtu)
    .map(
      ({ tunnel, below }) =>
        `${tunnel.name} sends packets of up to ${String(tunnel.mtu + VXLAN)} bytes over ${below.name}, which takes ${String(below.mtu)}`,
    )
    .join("; "),
});

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
