import { carrying } from "../../evidence.js";
import { advised } from "./advised.js";

/** Qdiscs that hold packets back or lose them, by a rate or on purpose. */
const LIMITING = new Set(["tbf", "htb", "hfsc", "cake", "netem"]);

/** Limits that someone set on a device. */
export const limits = advised({
  name: "limits",
  sets: "qdiscs that limit a device",
  why: "A device sends no faster than its limit, whatever else is changed.",
  scope: "device",
  sources: ["tc(8), CLASSLESS QDISCS and CLASSFUL QDISCS", "containernetworking/plugins plugins/meta/bandwidth"],
  look: (node) => {
    const known = carrying(node).filter((device) => device.qdisc !== undefined);
    if (known.length === 0) return { because: "no device's qdisc can be read" };
    const limited = known.filter(({ qdisc = "", qdiscIsDefault }) => !qdiscIsDefault && LIMITING.has(qdisc.split(" ")[0] ?? ""));
    if (limited.length === 0) return undefined;
    return {
      evidence: {
        weight: "some",
        says: limited.map(({ name, qdisc = "" }) => `${name} has the qdisc ${qdisc}, which someone set`).join("; "),
      },
      says: "`tc -s qdisc show dev DEVICE` has its rate, and counts overlimits where packets wait for it; only who set it may lift it (the bandwidth annotation of a pod, a shaper of the node)",
    };
  },
});
