import type { LinkSetStep, LinkStep, Step, Topology, Wiring } from "../../../model/wiring.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { cablesOf, cardsOf, tunnelledPods, withSteps, withWordBehind } from "../places.js";
import { withPodMtu } from "./pod-links.js";

/** A tunnel as wide as the card under it. */
export const tunnelMtu = faultLayer({
  name: "tunnel-mtu",
  row: "A7",
  effect: "slow",
  sentence: "Tunnel and pods have the MTU of the nodes' cards: what the tunnel itself takes was forgotten.",
  why: "A wrapped packet of full size is too large for the card by the tunnel's headers: the node cuts each in two.",
  shownBy: "`Ip.FragCreates` grows on the sending node; `ip -d link` shows a tunnel as wide as its card.",
  sources: ["cilium/cilium PR 30329: the route's MTU ignored the tunnel's overhead (WireGuard there, VXLAN here)"],
  deviations: ["The kernel makes no VXLAN device wider than its card allows: the cards are narrowed once the tunnels stand."],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.from ?? "", counter: "Ip.FragCreates" }),
  onto: asWideAsTheCard,
});

function asWideAsTheCard(wiring: Wiring, { mtu }: Topology): Wiring | Lacking {
  const pods = tunnelledPods(wiring);
  if (isLacking(pods)) return pods;
  const overhead = mtu - pods.path.mtu;
  const cables = new Set<Step>(cablesOf(wiring));
  const wide = withPodMtu(wiring, pods.path.mtu, mtu);
  const steps = wide.steps.map((step, index) => {
    const before = wiring.steps[index];
    return step.kind === "link" && before !== undefined && cables.has(before) ? withMtu(step, mtu + overhead) : step;
  });
  return withSteps(
    { ...wide, steps },
    ...cardsOf(wiring).map(
      ({ in: place, device }): LinkSetStep => ({
        kind: "link-set",
        in: place,
        name: device,
        settings: ["mtu", String(mtu)],
        reason: "planted: the card is as wide as it was planned, and so are tunnel and pods",
      }),
    ),
  );
}

const withMtu = (step: LinkStep, mtu: number): LinkStep => ({
  ...step,
  ...(step.common === undefined ? {} : { common: withWordBehind(step.common, "mtu", String(mtu)) }),
  ...(step.peer?.common === undefined ? {} : { peer: { ...step.peer, common: withWordBehind(step.peer.common, "mtu", String(mtu)) } }),
});
