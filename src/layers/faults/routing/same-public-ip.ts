import type { Step, Wiring } from "../../../model/wiring.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { swallowedByTunnel, tunnelledPods, vxlanOn, withWordBehind, wordBehind } from "../places.js";

/** Nodes that published one and the same address. */
export const samePublicIp = faultLayer({
  name: "same-public-ip",
  row: "B6",
  effect: "broken",
  sentence: "Every node has published the same address for its tunnel endpoint.",
  why: "flannel chose the card of the machines' NAT, which has one address on all of them: each node wraps packets for itself.",
  shownBy:
    "Packets enter the sending node's tunnel device and none comes out of the other's; `bridge fdb` names the node's own address as its peers'.",
  sources: ["flannel-io/flannel Documentation/configuration.md --iface", "flannel's node annotation public-ip, equal on two nodes"],
  deviations: ["The address that stands for all is each node's own on the link between the nodes."],
  sign: swallowedByTunnel,
  onto: towardsItself,
});

function towardsItself(wiring: Wiring): Wiring | Lacking {
  const pods = tunnelledPods(wiring);
  if (isLacking(pods)) return pods;
  const misled = (step: Step): Step => {
    const own = wordBehind(vxlanOn(wiring, step.in)?.options, "local");
    if (step.kind !== "fdb" || step.device !== pods.tunnel || own === undefined) return step;
    return {
      ...step,
      options: withWordBehind(step.options, "dst", own),
      reason: "planted: the peer's published address is the node's own",
    };
  };
  return { ...wiring, steps: wiring.steps.map(misled) };
}
