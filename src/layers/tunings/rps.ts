import { isCable, steeredEnds } from "../../modes/parts/steering.js";
import type { CountedLayer } from "../contract.js";

/** What arrives on the cables is taken by chosen CPUs. */
export const rps: CountedLayer = {
  name: "rps",
  family: "tunings",
  argument: { kind: "as the mask of CPUs", default: 3, least: 1, most: 0xffff_ffff },
  sentence:
    "What arrives on a node's cable is handed to the CPUs of a mask (receive packet steering): rps:1 is CPU 0, rps:3 are CPUs 0 and 1.",
  why:
    "Flows are spread over these CPUs by their hash. With one CPU it is as a card whose interrupts all go there. More CPUs can take more packets, each at the price of an interrupt from one CPU to another; " +
    "where the servers need the CPUs themselves nothing is won.",
  needs: { kernel: ["rps"], programs: [] },
  excludes: { queues: "both say which CPUs take what arrives on the cables" },
  sources: ["Linux Documentation/networking/scaling.rst, RPS: Receive Packet Steering"],
  deviations: ["A cable of the lab has no interrupt of its own: without this layer a packet is taken by the CPU that sent it."],
  onto: (wiring, _topology, mask) =>
    wiring.steps.some(isCable)
      ? { ...wiring, steps: [...wiring.steps, ...steeredEnds(wiring, [mask.toString(16)], "these CPUs take what arrives")] }
      : { lacks: "has no cable" },
};
