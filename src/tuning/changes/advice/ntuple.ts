import { carrying } from "../../evidence.js";
import { advised } from "./advised.js";

/** The card sorts packets by program. */
export const ntuple = advised({
  name: "ntuple",
  sets: "ntuple filters of a card (accelerated RFS)",
  why: "The card itself puts a packet into the queue of the CPU on which its program runs.",
  scope: "device",
  sources: ["Linux Documentation/networking/scaling.rst, Accelerated RFS"],
  look: (node) => {
    const able = carrying(node).filter(({ offloads }) => offloads["ntuple-filters"]?.fixed === false);
    if (able.length === 0) return { because: "no card has ntuple filters" };
    const off = able.filter(({ offloads }) => offloads["ntuple-filters"]?.on === false);
    if (off.length === 0) return undefined;
    return {
      evidence: { weight: "none", says: `ntuple filters are off on ${off.map(({ name }) => name).join(", ")}` },
      says: "worth a trial with RFS set: ethtool -K DEVICE ntuple on",
    };
  },
});
