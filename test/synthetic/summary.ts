/** The summary of a synthetic run, by the simplest arithmetic that looks right: reports are tested on it, not the statistics. */
import { deliveryOf } from "../../src/measure/cells/figure.js";
import { METRICS, type Metric, workload } from "../../src/model/metric.js";
import type { Run } from "../../src/model/run.js";
import { type Cell, type CellRatio, SUMMARY_SCHEMA, type Summary, type Verdict } from "../../src/model/summary.js";
import { median } from "./numbers.js";

/** Computes the summary of a run from {@link syntheticRun}. */
export function syntheticSummary(run: Run): Summary {
  const metrics = METRICS.filter((metric) => run.scenario.metrics.includes(metric.name));
  const modes = run.modes.map(({ mode, status, reason }): Summary["modes"][number] =>
    status === "built"
      ? { mode, status: "measured", cells: metrics.flatMap((metric) => cellsOf(run, mode, metric)) }
      : { mode, status, ...(reason === undefined ? {} : { reason }), cells: [] },
  );
  const { ranking, excluded } = ranked(run, modes);
  return {
    schema: SUMMARY_SCHEMA,
    venue: "lab",
    status: run.status,
    ...(run.partialReason === undefined ? {} : { partialReason: run.partialReason }),
    modes,
    ranking,
    rankingWeights: weightsOf(metrics.filter((metric) => metric.estimator.kind !== "cpu")),
    excluded,
    advice:
      "Run macvlan where every node shares one L2 segment and pods need no Services; it costs nothing that could be measured. " +
      "With Services, run kindnet or calico-routed: they carry the full gigabit and cost about 6 % of the uncapped throughput. " +
      "An overlay (flannel-vxlan, calico-vxlan) costs 4 % of a gigabit link and 44 % of what the CPU could carry.",
    recommendation: {
      mode: "macvlan",
      tied: [],
      needs: "nodes and pods on one L2 segment",
      care: [],
      otherwise: { where: "Where nodes share no L2 segment", mode: "gce" },
    },
    environment: run.environment,
  };
}

/** The first metric weighs as much as all others together. */
function weightsOf(metrics: readonly Metric[]): Record<string, number> {
  return Object.fromEntries(metrics.map((metric, index) => [metric.name, index === 0 ? 0.5 : 0.5 / (metrics.length - 1)]));
}

function cellsOf(run: Run, mode: string, metric: Metric): Cell[] {
  const path = mode === "host" ? "host-host" : "pod-pod";
  const base = { metric: metric.name, path, unit: metric.unit, better: metric.better } as const;
  const missing = run.modes.find((one) => one.mode === mode)?.unsupportedWorkloads?.[metric.workload];
  if (missing !== undefined) return [{ ...base, status: "unsupported", reason: missing, median: null, n: 0 }];
  if (mode === "flannel-udp" && metric.name === "latency.tcp.p99.9") {
    return [{ ...base, status: "refused", reason: "too few: p99.9 needs 20 000 samples, 11 204 were seen", median: null, n: 12 }];
  }
  const values = valuesOf(run, mode, metric);
  const host = valuesOf(run, "host", metric);
  if (values.size === 0) return [];
  const counts = metric.name === "pps" || metric.name === "http" ? deliveryOf(countsOf(run, mode, metric.workload)) : {};
  const cell: Cell = {
    ...base,
    status: "measured",
    median: median([...values.values()].flat()),
    n: [...values.values()].flat().length,
    ...counts,
  };
  const share = metric.estimator.kind === "cpu" ? { softirqShare: 0.4 } : {};
  if (mode === "host") return [{ ...cell, ...share }];
  const ratio = ratioOf(run, mode, metric, values, host);
  const own: CellRatio = {
    ...ratio,
    baseline: "host-configured",
    median: ratio.median ** 0.7,
    low: ratio.low === null ? null : ratio.low ** 0.7,
    high: ratio.high === null ? null : ratio.high ** 0.7,
  };
  if (!run.scenario.configuredBaseline) return [{ ...cell, ...share, ratio }];
  const rules = (value: number): number => value ** 0.3;
  const hosts: CellRatio = {
    ...ratio,
    median: rules(ratio.median),
    low: ratio.low === null ? null : rules(ratio.low),
    high: ratio.high === null ? null : rules(ratio.high),
  };
  return [
    { ...cell, ...share, ratio, ratioConfigured: own },
    { ...cell, ...share, path: "host-host", ratio: hosts },
  ];
}

