import { isCable, steeredEnds, withQueues } from "../../modes/parts/steering.js";
import type { CountedLayer } from "../contract.js";

/** Cables of several queues, each with a CPU of its own. */
export const queues: CountedLayer = {
  name: "queues",
  family: "tunings",
  argument: { kind: "CPUs", default: 2, least: 2, most: 32 },
  sentence:
    "A node's cable has several queues, between which flows are spread by their hash, and so many CPUs take what arrives on them, each its own queues.",
  why: "As a card whose queues interrupt a CPU each. One CPU is no longer the limit of all packets; whether that is worth the switching depends on what else the CPUs do.",
  needs: { kernel: ["rps"], programs: [] },
  excludes: {},
  sources: [
    "Linux Documentation/networking/scaling.rst",
    "ip-link(8): numtxqueues, numrxqueues",
    "Linux net/core/dev.c, get_rps_cpu; drivers/net/veth.c",
  ],
  deviations: [
    "A cable of the lab has no interrupts: each queue's CPU is set by its rps_cpus. It has two queues a CPU, since Linux 6.18 takes what a veth sends by its first two queues for its first.",
  ],
  onto: (wiring, _topology, cpus) =>
    wiring.steps.some(isCable)
      ? {
          ...wiring,
          steps: [
            ...wiring.steps.map((step) => withQueues(step, 2 * cpus)),
            ...steeredEnds(wiring, masksOf(cpus), "as a queue whose interrupt is this CPU's"),
          ],
        }
      : { lacks: "has no cable" },
};

/**
 * The CPU of each queue. get_rps_cpu takes a packet's queue to be one less than what its sender has left in it, so that the first queue has the share of two: it is
 * CPU 0's, and each further CPU has two queues. Where a kernel counts otherwise, the last queue is CPU 0's second one.
 */
const masksOf = (cpus: number): readonly string[] =>
  Array.from({ length: 2 * cpus }, (_, queue) => (2 ** (Math.ceil(queue / 2) % cpus)).toString(16));
