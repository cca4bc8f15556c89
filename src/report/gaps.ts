/**
 * What was asked and has no number, with its reason: as few lines as say it all.
 * @packageDocumentation
 */
import type { Summary } from "../model/summary.js";
import { placeOf } from "./outline.js";

/** Something that was asked and not measured. */
export interface Gap {
  /** At least one, as the summary lists them. */
  readonly modes: readonly string[];
  readonly status: "unsupported" | "refused" | "failed";
  readonly reason: string;
  /** Metrics that are missing; empty when whole modes are. */
  readonly metrics: readonly string[];
}

/** What is missing, in words: `ipvlan-l2, ipvlan-l3s` or `docker-nat: latency.icmp`. */
export const gapSubject = ({ modes, metrics }: Gap): string =>
  metrics.length === 0 ? modes.join(", ") : `${modes.join(", ")}: ${metrics.join(", ")}`;

/** Every gap of a summary, whole modes first. Modes that miss the same for the same reason stand together, also where one number of the reason differs. */
export function gapsOf(summary: Summary): readonly Gap[] {
  const alike = new Map<string, Gap[]>();
  for (const gap of [...wholeModes(summary), ...singleCells(summary)]) {
    const key = JSON.stringify([gap.status, gap.metrics, numberless(gap.reason)]);
    alike.set(key, [...(alike.get(key) ?? []), gap]);
  }
  return [...alike.values()].flatMap(together);
}

function wholeModes(summary: Summary): readonly Gap[] {
  return summary.modes.flatMap(({ mode, status, reason }) =>
    status === "measured" ? [] : [{ modes: [mode], status, reason: reason ?? UNKNOWN, metrics: [] }],
  );
}

/** A path of a cluster that could not be had at all has one reason for all of its metrics. */
function isWholePath({ venue, modes }: Summary, { modes: [row], metrics }: Gap): boolean {
  const all = modes.flatMap(({ cells }) => cells.filter(({ path }) => path === row));
  return venue === "cluster" && all.length === metrics.length;
}

const UNKNOWN = "no reason was recorded";

/** The gaps of measured modes, with the metrics of one mode and one reason put together. */
function singleCells(summary: Summary): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const mode of summary.modes.filter((one) => one.status === "measured")) {
    for (const cell of mode.cells) {
      if (cell.status === "measured") continue;
      const reason = cell.reason ?? UNKNOWN;
      const place = placeOf(summary, mode.mode, cell.path);
      const key = JSON.stringify([place.row, cell.status, reason]);
      const metrics = [...(gaps.get(key)?.metrics ?? []), `${cell.metric}${place.remark}`];
      gaps.set(key, { modes: [place.row], status: cell.status, reason, metrics });
    }
  }
  return [...gaps.values()].map((gap) => (isWholePath(summary, gap) ? { ...gap, metrics: [] } : gap));
}

/** Numbers that stand alone: not those of names (`CONFIG_VLAN_8021Q`, `latency.udp.p99`) and addresses. */
const NUMBER = /(?<![\w.:/-])\d+(?:\.\d+)?(?!\.?\w|[:/-]\w)/g;

const numberless = (reason: string): string => reason.replace(NUMBER, "#");

/** One gap of several whose reasons differ in one number at most; else they stay apart, since ranges of several numbers would say nothing. */
function together(gaps: readonly Gap[]): readonly Gap[] {
  const [first] = gaps;
  if (first === undefined) return [];
  const columns = (first.reason.match(NUMBER) ?? []).map((_number, place) => gaps.map((gap) => gap.reason.match(NUMBER)?.[place] ?? ""));
  if (columns.filter((column) => new Set(column).size > 1).length > 1) return gaps;
  let place = 0;
  const reason = first.reason.replace(NUMBER, () => rangeText(columns[place++] ?? []));
  return [{ ...first, modes: gaps.flatMap(({ modes }) => modes), reason }];
}

/** `1085 to 19988`, or the one number that they all are. */
function rangeText(numbers: readonly string[]): string {
  const ascending = [...numbers].sort((a, b) => Number(a) - Number(b));
  const [least = "", most = ""] = [ascending[0], ascending.at(-1)];
  return least === most ? least : `${least} to ${most}`;
}
