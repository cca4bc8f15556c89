/**
 * Figures and facts of a mode in plain words.
 * @packageDocumentation
 */
import type { Cell, Summary } from "../model/summary.js";
import { formatRatio } from "../units/format.js";
import { caveats, type ModeKnowledge } from "./knowledge.js";

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

function quoted(mode: ModeSummary): readonly Cell[] {
  const withRatio = mode.cells.filter((cell) => cell.path === "pod-pod" && cell.ratio !== undefined && cell.ratio.low !== null);
  const headlines = HEADLINES.flatMap((line) => {
    const cell = line.map((name) => withRatio.find(({ metric }) => metric === name)).find((found) => found !== undefined);
    return cell === undefined ? [] : [cell];
  });
  return (headlines.length > 0 ? headlines : withRatio).slice(0, MOST_QUOTED);
}

function figure({ metric, ratio }: Cell): string {
  return ratio === undefined ? metric : `${metric} ${formatRatio(ratio.median, ratio.low, ratio.high)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** Why a mode stands where it stands: its costs, what it requires, gives up and, for the stated needs, what must be done. */
export function whyOf(
  mode: ModeSummary,
  knowledge: ModeKnowledge | undefined,
  needs: readonly string[],
  missing: readonly string[],
): string {
  const sentences = [
    sentence("", costsOf(mode) ?? "has no ratio with an interval"),
    ...facts("Needs: ", knowledge?.requires),
    ...facts("With care: ", caveats(knowledge, needs)),
    ...facts("Gives up: ", knowledge?.givesUp),
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
