import { formatPercent } from "../../units/format.js";
import { both, type Check, total } from "./evidence.js";

/** Steal above 5 % is a finding on any node (reference: node checks); with a quarter of the CPU gone the figure is the neighbour's. */
const FLAG_ABOVE = 0.05;
const REFUSE_ABOVE = 0.25;
/** A few ticks of 10 ms are no share of anything. */
const ENOUGH_CPU_SECONDS = 0.5;

/** Other guests of the same machine took CPU time away. */
export const steal: Check = (cell) => {
  const all = both(cell);
  const stolen = total(all, ({ cpu }) => cpu.steal);
  const whole = total(all, ({ cpu }) => cpu.busy + cpu.idle + cpu.steal);
  const share = stolen / whole;
  if (whole < ENOUGH_CPU_SECONDS || !(share > FLAG_ABOVE)) return undefined;
  return {
    check: "steal",
    severity: share > REFUSE_ABOVE ? "refuse" : "flag",
    sentence: `the hypervisor gave ${formatPercent(share)} of the CPU time (${stolen.toFixed(2)} of ${whole.toFixed(2)} CPU s) to other machines`,
    evidence: [
      { what: "stolen CPU time", value: stolen, unit: "CPU s" },
      { what: "stolen CPU time", value: share, unit: "share" },
    ],
  };
};
