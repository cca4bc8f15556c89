import { rateLimit } from "../../../modes/parts/underlay.js";
import { bitsPerSecond } from "../../../units/quantity.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { queuedPods, queueOf, withSteps } from "../places.js";

const RATE = bitsPerSecond(500_000_000);

/** A bandwidth limit that someone gave the pod. */
export const bandwidthLimit = faultLayer({
  name: "bandwidth-limit",
  effect: "slow",
  sentence: "The pod has a bandwidth limit of 500 Mbit/s.",
  why: "An annotation, or the bandwidth plugin's configuration, gives the node's end of the pod's link a token bucket. It is meant: only who set it may lift it.",
  kernel: ["tbf"],
  shownBy: "`tc -s qdisc` of the pod's device on the node counts overlimits.",
  sources: ["containernetworking/plugins plugins/meta/bandwidth", "annotation kubernetes.io/ingress-bandwidth"],
  sign: (wiring) => queueOf(wiring, "overlimits"),
  onto: (wiring) => {
    const pods = queuedPods(wiring);
    if (isLacking(pods)) return pods;
    const { node, port } = pods.server;
    return withSteps(wiring, { ...rateLimit(node, port, RATE), reason: "planted: the pod's bandwidth limit" });
  },
});
