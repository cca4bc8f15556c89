import { doubt, figure, says } from "./doubt.js";
import { both, type Check, cpuSeconds, total } from "./evidence.js";

/** Steal above 5 % is a finding on any node (reference: node checks); with a quarter of the CPU gone the figure is the neighbour's. */
const FLAG_ABOVE = 0.05;
const REFUSE_ABOVE = 0.25;
/** A few ticks of 10 ms are no share of anything. */
const ENOUGH_CPU_SECONDS = 0.5;

/** Other guests of the same machine took CPU time away. */
export const steal: Check = (cell) => {
  const all = both(cell);
  const [stolen, whole] = [total(all, ({ cpu }) => cpu.steal), cpuSeconds(all)];
  const share = stolen / whole;
  if (whole < ENOUGH_CPU_SECONDS || !(share > FLAG_ABOVE)) return undefined;
  return doubt(
    "steal",
    share > REFUSE_ABOVE ? "refuse" : "flag",
    says`the hypervisor gave ${figure("stolen share", share, "share")} of the CPU time (${figure("stolen CPU time", stolen, "CPU s")}) to other machines`,
  );
};
