import type { Wiring } from "../../../model/wiring.js";
import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, routedPods, withRulesFirst } from "../places.js";

const CHAIN = "KUBE-FORWARD";
const DROP = "-m conntrack --ctstate INVALID -j DROP";

/** kube-proxy's rule against packets that connection tracking cannot place, on a node that sees one direction only. */
export const invalidDropped = faultLayer({
  name: "invalid-dropped",
  row: "C2",
  effect: "broken",
  sentence: "A node's connection tracking sees one direction of a flow only, and kube-proxy's rule drops what it then calls invalid.",
  why: "An answer to a question that was never seen belongs to no connection: the rule that cured another fault drops it.",
  kernel: ["iptables", "iptables-raw"],
  programs: ["iptables-restore"],
  shownBy: "The packet counter of `-m conntrack --ctstate INVALID -j DROP` grows, and `invalid` in /proc/net/stat/nf_conntrack.",
  sources: ["kubernetes/kubernetes 94861 (asymmetric paths), 74839 (why the rule is there)"],
  deviations: ["The requests are left untracked on that node, where in the report they pass another one."],
  sign: (wiring) => ({
    kind: "rule",
    in: wiring.paths["host-host"]?.to ?? "",
    tool: "iptables",
    table: "filter",
    chain: CHAIN,
    rule: DROP,
  }),
  onto: halfSeen,
});

function halfSeen(wiring: Wiring): Wiring | Lacking {
  const pods = routedPods(wiring);
  if (isLacking(pods)) return pods;
  const [client, server] = [addressOf(wiring, pods.client), addressOf(wiring, pods.server)];
  if (client === undefined || server === undefined || server !== pods.path.address)
    return { lacks: "has pods without an address that other nodes reach" };
  return withRulesFirst(wiring, [
    {
      in: pods.server.node,
      tables: [
        ruleTable("raw", [], [`-A PREROUTING -s ${client}/32 -d ${server}/32 -j CT --notrack`]),
        ruleTable("filter", [CHAIN], [`-A FORWARD -j ${CHAIN}`, `-A ${CHAIN} ${DROP}`]),
      ],
      reason: "planted: requests pass unseen, and kube-proxy's rule meets the answers",
    },
  ]);
}
