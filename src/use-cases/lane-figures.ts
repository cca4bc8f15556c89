/**
 * The figures of everything that was measured to explain a variant, over the rounds that all of it has.
 * @packageDocumentation
 */
import { figuresOfRounds, type JointFigures } from "../explain/joint-figures.js";
import { IdleCpu } from "../measure/cells/idle-cpu.js";
import { jointRatios, type PathRounds, whyNotPooled } from "../measure/cells/joint-pooled.js";
import { logRatioOf, whyUnusable } from "../measure/cells/pairing.js";
import { groupBy } from "../model/grouped.js";
import type { Metric } from "../model/metric.js";
import { type MeasuredPath, pathKey, samePath } from "../model/path.js";
import type { Observation, Run } from "../model/run.js";

/** The lanes of one metric. */
export interface LaneFigures {
  /** Whether a lane has figures. */
  readonly has: (lane: MeasuredPath) => boolean;
  /** Why its observations, or the host's, make no figure; undefined where that is not what is wrong. */
  readonly whyNot: (lane: MeasuredPath) => string | undefined;
  /** The lanes as columns. */
  readonly figures: (lanes: readonly MeasuredPath[]) => JointFigures;
}

/** Whose figures they are, and to whose they are taken. */
export interface Lanes {
  readonly host: MeasuredPath;
  readonly lanes: readonly MeasuredPath[];
}

/** A lane that has figures in fewer of the host's rounds than this is left out: its rounds would be lost for all others. */
const LEAST_SHARE = 0.8;

/** A lane's observations of each round that the host has; undefined where a round has none that can be used. */
type Columns = ReadonlyMap<string, readonly (readonly Observation[] | undefined)[]>;

/** The figures of a run's lanes. */
export function laneFigures(run: Run, metric: Metric, { host, lanes }: Lanes): LaneFigures {
  const columns = columnsOf(run, metric, { host, lanes });
  const enough = lanes.filter((lane) => {
    const column = columns.get(pathKey(lane)) ?? [];
    return column.filter((one) => one !== undefined).length >= Math.max(1, LEAST_SHARE * column.length);
  });
  const count = columns.get(pathKey(host))?.length ?? 0;
  const complete = Array.from({ length: count }, (_, round) => round).filter((round) =>
    enough.every((lane) => columns.get(pathKey(lane))?.[round] !== undefined),
  );
  const roundsOf = (path: MeasuredPath): PathRounds => ({
    path,
    rounds: complete.flatMap((round) => {
      const own = columns.get(pathKey(path))?.[round];
      return own === undefined ? [] : [own];
    }),
  });
  if (metric.estimator.kind === "value")
    return {
      has: (lane) => enough.some((one) => samePath(one, lane)),
      whyNot: () => undefined,
      figures: (asked) => {
        const ratios = asked.map((lane) => ratiosIn(metric, roundsOf(lane), roundsOf(host)));
        return figuresOfRounds(ratios, metric.better, run.scenario.seed);
      },
    };
  const idle = new IdleCpu(run.idle);
  const whyNot = (lane: MeasuredPath): string | undefined =>
    complete.length === 0 ? undefined : whyNotPooled(metric, roundsOf(lane), idle);
  const known = whyNot(host) === undefined ? enough.filter((lane) => complete.length > 0 && whyNot(lane) === undefined) : [];
  return {
    has: (lane) => known.some((one) => samePath(one, lane)),
    whyNot: (lane) => (samePath(lane, host) || enough.some((one) => samePath(one, lane)) ? whyNot(lane) : undefined),
    figures: (asked) => pooled(metric, roundsOf(host), asked.map(roundsOf), idle, run.scenario.seed),
  };
}

/** Percentiles and CPU costs: less is better, and a unit costs what they say. */
function pooled(metric: Metric, host: PathRounds, lanes: readonly PathRounds[], idle: IdleCpu, seed: number): JointFigures {
  const { rounds, sum } = jointRatios(metric, host, lanes, idle, seed);
  return {
    rounds,
    ratio: (column, confidence) => {
      const found = sum([{ column, weight: 1 }], confidence);
      return found && { median: found.estimate, low: Math.max(0, found.low), high: found.high };
    },
    sum,
    costs: sum,
  };
}

function columnsOf(run: Run, metric: Metric, { host, lanes }: Lanes): Columns {
  const isUsable = (one: Observation): boolean =>
    metric.estimator.kind === "value" ? metric.name in one.values : whyUnusable(metric, one) === undefined && isWhole(metric, one);
  const rounds = [
    ...groupBy(
      run.observations.filter((one) => one.workload === metric.workload && isUsable(one)),
      ({ round }) => round,
    ),
  ]
    .sort(([one], [other]) => one - other)
    .map(([, observations]) => observations)
    .filter((observations) => observations.some((one) => samePath(one, host)));
  const of = (lane: MeasuredPath): readonly (readonly Observation[] | undefined)[] =>
    rounds.map((observations) => {
      const own = observations.filter((one) => samePath(one, lane));
      const beside = observations.filter((one) => samePath(one, host));
      const isThere = metric.estimator.kind === "value" ? logRatioOf(metric.name, own, beside) !== undefined : own.length > 0;
      return isThere ? own : undefined;
    });
  return new Map([host, ...lanes].map((lane) => [pathKey(lane), of(lane)] as const));
}

/** Whether an observation has what pooled numbers are made of. */
const isWhole = ({ estimator }: Metric, { histogram, work }: Observation): boolean =>
  estimator.kind === "percentile" ? histogram !== undefined : work > 0;

/** In-round ratios to the host. */
const ratiosIn = ({ name }: Metric, own: PathRounds, host: PathRounds): readonly number[] =>
  own.rounds.flatMap((observations, round) => {
    const log = logRatioOf(name, observations, host.rounds[round] ?? []);
    return log === undefined ? [] : [Math.exp(log)];
  });
