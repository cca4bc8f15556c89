/**
 * Layers that several families of modes have, and what stands in their place on rungs below them.
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { type CniBridgeOptions, cniBridge } from "./cni-bridge.js";
import type { Has, OwnLayer } from "./made-of.js";
import { ptpPods } from "./ptp.js";

/** A bridge, and what shows its frames to iptables. */
export const BRIDGE_LAYERS: readonly OwnLayer[] = [
  { layer: "bridge", title: "bridge" },
  { layer: "br-netfilter", title: "br_netfilter", on: ["bridge"] },
];

/** Pods on the CNI plugin's bridge, or each on a link of its own (its ptp plugin) where the bridge is not there. */
export const bridgedOrNot = (topology: Topology, options: CniBridgeOptions, has: Has): Step[] =>
  has("bridge") ? cniBridge(topology, { ...options, shown: has("br-netfilter") }) : ptpPods(topology, options.mtu);

/** A tunnel and the room that it needs; none where there is no tunnel. A tunnel with the full MTU inside drops what does not fit, so the room comes first. */
export const tunnelLayers = (tunnel: { readonly title: string; readonly overhead: number } | undefined): readonly OwnLayer[] =>
  tunnel === undefined
    ? []
    : [
        { layer: "mtu", title: `MTU less ${String(tunnel.overhead)} bytes` },
        { layer: "encapsulation", title: tunnel.title, on: ["mtu"] },
      ];
