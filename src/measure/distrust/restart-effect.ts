import { figure, flag, ratioFigure, says } from "./doubt.js";
import type { Check } from "./evidence.js";

/** Generators that stay start several times in a run. Where their starts differ by more than rounds do, few starts are behind a figure of many rounds. */
export const restartEffect: Check = ({ ratio }) => {
  if (ratio?.restarts === undefined) return undefined;
  const [starts, rounds] = [figure("starts", ratio.restarts, "starts"), figure("rounds", ratio.n, "rounds")];
  return flag(
    "restart-effect",
    says`the figure varies between starts of its load generator, so the ${starts}, not the ${rounds}, are the sample: ${ratioFigure("ratio", ratio)}`,
  );
};
