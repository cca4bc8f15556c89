/**
 * Figures by the number of Services, a line for each way of carrying them: what the plot draws and the terminal's table lists.
 * @packageDocumentation
 */
import { findMetric } from "../../model/metric.js";
import { shownPath } from "../../model/shown-path.js";
import type { Cell, Summary } from "../../model/summary.js";
import { ARGUMENT_SIGN, LAYER_SIGN, modeOfVariant } from "../../model/variant.js";
import type { Unit } from "../../units/quantity.js";

/** What a new connection costs: how many there are in a second, and how long one takes with its request. */
const CHARTED = ["http", "http.p50", "http.p99"] as const;

/** A variant on a line. */
export interface ServicePoint {
  /** How many Services there are; 0 is the mode without a Service layer. */
  readonly services: number;
  readonly variant: string;
  /**
   * Its figure: its in-round ratio to the bare host times the host's median, since only ratios can be compared. Undefined where there is none, which
   * {@link ServicePoint.why} explains.
   */
  readonly value: number | undefined;
  /** The ratio's interval, times the same median; null where a limit is not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** In a word or two why there is no figure. */
  readonly why: string;
  /** Seconds that loading took, where something was loaded. */
  readonly loading: number | undefined;
}

/** One way of carrying Services on one mode. */
export interface ServiceLine {
  readonly label: string;
  /** By the number of Services, ascending; two at least on one line of a chart. */
  readonly points: readonly ServicePoint[];
}

/** One metric by the number of Services. */
export interface ServiceChart {
  readonly metric: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  /** The bare host's absolute median. */
  readonly host: number;
  readonly lines: readonly ServiceLine[];
}

type ModeResult = Summary["modes"][number];

/** A variant by what stands on it. */
interface Placed {
  readonly result: ModeResult;
  /** Its name without the layers of Services. */
  readonly base: string;
  /** Those that carry them, and others that have their number, without it; empty where none carries them. */
  readonly mechanism: string;
  readonly services: number;
}

/** The charts of a summary; none where no way of carrying Services was measured at two numbers of them. */
export function serviceCharts(summary: Summary): readonly ServiceChart[] {
  if (summary.venue !== "lab") return [];
  const placed = summary.modes.map(placedOf);
  return CHARTED.flatMap((metric) => {
    const host = summary.modes.find(({ mode }) => mode === "host")?.cells.find((cell) => cell.metric === metric)?.median ?? null;
    const facts = findMetric(metric);
    if (host === null || facts === undefined) return [];
    const lines = linesOf(placed, metric, host);
    if (!lines.some(({ points }) => points.length > 1)) return [];
    return [{ metric, title: facts.title, unit: facts.unit, better: facts.better, host, lines }];
  });
}

/** The numbers of Services on a chart, ascending. */
export const countsOf = ({ lines }: ServiceChart): readonly number[] =>
  [...new Set(lines.flatMap(({ points }) => points.map(({ services }) => services)))].sort((one, other) => one - other);

function linesOf(placed: readonly Placed[], metric: string, host: number): readonly ServiceLine[] {
  const carrying = placed.filter(({ mechanism }) => mechanism !== "");
  const bases = new Set(carrying.map(({ base }) => base));
  const keys = new Map(carrying.map(({ base, mechanism }) => [`${base} ${mechanism}`, { base, mechanism }]));
  return [...keys.values()].map(({ base, mechanism }) => ({
    label: bases.size === 1 ? mechanism : `${base}, ${mechanism}`,
    points: placed
      .filter((one) => one.base === base && (one.mechanism === mechanism || one.mechanism === ""))
      .map((one) => pointOf(one, metric, host))
      .sort((one, other) => one.services - other.services),
  }));
}

function placedOf(result: ModeResult): Placed {
  const layers = result.layers ?? [];
  const [carrier] = layers.filter(({ carries }) => carries === "services");
  const carrying = layers.filter(
    (one) => carrier !== undefined && (one === carrier || (one.counts !== undefined && one.counts === carrier.counts)),
  );
  const nameOf = ({ layer, argument }: (typeof layers)[number]): string =>
    argument === undefined ? layer : `${layer}${ARGUMENT_SIGN}${String(argument)}`;
  return {
    result,
    base: [modeOfVariant(result.mode), ...layers.filter((layer) => !carrying.includes(layer)).map(nameOf)].join(LAYER_SIGN),
    mechanism: carrying.map(({ layer }) => layer).join(LAYER_SIGN),
    services: carrier?.argument ?? 0,
  };
}

function pointOf({ result, services }: Placed, metric: string, host: number): ServicePoint {
  const path = shownPath(result, metric);
  const cell = result.cells.find((one) => one.metric === metric && one.path === path);
  const ratio = cell?.ratio;
  const times = (limit: number | null | undefined): number | null => (limit == null ? null : limit * host);
  const loads = (result.layers ?? []).flatMap(({ loaded }) => (loaded === undefined ? [] : [loaded.seconds]));
  return {
    services,
    variant: result.mode,
    value: times(ratio?.median) ?? undefined,
    low: times(ratio?.low),
    high: times(ratio?.high),
    why: whyEmpty(cell),
    loading: loads.length === 0 ? undefined : Math.max(...loads),
  };
}

const whyEmpty = (cell: Cell | undefined): string =>
  cell === undefined ? "not measured" : cell.status === "measured" ? "no ratio" : cell.status;
