/** What an experiment with queues and workers found: a difference, none, and a combination that failed. */
import { sentencesOf } from "../../src/interrupts/experiment.js";
import { type CpuWork, IRQ_EXPERIMENT_SCHEMA, type IrqCell, type IrqExperiment } from "../../src/model/irq-experiment.js";

const work = (cpu: number): CpuWork => ({
  cpu,
  busy: 3,
  softirqSeconds: 2.5,
  ksoftirqdSeconds: cpu === 0 ? 0.25 : 0,
  softirqs: { NET_RX: 234_567 },
  interrupts: 98_765,
  packets: 1_234_567,
  dropped: 12,
  timeSqueeze: 345,
  receivedRps: 678_901,
});

const TRIAL: IrqCell["trial"] = { seconds: 5, cpus: [work(0), work(1)] };

/** One mode, four combinations. */
export function irqExperiment(): IrqExperiment {
  const mode = "flannel-host-gw";
  const cells: IrqCell[] = [
    {
      ...{ mode, queues: "one", workers: 1, variant: `${mode}+rps:1`, status: "measured" },
      toHost: { median: 0.512, low: 0.5, high: 0.53 },
      trial: TRIAL,
    },
    {
      ...{ mode, queues: "rps", workers: 1, variant: `${mode}+rps:3`, status: "measured" },
      toHost: { median: 0.6, low: 0.58, high: 0.62 },
      toFirst: { median: 1.17, low: 1.1, high: 1.25, says: "more" },
      trial: TRIAL,
    },
    {
      ...{ mode, queues: "one", workers: 2, variant: `${mode}+rps:1+http-workers:2`, status: "measured" },
      toHost: { median: 0.517, low: 0.5, high: 0.54 },
      toFirst: { median: 1.01, low: 0.95, high: 1.08, says: "no difference seen" },
      trialError: "/proc/softirqs cannot be read",
    },
    {
      ...{ mode, queues: "rps", workers: 2, variant: `${mode}+rps:3+http-workers:2`, status: "failed" },
      reason: "ab ended with 1: connection reset by peer after four thousand requests of which none was answered in time",
    },
  ];
  return { schema: IRQ_EXPERIMENT_SCHEMA, metric: "http", cpus: 2, confidence: 0.983, says: sentencesOf(cells), cells };
}
