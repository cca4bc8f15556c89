/**
 * What a rule costs, on a terminal.
 * @packageDocumentation
 */
import type { RuleCost, RuleCosts } from "../../model/rule-costs.js";
import type { WalkCost } from "../../model/rule-walk.js";
import { formatCount, formatMoment, formatNumber } from "../../units/format.js";
import { listed } from "../../units/listed.js";
import { painter } from "./paint.js";
import { labelled, PROSE_WIDTH, plain, wrap } from "./text.js";

/** How it is set. */
interface CostsSetting {
  readonly width: number;
  readonly colour: boolean;
}

/** Where the figures are kept. */
interface KeptCosts {
  readonly file: string;
  /** Whether `podwire rules --packet` looks there by itself. */
  readonly isLookedAt: boolean;
  /** What stands there, with earlier figures of backends that have failed now. */
  readonly kept: RuleCosts;
}

/** Where figures stand behind their backends. */
const COLUMN = 17;

/** What a rule costs, every backend with its figure or the reason why it has none, and where they are kept, if they could be; each line ended. */
export function renderRuleCosts(costs: RuleCosts, place: KeptCosts | undefined, { width, colour }: CostsSetting): string {
  const { backends, rules, rounds, kernel } = costs;
  const paint = painter(colour);
  const prose = Math.min(width, PROSE_WIDTH);
  const head = `CPU time of a packet for each rule that does not match it, of ${formatCount(rules)}; kernel ${plain(kernel)}, ${formatCount(rounds)} rounds, 95 % intervals.`;
  const lines = [
    ...wrap(answer(costs), prose).map((line) => paint("strong", line)),
    "",
    ...backends.flatMap((one) => labelled(one.backend, figureOf(one), COLUMN, prose)),
    ...wrap(head, prose).map((line) => paint("quiet", line)),
    ...(place === undefined ? [] : ["", ...wrap(keptWords(place), prose)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** What to remember of it. */
function answer({ backends }: RuleCosts): string {
  const measured = backends.flatMap(({ backend, cost }) =>
    cost === undefined ? [] : [`${formatNumber(cost.nanoseconds)} ns by ${backend}`],
  );
  return measured.length === 0
    ? "What a rule costs is not known: no backend could be measured."
    : `A rule that does not match costs a packet ${listed(measured)}.`;
}

function keptWords({ file, isLookedAt, kept }: KeptCosts): string {
  const where = `Kept in ${plain(file)}`;
  const found = isLookedAt
    ? `${where}, where \`podwire rules --packet\` finds it.`
    : `${where}: \`podwire rules --packet\` takes it with --costs ${plain(file)}.`;
  const earlier = kept.backends.flatMap(({ backend, measured }) =>
    measured === undefined ? [] : [`${backend} (${formatMoment(measured)})`],
  );
  return earlier.length === 0 ? found : `${found} What failed has its earlier figure there still: ${listed(earlier)}.`;
}

const figureOf = ({ status, reason = "", cost }: RuleCost): string =>
  cost === undefined
    ? `${status}: ${plain(reason)}`
    : `${formatNumber(cost.nanoseconds)} ns [${formatNumber(cost.low)}, ${formatNumber(cost.high)}]`;

/** What a walk's look at rules costs, as a sentence. */
export function costSentence({ nanoseconds, low, high, backends, measured }: WalkCost): string {
  const [step, unit] = high >= 1e6 ? [1e6, "ms"] : high >= 1e3 ? [1e3, "us"] : [1, "ns"];
  const figure = (value: number): string => formatNumber(value / step);
  return `That takes about ${figure(nanoseconds)} ${unit} [${figure(low)}, ${figure(high)}] of CPU time, by what a rule of ${listed(backends)} cost on this machine (${formatMoment(measured)}).`;
}
