import type { SysctlStep } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { nodesOf, routedPods, withSteps } from "../places.js";

/** Nodes that were hardened into hosts. */
export const forwardingOff = faultLayer({
  name: "forwarding-off",
  row: "B7",
  effect: "broken",
  sentence: "The nodes forward no IPv4 packet: a hardening rule set ip_forward to 0.",
  why: "What is for a pod is for no address of the node, and is dropped there.",
  shownBy: "`Ip.InAddrErrors` grows on the node, and `Ip.Forwarding` is 2.",
  sources: ["coredns/coredns 5862", "Linux Documentation/networking/ip-sysctl.rst ip_forward"],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.from ?? "", counter: "Ip.InAddrErrors" }),
  onto: (wiring) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    return withSteps(
      wiring,
      ...nodesOf(wiring).map(
        (node): SysctlStep => ({
          kind: "sysctl",
          in: node,
          name: "net.ipv4.ip_forward",
          value: "0",
          reason: "planted: a hardening rule; it resets what every device says of itself too",
        }),
      ),
    );
  },
});
