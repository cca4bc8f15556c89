import type { LinkSetStep } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { cardsOf, tunnelledPods, withSteps } from "../places.js";

const MTU = 1400;

/** A network under the tunnel that is narrower than was planned. */
export const mtu1400 = faultLayer({
  name: "mtu-1400",
  row: "A9",
  effect: "slow",
  sentence: "Both nodes' eth0 has an MTU of 1400 under a tunnel and pods that were planned for a wider one.",
  why: "A wrapped packet of full size no longer fits: the node cuts each in two, and the other node puts them together again.",
  shownBy:
    "`Ip.FragCreates` grows on the sending node and `Ip.ReasmReqds` on the other; `ip link` shows a tunnel wider than its card less 50.",
  sources: [
    "angelnu/pod-gateway 33: VXLAN in front of a 1420-byte WireGuard",
    "Linux drivers/net/vxlan: the outer packet may be cut (df unset)",
  ],
  deviations: ["The card itself is narrow; in the report a WireGuard device behind it is."],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.from ?? "", counter: "Ip.FragCreates" }),
  onto: (wiring) => {
    const pods = tunnelledPods(wiring);
    if (isLacking(pods)) return pods;
    return withSteps(
      wiring,
      ...cardsOf(wiring).map(
        ({ in: place, device }): LinkSetStep => ({
          kind: "link-set",
          in: place,
          name: device,
          settings: ["mtu", String(MTU)],
          reason: "planted: the network between the nodes carries no more",
        }),
      ),
    );
  },
});
