/** Any valid summary, with hostile texts and extreme numbers: what a report must survive. */
import fc from "fast-check";
import { WAYS } from "../../src/model/campaign.js";
import { CELL_RESULTS, CHECK_NAMES, CONFORMANCE_SCHEMA, setOf } from "../../src/model/conformance.js";
import { CHECKS } from "../../src/model/doubt.js";
import { METRICS, metricsOf, WORKLOADS } from "../../src/model/metric.js";
import { PATH_NAMES } from "../../src/model/path.js";
import { RUN_SCHEMA, type Run } from "../../src/model/run.js";
import { SUMMARY_SCHEMA, type Summary, VERDICTS } from "../../src/model/summary.js";
import { UNITS } from "../../src/units/quantity.js";
import { withPaths } from "./run.js";

const HOSTILE = [
  "",
  "<script>alert(1)</script>",
  "\u001b[2J\u001b[31mred",
  "a\"b'c`d",
  "a|b\n\nc",
  "=1+1",
  "网络模式",
  "👩‍👩‍👧‍👦",
  "e\u0301",
  "\u202eevil",
  "x".repeat(300),
  "\ud800",
];
const text = fc.oneof(fc.string(), fc.constantFrom(...HOSTILE), fc.string({ unit: "grapheme" }));
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.constantFrom(0, 1, -1, 1e-300, 1e300),
);
const count = fc.nat(100_000);
const name = fc.oneof(fc.constantFrom(...METRICS.map((metric) => metric.name)), text);

const ratio = fc.record(
  {
    baseline: fc.constantFrom("host" as const, "host-configured" as const),
    median: number,
    low: fc.option(number),
    high: fc.option(number),
    verdict: fc.constantFrom(...VERDICTS),
    margin: fc.double({ min: 0.001, max: 1, noNaN: true }),
    n: count,
    method: fc.constantFrom("none" as const, "t-small-n" as const, "order-statistic" as const, "bootstrap" as const, "t-starts" as const),
    ratioOfSums: number,
    stalls: fc.boolean(),
    confidence: fc.constantFrom(0.95, 0.982),
    decided: fc.record({ look: fc.constantFrom(1 as const, 2 as const, 3 as const, "end" as const), round: count, seconds: number }),
    stillNeeds: fc.record({ rounds: count, seconds: number }),
  },
  { requiredKeys: ["baseline", "median", "low", "high", "verdict", "margin", "n", "method"] },
);

