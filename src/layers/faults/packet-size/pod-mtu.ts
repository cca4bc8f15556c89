import type { Topology } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { tunnelledPods } from "../places.js";
import { withPodMtu } from "./pod-links.js";
import { LOST, withoutTooBig } from "./too-big.js";

/** Pods wider than the tunnel that they send through. */
export const podMtu = faultLayer({
  name: "pod-mtu",
  row: "A8",
  effect: "broken",
  sentence: "Pods have the MTU of the nodes' cards over a tunnel that carries 50 bytes less, and do not learn of it.",
  why: "Small requests pass and large ones hang: the node drops what does not fit into the tunnel, and its answer about that is lost.",
  kernel: ["iptables"],
  programs: ["iptables-restore"],
  shownBy: "`Ip.FragFails` grows on the sending node, `Tcp.RetransSegs` in the pod; `ip link` shows a pod wider than the tunnel.",
  sources: ["kube-hetzner/terraform-hcloud-kube-hetzner 2286", "RFC 2923 section 2.1: black hole detection"],
  deviations: ["The tunnel of the report is WireGuard."],
  sign: (wiring) => ({
    kind: "rule",
    in: wiring.paths["host-host"]?.from ?? "",
    tool: "iptables",
    table: "filter",
    chain: "OUTPUT",
    rule: LOST,
  }),
  onto: (wiring, { mtu }: Topology) => {
    const pods = tunnelledPods(wiring);
    if (isLacking(pods)) return pods;
    const wide = withPodMtu(wiring, pods.path.mtu, mtu, ({ type }) => type === "vxlan");
    return withoutTooBig(wide, "planted: the answer that a packet is too big is lost");
  },
});
