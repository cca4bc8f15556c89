/**
 * The other end of what a veth stands for: a card without offloads, on which the kernel cuts everything to the MTU itself.
 * @packageDocumentation
 */
import type { OffloadStep, Step, Wiring } from "../../model/wiring.js";

/** Segmentation and its reverse. */
const SEGMENTATION = ["tso", "gso", "gro"] as const;
/** What a card may do for packets that a tunnel has wrapped. */
const OF_TUNNELLED = ["tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation", "tx-ipxip4-segmentation"] as const;

/** Types of links that stand on a card or wrap packets for it. */
const ON_THE_CARD: ReadonlySet<string> = new Set(["vxlan", "ipip", "vlan"]);

/** The wiring with no segmentation offload on cables and tunnels. Pods' own links keep theirs, as they do on a real node. */
export function withoutOffloads(wiring: Wiring): Wiring {
  const pods = new Set(wiring.namespaces.filter(({ kind }) => kind === "pod").map(({ name }) => name));
  const off = wiring.steps.flatMap((step) => offloadsOf(step, pods));
  const daemons = wiring.steps.filter(({ kind }) => kind === "daemon");
  return { ...wiring, steps: [...wiring.steps.filter(({ kind }) => kind !== "daemon"), ...off, ...daemons] };
}

function offloadsOf(step: Step, pods: ReadonlySet<string>): OffloadStep[] {
  if (step.kind === "tun") return [tunnel(step.in, step.name)];
  // The ipip module makes this device by itself.
  if (step.kind === "link-set" && step.name === "tunl0" && step.settings.includes("up")) return [tunnel(step.in, step.name)];
  if (step.kind !== "link") return [];
  if (ON_THE_CARD.has(step.type)) return [tunnel(step.in, step.name)];
  const { peer } = step;
  if (step.type !== "veth" || peer === undefined || pods.has(step.in) || pods.has(peer.in)) return [];
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
