import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { nodesOf, routedPods, withRulesFirst } from "../places.js";
import { deadRules, passingDeadRules } from "./many-rules.js";

/** A firewall's list on the way of every packet. */
export const deadRulesOnTheWay = faultLayer({
  name: "dead-rules",
  effect: "slow",
  sentence: "2,000 rules that match nothing stand before every packet that the nodes forward.",
  why: "Rules are asked one after the other, by each packet of each connection.",
  kernel: ["iptables"],
  programs: ["iptables-restore"],
  shownBy: "A chain of 2,000 rules counts nothing, and the jump to it counts every packet of the pods.",
  sources: ["iptables(8): rules of a chain are asked in their order"],
  sign: passingDeadRules,
  onto: (wiring) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    return withRulesFirst(
      wiring,
      nodesOf(wiring).map((node) => ({ in: node, tables: [deadRules()], reason: "planted: a list of unused addresses" })),
    );
  },
});
