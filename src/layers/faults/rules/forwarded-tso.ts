import type { Topology, Wiring } from "../../../model/wiring.js";
import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { entryOf, routedPods, withRulesFirst } from "../places.js";

/** Share of the large packets that are lost; the report saw 15 % of all segments sent again. */
const SHARE = "0.15";
/** No packet is larger, bytes. */
const LARGEST = 65_535;

/** A card whose segmentation spoils what the node forwards, and nothing else. */
export const forwardedTso = faultLayer({
  name: "forwarded-tso",
  row: "A2",
  effect: "slow",
  sentence: "The node's card spoils some of the packets that it cuts for pods, while those of the node's own sockets are whole.",
  why: "Every test between nodes is fine. A pod's transfer loses a part of what left it uncut, and sends it again.",
  kernel: ["iptables", "iptables-statistic"],
  programs: ["iptables-restore"],
  shownBy:
    "`Tcp.RetransSegs` grows in the pod against `Tcp.OutSegs`, and not on the node; it stops with `ethtool -K eth0 tso off` in the pod.",
  sources: ["projectbluefin/lab 662, PR 664: each offload was toggled alone"],
  deviations: ["A rule drops uncut packets that are forwarded, by chance: a veth cuts nothing that it could spoil."],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["pod-pod"]?.from ?? "", counter: "Tcp.RetransSegs" }),
  onto: spoiled,
});

function spoiled(wiring: Wiring, { mtu }: Topology): Wiring | Lacking {
  const pods = routedPods(wiring);
  if (isLacking(pods)) return pods;
  const uncut = `-m length --length ${String(mtu + 1)}:${String(LARGEST)} -m statistic --mode random --probability ${SHARE} -j DROP`;
  return withRulesFirst(wiring, [
    {
      in: pods.client.node,
      tables: [ruleTable("mangle", [], [`-A FORWARD -i ${entryOf(wiring, pods.client)} ${uncut}`])],
      reason: "planted: what the card would cut for a pod comes out spoiled",
    },
  ]);
}
