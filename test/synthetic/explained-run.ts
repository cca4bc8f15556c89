/** A made-up run that explains a variant: each rung has a cost of its own, and noise comes from the seed. */
import { ladderOf, lanesOfLadder } from "../../src/explain/ladder.js";
import { toolWay } from "../../src/model/campaign.js";
import { findMetric } from "../../src/model/metric.js";
import { type Observation, RUN_SCHEMA, type Run } from "../../src/model/run.js";
import { histogramOf } from "../../src/statistics/histogram.js";
import { randomFrom } from "../../src/statistics/random.js";
import { scenarioOf } from "../../src/use-cases/lab/explain.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { withPaths } from "./run.js";

/** What can be varied. */
export interface ExplainedOptions {
  readonly variant?: string;
  readonly metrics?: readonly string[];
  readonly rounds?: number;
  readonly seed?: number;
  /** Cost of a unit by layer, in units of the host's; a layer that is not named costs nothing. */
  readonly costs?: Readonly<Record<string, number>>;
  /** Lanes that could not be built, with the reason. */
  readonly unsupported?: Readonly<Record<string, string>>;
}

const COSTS: Readonly<Record<string, number>> = { "namespace-veth": 0.15, routing: 0.1, bridge: 0.1, conntrack: 0.15, encapsulation: 0.3 };
const HOST_FIGURE = 10_000;
/** Load generators that stay are started so often. */
const STARTS = 10;

/** Times from 0.7 to 1.3 of a figure. */
const spreadAround = (figure: number): [number, number][] =>
  histogramOf(Array.from({ length: 61 }, (_, place) => figure * (0.7 + place / 100))).map(([value, count]) => [value, count]);

/** Builds the run. Costs only add, whatever is put on or taken away. */
export function explainedRun(options: ExplainedOptions = {}): Run {
  const { variant = "flannel-vxlan", metrics = ["http"], rounds = 40, seed = 1, costs = COSTS, unsupported = {} } = options;
  const ladder = ladderOf(resolveVariant(variant), true);
  const scenario = scenarioOf({ ladder, metrics, budgetSeconds: 95, quick: false, seed });
  const all = ladder.rungs.map(({ layer }) => layer);
  const layersOf = (lane: string): readonly string[] => {
    const rung = ladder.rungs.findLastIndex(({ mode }) => mode === lane);
    if (rung >= 0) return all.slice(0, rung + 1);
    const gone = ladder.without.find(({ mode }) => mode === lane)?.layers ?? [];
    return lane === "host" ? [] : all.filter((layer) => !gone.includes(layer));
  };
  const costOf = (lane: string): number => layersOf(lane).reduce((sum, layer) => sum + (costs[layer] ?? 0), 1);
  const random = randomFrom(seed);
  const noisy = (): number => Math.exp(0.05 * (random.next() + random.next() - 1));
  const lanes = ["host", ...lanesOfLadder(ladder)].filter((lane) => unsupported[lane] === undefined);
  const observation = (metric: string, round: number, lane: string, position: number): Observation => {
    const { workload, better, estimator } = findMetric(metric) ?? { workload: "http", better: "higher", estimator: { kind: "value" } };
    const figure = HOST_FIGURE * (better === "higher" ? 1 / costOf(lane) : costOf(lane)) * noisy();
    return {
      workload,
      round,
      how: toolWay(workload),
      ...(toolWay(workload) === "burst" ? { restart: round % STARTS } : {}),
      position,
      mode: lane,
      path: lane === "host" ? "host-host" : "pod-pod",
      startedAt: round + position / 100,
      elapsed: 0.01,
      values: estimator.kind === "value" ? { [metric]: figure } : {},
      ...(estimator.kind === "percentile" ? { histogram: spreadAround(figure) } : {}),
      work: 1,
      cpu: { busy: estimator.kind === "cpu" ? figure / 1e6 : 0.01, softirq: 0, steal: 0, idle: 0.01 },
    };
  };
  return withPaths({
    schema: RUN_SCHEMA,
    podwire: "0.1.0",
    startedAt: "2026-02-03T09:15:00.000Z",
    endedAt: "2026-02-03T09:17:00.000Z",
    status: "complete",
    scenario,
    environment: { kernel: "Linux 6.1.0-18-amd64", cpus: "2" },
    modes: scenario.modes.map((mode) => {
      const reason = unsupported[mode];
      return reason === undefined ? { mode, status: "built" as const } : { mode, status: "unsupported" as const, reason };
    }),
    observations: metrics.flatMap((metric) =>
      Array.from({ length: rounds }, (_, round) => lanes.map((lane, position) => observation(metric, round, lane, position))).flat(),
    ),
    raw: {},
    explanation: ladder,
  });
}
