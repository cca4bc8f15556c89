import { figure, flag, says } from "./doubt.js";
import type { Check } from "./evidence.js";

/** An idle machine's own doings take one or two per cent. A tenth of all CPU time is a busy CPU among ten, or one of two for a fifth of the run. */
const FLAG_ABOVE = 0.1;

/**
 * Other programs ran on the machines meanwhile, for all of the run or a part of it. Both sides of a ratio lose the CPU time that they took, and the side that needs
 * more of it loses more by that.
 */
export const neighbours: Check = ({ idle }) => {
  const share = idle === undefined ? 0 : idle.busy / idle.all;
  if (!(share > FLAG_ABOVE)) return undefined;
  const seconds = figure("idle time read", idle?.seconds ?? 0, "s");
  return flag(
    "neighbours",
    says`other programs took ${figure("taken by others", share, "share")} of the CPU time while podwire loaded nothing (${seconds} in all): without them the ratio may be another`,
  );
};
