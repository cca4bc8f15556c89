import type { Change, PlannedStep } from "../../contract.js";
import { carrying, isCard, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

/** What the kernel's NAPI documents have as an example: 20 µs, two polls without an interrupt. */
const TIMERS = { gro_flush_timeout: "20000", napi_defer_hard_irqs: "2" } as const;

/** GRO's timers. */
export const groTimers: Change = {
  name: "gro-timers",
  sets: "gro_flush_timeout 20000 (ns) and napi_defer_hard_irqs 2 of every card",
  why: "Packets are kept for 20 µs so that more of them are joined, and the card interrupts less often.",
  scope: "device",
  risk: "low",
  breaks: "Round trips grow by up to 20 µs.",
  acts: "at once",
  side: "node",
  readBack: "the files below `/sys/class/net`: a whole number",
  sideEffects: "none",
  writers: [],
  sources: ["Linux Documentation/networking/napi.rst, Software IRQ coalescing"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  if (node.sysfs === undefined) return { kind: "not here", because: "the mounted sysfs is of another network namespace" };
  // A card of the kernel's own kinds has no interrupts that could be deferred.
  const cards = carrying(node).filter((device) => isCard(device) && device.kind === undefined);
  const steps = cards.flatMap(({ name, files }) =>
    Object.entries(TIMERS).flatMap(([file, wanted]): PlannedStep[] => {
      const now = files[file];
      return now !== "0" ? [] : [{ knob: { kind: "device-file", device: name, file }, now, wanted }];
    }),
  );
  if (cards.length === 0) return { kind: "not here", because: "there is no card that interrupts" };
  return proposalOf(steps, {
    weight: "none",
    says: "nothing on this node speaks for it or against it: worth a trial where throughput matters",
  });
}
