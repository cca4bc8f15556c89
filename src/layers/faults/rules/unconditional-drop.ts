import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { nodesOf, tunnelledPods, withRulesFirst } from "../places.js";

const CHAIN = "KUBE-FIREWALL";
const DROP = "-j DROP";

/** kubelet's dropping rule without the mark that it was to look for. */
export const unconditionalDrop = faultLayer({
  name: "unconditional-drop",
  row: "C15",
  effect: "broken",
  sentence: "kubelet's rule that drops marked packets has lost its match, and drops all that the nodes themselves send or get.",
  why: "An older iptables read the rules of a newer one, did not know the match, and wrote them back without it. Wrapped packets are the nodes' own.",
  kernel: ["iptables"],
  programs: ["iptables-restore"],
  shownBy: "The packet counter of `-A KUBE-FIREWALL -j DROP` grows.",
  sources: ["kubernetes/kubernetes 112477: iptables 1.8.7 and 1.8.8 in kubelet and kube-proxy"],
  sign: (wiring) => ({
    kind: "rule",
    in: wiring.paths["host-host"]?.from ?? "",
    tool: "iptables",
    table: "filter",
    chain: CHAIN,
    rule: DROP,
  }),
  onto: (wiring) => {
    const pods = tunnelledPods(wiring);
    if (isLacking(pods)) return pods;
    return withRulesFirst(
      wiring,
      nodesOf(wiring).map((node) => ({
        in: node,
        tables: [ruleTable("filter", [CHAIN], [`-A INPUT -j ${CHAIN}`, `-A OUTPUT -j ${CHAIN}`, `-A ${CHAIN} ${DROP}`])],
        reason: "planted: `-m mark --mark 0x8000/0x8000 -j DROP` without its match",
      })),
    );
  },
});
