import { doubt, figure, says } from "./doubt.js";
import { both, type Check, cpuSeconds, fact, total } from "./evidence.js";

/** A quota stops everything for up to 0.1 s at a time (kernel: scheduler/sched-bwc.rst), five slices long: a hundredth of the CPU time that was wanted is already felt. */
const FLAG_ABOVE = 0.01;
/** With a tenth of all CPUs' time gone, the figure is the quota's for certain. */
const REFUSE_ABOVE = 0.1;

/**
 * A CPU quota held back what was measured. The kernel adds up, over CPUs, the time in which tasks that wanted to run might not: a share of that and of what did run says how much was missed, a
 * share of all CPUs' time how much is lost at the least.
 */
export const throttled: Check = (cell) => {
  const all = both(cell);
  const seconds = total(all, fact("throttledMs")) / 1e3;
  const wanted = seconds / (seconds + total(all, ({ cpu }) => cpu.busy));
  if (!(wanted > FLAG_ABOVE)) return undefined;
  return doubt(
    "throttled",
    seconds / cpuSeconds(all) > REFUSE_ABOVE ? "refuse" : "flag",
    says`a CPU quota (cgroup) held the lab back for ${figure("throttled", seconds, "CPU s")}, ${figure("throttled share", wanted, "share")} of the CPU time that was wanted: the figure is the quota's`,
  );
};
