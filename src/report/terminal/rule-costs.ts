/**
 * What a rule costs, on a terminal.
 * @packageDocumentation
 */
import type { RuleCost, RuleCosts } from "../../model/rule-costs.js";
import type { WalkCost } from "../../model/rule-walk.js";
import { formatCount, formatMoment, formatNumber } from "../../units/format.js";
import { listed } from "../../units/listed.js";
import { painter } from "./paint.js";
import { PROSE_WIDTH, padEnd, plain, truncate, wrap } from "./text.js";

/** How it is set. */
interface CostsSetting {
  readonly width: number;
  readonly colour: boolean;
}

/** Every backend with its figure or the reason why it has none; each line ended. */
export function renderRuleCosts({ backends, rules, rounds, kernel }: RuleCosts, file: string, { width, colour }: CostsSetting): string {
  const paint = painter(colour);
  const prose = Math.min(width, PROSE_WIDTH);
  const head = `CPU time of a packet for each rule that does not match it, of ${formatCount(rules)}; kernel ${plain(kernel)}, ${formatCount(rounds)} rounds, 95 % intervals.`;
  const lines = [
    ...wrap(head, prose).map((line) => paint("strong", line)),
    "",
    ...backends.map((one) => truncate(`${padEnd(one.backend, 15)}  ${figureOf(one)}`, prose)),
    "",
    ...wrap(`Kept in ${plain(file)}, where \`podwire rules --packet\` finds it.`, prose),
  ];
  return `${lines.join("\n")}\n`;
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
