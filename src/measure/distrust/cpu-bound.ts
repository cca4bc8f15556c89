import { medianOf } from "../../statistics/median.js";
import { formatPercent, formatQuantity } from "../../units/format.js";
import { type Check, fact, having, total } from "./evidence.js";

/** A path whose ratio lies wholly below this share of what the host carries through the same limit does not fill its link; encapsulation costs 4 %. */
const LINK_FILLED = 0.9;
/** A CPU busy for this share of a trial was at its limit while bytes flowed: starting and ending a tool takes the rest of a trial of 0.1 s. */
const CPU_FULL = 0.85;

/** On a capped link: the link is not filled and a CPU is. The figure is that of this machine's CPU, and another one would show another ratio. */
export const cpuBound: Check = ({ metric, capped, own, host, ratio }) => {
  if (!capped || metric.estimator.kind !== "value" || metric.better !== "higher" || host.length === 0) return undefined;
  const [here, there] = [own, host].map((side) => medianOf(side.flatMap(({ values }) => values[metric.name] ?? [])) ?? 0) as [
    number,
    number,
  ];
  const measured = having("busiestCpu", own);
  // Ticks of 10 ms may add up to more than the time that passed.
  const busy = Math.min(1, total(measured, fact("busiestCpu")) / total(measured, ({ elapsed }) => elapsed));
  const filled = (ratio?.high ?? 1) >= LINK_FILLED;
  if (filled || !(busy >= CPU_FULL)) return undefined;
  return {
    check: "cpu-bound",
    severity: "flag",
    sentence: `a CPU was ${formatPercent(busy)} busy while the link carried ${formatQuantity(here, metric.unit)} of the host's ${formatQuantity(there, metric.unit)}: the CPU is the limit here, not the network, and another machine would show another figure`,
    evidence: [
      { what: "busiest CPU", value: busy, unit: "share" },
      { what: "carried", value: here, unit: metric.unit },
      { what: "carried on the host", value: there, unit: metric.unit },
    ],
  };
};
