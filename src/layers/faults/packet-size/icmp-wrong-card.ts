import type { Step, Wiring } from "../../../model/wiring.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, unwrappedPods, withSteps } from "../places.js";
import { narrowCards } from "./narrow-cards.js";

const TABLE = "77";

/** The answer about a narrow link leaves by the wrong card. */
export const icmpWrongCard = faultLayer({
  name: "icmp-wrong-card",
  row: "A5",
  effect: "broken",
  sentence: "The link between the nodes is narrower than the pods, and the answer that says so leaves by another card.",
  why: "A rule of policy routing sends the node's own ICMP elsewhere: the pod never learns what size would fit.",
  kernel: ["policy-routing"],
  shownBy: "`Icmp.OutDestUnreachs` grows on the sending node, `Icmp.InDestUnreachs` in the pod does not; `ip rule` has the cause.",
  sources: ["projectcalico/calico 4439: the answer was sent from the private card", "ip-rule(8) ipproto"],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.from ?? "", counter: "Icmp.OutDestUnreachs" }),
  onto: misled,
});

function misled(wiring: Wiring): Wiring | Lacking {
  const pods = unwrappedPods(wiring);
  if (isLacking(pods)) return pods;
  const misleading = [pods.client, pods.server].flatMap((one): Step[] => {
    const address = addressOf(wiring, one);
    if (address === undefined) return [];
    return [
      {
        kind: "route",
        in: one.node,
        to: `${address}/32`,
        options: ["dev", "eth0", "table", TABLE],
        reason: "planted: this table looks for the node's pod beyond the card",
      },
      {
        kind: "policy-rule",
        in: one.node,
        selector: ["iif", "lo", "ipproto", "icmp", "lookup", TABLE],
        reason: "planted: what the node says by ICMP goes by that table",
      },
    ];
  });
  return withSteps(narrowCards(wiring), ...misleading);
}
