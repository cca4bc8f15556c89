import { ratioOfLog } from "../../statistics/combine-intervals.js";
import { halfWidth } from "../../statistics/median-interval.js";
import { LOOK_CONFIDENCE } from "../../statistics/planned-looks.js";
import { formatPercent } from "../../units/format.js";
import { figure, flag, ratioFigure, refuse, type StatedFigure, says } from "./doubt.js";
import type { Check } from "./evidence.js";
import { intervalOf, type LogInterval, selfLogRatios } from "./in-round-ratios.js";

/**
 * Two single observations differ by sqrt(2) of one's noise, a mode from the median of the host's by less; beyond this many margins the host alone
 * could not be told from itself with so many rounds.
 */
const TOO_WIDE = 1.5;

/** A refusal takes all cells of a workload away, so it must hardly ever be chance; fewer rounds have no such interval (2 / 2^11 = 0.1 %). */
const REFUSAL = { confidence: 0.999, fewestRounds: 11 };

/**
 * For figures of trials and slices the host is observed several times a round, which is an A/A test that costs nothing: first against last of each round.
 * It must not differ from itself, and it tells which precision the machine's noise allows.
 */
export const hostNoise: Check = ({ metric, margin, host, own, ratio }) => {
  if (metric.estimator.kind !== "value") return undefined;
  const ratios = selfLogRatios(metric.name, ratio === undefined ? own : host);
  const sure = ratios.length < REFUSAL.fewestRounds ? undefined : intervalOf(ratios, REFUSAL.confidence);
  if (sure !== undefined && (sure.low > Math.log1p(margin) || sure.high < Math.log1p(-margin)))
    return refuse(
      "host-noise",
      says`first and last host measurements of a round differ by more than ±${formatPercent(margin)} (${against(sure)} in ${roundsOf(ratios)}): a round's sides are not alike, so no ratio can be trusted`,
    );
  const usual = intervalOf(ratios, LOOK_CONFIDENCE);
  if (usual === undefined || ratio?.verdict !== "undecided" || !(halfWidth(usual) > TOO_WIDE * margin)) return undefined;
  return flag(
    "host-noise",
    says`the machine is too noisy for ±${formatPercent(margin)} in ${roundsOf(ratios)}: even the host against itself is ${against(usual)}`,
  );
};

const roundsOf = (ratios: readonly number[]): StatedFigure => figure("rounds", ratios.length, "rounds");

const against = (ratio: LogInterval): StatedFigure => ratioFigure("host against itself", ratioOfLog(ratio));
