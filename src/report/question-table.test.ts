import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun, anySummary } from "../../test/synthetic/arbitrary.js";
import { clusterRun } from "../../test/synthetic/cluster-run.js";
import { syntheticRun } from "../../test/synthetic/run.js";
import { adviserOf } from "../advice/advice.js";
import { summarise } from "../measure/summarise.js";
import { METRICS, SEARCH_METRICS } from "../model/metric.js";
import type { Run } from "../model/run.js";
import { MODES } from "../modes/index.js";
import { fartherLimit, questionTable } from "./question-table.js";
import { askedOf, MOST_QUESTIONS, questionOf } from "./questions.js";
import { displayWidth } from "./terminal/text.js";

const tableOf = (run: Run) => questionTable(summarise(run, adviserOf(MODES)), run);
const ALL = METRICS.map(({ name }) => name);
const lab = syntheticRun({ rounds: 1 }).scenario;
const cluster = clusterRun({ rounds: 1 }).scenario;

describe("questions", () => {
  test("are the seven main ones where all was measured, and those alone that were", () => {
    expect(askedOf(ALL)).toEqual(["tcp", "tcp-open", "pps", "latency.tcp.p50", "http", "http-keepalive", "http.cpu"]);
    expect(askedOf(["http", "http.cpu", "tcp", "tcp.cpu"])).toEqual(["tcp", "http", "http.cpu"]);
  });

  test("take in other workloads where there is room, and whatever there is where none of them was measured", () => {
    expect(askedOf(["tcp", "latency.udp.p50", "latency.udp.p99", "ndr"])).toEqual(["tcp", "latency.udp.p50", "ndr"]);
    expect(askedOf(["latency.icmp"])).toEqual(["latency.icmp"]);
    expect(askedOf(["http.p99", "tcp.cpu"])).toEqual(["http.p99", "tcp.cpu"]);
  });

  test("carry names of the field", () => {
    expect(["tcp", "tcp-open", "pps", "latency.tcp.p50"].map((metric) => questionOf(metric, lab).long)).toEqual([
      "TCP, 1 Gbit/s link",
      "TCP, no limit",
      "packets per second, 64 bytes",
      "round trip p50",
    ]);
    expect(questionOf("latency.udp.p99", lab).long).toBe("UDP round trip p99");
    expect(questionOf("tcp", cluster).long).toBe("TCP, one stream");
    expect(questionOf("tcp", { ...cluster, maxRate: 2.5e8 }).long).toBe("TCP, held to 250 Mbit/s");
  });

  test("have headings whose widest are at most 10 columns wide and whose narrowest 5, all of them different", () => {
    for (const scenario of [lab, cluster, { ...lab, linkBitsPerSecond: null }, { ...lab, linkBitsPerSecond: 1.25e9 }]) {
      const all = [...ALL, ...SEARCH_METRICS.map(({ name }) => name)].map((metric) => questionOf(metric, scenario));
      for (const { headings } of all) {
        for (const line of headings.flat()) expect(displayWidth(line)).toBeLessThanOrEqual(10);
        for (const line of headings.at(-1) ?? []) expect(displayWidth(line)).toBeLessThanOrEqual(5);
      }
      const asked = all.filter(({ metric }) => askedOf(ALL).includes(metric));
      for (const pick of [0, -1]) expect(new Set(asked.map(({ headings }) => headings.at(pick)?.join(" "))).size).toBe(MOST_QUESTIONS);
      for (const { long, inWords, metric } of all.filter((one) => one.metric.includes("."))) {
        expect([long, inWords].join(" ")).not.toContain(metric);
      }
    }
  });

  test("of any choice of metrics are no more than fit, without repetition", () => {
    fc.assert(
      fc.property(fc.subarray([...ALL, ...SEARCH_METRICS.map(({ name }) => name)], { minLength: 1 }), (present) => {
        const asked = askedOf(present);
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.length).toBeLessThanOrEqual(MOST_QUESTIONS);
        expect(new Set(asked).size).toBe(asked.length);
        for (const name of asked) expect(present).toContain(name);
      }),
    );
  });
});

