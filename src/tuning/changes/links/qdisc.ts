import type { Change, PlannedStep } from "../../contract.js";
import { isCard, proposalOf } from "../../evidence.js";
import { DEFAULT_QDISC } from "../../knobs/link.js";

/** How packets wait for a card. */
export const qdisc: Change = {
  name: "qdisc",
  sets: "fq as the root qdisc of a card that has the kernel's default pfifo_fast",
  why: "Every flow has a queue of its own, so that a large transfer does not delay small answers; and senders that pace themselves (bbr) are paced by it.",
  scope: "device",
  risk: "medium",
  breaks: "Packets that wait are lost while it is exchanged.",
  acts: "at once",
  side: "node",
  readBack: "`tc qdisc`: the kind, with all its options",
  sideEffects: "none. A qdisc that someone has set (a limit, a shaper) is never replaced.",
  writers: [
    { owner: "tuned", instead: "net.core.default_qdisc in the [sysctl] section of its profile" },
    { owner: "cilium", instead: "bandwidthManager.enabled of its values" },
    { owner: "systemd-networkd", instead: "the [FairQueueing] section of the device's .network file" },
  ],
  sources: ["tc-fq(8)"],
  propose: (node) => {
    if (node.kernelHas.fq !== true)
      return {
        kind: "not here",
        because: node.kernelHas.fq === false ? "this kernel has no fq" : "it is not known whether this kernel has fq",
      };
    const cards = node.devices.filter((device) => isCard(device) && device.kind === undefined);
    if (cards.length === 0) return { kind: "not here", because: "there is no card" };
    const steps = cards.flatMap(({ name, qdisc: kind, qdiscIsDefault }): PlannedStep[] =>
      qdiscIsDefault && kind === "pfifo_fast" ? [{ knob: { kind: "qdisc", device: name }, now: DEFAULT_QDISC, wanted: "fq" }] : [],
    );
    return proposalOf(steps, { weight: "none", says: "flows wait in one queue; nothing shows that one suffers from it" });
  },
};
