import { figure, flag, quantity, says } from "./doubt.js";
import { busiestCpuShare, type Check, medianValue } from "./evidence.js";

/** A path whose ratio lies wholly below this share of what the host carries through the same limit does not fill its link; encapsulation costs 4 %. */
const LINK_FILLED = 0.9;
/** A CPU busy for this share of a trial was at its limit while bytes flowed: starting and ending a tool takes the rest of a trial of 0.1 s. */
const CPU_FULL = 0.85;

/** On a capped link: the link is not filled and a CPU is. The figure is that of this machine's CPU, and another one would show another ratio. */
export const cpuBound: Check = ({ metric, cap, own, host, ratio }) => {
  if (cap === undefined || metric.estimator.kind !== "value" || metric.better !== "higher" || host.length === 0) return undefined;
  const busy = busiestCpuShare(own);
  if ((ratio?.high ?? 1) >= LINK_FILLED || !(busy >= CPU_FULL)) return undefined;
  const cpu = figure("busiest CPU", busy, "share");
  const here = quantity("carried", medianValue(metric.name, own), metric.unit);
  const there = quantity("carried on the host", medianValue(metric.name, host), metric.unit);
  return flag(
    "cpu-bound",
    says`a CPU was ${cpu} busy while the link carried ${here} of the host's ${there}: the result depends on this machine's CPU, not on the network alone`,
  );
};
