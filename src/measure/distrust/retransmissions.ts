import type { Observation } from "../../model/run.js";
import { formatCount, formatPercent } from "../../units/format.js";
import { type Check, fact, having, total } from "./evidence.js";

/** At a loss of 1 % TCP's window is about 12 segments (Mathis et al. 1997: 1.22 / sqrt(loss)): from here on the loss sets the rate. */
const FLAG_ABOVE = 0.01;
/** Losses that the host has too come from the link's limit, not from the mode. */
const TIMES_THE_HOST = 2;

/** Segments were lost and sent again: the figure is that of TCP's recovery, which differs from kernel to kernel. */
export const retransmissions: Check = ({ own, host }) => {
  const here = shareOf(own);
  const there = shareOf(host);
  if (!(here.share > FLAG_ABOVE && here.share > TIMES_THE_HOST * there.share)) return undefined;
  return {
    check: "retransmissions",
    severity: "flag",
    sentence: `${formatPercent(here.share)} of ${formatCount(here.segments)} TCP segments were sent again${host.length === 0 ? "" : ` (host ${formatPercent(there.share)})`}: something on the path drops packets, and TCP's recovery sets the rate`,
    evidence: [
      { what: "retransmitted", value: here.share, unit: "share" },
      { what: "retransmitted on the host", value: there.share, unit: "share" },
      { what: "segments", value: here.segments, unit: "segments" },
    ],
  };
};

function shareOf(observations: readonly Observation[]): { readonly segments: number; readonly share: number } {
  const counted = having("segments", observations);
  const segments = total(counted, fact("segments"));
  return { segments, share: segments > 0 ? total(counted, fact("retransmitted")) / segments : 0 };
}
