import { bridgeNetfilter } from "../../../modes/parts/sysctls.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { nodesOf, podPair, routedPods, withRulesFirst, withSteps } from "../places.js";
import { deadRules, passingDeadRules } from "./many-rules.js";

/** Frames that a bridge shows to the node's rules, which have nothing to do with them. */
export const bridgeRules = faultLayer({
  name: "bridge-rules",
  effect: "slow",
  sentence: "The bridge shows its frames to 2,000 rules of the node that match none of them (bridge-nf-call-iptables is 1).",
  why: "Frames that are only switched pay for rules that were written for routed packets.",
  kernel: ["iptables", "br_netfilter"],
  programs: ["iptables-restore"],
  shownBy: "`net.bridge.bridge-nf-call-iptables` is 1, and the FORWARD chain counts frames that the node does not route.",
  sources: ["Linux Documentation/networking/ip-sysctl.rst bridge-nf-call-iptables"],
  sign: passingDeadRules,
  onto: (wiring) => {
    const pods = podPair(wiring);
    if (isLacking(pods)) return pods;
    if (!isLacking(routedPods(wiring))) return { lacks: "routes its pods' packets, which meet the rules in any case" };
    const nodes = nodesOf(wiring);
    return withRulesFirst(
      withSteps(wiring, ...nodes.map((node) => bridgeNetfilter(node, true, "planted: left on where no bridged frame has a rule to meet"))),
      nodes.map((node) => ({
        in: node,
        tables: [deadRules()],
        reason: "planted: a list of unused addresses",
      })),
    );
  },
});
