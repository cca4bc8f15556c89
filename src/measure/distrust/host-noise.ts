import type { Doubt } from "../../model/doubt.js";
import { estimateOf, FEWEST_FOR_ORDER_STATISTICS, halfWidth, type Interval } from "../../statistics/median-interval.js";
import { LOOK_CONFIDENCE } from "../../statistics/planned-looks.js";
import { formatPercent, formatRatio } from "../../units/format.js";
import type { CellEvidence, Check } from "./evidence.js";
import { selfLogRatios } from "./in-round-ratios.js";

/**
 * Two single observations differ by sqrt(2) of one's noise, a mode from the median of the host's by less; beyond this many margins the host alone
 * could not be told from itself with so many rounds.
 */
const TOO_WIDE = 1.5;

/** A refusal takes all cells of a workload away, so it must hardly ever be chance; fewer rounds have no such interval (2 / 2^11 = 0.1 %). */
const REFUSAL = { confidence: 0.999, fewestRounds: 11 };

/**
 * The host is observed several times a round, which is an A/A test that costs nothing: first against last of each round. It must not differ from
 * itself, and it tells which precision the machine's noise allows.
 */
export const hostNoise: Check = (cell) => {
  const { metric, margin, host, own, ratio } = cell;
  if (metric.estimator.kind !== "value") return undefined;
  const ratios = selfLogRatios(metric.name, ratio === undefined ? own : host);
  const sure = ratios.length < REFUSAL.fewestRounds ? undefined : against(ratios, REFUSAL.confidence);
  if (sure !== undefined && (sure.interval.low > Math.log1p(margin) || sure.interval.high < Math.log1p(-margin)))
    return differsFromItself(cell, sure);
  const usual = against(ratios, LOOK_CONFIDENCE);
  if (usual === undefined || ratio?.verdict !== "undecided") return undefined;
  return halfWidth(usual.interval) > TOO_WIDE * margin ? tooNoisy(cell, usual) : undefined;
};

function against(ratios: readonly number[], confidence: number): SelfComparison | undefined {
  const estimate = estimateOf(ratios, confidence);
  if (estimate?.interval === undefined || estimate.n < FEWEST_FOR_ORDER_STATISTICS) return undefined;
  return { centre: estimate.centre, interval: estimate.interval, rounds: estimate.n };
}

interface SelfComparison {
  readonly centre: number;
  readonly interval: Interval;
  readonly rounds: number;
}

function differsFromItself({ margin }: CellEvidence, against: SelfComparison): Doubt {
  return {
    check: "host-noise",
    severity: "refuse",
    sentence: `the host differs from itself beyond ±${formatPercent(margin)}: first against last of each round ${text(against)}, so a round's sides are not alike and no ratio can be trusted`,
    evidence: evidenceOf(against),
  };
}

function tooNoisy({ margin }: CellEvidence, against: SelfComparison): Doubt {
  return {
    check: "host-noise",
    severity: "flag",
    sentence: `the machine is too noisy for ±${formatPercent(margin)} in ${String(against.rounds)} rounds: even the host against itself is ${text(against)}`,
    evidence: evidenceOf(against),
  };
}

const text = ({ centre, interval }: SelfComparison): string =>
  formatRatio(Math.exp(centre), Math.exp(interval.low), Math.exp(interval.high));

const evidenceOf = ({ centre, interval, rounds }: SelfComparison): Doubt["evidence"] => [
  { what: "host against itself", value: Math.exp(centre), unit: "ratio" },
  { what: "half-width", value: halfWidth(interval), unit: "log ratio" },
  { what: "rounds", value: rounds, unit: "rounds" },
];
