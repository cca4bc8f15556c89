/**
 * A profile's figures in words, for the terminal and the page alike.
 * @packageDocumentation
 */
import {
  AGREEMENTS,
  type Agreement,
  type Estimate,
  type LayerCost,
  type OwnCost,
  type ProfileTable,
  type Witnessed,
} from "../../model/profile.js";
import { formatCount, formatHalfWidth, formatPercent } from "../../units/format.js";
import { profileLayerTitle } from "./layer-title.js";

/** A cost: three digits, or two after the point. */
export const costText = (value: number): string => value.toFixed(digitsOf(value));

const digitsOf = (value: number): number => {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : 2;
};

/** A difference with its sign and half the width of its interval: `+3.10 ±0.40`. */
export function differenceText({ value, low, high }: Estimate): string {
  const signed = `${value < 0 ? "−" : "+"}${costText(Math.abs(value))}`;
  if (low === null || high === null) return signed;
  const half = (high - low) / 2;
  return `${signed} ±${formatHalfWidth(half, digitsOf(half))}`;
}

/** What is smaller than this share of all is not worth a line. */
const WORTH = 0.001;

/** The layers that are shown, the largest difference first. */
export function topLayers({ layers, total }: ProfileTable, most = Number.POSITIVE_INFINITY): readonly LayerCost[] {
  return layers.filter(({ host, variant }) => Math.max(host.value, variant.value) >= WORTH * total.variant.value).slice(0, most);
}

/** From this share on it is said that functions have no names. */
const MUCH_UNRESOLVED = 0.05;
/** From this share on other programs disturb. */
const MUCH_OF_OTHERS = 0.2;

/** How many rounds were profiled. */
export const roundsText = ({ rounds }: ProfileTable): string => `${String(rounds)} profiled ${rounds === 1 ? "round" : "rounds"}`;

/** What profiling costs; undefined where no pair of rounds says it. */
export function ownCostSentence({ ownCosts }: ProfileTable): string | undefined {
  const own = ownCosts.map((one) => ownCostText(one, one.mode)).join("; ");
  return own === "" ? undefined : `Profiling itself changes the rate: ${own}. The waterfall is from rounds without it.`;
}

/** The same in a line: half of each interval, where there is one. */
export function ownCostInBrief({ ownCosts }: ProfileTable): string | undefined {
  const own = ownCosts.map(({ mode, ratio: { value, low, high } }) => {
    const half = low === null || high === null ? "" : ` ±${formatHalfWidth(50 * (high - low), 1)}`;
    return `${mode} ${changeOf(value)}${half} %`;
  });
  return own.length === 0 ? undefined : `Profiling itself changes the rate: ${own.join(", ")}.`;
}

/** Which layers both witnesses see, and which only one; undefined where there is no waterfall. */
export function witnessSentence({ witnesses }: ProfileTable): string | undefined {
  const parts = AGREEMENTS.flatMap((agreement) => {
    const titles = witnesses.filter((one) => one.agreement === agreement).map(witnessedTitle);
    return agreement === "neither" || titles.length === 0 ? [] : [`${AGREEMENT_WORDS[agreement]}: ${titles.join(", ")}`];
  });
  return parts.length === 0 ? undefined : `Of waterfall and profile ${parts.join("; ")}.`;
}

/** What the figures rest on, what profiling costs, and what could not be seen. */
export function profileSentences(table: ProfileTable): readonly string[] {
  const { samples, hertz, variant, othersShare } = table;
  const unresolved = unresolvedShare(table);
  return [
    `From ${roundsText(table)}, ${formatCount(samples)} samples (cpu-clock, ${String(hertz)} a second and CPU); idle time and other programs are left out.`,
    ...[ownCostSentence(table)].flatMap((sentence) => sentence ?? []),
    ...(othersShare < MUCH_OF_OTHERS
      ? []
      : [
          `Other programs took ${formatPercent(Math.round(100 * othersShare) / 100)} of the CPU time while ${variant.mode} was loaded: a quieter machine gives narrower intervals.`,
        ]),
    ...(unresolved < MUCH_UNRESOLVED
      ? []
      : [
          `${formatPercent(unresolved)} of the time of ${variant.mode} has no name: \`sudo sysctl kernel.kptr_restrict=0\` shows the kernel's symbols.`,
        ]),
  ];
}

/** A ratio as a change, percent with its sign. */
const changeOf = (ratio: number): string => `${ratio < 1 ? "−" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(1)}`;

function ownCostText({ ratio: { value, low, high }, pairs }: OwnCost, name: string): string {
  const change = (ratio: number): string => `${changeOf(ratio)} %`;
  const interval = low === null || high === null ? "no interval" : `${change(low)} to ${change(high)}`;
  return `${name} ${change(value)} (${interval}, ${String(pairs)} ${pairs === 1 ? "pair" : "pairs"} of rounds)`;
}

/** Share of the variant's CPU time whose functions have no names. */
function unresolvedShare({ layers, total }: ProfileTable): number {
  const unresolved = layers.find(({ layer }) => layer === "unresolved");
  return total.variant.value > 0 ? (unresolved?.variant.value ?? 0) / total.variant.value : 0;
}

/** The layers of a row of witnesses in words. */
export const witnessedTitle = ({ layers, profiled }: Witnessed): string =>
  (layers.length === 0 ? profiled : layers).map(profileLayerTitle).join(", ");

const AGREEMENT_WORDS: Readonly<Record<Agreement, string>> = {
  agree: "both see it",
  disagree: "each contradicts the other",
  "only the waterfall": "the waterfall alone sees it",
  "only the profile": "the profile alone sees it",
  neither: "neither sees anything",
};

/** What both witnesses together say of a row. */
export const agreementText = ({ agreement, profile }: Witnessed): string =>
  profile.says === "blind" ? "it has no functions of its own" : AGREEMENT_WORDS[agreement];
