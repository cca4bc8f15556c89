import { formatPercent, formatRatio } from "../../units/format.js";
import type { Check } from "./evidence.js";

/** A ratio that moves during a run has no one value: its first half against its second. Only a change that is surely no chance is worth a word. */
export const drift: Check = ({ ratio, margin }) => {
  if (ratio?.halves === undefined) return undefined;
  const { median, low, high } = ratio.halves;
  if (low <= 1 + margin && high >= 1 - margin) return undefined;
  return {
    check: "drift",
    severity: "flag",
    sentence: `the ratio drifted beyond ±${formatPercent(margin)} while it was measured: first half of the rounds over the second ${formatRatio(median, low, high)}`,
    evidence: [
      { what: "first half over second half", value: median, unit: "ratio" },
      { what: "rounds", value: ratio.n, unit: "rounds" },
    ],
  };
};
