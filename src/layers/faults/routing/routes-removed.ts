import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, routedPods, routesTo, withoutSteps } from "../places.js";

/** A node that lost its routes to the pods of the others. */
export const routesRemoved = faultLayer({
  name: "routes-removed",
  row: "B3",
  effect: "broken",
  sentence: "One node has lost its routes to the pods of the others.",
  why: "systemd-networkd removes routes that it did not make, after a restart or a flap of the link. Answers from that node's pods find no way back.",
  shownBy: "`IpExt.InNoRoutes` grows on that node; `ip route` lacks the others' pod ranges.",
  sources: ["systemd/systemd 41350, flatcar/Flatcar 620, aws/amazon-vpc-cni-k8s 1600", "networkd.conf(5) ManageForeignRoutes="],
  deviations: ["The routes were never made, where the report has them removed later."],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.to ?? "", counter: "IpExt.InNoRoutes" }),
  onto: (wiring, { outside }) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    const address = addressOf(wiring, pods.client);
    const routes = address === undefined ? [] : routesTo(wiring, pods.server.node, address);
    if (routes.length === 0) return { lacks: "has no routes to single nodes' pods" };
    if (
      outside === undefined &&
      wiring.steps.some((step) => step.kind === "route" && step.in === pods.server.node && step.to === "default")
    )
      return { lacks: "has a default route on its nodes, which takes what a lost one led" };
    return withoutSteps(wiring, routes);
  },
});
