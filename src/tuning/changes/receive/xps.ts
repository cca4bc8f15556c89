import type { Change, PlannedStep } from "../../contract.js";
import { carrying, isCard, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";
import { cpuMask } from "./cpu-mask.js";

/** Transmit packet steering. */
export const xps: Change = {
  name: "xps",
  sets: "xps_cpus of every card with several transmit queues: each queue its share of the CPUs",
  why: "A CPU that has a queue of its own waits for no other one's lock, and completions come back to it.",
  scope: "device",
  risk: "low",
  breaks: "Packets of a flow may be reordered for a moment while it moves to another queue.",
  acts: "at once",
  side: "node",
  readBack: "`xps_cpus`: a mask in hexadecimal",
  sideEffects: "none",
  writers: [{ owner: "tuned", instead: "xps_cpus of the [net] section of its profile" }],
  sources: ["Linux Documentation/networking/scaling.rst, XPS"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  if (node.sysfs === undefined) return { kind: "not here", because: "the mounted sysfs is of another network namespace" };
  const many = carrying(node).filter((device) => isCard(device) && device.queues.tx > 1);
  if (many.length === 0) return { kind: "not here", because: "no card has several transmit queues" };
  const steps = many.flatMap(({ name, queues, files }) =>
    Array.from({ length: queues.tx }, (_, queue) => queue).flatMap((queue): PlannedStep[] => {
      const file = `queues/tx-${String(queue)}/xps_cpus`;
      const now = files[file];
      const own = node.cpus.filter((_, index) => index % queues.tx === queue);
      return now !== "0" || own.length === 0 ? [] : [{ knob: { kind: "device-file", device: name, file }, now, wanted: cpuMask(own) }];
    }),
  );
  return proposalOf(steps, { weight: "some", says: `${many.map(({ name }) => name).join(", ")}: several transmit queues, and XPS is off` });
}
