/**
 * Intervals as bars of characters on one axis, with the host at 1.0.
 * @packageDocumentation
 */
import type { LiveMode } from "./live-state.js";
import type { Paint } from "./paint.js";

/** An axis of ratios, logarithmic, so that half and double lie equally far from the host. */
export interface LiveAxis {
  readonly width: number;
  /** Column of the host, from 0. */
  readonly host: number;
  /** The axis' ends and the host, as a line of text. */
  readonly labels: string;
  /** A bar without an interval: only the host's mark. */
  readonly empty: string;
  /** Column of a ratio, clamped to the axis. */
  column(ratio: number): number;
}

/** The axis steps outward through these, so that it does not jump with every round. */
const ENDS = [1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100];

/** An axis that holds every ratio and interval of the modes. */
export function liveAxis(modes: readonly LiveMode[], width: number): LiveAxis {
  const seen = modes
    .flatMap((mode) => [mode.ratio, mode.low, mode.high])
    .filter((value) => value !== undefined)
    .filter((value) => Number.isFinite(value) && value > 0);
  const high = end(Math.max(1, ...seen));
  const low = 1 / end(1 / Math.min(1, ...seen));
  const span = Math.log(high) - Math.log(low);
  const column = (ratio: number): number => {
    const place = ratio > 0 ? (Math.log(ratio) - Math.log(low)) / span : 0;
    return Math.round(Math.min(1, Math.max(0, place)) * (width - 1));
  };
  const host = column(1);
  return { width, host, column, labels: labels(low, high, host, width), empty: `${" ".repeat(host)}┊${" ".repeat(width - host - 1)}` };
}

const end = (extreme: number): number => ENDS.find((one) => one >= extreme) ?? 100;

const endText = (ratio: number): string => String(Number(ratio.toPrecision(2)));

function labels(low: number, high: number, host: number, width: number): string {
  const line = Array.from({ length: width }, () => " ");
  const put = (text: string, at: number): void => {
    const start = Math.max(0, Math.min(width - text.length, at));
    const free = line.slice(Math.max(0, start - 1), start + text.length + 1).every((character) => character === " ");
    if (free) line.splice(start, text.length, ...Array.from(text));
  };
  put("1 host", host);
  put(endText(low), 0);
  put(endText(high), width - endText(high).length);
  return line.join("");
}

/** `├──●──┤` at its place on the axis, over the host's dotted mark. Always as wide as the axis. */
export function intervalBar(mode: LiveMode, axis: LiveAxis, paint: Paint): string {
  const dot = axis.column(mode.ratio ?? 1);
  const low = axis.column(mode.low ?? mode.ratio ?? 1);
  const high = axis.column(mode.high ?? mode.ratio ?? 1);
  const at = (column: number): string => {
    if (column === dot) return paint("strong", "●");
    if (column === low) return "├";
    if (column === high) return "┤";
    if (column > low && column < high) return "─";
    return column === axis.host ? paint("quiet", "┊") : " ";
  };
  return Array.from({ length: axis.width }, (_, column) => at(column)).join("");
}
