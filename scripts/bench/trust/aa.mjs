/**
 * A/A: the host against identical hosts. Every difference that is called is a false alarm.
 * With --metrics only those are measured, into a ledger of their own: latency.tcp.p50,latency.udp.p99 --budget 40 takes a minute a run.
 */

import { host } from "../../../dist/modes/host.js";
import { medianOf } from "../../../dist/statistics/median.js";
import { cellsOf, labOf, numberOr, runIn, scenarioOf, twinOf } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { binomialInterval, clusteredInterval, percent, shareText } from "../spread.mjs";

const METRICS = ["tcp-open", "pps", "http", "latency.tcp.p50"];
const TWINS = 10;
/** The default of uncapped metrics. */
const MARGIN = 0.05;

/** @typedef {{ run: number, mode: string, metric: string, status: string, reason?: string, median?: number, low?: number | null, high?: number | null, n?: number, verdict?: string }} Result */

/** @param {import("../trust.mjs").Flags} flags */
export async function aa(flags) {
  const machine = machineFacts();
  const runs = flags.short ? 1 : numberOr(flags.runs, 5);
  const budget = flags.short ? 12 : numberOr(flags.budget, 100);
  const margin = numberOr(flags.margin, MARGIN);
  const metrics = flags.metrics?.split(",") ?? METRICS;
  /** @type {Ledger<Result>} */
  const ledger = new Ledger(flags.metrics === undefined ? "aa" : `aa-${flags.metrics}`, flags);
  const done = new Set(ledger.entries.map(({ run }) => run));
  for (let run = 0; run < runs && !flags.report; run += 1) {
    if (done.has(run)) continue;
    const modes = [host, ...Array.from({ length: flags.short ? 2 : TWINS }, (_, index) => twinOf(`twin-${String(index + 1)}`))];
    const lab = await labOf(modes);
    const asked = scenarioOf({ modes, metrics, budget, margin, seed: flags.seed + run });
    const seen = await runIn(lab, asked).finally(() => lab.close());
    for (const cell of cellsOf(seen)) ledger.add(resultOf(run, cell));
    process.stderr.write(`run ${String(run + 1)} of ${String(runs)}\n`);
  }
  report(ledger.entries, { metrics, margin, short: flags.short, machine });
}

/** @param {number} run @param {ReturnType<typeof cellsOf>[number]} cell @returns {Result} */
function resultOf(run, { mode, metric, status, reason, ratio }) {
  const figures = ratio === undefined ? {} : { median: ratio.median, low: ratio.low, high: ratio.high, n: ratio.n, verdict: ratio.verdict };
  return { run, mode, metric, status, ...(reason === undefined ? {} : { reason }), ...figures };
}

/** @param {Result} result */
const halfWidth = ({ low, high }) => (low == null || high == null ? Number.NaN : Math.log(high / low) / 2);

/** @param {readonly Result[]} results @param {number} margin */
function counted(results, margin) {
  const judged = results.filter(({ verdict }) => verdict !== undefined);
  const precise = judged.filter((result) => halfWidth(result) <= margin / 2);
  const widths = judged.map(halfWidth).filter(Number.isFinite);
  return {
    cells: results.length,
    judged: judged.length,
    alarms: judged.filter(({ verdict }) => verdict === "faster" || verdict === "slower").length,
    holds: judged.filter(holds).length,
    precise: precise.length,
    same: precise.filter(({ verdict }) => verdict === "same").length,
    allSame: judged.filter(({ verdict }) => verdict === "same").length,
    clustered: clusteredInterval(sharesByRun(judged)),
    offset: medianOf(judged.map(({ median = Number.NaN }) => median - 1)) ?? Number.NaN,
    halfWidth: medianOf(widths) ?? Number.NaN,
  };
}

/** @param {Result} result */
const holds = ({ low, high }) => low != null && high != null && low <= 1 && high >= 1;

/** The share of each run's intervals that hold 1: twins of a run share its host. @param {readonly Result[]} judged */
function sharesByRun(judged) {
  const runs = [...new Set(judged.map(({ run }) => run))].map((run) => judged.filter((result) => result.run === run));
  return runs.map((own) => own.filter(holds).length / own.length);
}

/** @param {readonly Result[]} results @param {{ metrics: readonly string[], margin: number, short: boolean, machine: ReturnType<typeof machineFacts> }} asked */
function report(results, { metrics, margin, short, machine }) {
  const rows = ["all", ...metrics].map((metric) => ({
    metric,
    ...counted(
      results.filter((result) => metric === "all" || result.metric === metric),
      margin,
    ),
  }));
  const [all] = rows;
  if (all === undefined) return;
  const { low, high } = binomialInterval(all.alarms, all.judged);
  record({
    name: "trust-aa",
    machine,
    short,
    tables: [
      {
        title: `A/A: host against identical hosts, margin ${percent(margin)}`,
        head: [
          "metric",
          "cells",
          "called faster or slower",
          "interval holds 1",
          "clustered by run",
          "median offset",
          "median half-width",
          "half-width reached half the margin",
          "of these called same",
          "called same in all",
        ],
        rows: rows.map((row) => [
          row.metric,
          row.judged === row.cells ? String(row.cells) : `${String(row.judged)} of ${String(row.cells)} (the rest refused)`,
          shareText(row.alarms, row.judged),
          shareText(row.holds, row.judged),
          `${percent(row.clustered.low)} to ${percent(row.clustered.high)}`,
          `${(100 * row.offset).toFixed(2)} %`,
          `${(100 * row.halfWidth).toFixed(2)} %`,
          shareText(row.precise, row.judged),
          shareText(row.same, row.precise),
          shareText(row.allSame, row.judged),
        ]),
        note: `False alarms: ${shareText(all.alarms, all.judged)}, exact 95 % interval ${percent(low)} to ${percent(high)}; the target is at most 5 %. Of precise cells at least 95 % must be called same.`,
      },
    ],
    outcomes: [met(all.alarms <= 0.05 * all.judged), all.precise === 0 ? "undecided" : met(all.same >= 0.95 * all.precise)],
    figures: rows,
  });
}
