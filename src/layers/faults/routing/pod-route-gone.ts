import type { RouteStep } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, present, routedPods, withoutSteps } from "../places.js";

/** A node that does not know where its own pod is. */
export const podRouteGone = faultLayer({
  name: "pod-route-gone",
  row: "B4",
  effect: "broken",
  sentence: "A node has lost the route to its own pod.",
  why: "A network manager whose match is too wide takes the pod's device over and drops the route that the CNI plugin made: packets reach the node and go no further.",
  shownBy: "Packets arrive at the node's card and none leaves by the pod's device; `ip route get POD` on the node does not name it.",
  sources: ["projectcalico/calico 2471 (systemd-networkd, NetworkManager)", "projectcalico/typha PR 1007"],
  deviations: ["The route was never made, where the report has it removed."],
  sign: (wiring) => {
    const { node, port } = present(routedPods(wiring)).server;
    return {
      kind: "swallowed",
      seen: { in: node, device: "eth0", counter: "rxPackets" },
      missed: { in: node, device: port, counter: "txPackets" },
    };
  },
  onto: (wiring) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    const address = addressOf(wiring, pods.server);
    const routes = wiring.steps.filter(
      (step): step is RouteStep => step.kind === "route" && step.in === pods.server.node && step.to === `${address ?? ""}/32`,
    );
    return routes.length === 0 ? { lacks: "has no routes to single pods on their nodes" } : withoutSteps(wiring, routes);
  },
});
