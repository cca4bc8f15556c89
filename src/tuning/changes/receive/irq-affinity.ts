import type { Change, Knob, PlannedStep } from "../../contract.js";
import { carrying, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const fileOf = (irq: number): string => `/proc/irq/${String(irq)}/smp_affinity_list`;
const isOf = (knob: Knob, irq: number): boolean => knob.kind === "machine-file" && knob.path === fileOf(irq);

/** On which CPUs a card interrupts. */
export const irqAffinity: Change = {
  name: "irq-affinity",
  sets: "smp_affinity_list of a card's interrupts: one CPU each, in turn",
  why: "A card whose queues all interrupt one CPU is as fast as that CPU.",
  scope: "machine",
  risk: "medium",
  breaks: "Whatever else ran on those CPUs shares them with the interrupts.",
  acts: "at once",
  side: "node",
  readBack: "`/proc/irq/N/smp_affinity_list`: a list of CPUs",
  sideEffects: "none",
  writers: [
    {
      owner: "irqbalance",
      instead: "--banirq=N for each of them among its options (IRQBALANCE_ARGS), with which podwire sets them",
      leaves: ({ bannedIrqs }, steps) => steps.every(({ knob }) => bannedIrqs.some((irq) => isOf(knob, irq))),
    },
  ],
  sources: ["Linux Documentation/core-api/irq/irq-affinity.rst"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  if (node.cpus.length < 2) return { kind: "not here", because: "there is one CPU" };
  const several = carrying(node).filter(({ irqs }) => irqs.length > 1);
  if (several.length === 0) return { kind: "not here", because: "no card has several interrupts" };
  const lumped = several.filter(({ irqs }) => new Set(irqs.map(({ affinity }) => affinity)).size === 1);
  const steps = lumped.flatMap(({ irqs }) =>
    irqs.map(
      ({ irq, affinity }, index): PlannedStep => ({
        knob: { kind: "machine-file", path: fileOf(irq) },
        now: affinity,
        wanted: String(node.cpus[index % node.cpus.length] ?? 0),
      }),
    ),
  );
  return proposalOf(steps, {
    weight: "some",
    says: lumped
      .map(({ name, irqs }) => `all ${String(irqs.length)} interrupts of ${name} may come on CPUs ${irqs[0]?.affinity ?? ""}`)
      .join("; "),
  });
}