describe("the distance to the farther limit", () => {
  test("is a percentage of the ratio, rounded up", () => {
    expect(fartherLimit(1.064, 1.032, 1.387)).toBe(31);
    expect(fartherLimit(0.5, 0.435, 0.51)).toBe(13);
    expect(fartherLimit(1, 1, 1)).toBe(0);
    expect(fartherLimit(1, 0.9999, 1)).toBe(1);
    expect(fartherLimit(1, null, null)).toBeUndefined();
    expect(fartherLimit(1, 0.9, null)).toBe(Number.POSITIVE_INFINITY);
    expect(fartherLimit(0, 0, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test("covers the whole interval and promises less than one percent too little", () => {
    const positive = fc.double({ min: 0.001, max: 1000, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (ratio, one, other) => {
        const [low, high] = [Math.min(one, other, ratio), Math.max(one, other, ratio)];
        const share = (fartherLimit(ratio, low, high) ?? Number.NaN) / 100;
        expect(ratio * (1 + share)).toBeGreaterThanOrEqual(high * (1 - 1e-9));
        expect(ratio * (1 - share)).toBeLessThanOrEqual(low * (1 + 1e-9) + ratio * 1e-9);
        expect(share).toBeLessThanOrEqual(Math.max(high - ratio, ratio - low) / ratio + 0.01 + 1e-9);
      }),
    );
  });
});

describe("the table", () => {
  test("has the modes in rank order with their ratios, and refusals with their reason", () => {
    const { rows, questions, baselines } = tableOf(syntheticRun());
    expect(rows.map(({ label }) => label).slice(0, 2)).toEqual(["macvlan", "kindnet"]);
    expect(rows[0]?.rank).toBe(1);
    const pps = questions.findIndex(({ metric }) => metric === "pps");
    expect(rows.find(({ name }) => name === "kindnet")?.cells[pps]).toMatchObject({ kind: "empty", status: "refused", word: "refused" });
    expect(rows.find(({ name }) => name === "flannel-vxlan")?.cells[0]).toMatchObject({ kind: "ratio", verdict: "slower", distance: 1 });
    expect(baselines.map(({ label }) => label)).toEqual(["bare host"]);
    expect(baselines[0]?.figures[0]?.unit).toBe("bit/s");
  });

  test("has no column for what was not measured", () => {
    expect(tableOf(syntheticRun({ workloads: ["tcp"] })).questions.map(({ metric }) => metric)).toEqual(["tcp"]);
  });

  test("keeps modes that stated needs exclude, without a rank and with the reason", () => {
    const { rows } = tableOf(syntheticRun({ needs: ["services"] }));
    expect(rows.at(0)?.rank).toBe(1);
    const left = rows.filter(({ excluded }) => excluded !== undefined);
    expect(left.map(({ name }) => name)).toContain("docker-nat");
    for (const { rank } of left) expect(rank).toBeUndefined();
  });

  test("of a cluster has its paths in words", () => {
    const { rows, baselines } = tableOf(clusterRun({}));
    expect(rows.map(({ label }) => label)).toContain("pods on one node");
    expect(baselines.map(({ label }) => label)).toEqual(["hosts", "one host"]);
    for (const { label } of rows) expect(displayWidth(label)).toBeLessThanOrEqual(16);
  });

  test("of any summary has a cell for every row and question", () => {
    fc.assert(
      fc.property(anySummary, anyRun, (summary, run) => {
        const { rows, questions, baselines } = questionTable(summary, run);
        for (const { cells } of rows) expect(cells).toHaveLength(questions.length);
        for (const { figures } of baselines) expect(figures).toHaveLength(questions.length);
      }),
    );
  });
});

test("a metric that was refused in every row has no column; the bare host's figure alone is no answer", () => {
  const run = syntheticRun();
  const summary = summarise(run, adviserOf(MODES));
  const refused = {
    ...summary,
    modes: summary.modes.map((mode) => ({
      ...mode,
      cells: mode.cells.map((cell) =>
        cell.metric === "http.cpu" && mode.mode !== "host"
          ? { ...cell, status: "refused" as const, reason: "lost in what the machine does anyway", median: null, ratio: undefined }
          : cell,
      ),
    })),
  };
  const asked = (of: typeof summary): readonly string[] => questionTable(of, run).questions.map(({ metric }) => metric);
  expect(asked(summary)).toContain("http.cpu");
  expect(asked(refused)).not.toContain("http.cpu");
  expect(asked(refused)).toHaveLength(MOST_QUESTIONS);
});
