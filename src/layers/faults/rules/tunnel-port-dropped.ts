import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { swallowedByTunnel, tunnelledPods, withRulesFirst } from "../places.js";

/** A network under the tunnel that takes its port for its own. */
export const tunnelPortDropped = faultLayer({
  name: "tunnel-port-dropped",
  row: "A6",
  effect: "broken",
  sentence: "What carries the nodes swallows UDP to the tunnel's port.",
  why: "A hypervisor that wraps packets in VXLAN itself takes those of its guests for its own, on its ports 4789 and 8472.",
  kernel: ["iptables", "iptables-raw"],
  programs: ["iptables-restore"],
  shownBy: "Packets enter the sending node's tunnel device and none comes out of the other's; another port works.",
  sources: ["projectcalico/calico 9433; cilium/cilium 21801; flannel-io/flannel 2388"],
  deviations: ["A rule at the other node's door drops them, since the lab has no hypervisor."],
  sign: swallowedByTunnel,
  onto: (wiring) => {
    const pods = tunnelledPods(wiring);
    if (isLacking(pods)) return pods;
    return withRulesFirst(wiring, [
      {
        in: pods.server.node,
        tables: [ruleTable("raw", [], [`-A PREROUTING -p udp -m udp --dport ${pods.port} -j DROP`])],
        reason: "planted: swallowed before the node sees it",
      },
    ]);
  },
});
