/**
 * What was asked and has no number, with its reason: as few lines as say it all.
 * @packageDocumentation
 */
import { groupBy } from "../model/grouped.js";
import type { Summary } from "../model/summary.js";
import { placeOf } from "./outline.js";

/** Something that was asked and not measured. */
export interface Gap {
  /** At least one, as the summary lists them. */
  readonly modes: readonly string[];
  readonly status: "unsupported" | "refused" | "failed" | "broken";
  readonly reason: string;
  /** Metrics that are missing; empty when whole modes are. */
  readonly metrics: readonly string[];
}

/** What is missing, in words: `ipvlan-l2, ipvlan-l3s` or `docker-nat: latency.icmp`. */
export const gapSubject = ({ modes, metrics }: Gap): string =>
  metrics.length === 0 ? modes.join(", ") : `${modes.join(", ")}: ${metrics.join(", ")}`;

/** Every gap of a summary, whole modes first. Modes that miss the same for the same reason stand together, also where one number of the reason differs. */
export function gapsOf(summary: Summary): readonly Gap[] {
  const alike = groupBy([...wholeModes(summary), ...singleCells(summary)], ({ status, metrics, reason }) =>
    JSON.stringify([status, metrics, numberless(reason)]),
  );
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
      const place = placeOf(summary, mode.mode, cell);
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

/**
 * One gap of several whose reasons differ in one number at most, since ranges of several numbers would say nothing. Where more differ, those that are alike
 * in the number that differs least stand together, and so on; what is alike in none stays apart.
 */
function together(gaps: readonly Gap[]): readonly Gap[] {
  const [first] = gaps;
  if (first === undefined) return [];
  const columns = (first.reason.match(NUMBER) ?? []).map((_number, place) => gaps.map((gap) => gap.reason.match(NUMBER)?.[place] ?? ""));
  const differing = columns.filter((column) => new Set(column).size > 1).sort((one, other) => new Set(one).size - new Set(other).size);
  const [least] = differing;
  if (differing.length > 1 && least !== undefined) {
    const alike = groupBy(gaps.entries(), ([index]) => least[index]);
    return alike.size === gaps.length ? gaps : [...alike.values()].flatMap((own) => together(own.map(([, gap]) => gap)));
  }
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
