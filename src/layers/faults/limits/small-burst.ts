import type { QdiscStep } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { queuedPods, queueOf, withSteps } from "../places.js";

/** A limit whose bucket holds less than TCP sends at once. */
export const smallBurst = faultLayer({
  name: "small-burst",
  row: "D11",
  effect: "slow",
  sentence: "The pod has a limit of 4 Gbit/s whose bucket holds two packets and whose queue holds a few.",
  why: "TCP sends in bursts. What does not fit is dropped, however low the mean rate is, so that a small part of the limit is left.",
  kernel: ["tbf"],
  shownBy: "`tc -s qdisc` of the pod's device on the node counts drops far below the limit, `Tcp.RetransSegs` grows in the pod.",
  sources: ["ovn-org/ovn-kubernetes PR 880: ingress_policing_burst", "tc-tbf(8) burst"],
  deviations: ["A token bucket with a short queue stands for Open vSwitch's policing, which has none."],
  sign: (wiring) => queueOf(wiring, "drops"),
  onto: (wiring) => {
    const pods = queuedPods(wiring);
    if (isLacking(pods)) return pods;
    const { node, port } = pods.server;
    const limit: QdiscStep = {
      kind: "qdisc",
      in: node,
      device: port,
      options: ["root", "tbf", "rate", "4gbit", "burst", "3200b", "limit", "16000b"],
      reason: "planted: a bucket of two packets",
    };
    return withSteps(wiring, limit);
  },
});
