/**
 * CPU cost: the CPU time that work took beyond what the machines do anyway, over the work.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { IdleRate } from "./idle-cpu.js";

/** Sums over observations that a cost is made of. */
export interface Spent {
  /** CPU seconds of the whole machines, busy and in softirq. */
  readonly busy: number;
  readonly softirq: number;
  /** Seconds that the observations took. */
  readonly elapsed: number;
  /** In the unit of the workload's work. */
  readonly work: number;
}

/** A cost is this many times its idle rate's error, or it is refused. */
const TIMES_ITS_ERROR = 2;

/** What observations took and did. */
export const spentIn = (observations: readonly Observation[]): Spent =>
  addedUp(observations.map(({ cpu: { busy, softirq }, elapsed, work }) => ({ busy, softirq, elapsed, work })));

/** The sums of sums. */
export const addedUp = (all: readonly Spent[]): Spent =>
  all.reduce(
    (sum, { busy, softirq, elapsed, work }) => ({
      busy: sum.busy + busy,
      softirq: sum.softirq + softirq,
      elapsed: sum.elapsed + elapsed,
      work: sum.work + work,
    }),
    { busy: 0, softirq: 0, elapsed: 0, work: 0 },
  );

/** Why the CPU cost of a workload is not known, whatever was seen; undefined where it can be known. */
export function whyNoCost(workload: WorkloadName): string | undefined {
  // At intervals of 2 ms ping does not sleep between its requests but polls its socket: on loopback 21 of them take 39 ms of CPU time in 44 ms, and a single
  // one, start included, 1.4 ms. Whether the start is read or not, what is counted is the waiting.
  if (workload !== "latency.icmp") return undefined;
  return "not known: ping waits busily between its echo requests, which takes nearly all of the CPU time that is seen; latency.udp.cpu and latency.tcp.cpu are costs of round trips";
}

/** CPU seconds for each unit of work, or why that cannot be said. */
export type Cost = { readonly cost: number; readonly softirqShare: number } | { readonly refused: string };

/** The cost of what was spent; without an idle rate all that the machines did is counted. */
export function costOf(spent: Spent, idle: IdleRate | undefined): Cost {
  const { busy = 0, softirq = 0, error = 0 } = idle ?? {};
  if (spent.work === 0 || spent.busy === 0) return { refused: "no work or no CPU time was seen" };
  const net = spent.busy - busy * spent.elapsed;
  if (net < TIMES_ITS_ERROR * error * spent.elapsed) {
    const [busyShare, idleShare, errorShare] = [spent.busy / spent.elapsed, busy, error].map((rate) => rate.toFixed(3));
    return {
      refused: `lost in what the machine does anyway: ${String(busyShare)} CPU seconds a second under load, ${String(idleShare)} (standard error ${String(errorShare)}) without`,
    };
  }
  const share = Math.max(0, spent.softirq - softirq * spent.elapsed) / net;
  return { cost: net / spent.work, softirqShare: Math.min(1, share) };
}

/**
 * By how much each part costs more than the whole, as a share of the cost of a part: (CPU time - cost x work) / mean CPU time of a part, CPU time being net. It is
 * the part's logarithm of cost over the whole's to first order (a linearised ratio of sums), and has a value where a part's few ticks leave nothing net.
 */
export function deviationsOf(parts: readonly Spent[], idle: IdleRate | undefined): readonly number[] {
  const rate = idle?.busy ?? 0;
  const net = ({ busy, elapsed }: Spent): number => busy - rate * elapsed;
  const whole = addedUp(parts);
  const cost = net(whole) / whole.work;
  return parts.map((part) => (parts.length * (net(part) - cost * part.work)) / net(whole));
}

/** By how much the logarithm of a cost falls with each CPU second a second that the idle rate is higher. */
export const sensitivityToIdle = (whole: Spent, idle: IdleRate): number => whole.elapsed / (whole.busy - idle.busy * whole.elapsed);
