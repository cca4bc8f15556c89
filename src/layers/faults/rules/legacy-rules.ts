import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, routedPods, withRulesFirst } from "../places.js";

/** Rules of the other iptables, left over from before an upgrade. */
export const legacyRules = faultLayer({
  name: "legacy-rules",
  row: "C16",
  effect: "broken",
  sentence: "An upgrade has left rules in the legacy tables, and one of them refuses an address that a pod has by now.",
  why: "The kernel asks both kinds of tables. A rule of the kind that no one looks at any more still counts.",
  kernel: ["iptables-legacy"],
  programs: ["iptables-legacy-restore"],
  shownBy: "`iptables-legacy-save -c` is not empty beside `iptables-nft-save`, and its refusing rule counts.",
  sources: ["kubernetes/kubernetes 109811"],
  deviations: ["The rule refuses TCP to the measured pod, where those of the report refused Services without endpoints."],
  sign: (wiring) => ({
    kind: "rule",
    in: wiring.paths["host-host"]?.to ?? "",
    tool: "iptables-legacy",
    table: "filter",
    chain: "FORWARD",
    rule: refusing(wiring.paths["pod-pod"]?.address ?? ""),
  }),
  onto: (wiring) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    const address = addressOf(wiring, pods.server);
    if (address === undefined || address !== pods.path.address) return { lacks: "has pods without an address that other nodes reach" };
    return withRulesFirst(wiring, [
      {
        in: pods.server.node,
        tool: "iptables-legacy",
        tables: [ruleTable("filter", [], [`-A FORWARD ${refusing(address)}`])],
        reason: "planted: left in the tables that no one looks at any more",
      },
    ]);
  },
});

const refusing = (address: string): string => `-d ${address}/32 -j REJECT --reject-with icmp-port-unreachable`;
