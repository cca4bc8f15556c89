import type { OffloadStep } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { ETHERNET_HEADER, faultLayer } from "../fault-layer.js";
import { cardsOf, podPair, withSteps } from "../places.js";

/** What cards do for packets, wrapped or not. */
const FEATURES = ["tso", "gso", "tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation", "tx-ipxip4-segmentation"];

/** The nodes' cards cut nothing. */
export const cardOffloadsOff = faultLayer({
  name: "card-offloads-off",
  effect: "slow",
  sentence: "Segmentation offload is off on the nodes' cards, for plain and for wrapped packets.",
  why: "The node's kernel cuts every packet before the card, and the other node takes each by itself.",
  programs: ["ethtool"],
  shownBy: "`ethtool -k eth0` on the node says off, and a bulk transfer arrives at the other node's card in packets of the MTU.",
  sources: ["Linux Documentation/networking/segmentation-offloads.rst"],
  deviations: ["A veth stands for the card."],
  sign: (wiring) => {
    const { to, mtu = 0 } = wiring.paths["host-host"] ?? {};
    return { kind: "small-packets", in: to ?? "", device: "eth0", atMost: mtu + ETHERNET_HEADER };
  },
  onto: (wiring) => {
    const pair = podPair(wiring);
    if (isLacking(pair)) return pair;
    return withSteps(
      wiring,
      ...cardsOf(wiring).map(
        (card): OffloadStep => ({
          kind: "offload",
          ...card,
          features: FEATURES,
          on: false,
          reason: "planted: the card's offloads are off",
        }),
      ),
    );
  },
});
