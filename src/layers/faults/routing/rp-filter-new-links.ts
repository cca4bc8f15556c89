import type { Step, Topology, Wiring } from "../../../model/wiring.js";
import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { addressOf, entryOf, routedPods, routesTo, withoutSteps, withRulesFirst, withSteps } from "../places.js";

const TABLE = "78";
const MARK = "0x78";

/** A loose reverse path filter on a node whose way back is in a table of its own. */
export const rpFilterNewLinks = faultLayer({
  name: "rp-filter-new-links",
  row: "B1",
  effect: "broken",
  sentence:
    "A node's way back to the pods is in a table that only its own pods' packets use, and an update of systemd has set rp_filter to 2.",
  why: "The filter looks for a way back in the main table, which has none: even the loose one then drops what comes in.",
  kernel: ["policy-routing", "iptables"],
  programs: ["iptables-restore"],
  shownBy: "`TcpExt.IPReversePathFilter` grows on that node; `rp_filter` is 2 there, and the main table lacks the pods' range.",
  sources: ["cilium/cilium 10645, 12217; flatcar/Flatcar 181", "Linux net/ipv4/fib_frontend.c __fib_validate_source"],
  deviations: [
    "A mark and a rule of policy routing stand for the eBPF routing of the report.",
    "Where conformance puts a host outside, nodes have a default route, by which a loose filter finds every address: nothing is broken then.",
  ],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.to ?? "", counter: "TcpExt.IPReversePathFilter" }),
  onto: filtered,
});

function filtered(wiring: Wiring, { outside }: Topology): Wiring | Lacking {
  const pods = routedPods(wiring);
  if (isLacking(pods)) return pods;
  const { node } = pods.server;
  const address = addressOf(wiring, pods.client);
  const routes = address === undefined ? [] : routesTo(wiring, node, address);
  if (routes.length === 0) return { lacks: "has no routes to single nodes' pods" };
  if (outside === undefined && wiring.steps.some((step) => step.kind === "route" && step.in === node && step.to === "default"))
    return { lacks: "has a default route on its nodes, by which a loose filter finds every address" };
  const marking = {
    in: node,
    tables: [ruleTable("mangle", [], [`-A PREROUTING -i ${entryOf(wiring, pods.server)} -j MARK --set-xmark ${MARK}/0xffffffff`])],
    reason: "planted: what the node's pods send is marked",
  };
  return withSteps(
    withRulesFirst(withoutSteps(wiring, routes), [marking]),
    ...routes.map(
      (route): Step => ({
        ...route,
        options: [...route.options, "table", TABLE],
        reason: `planted: in a table of its own: ${route.reason}`,
      }),
    ),
    {
      kind: "policy-rule",
      in: node,
      selector: ["fwmark", MARK, "lookup", TABLE],
      reason: "planted: what the node's pods send goes by that table",
    },
    {
      kind: "sysctl",
      in: node,
      name: "net.ipv4.conf.all.rp_filter",
      value: "2",
      reason: "planted: what systemd 245 gives every link; the kernel takes the larger of this and the device's own",
    },
  );
}