/** By round: what each observation of the mode saw of the metric. */
function valuesOf(run: Run, mode: string, metric: Metric): Map<number, number[]> {
  const byRound = new Map<number, number[]>();
  for (const one of run.observations) {
    if (one.mode !== mode || one.workload !== metric.workload || one.error !== undefined) continue;
    const value =
      metric.estimator.kind === "cpu"
        ? one.cpu.busy / one.work
        : metric.estimator.kind === "value"
          ? one.values[metric.name]
          : quantile(one.histogram ?? [], metric.estimator.p);
    if (value !== undefined) byRound.set(one.round, [...(byRound.get(one.round) ?? []), value]);
  }
  return byRound;
}

function quantile(histogram: readonly (readonly [number, number])[], p: number): number | undefined {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of histogram) {
    seen += count;
    if (seen >= p * total) return value;
  }
  return undefined;
}

function countsOf(run: Run, mode: string, name: string): { offered: number; forwarded: number; lost: number; failed: number } {
  const total = { offered: 0, forwarded: 0, lost: 0, failed: 0 };
  for (const one of run.observations.filter((each) => each.mode === mode && each.workload === name)) {
    for (const key of ["offered", "forwarded", "lost", "failed"] as const) total[key] += one.counts?.[key] ?? 0;
  }
  return total;
}

function ratioOf(run: Run, mode: string, metric: Metric, values: Map<number, number[]>, host: Map<number, number[]>): CellRatio {
  const ratios = [...values].flatMap(([round, seen]) => (host.has(round) ? [median(seen) / median(host.get(round) ?? [])] : []));
  const middle = median(ratios);
  const spread = 1.4826 * median(ratios.map((ratio) => Math.abs(Math.log(ratio / middle))));
  const half = ratios.length < 3 ? null : (2.2 * spread) / Math.sqrt(ratios.length);
  const low = half === null ? null : middle * Math.exp(-half);
  const high = half === null ? null : middle * Math.exp(half);
  const margin = run.scenario.margin[workload(metric.workload).link];
  const sums = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  return {
    baseline: "host",
    median: middle,
    low,
    high,
    verdict: verdictOf(low, high, margin, metric.better),
    margin,
    n: ratios.length,
    method: low === null ? "none" : metric.estimator.kind !== "value" ? "bootstrap" : ratios.length < 9 ? "t-small-n" : "order-statistic",
    ...(metric.estimator.kind === "value" ? { ratioOfSums: sums, ...(mode === "flannel-udp" ? { stalls: true } : {}) } : {}),
  };
}

function verdictOf(low: number | null, high: number | null, margin: number, better: "higher" | "lower"): Verdict {
  if (low === null || high === null) return "undecided";
  if (low >= 1 - margin && high <= 1 + margin) return "same";
  if (high < 1 - margin) return better === "higher" ? "slower" : "faster";
  if (low > 1 + margin) return better === "higher" ? "faster" : "slower";
  return "undecided";
}

const WITHOUT_SERVICES = new Set(["macvlan", "l2-bridge"]);

function ranked(run: Run, modes: Summary["modes"]): Pick<Summary, "ranking" | "excluded"> {
  const dropped = run.scenario.needs.includes("services") ? WITHOUT_SERVICES : new Set<string>();
  const scored = modes
    .filter((mode) => mode.mode !== "host" && mode.status === "measured" && !dropped.has(mode.mode))
    .map((mode) => {
      const logs = mode.cells.flatMap((cell) =>
        cell.ratio === undefined || cell.path === "host-host" || cell.metric.endsWith(".cpu")
          ? []
          : [Math.log(cell.ratio.median) * (cell.better === "higher" ? 1 : -1)],
      );
      return { mode: mode.mode, score: Math.exp(logs.reduce((sum, one) => sum + one, 0) / Math.max(1, logs.length)) };
    });
  scored.sort((a, b) => b.score - a.score);
  let rank = 0;
  let leader = Number.POSITIVE_INFINITY;
  const ranking = scored.map(({ mode, score }, index) => {
    if (score < leader * 0.97) [rank, leader] = [index + 1, score];
    return {
      mode,
      rank,
      score,
      scoreLow: score * 0.988,
      scoreHigh: score * 1.012,
      why:
        score > 0.95
          ? `Within the margin of the host on every metric but tcp8. Needs: a segment that ${mode} reaches. Gives up: sleep.`
          : `costs ${String(Math.round((1 - score) * 100))} % of the host over all metrics, most of it in tcp-open. Needs: a segment that ${mode} reaches. Gives up: sleep.`,
    };
  });
  const excluded = [...dropped].map((mode) => ({
    mode,
    why: "services: traffic of a pod does not pass its node's rules, so kube-proxy never sees it",
  }));
  return { ranking, excluded };
}