const cell = fc.record(
  {
    metric: name,
    path: fc.constantFrom(...PATH_NAMES),
    status: fc.constantFrom("measured" as const, "unsupported" as const, "refused" as const, "failed" as const),
    reason: text,
    unit: fc.constantFrom(...UNITS),
    better: fc.constantFrom("higher" as const, "lower" as const),
    median: fc.option(number),
    n: count,
    counts: fc.record({ offered: number, forwarded: number, lost: number, failed: number }, { requiredKeys: [] }),
    delivered: fc.double({ min: 0, max: 1, noNaN: true }),
    cappedAt: fc.double({ min: 1, max: 1e12, noNaN: true }),
    softirqShare: number,
    ratio,
    ratioConfigured: ratio,
    flags: fc.array(
      fc.record({
        check: fc.constantFrom(...CHECKS),
        sentence: text,
        evidence: fc.array(fc.record({ what: text, value: number, unit: text }), { maxLength: 2 }),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ["metric", "path", "status", "unit", "better", "median", "n"] },
);

const mode = fc.record(
  {
    mode: fc.oneof(fc.constantFrom("host", "macvlan", "flannel-vxlan"), text),
    status: fc.constantFrom("measured" as const, "unsupported" as const, "failed" as const),
    reason: text,
    cells: fc.array(cell, { maxLength: 8 }),
  },
  { requiredKeys: ["mode", "status", "cells"] },
);

const abandoned = { workload: fc.constantFrom(...WORKLOADS), how: fc.constantFrom(...WAYS), path: fc.constantFrom(...PATH_NAMES) };
const place = { path: fc.constantFrom(...PATH_NAMES), metric: name };
const limits = { low: fc.option(number), high: fc.option(number) };
const pair = fc.record(
  { from: text, to: text, ...place, median: fc.option(number), ...limits, n: count, reason: text },
  { requiredKeys: ["from", "to", "path", "metric", "median", "low", "high", "n"] },
);
const hull = fc.record({ low: number, high: number });
const odd = fc.record({ ...place, node: text, side: fc.constantFrom("below" as const, "above" as const), own: hull, others: hull });

const recommendation = fc.record(
  {
    mode: text,
    tied: fc.array(text, { maxLength: 4 }),
    needs: text,
    care: fc.array(text, { maxLength: 2 }),
    before: fc.array(text, { minLength: 1, maxLength: 3 }),
    kept: fc.record({ needs: fc.array(text, { minLength: 1, maxLength: 3 }), cells: count }),
    otherwise: fc.record(
      { where: text, mode: text, tied: fc.array(text, { minLength: 1, maxLength: 3 }) },
      { requiredKeys: ["where", "mode"] },
    ),
  },
  { requiredKeys: ["mode", "tied", "care"] },
);

const triedCell = fc
  .record({
    check: fc.constantFrom(...CHECK_NAMES),
    protocol: fc.constantFrom("tcp" as const, "udp" as const, null),
    result: fc.constantFrom(...CELL_RESULTS),
    expected: fc.constantFrom(...CELL_RESULTS),
    evidence: text,
    because: text,
  })
  .map((one) => ({ ...one, set: setOf(one.check), family: "ipv4" as const }));
const conformance = fc.record({
  schema: fc.constant(CONFORMANCE_SCHEMA),
  variants: fc.array(
    fc.record(
      {
        variant: text,
        failure: fc.record({ status: fc.constantFrom("unsupported" as const, "failed" as const), reason: text }),
        cells: fc.array(triedCell, { maxLength: 6 }),
      },
      { requiredKeys: ["variant", "cells"] },
    ),
    { maxLength: 4 },
  ),
  seconds: fc.nat(1000),
});

/** Any summary that the schema allows. */
export const anySummary: fc.Arbitrary<Summary> = fc.record(
  {
    schema: fc.constant(SUMMARY_SCHEMA),
    venue: fc.constantFrom("lab" as const, "cluster" as const),
    status: fc.constantFrom("complete" as const, "partial" as const),
    partialReason: text,
    modes: fc.array(mode, { maxLength: 6 }),
    ranking: fc.array(
      fc.record({ mode: text, rank: count, score: number, scoreLow: fc.option(number), scoreHigh: fc.option(number), why: text }),
      { maxLength: 6 },
    ),
    excluded: fc.array(fc.record({ mode: text, why: text, inBrief: text }, { requiredKeys: ["mode", "why"] }), { maxLength: 3 }),
    advice: text,
    recommendation,
    environment: fc.dictionary(text, text, { maxKeys: 4 }),
    givenUp: fc.array(fc.record({ ...abandoned, mode: text, reason: text, at: fc.nat() }), { maxLength: 3 }),
    matrix: fc.record({ pairs: fc.array(pair, { maxLength: 4 }), odd: fc.array(odd, { maxLength: 2 }) }),
    conformance,
    serviceCounts: fc.array(
      fc.record(
        {
          services: count,
          seconds: fc.nat(1000),
          reason: text,
          figures: fc.array(
            fc.record({ metric: text, median: fc.option(number), low: fc.option(number), high: fc.option(number), n: count, reason: text }),
            { maxLength: 3 },
          ),
        },
        { requiredKeys: ["services", "figures"] },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ["schema", "venue", "status", "modes", "ranking", "excluded", "advice", "environment"] },
);

/** Any run with few observations and hostile texts. */
export const anyRun: fc.Arbitrary<Run> = fc
  .record({
    words: fc.array(text, { minLength: 6, maxLength: 6 }),
    environment: fc.dictionary(text, text, { maxKeys: 4 }),
    numbers: fc.array(number, { minLength: 3, maxLength: 3 }),
  })
  .map(({ words, environment, numbers }): Run => {
    const [a = "", b = "", c = "", d = "", e = "", f = ""] = words;
    return withPaths({
      schema: RUN_SCHEMA,
      podwire: a,
      startedAt: b,
      endedAt: c,
      status: "complete",
      scenario: {
        venue: "lab",
        modes: ["host", d],
        workloads: ["tcp"],
        metrics: [metricsOf("tcp")[0]?.name ?? "tcp", e],
        linkBitsPerSecond: 1e9,
        mtu: 1500,
        nodes: 2,
        budgetSeconds: 60,
        margin: { capped: 0.02, open: 0.05 },
        configuredBaseline: true,
        quick: false,
        needs: [f],
        seed: 1,
      },
      environment,
      modes: [{ mode: d, status: "failed", reason: e, unsupportedWorkloads: { [a]: b } }],
      observations: [
        {
          workload: "tcp",
          round: 0,
          position: 0,
          mode: d,
          path: "pod-pod",
          startedAt: numbers[0] ?? 0,
          elapsed: 1,
          values: { tcp: numbers[1] ?? 0 },
          work: 1,
          cpu: { busy: 1, softirq: numbers[2] ?? 0, steal: 0, idle: 0 },
          facts: { [f]: 1 },
        },
        {
          workload: "tcp",
          round: 0,
          position: 1,
          mode: d,
          path: "pod-pod",
          startedAt: 0,
          elapsed: 0,
          values: {},
          work: 0,
          cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
          error: a,
          raw: b,
        },
      ],
      raw: { [b]: { argv: [a], stdout: c, stderr: d } },
    } satisfies Omit<Run, "paths" | "comparisons">);
  });
