import { largestOf } from "../../statistics/extremes.js";
import { figure, flag, quantity, says } from "./doubt.js";
import { type Check, lossOf, medianValue } from "./evidence.js";

/** Less than this share lost is none: a slice ends while a few frames are on their way. */
const NO_LOSS = 0.001;

/** Neither the path nor the host lost anything of a full flood, and both carried alike: the generator may have been the limit of both. */
export const generatorBound: Check = ({ metric, own, host, ratio }) => {
  if (metric.name !== "pps" || (ratio?.verdict !== "same" && ratio?.verdict !== "faster")) return undefined;
  const losses = [lossOf(own), lossOf(host)];
  const lost = figure("lost", largestOf(losses.map(({ share }) => share)), "share");
  if (lost.value > NO_LOSS || losses.some(({ offered }) => offered === 0)) return undefined;
  const here = quantity("forwarded", medianValue("pps", own), "frame/s");
  const there = quantity("forwarded on the host", medianValue("pps", host), "frame/s");
  return flag(
    "generator-bound",
    says`all that the generator offered arrived, here (${here}) and on the host (${there}; ${lost} lost): one CPU sends no more, so the figure is a lower bound of what the path carries`,
  );
};
