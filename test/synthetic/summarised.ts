/** Small summarised runs by hand: what comparing is tested on, cell by cell. */

import type { SummarisedRun } from "../../src/compare/sides.js";
import { findMetric } from "../../src/model/metric.js";
import { type Cell, type CellRatio, SUMMARY_SCHEMA, type Summary } from "../../src/model/summary.js";
import { clusterRun } from "./cluster-run.js";
import { syntheticRun } from "./run.js";

/** A ratio with its limits and rounds, or why there is none. */
export type Told =
  | readonly [median: number, low: number | null, high: number | null, n?: number]
  | { readonly status: "unsupported" | "refused" | "failed"; readonly reason: string };

/** By mode and metric. All metrics of a run are those of its first mode, unless `metrics` names more. */
export function summarised(
  modes: Readonly<Record<string, Readonly<Record<string, Told>>>>,
  options: {
    readonly file?: string;
    readonly startedAt?: string;
    readonly metrics?: readonly string[];
    readonly flags?: Cell["flags"];
  } = {},
): SummarisedRun {
  const run = syntheticRun({ rounds: 1, workloads: ["http"] });
  const names = Object.keys(modes);
  const metrics = options.metrics ?? Object.keys(Object.values(modes)[0] ?? {});
  const summary: Summary = {
    schema: SUMMARY_SCHEMA,
    venue: "lab",
    status: "complete",
    modes: names.map((mode) => ({
      mode,
      status: "measured",
      cells: Object.entries(modes[mode] ?? {}).map(([metric, told]) => ({
        ...cellOf(metric, told),
        ...(options.flags === undefined ? {} : { flags: options.flags }),
      })),
    })),
    ranking: [],
    excluded: [],
    advice: "",
    environment: run.environment,
  };
  return {
    file: options.file ?? "run.json",
    run: {
      ...run,
      startedAt: options.startedAt ?? run.startedAt,
      scenario: { ...run.scenario, modes: ["host", ...names], metrics: [...metrics] },
      modes: ["host", ...names].map((mode) => ({ mode, status: "built" })),
      observations: [],
    },
    summary,
  };
}

/** A cluster's run: one mode, the one that was detected, one path that a lab has too, and facts of its own. */
export function summarisedCluster(
  mode: string,
  metrics: Readonly<Record<string, Told>>,
  environment: Readonly<Record<string, string>> = {},
  options: { readonly file?: string; readonly flags?: Cell["flags"] } = {},
): SummarisedRun {
  const { summary } = summarised({ [mode]: metrics }, options);
  const run = clusterRun({ mode, rounds: 1, workloads: ["http"] });
  return {
    file: options.file ?? `${mode}.json`,
    summary: { ...summary, venue: "cluster" },
    run: { ...run, scenario: { ...run.scenario, metrics: Object.keys(metrics) }, environment: { ...run.environment, ...environment } },
  };
}

function cellOf(metric: string, told: Told): Cell {
  const known = findMetric(metric);
  if (known === undefined) throw new Error(`${metric} is no metric`);
  const base = { metric, path: "pod-pod", unit: known.unit, better: known.better } as const;
  if ("status" in told) return { ...base, status: told.status, reason: told.reason, median: null, n: 0 };
  const [median, low, high, n = 20] = told;
  const ratio: CellRatio = {
    baseline: "host",
    median,
    low,
    high,
    verdict: "undecided",
    margin: 0.05,
    n,
    method: low === null ? "none" : "order-statistic",
    ...(low === null ? {} : { confidence: 0.982 }),
  };
  return { ...base, status: "measured", median: 1000, n, ratio };
}
