import { carrying, isCard } from "../../evidence.js";
import { advised } from "./advised.js";

/** Queues of a card. */
export const queues = advised({
  name: "queues",
  sets: "the number of a card's queues",
  why: "Each queue interrupts a CPU of its own; with fewer queues than CPUs some of them never help.",
  scope: "device",
  sources: ["ethtool(8), -L"],
  look: (node) => {
    const cards = carrying(node).filter((device) => isCard(device) && device.kind === undefined && device.mostQueues !== undefined);
    if (cards.length === 0) return { because: "no card lets its queues be counted" };
    const few = cards.filter(({ queues: { rx }, mostQueues = 0 }) => rx < Math.min(mostQueues, node.cpus.length));
    if (few.length === 0) return undefined;
    return {
      evidence: {
        weight: "some",
        says: few.map(({ name, queues: { rx }, mostQueues = 0 }) => `${name} has ${String(rx)} of ${String(mostQueues)} queues`).join("; "),
      },
      says: "ethtool -L DEVICE combined N, at a time when the link may go down; never on a veth, where the kernel warns and is tainted",
    };
  },
});
