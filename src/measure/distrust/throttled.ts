import { formatPercent } from "../../units/format.js";
import { both, type Check, fact, total } from "./evidence.js";

/** A quota stops everything for up to 0.1 s at a time (kernel: scheduler/sched-bwc.rst), five slices long: a hundredth of the time is already felt. */
const FLAG_ABOVE = 0.01;
const REFUSE_ABOVE = 0.1;

/** A CPU quota held back what was measured. */
export const throttled: Check = (cell) => {
  const all = both(cell);
  const seconds = total(all, fact("throttledMs")) / 1e3;
  const share = seconds / total(all, ({ elapsed }) => elapsed);
  if (!(share > FLAG_ABOVE)) return undefined;
  return {
    check: "throttled",
    severity: share > REFUSE_ABOVE ? "refuse" : "flag",
    sentence: `a CPU quota (cgroup) held the lab back for ${seconds.toFixed(2)} s, ${formatPercent(share)} of the time measured: the figure is the quota's`,
    evidence: [
      { what: "throttled", value: seconds, unit: "s" },
      { what: "throttled time", value: share, unit: "share" },
    ],
  };
};
