import type { Observation } from "../../model/run.js";
import { figure, flag, says } from "./doubt.js";
import { type Check, fact, having, total } from "./evidence.js";

/** At a loss of 1 % TCP's window is about 12 segments (Mathis et al. 1997: 1.22 / sqrt(loss)): from here on the loss sets the rate. */
const FLAG_ABOVE = 0.01;
/** Losses that the host has too come from the link's limit, not from the mode. */
const TIMES_THE_HOST = 2;

/** Segments were lost and sent again: the figure is that of TCP's recovery, which differs from kernel to kernel. */
export const retransmissions: Check = ({ own, host }) => {
  const here = figure("retransmitted", shareOf(own), "share");
  const there = figure("retransmitted on the host", shareOf(host), "share");
  if (!(here.value > FLAG_ABOVE && here.value > TIMES_THE_HOST * there.value)) return undefined;
  const segments = figure("TCP segments", total(own, fact("segments")), "TCP segments");
  const beside = host.length === 0 ? "" : says` (host ${there})`;
  return flag(
    "retransmissions",
    says`${here} of ${segments} were retransmitted${beside}: something on the path drops packets, and TCP's recovery sets the rate`,
  );
};

function shareOf(observations: readonly Observation[]): number {
  const counted = having("segments", observations);
  const segments = total(counted, fact("segments"));
  return segments > 0 ? total(counted, fact("retransmitted")) / segments : 0;
}
