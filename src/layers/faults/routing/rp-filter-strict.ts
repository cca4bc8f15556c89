import type { Step, Wiring } from "../../../model/wiring.js";
import { CUBIC } from "../../../modes/parts/congestion.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, routedPods, routesTo, withoutSteps, withSteps } from "../places.js";

const SECOND = "eth1";
const FIRST_END = "198.18.7.1";
const SECOND_END = "198.18.7.2";

/** A strict reverse path filter on a node whose answers leave by another card. */
export const rpFilterStrict = faultLayer({
  name: "rp-filter-strict",
  row: "B2",
  effect: "broken",
  sentence: "Answers leave a node by a second card, and its reverse path filter is strict.",
  why: "A packet from the other node's pod comes in by a card that the way back does not use, which strict filtering takes for a forgery.",
  kernel: ["veth"],
  shownBy:
    "`TcpExt.IPReversePathFilter` grows on that node; `rp_filter` is 1 and `ip route get` names another card than packets come in by.",
  sources: ["aws/amazon-vpc-cni-k8s 1392", "cilium/cilium 13130", "RFC 3704 section 2.2: strict reverse path forwarding"],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.to ?? "", counter: "TcpExt.IPReversePathFilter" }),
  onto: filtered,
});

function filtered(wiring: Wiring): Wiring | Lacking {
  const pods = routedPods(wiring);
  if (isLacking(pods)) return pods;
  const [near, far] = [pods.client.node, pods.server.node];
  const address = addressOf(wiring, pods.client);
  const routes = address === undefined ? [] : routesTo(wiring, far, address);
  if (routes.length === 0) return { lacks: "has no routes to single nodes' pods" };
  const cable: Step = {
    kind: "link",
    in: near,
    name: SECOND,
    type: "veth",
    peer: { name: SECOND, in: far },
    reason: "planted: the nodes' second cards",
  };
  return withSteps(
    { ...withoutSteps(wiring, routes), steps: [cable, ...withoutSteps(wiring, routes).steps] },
    ...card(near, FIRST_END),
    ...card(far, SECOND_END),
    ...routes.map(
      ({ to }): Step => ({
        kind: "route",
        in: far,
        to,
        options: ["via", FIRST_END, "dev", SECOND, ...CUBIC],
        reason: "planted: answers leave by the second card",
      }),
    ),
    {
      kind: "sysctl",
      in: far,
      name: "net.ipv4.conf.all.rp_filter",
      value: "1",
      reason: "planted: strict; the kernel takes the larger of this and the device's own",
    },
  );
}

const card = (node: string, address: string): Step[] => [
  { kind: "address", in: node, device: SECOND, address: `${address}/30`, reason: "planted: the second card's address" },
  { kind: "link-set", in: node, name: SECOND, settings: ["up"], reason: "planted: the second card is on" },
];
