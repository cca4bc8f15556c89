import type { Change, PlannedStep } from "../../contract.js";
import { carrying, counted, heavier, isCard, proposalOf } from "../../evidence.js";
import type { DeviceFacts, NodeFacts } from "../../facts.js";
import { cpuMask } from "./cpu-mask.js";

/** Receive packet steering. */
export const rps: Change = {
  name: "rps",
  sets: "rps_cpus of every card and tunnel with fewer receive queues than the machine has CPUs: all CPUs",
  why: "One queue interrupts one CPU, which then carries every packet up to its socket; steering spreads them by their flow.",
  scope: "device",
  risk: "low",
  breaks: "Packets change the CPU on their way, which costs latency where one CPU would have done.",
  acts: "at once",
  side: "node",
  readBack: "`rps_cpus`: a mask in hexadecimal, as many digits as the kernel could have CPUs",
  sideEffects: "none",
  writers: [
    { owner: "tuned", instead: "rps_cpus of the [net] section of its profile" },
    { owner: "node tuning operator", instead: "the Tuned object" },
  ],
  sources: ["Linux Documentation/networking/scaling.rst, RPS"],
  propose,
};

const steered = (device: DeviceFacts): boolean =>
  isCard(device) || device.kind === "vxlan" || device.kind === "geneve" || device.kind === "ipip";

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  if (node.cpus.length < 2) return { kind: "not here", because: "there is one CPU" };
  if (node.sysfs === undefined) return { kind: "not here", because: "the mounted sysfs is of another network namespace" };
  const few = carrying(node).filter((device) => steered(device) && device.queues.rx > 0 && device.queues.rx < node.cpus.length);
  if (few.length === 0) return { kind: "not here", because: "every card has as many queues as there are CPUs" };
  const wanted = cpuMask(node.cpus);
  const steps = few.flatMap(({ name, files }) =>
    Object.entries(files).flatMap(([file, now]): PlannedStep[] =>
      // A mask that someone has set is someone's choice.
      file.endsWith("/rps_cpus") && now === "0" ? [{ knob: { kind: "device-file", device: name, file }, now, wanted }] : [],
    ),
  );
  const names = [...new Set(few.map(({ name }) => name))].join(", ");
  const queues = {
    weight: "some",
    says: `${names}: fewer receive queues than the ${String(node.cpus.length)} CPUs, and RPS is off`,
  } as const;
  const backlog = counted(node, "softnet.time_squeeze", "a CPU had more to receive than it was given time for");
  return proposalOf(steps, backlog.weight === "strong" ? heavier(backlog, queues) : queues);
}
