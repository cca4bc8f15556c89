import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { unwrappedPods } from "../places.js";
import { narrowCards } from "./narrow-cards.js";
import { LOST, withoutTooBig } from "./too-big.js";

/** A narrow link, and an answer about it that never arrives. */
export const icmpLost = faultLayer({
  name: "icmp-lost",
  row: "A4",
  effect: "broken",
  sentence: "The link between the nodes is narrower than the pods, and the answer that says so is dropped.",
  why: "Path-MTU discovery waits for that answer: a sender goes on with packets that never arrive.",
  kernel: ["iptables"],
  programs: ["iptables-restore"],
  shownBy:
    "`Ip.FragFails` grows on the sending node and `TcpExt.TCPMTUPFail` or `Tcp.RetransSegs` in the pod; `Icmp.InDestUnreachs` does not.",
  sources: ["projectcalico/calico 5575: the answer had a wrong checksum, so that its receiver dropped it"],
  deviations: ["A rule drops the answer where it is sent; in the report its receiver did, for its checksum."],
  sign: (wiring) => ({
    kind: "rule",
    in: wiring.paths["host-host"]?.from ?? "",
    tool: "iptables",
    table: "filter",
    chain: "OUTPUT",
    rule: LOST,
  }),
  onto: (wiring) => {
    const pods = unwrappedPods(wiring);
    return isLacking(pods) ? pods : withoutTooBig(narrowCards(wiring), "planted: the answer that a packet is too big is lost");
  },
});
