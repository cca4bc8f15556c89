import { medianOf } from "../../statistics/median.js";
import { formatPercent, formatQuantity } from "../../units/format.js";
import { type Check, total } from "./evidence.js";

/** Less than this share lost is none: a slice ends while a few frames are on their way. */
const NO_LOSS = 0.001;

/** Neither the path nor the host lost anything of a full flood, and both carried alike: the generator may have been the limit of both. */
export const generatorBound: Check = ({ metric, own, host, ratio }) => {
  if (metric.name !== "pps" || (ratio?.verdict !== "same" && ratio?.verdict !== "faster")) return undefined;
  const lost = Math.max(lossOf(own), lossOf(host));
  const [here, there] = [own, host].map((side) => medianOf(side.flatMap(({ values }) => values["pps"] ?? [])) ?? 0) as [number, number];
  if (!(lost <= NO_LOSS)) return undefined;
  return {
    check: "generator-bound",
    severity: "flag",
    sentence: `all that the generator offered arrived, here (${formatQuantity(here, "frame/s")}) and on the host (${formatQuantity(there, "frame/s")}; ${formatPercent(lost)} lost): one CPU sends no more, so the figure is a lower bound of what the path carries`,
    evidence: [
      { what: "lost", value: lost, unit: "share" },
      { what: "forwarded", value: here, unit: "frame/s" },
      { what: "forwarded on the host", value: there, unit: "frame/s" },
    ],
  };
};

function lossOf(observations: Parameters<typeof total>[0]): number {
  const offered = total(observations, ({ counts }) => counts?.offered);
  return offered > 0 ? Math.max(0, 1 - total(observations, ({ counts }) => counts?.forwarded) / offered) : Number.NaN;
}
