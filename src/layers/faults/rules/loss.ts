import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { routedPods, withRulesFirst } from "../places.js";

const SHARE = "0.01";

/** A link that loses packets. */
export const loss = faultLayer({
  name: "loss",
  effect: "slow",
  sentence: "One packet of a hundred that the nodes forward is lost.",
  why: "TCP takes each loss for a full link and slows down.",
  kernel: ["iptables", "iptables-statistic"],
  programs: ["iptables-restore"],
  shownBy: "`Tcp.RetransSegs` grows in the pod against `Tcp.OutSegs`.",
  sources: ["iptables-extensions(8) statistic"],
  deviations: ["A rule of the node drops them, by chance; packets of up to 64 kB are lost whole."],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["pod-pod"]?.from ?? "", counter: "Tcp.RetransSegs" }),
  onto: (wiring) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    return withRulesFirst(wiring, [
      {
        in: pods.server.node,
        tables: [ruleTable("mangle", [], [`-A FORWARD -m statistic --mode random --probability ${SHARE} -j DROP`])],
        reason: "planted: a link that loses one packet of a hundred",
      },
    ]);
  },
});
