/**
 * Orders of ratios: of a mode's metrics, and of modes by one metric where several clusters were measured.
 * @packageDocumentation
 */
import { metricsOf, WORKLOADS } from "../../model/metric.js";
import type { Answer, PredictedCell, PredictedOrder } from "../../model/prediction.js";
import type { HostRatio } from "../../model/run-comparison.js";

/** The first figure of each workload: the others follow from it or are about its tail. */
const MAIN_METRICS: ReadonlySet<string> = new Set(WORKLOADS.flatMap((name) => metricsOf(name)[0]?.name ?? []));

/** Something with a place in both orders: better is more, also where the metric itself is better when lower. */
interface Placed {
  readonly name: string;
  readonly lab: Goodness;
  readonly inCluster: Goodness;
}

interface Goodness {
  readonly median: number;
  /** Null without an interval: nothing is told apart from it. */
  readonly limits: readonly [low: number, high: number] | null;
}

/** Every order that two or more things have. */
export function ordersOf(cells: readonly PredictedCell[]): PredictedOrder[] {
  const main = cells.filter(({ metric }) => MAIN_METRICS.has(metric));
  return [
    ...ordersBy(
      main,
      "modes",
      ({ metric }) => metric,
      ({ mode }) => mode,
    ),
    ...ordersBy(
      main,
      "metrics",
      ({ mode }) => mode,
      ({ metric }) => metric,
    ),
  ];
}

function ordersBy(
  cells: readonly PredictedCell[],
  of: PredictedOrder["of"],
  groupOf: (cell: PredictedCell) => string,
  nameOf: (cell: PredictedCell) => string,
): PredictedOrder[] {
  const groups = new Map<string, Map<string, Placed>>();
  for (const cell of cells) {
    const placed = placedOf(cell, nameOf(cell));
    if (placed === undefined) continue;
    const group = groups.get(groupOf(cell)) ?? new Map<string, Placed>();
    // Two clusters of one mode: the first named stands for it.
    if (!group.has(placed.name)) group.set(placed.name, placed);
    groups.set(groupOf(cell), group);
  }
  return [...groups].flatMap(([by, group]) => (group.size < 2 ? [] : [orderOf(of, by, [...group.values()])]));
}

function placedOf({ lab, inCluster, better }: PredictedCell, name: string): Placed | undefined {
  if (lab.ratio === undefined || inCluster.ratio === undefined) return undefined;
  return { name, lab: goodness(lab.ratio, better), inCluster: goodness(inCluster.ratio, better) };
}

function goodness({ median, low, high }: HostRatio, better: "higher" | "lower"): Goodness {
  if (better === "higher") return { median, limits: low === null || high === null ? null : [low, high] };
  return { median: 1 / median, limits: low === null || high === null || low <= 0 ? null : [1 / high, 1 / low] };
}

function orderOf(of: PredictedOrder["of"], by: string, placed: readonly Placed[]): PredictedOrder {
  const judged = pairsOf(placed).map(([one, other]) => ({ one, other, answer: judgePair(one, other) }));
  const count = (answer: Answer): number => judged.filter((pair) => pair.answer === answer).length;
  const pairs = { agree: count("yes"), contradict: count("no"), open: count("undecided") };
  const contradiction = judged.find(({ answer }) => answer === "no");
  const predicted = pairs.contradict > 0 ? "no" : pairs.agree > 0 ? "yes" : "undecided";
  return {
    of,
    by,
    lab: sorted(placed, "lab"),
    inCluster: sorted(placed, "inCluster"),
    pairs,
    predicted,
    because: becauseOf(pairs, contradiction),
  };
}

const sorted = (placed: readonly Placed[], where: "lab" | "inCluster"): string[] =>
  [...placed].sort((one, other) => other[where].median - one[where].median).map(({ name }) => name);

const pairsOf = (placed: readonly Placed[]): readonly (readonly [Placed, Placed])[] =>
  placed.flatMap((one, index) => placed.slice(index + 1).map((other) => [one, other] as const));

/** A pair says something only where both runs tell its two apart. */
function judgePair(one: Placed, other: Placed): Answer {
  const [lab, cluster] = [signOf(one.lab, other.lab), signOf(one.inCluster, other.inCluster)];
  if (lab === 0 || cluster === 0) return "undecided";
  return lab === cluster ? "yes" : "no";
}

function signOf(one: Goodness, other: Goodness): -1 | 0 | 1 {
  if (one.limits === null || other.limits === null) return 0;
  return one.limits[0] > other.limits[1] ? 1 : other.limits[0] > one.limits[1] ? -1 : 0;
}

const ONE_PAIR = "the one pair that both tell apart";

function becauseOf(
  { agree, contradict, open }: PredictedOrder["pairs"],
  contradiction: { readonly one: Placed; readonly other: Placed } | undefined,
): string {
  const rest = open === 0 ? "" : `; ${String(open)} more that one of the two cannot tell apart`;
  if (contradiction !== undefined) {
    const { one, other } = contradiction;
    const [better, worse] = signOf(one.lab, other.lab) > 0 ? [one, other] : [other, one];
    const told = agree + contradict;
    const which = told === 1 ? ONE_PAIR : `${String(contradict)} of ${String(told)} pairs that both tell apart`;
    const are = contradict === 1 ? "is" : "are";
    return `${which} ${are} the other way round, as ${better.name} before ${worse.name} in the lab${rest}`;
  }
  if (agree === 0) return `no pair is told apart by both, ${String(open)} ${open === 1 ? "overlaps" : "overlap"} in one or the other`;
  const same = agree === 1 ? `${ONE_PAIR} stands` : `all ${String(agree)} pairs that both tell apart stand`;
  return `${same} in the same order${rest}`;
}
