import { formatRatio } from "../../units/format.js";
import type { Check } from "./evidence.js";

/** Generators that stay come up several times in a run. Where their starts differ by more than rounds do, few starts are behind a figure of many rounds. */
export const restartEffect: Check = ({ ratio }) => {
  if (ratio?.restarts === undefined) return undefined;
  const { restarts, n, median, low, high } = ratio;
  return {
    check: "restart-effect",
    severity: "flag",
    sentence: `the figure depends on how its load generators came up: ${String(n)} rounds of ${String(restarts)} starts count as ${String(restarts)}, which give ${formatRatio(median, low, high)}`,
    evidence: [
      { what: "starts", value: restarts, unit: "starts" },
      { what: "rounds", value: n, unit: "rounds" },
    ],
  };
};
