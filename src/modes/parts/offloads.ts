/**
 * The other end of what a veth stands for: a card without offloads, on which the kernel cuts everything to the MTU itself.
 * @packageDocumentation
 */
import type { NamespaceName, NamespaceSpec, OffloadStep, Step, Wiring } from "../../model/wiring.js";

/** Segmentation and its reverse. */
const SEGMENTATION = ["tso", "gso", "gro"] as const;
/** What a card may do for packets that a tunnel has wrapped. */
const OF_TUNNELLED = ["tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation", "tx-ipxip4-segmentation"] as const;

/** ethtool's short name of all transmit checksum offloads; without them no packet can be cut behind the tunnel. */
export const TRANSMIT_CHECKSUM = ["tx"] as const;

/** Types of links that stand on a card or wrap packets for it. */
const ON_THE_CARD: ReadonlySet<string> = new Set(["vxlan", "ipip", "vlan"]);

/** The wiring with no segmentation offload on cables and tunnels. Links between a pod and its node keep theirs, as they do on a real node. */
export function withoutOffloads(wiring: Wiring): Wiring {
  const kinds = new Map(wiring.namespaces.map(({ name, kind }) => [name, kind]));
  const off = wiring.steps.flatMap((step) => offloadsOf(step, kinds));
  const daemons = wiring.steps.filter(({ kind }) => kind === "daemon");
  return { ...wiring, steps: [...wiring.steps.filter(({ kind }) => kind !== "daemon"), ...off, ...daemons] };
}

type Kinds = ReadonlyMap<NamespaceName, NamespaceSpec["kind"]>;

function offloadsOf(step: Step, kinds: Kinds): OffloadStep[] {
  if (step.kind === "tun") return [tunnel(step.in, step.name)];
  // The ipip module makes this device by itself.
  if (step.kind === "link-set" && step.name === "tunl0" && step.settings.includes("up")) return [tunnel(step.in, step.name)];
  if (step.kind !== "link") return [];
  if (ON_THE_CARD.has(step.type)) return [tunnel(step.in, step.name)];
  const { peer } = step;
  if (step.type !== "veth" || peer === undefined) return [];
  // What a node has with its pod is no cable; what a pod has with another one, or with the switch, is the card that it owns.
  const ends = [kinds.get(step.in), kinds.get(peer.in)];
  if (ends.includes("pod") && ends.includes("node")) return [];
  return [cable(step.in, step.name), cable(peer.in, peer.name)];
}

const cable = (namespace: string, device: string): OffloadStep => ({
  kind: "offload",
  in: namespace,
  device,
  features: [...SEGMENTATION, ...OF_TUNNELLED],
  on: false,
  reason: "as a card without offloads: the kernel cuts packets to the MTU and receives each by itself",
});

const tunnel = (namespace: string, device: string): OffloadStep => ({
  kind: "offload",
  in: namespace,
  device,
  features: SEGMENTATION,
  on: false,
  reason: "packets are cut to the MTU before they enter",
});

/** A wiring that switches a tunnel's transmit checksum offload off, with that offload on: its packets then enter the tunnel whole. */
export const withTransmitOffload = (wiring: Wiring): Wiring => ({ ...wiring, steps: wiring.steps.map(transmitOffloadOn) });

function transmitOffloadOn(step: Step): Step {
  if (step.kind !== "offload" || step.on || step.features.join() !== TRANSMIT_CHECKSUM.join()) return step;
  return { ...step, on: true, reason: "the other setting of the mode's product: packets of up to 64 kB enter the tunnel whole" };
}
