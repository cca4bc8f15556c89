import { formatPercent } from "../../units/format.js";
import { figure, flag, ratioFigure, says } from "./doubt.js";
import type { Check } from "./evidence.js";

/** A ratio that moves during a run has no one value: its first half against its second. Only a change that is surely no chance is worth reporting. */
export const drift: Check = ({ ratio, margin }) => {
  if (ratio?.halves === undefined) return undefined;
  if (ratio.halves.low <= 1 + margin && ratio.halves.high >= 1 - margin) return undefined;
  const halves = ratioFigure("first half over second half", ratio.halves);
  const rounds = figure("rounds", ratio.n, "rounds");
  return flag(
    "drift",
    says`the ratio drifted beyond ±${formatPercent(margin)} while it was measured: over ${rounds}, the first half over the second is ${halves}`,
  );
};
