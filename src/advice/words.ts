/**
 * Figures and facts of a mode in plain words.
 * @packageDocumentation
 */
import { shownPath } from "../model/shown-path.js";
import type { Cell, Recommendation, Summary } from "../model/summary.js";
import { formatRatio } from "../units/format.js";
import { listed } from "../units/listed.js";
import { caveats, type Known } from "./knowledge.js";

type ModeSummary = Summary["modes"][number];

/** The figures that are quoted, the telling ones first: one of each line. */
const HEADLINES: readonly (readonly string[])[] = [
  ["tcp"],
  ["tcp-open", "tcp8"],
  ["http", "http-keepalive"],
  ["latency.udp.p50", "latency.tcp.p50", "latency.icmp"],
  ["pps"],
];
const MOST_QUOTED = 4;

/** What a mode costs against the host, each figure with its interval; undefined where it has none. */
export function costsOf(mode: ModeSummary): string | undefined {
  const cells = quoted(mode);
  const rates = cells.filter((cell) => cell.better === "higher").map(figure);
  const costs = cells.filter((cell) => cell.better === "lower").map(figure);
  const parts = [
    ...(rates.length === 0 ? [] : [`keeps ${listed(rates)} of the host's`]),
    ...(costs.length === 0 ? [] : [`takes ${listed(costs)} times the host's`]),
  ];
  return parts.length === 0 ? undefined : parts.join(" and ");
}

/** The figures of a mode's pods that are quoted: one of each kind, all with an interval. */
export function quoted(mode: ModeSummary): readonly Cell[] {
  const withRatio = mode.cells.filter(
    (cell) => cell.path === shownPath(mode, cell.metric) && cell.ratio !== undefined && cell.ratio.low !== null,
  );
  const headlines = HEADLINES.flatMap((line) => {
    const cell = line.map((name) => withRatio.find(({ metric }) => metric === name)).find((found) => found !== undefined);
    return cell === undefined ? [] : [cell];
  });
  return (headlines.length > 0 ? headlines : withRatio).slice(0, MOST_QUOTED);
}

function figure({ metric, ratio }: Cell): string {
  return ratio === undefined ? metric : `${metric} ${formatRatio(ratio.median, ratio.low, ratio.high)}`;
}

/** What packets showed of stated needs, to follow `it`: `keeps all 27 cells of services`. */
export const keptText = ({ needs, cells }: NonNullable<Recommendation["kept"]>): string =>
  cells === 0 ? `has no cell of ${listed(needs)} that fails` : `keeps all ${String(cells)} cells of ${listed(needs)}`;

/** Why a mode stands where it stands: its costs, what it requires, gives up and, for the stated needs, what must be done. */
export function whyOf(mode: ModeSummary, known: Known, needs: readonly string[], missing: readonly string[]): string {
  const sentences = [
    sentence("", costsOf(mode) ?? "has no ratio with an interval"),
    ...facts("Needs: ", known.file?.requires),
    ...facts("With care: ", caveats(known, needs)),
    ...facts("Gives up: ", known.file?.givesUp),
    ...(missing.length === 0 ? [] : [`The score is without ${listed(missing)}.`]),
  ];
  return sentences.join(" ");
}

function facts(label: string, texts: readonly string[] | undefined): readonly string[] {
  return texts === undefined || texts.length === 0 ? [] : [sentence(label, texts.map((text) => text.replace(/\.$/, "")).join("; "))];
}

function sentence(label: string, text: string): string {
  const whole = `${label}${text}`;
  return `${whole.slice(0, 1).toUpperCase()}${whole.slice(1)}.`;
}
