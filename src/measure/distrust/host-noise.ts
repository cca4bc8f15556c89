import type { Doubt } from "../../model/doubt.js";
import { halfWidth, type Interval } from "../../statistics/interval.js";
import { LOOK_CONFIDENCE } from "../../statistics/planned-looks.js";
import { sampleOf, sorted } from "../../statistics/sample.js";
import { FEWEST_FOR_ORDER_STATISTICS, typicalInterval } from "../../statistics/typical-interval.js";
import { formatPercent, formatRatio } from "../../units/format.js";
import type { CellEvidence, Check } from "./evidence.js";
import { selfLogRatios } from "./in-round-ratios.js";

/**
 * Two single observations differ by sqrt(2) of one's noise, a mode from the median of the host's by less; beyond this many margins the host alone
 * could not be told from itself with so many rounds.
 */
const TOO_WIDE = 1.5;

/**
 * The host is observed several times a round, which is an A/A test that costs nothing: first against last of each round. It must not differ from
 * itself, and it tells which precision the machine's noise allows.
 */
export const hostNoise: Check = (cell) => {
  const { metric, margin, host, own, ratio } = cell;
  if (metric.estimator.kind !== "value") return undefined;
  const sample = sampleOf([...selfLogRatios(metric.name, ratio === undefined ? own : host)]);
  if (sample === undefined || sample.length < FEWEST_FOR_ORDER_STATISTICS) return undefined;
  const ascending = sorted(sample);
  const interval = typicalInterval(sample, ascending, LOOK_CONFIDENCE);
  if (interval === undefined) return undefined;
  const against: SelfComparison = { centre: ascending[ascending.length >>> 1] ?? 0, interval, rounds: sample.length };
  if (interval.low > Math.log1p(margin) || interval.high < Math.log1p(-margin)) return differsFromItself(cell, against);
  return ratio?.verdict === "undecided" && halfWidth(interval) > TOO_WIDE * margin ? tooNoisy(cell, against) : undefined;
};

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
