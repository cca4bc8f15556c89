import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRun } from "../archive/run-file.js";
import { medianOf } from "../statistics/median.js";
import { summarise } from "./summarise.js";

/** Runs that podwire made on 28 November 2026 (commit db86be4), shortened: observations of some workloads and rounds, without the tools' own words. */
const runOf = (name: string) => {
  const file = `test/captured/runs/${name}.json`;
  return parseRun(readFileSync(file, "utf8"), file);
};
const summaryOf = (name: string) => summarise(runOf(name), () => ({ ranking: [], excluded: [], advice: "" }));

function ratiosOf(name: string): Record<string, readonly number[]> {
  const cells = summaryOf(name).modes.flatMap(({ mode, cells: own }) => own.map((cell) => ({ mode, ...cell })));
  return Object.fromEntries(
    cells.flatMap(({ mode, path, metric, ratio, ratioConfigured }) => {
      const own = ratioConfigured === undefined ? [] : [ratioConfigured.median];
      return ratio === undefined ? [] : [[`${mode} ${path} ${metric}`, [ratio.n, ratio.median, ...own]]];
    }),
  );
}

describe("ratios of a saved run are those that the podwire which made it gave", () => {
  test("by trials, bursts and slices", () => {
    expect(ratiosOf("lab-quick")).toEqual({
      "flannel-udp pod-pod tcp": [15, 0.2052157478006576],
      "flannel-udp pod-pod pps": [13, 0.16037528544659602],
      "flannel-udp pod-pod latency.udp.p50": [3, 17.11676738315612],
      "flannel-udp pod-pod latency.udp.p90": [3, 21.794846864365574],
      "flannel-udp pod-pod tcp.cpu": [15, 26.49509464812632],
      "flannel-udp pod-pod pps.cpu": [13, 13.66776023661535],
      "flannel-udp pod-pod latency.udp.cpu": [3, 16.04205318490707],
      "flannel-vxlan pod-pod tcp": [14, 0.9576977461508158],
      "flannel-vxlan pod-pod pps": [29, 0.3043490366307372],
      "flannel-vxlan pod-pod latency.udp.p50": [3, 2.924806853820852],
      "flannel-vxlan pod-pod latency.udp.p90": [3, 6.319883325230919],
      "flannel-vxlan pod-pod tcp.cpu": [15, 1.0948829364186938],
      "flannel-vxlan pod-pod pps.cpu": [29, 2.8504356615775595],
      "flannel-vxlan pod-pod latency.udp.cpu": [3, 2.77136752136302],
    });
  });

  test("with each mode's own nodes as the second baseline", () => {
    expect(ratiosOf("lab-configured")).toEqual({
      "flannel-udp pod-pod tcp-open": [9, 0.00848909691941306, 0.0098690340846336],
      "flannel-udp pod-pod tcp-open.cpu": [9, 121.58350175595118, 106.4460338349096],
      "flannel-udp host-host tcp-open": [9, 0.860175053263911],
      "flannel-udp host-host tcp-open.cpu": [9, 1.142207909263381],
      "macvlan pod-pod tcp-open": [9, 0.9989466829696098, 1.054417939942452],
      "macvlan pod-pod tcp-open.cpu": [9, 0.8714338650944695, 0.7680371296881614],
      "macvlan host-host tcp-open": [9, 1.0128641358311177],
      "macvlan host-host tcp-open.cpu": [9, 1.13462465733693],
    });
  });

  test("observed side by side with the host, each pair a round of its own", () => {
    expect(ratiosOf("lab-duet")).toEqual({
      "gce pod-pod tcp-open": [10, 0.7019253238467236],
      "macvlan pod-pod tcp-open": [10, 0.9204246910028651],
    });
  });
});

describe("a cluster's run file from before comparisons", () => {
  // Its observations are made up (test/captured/README.md); the podwire of then wrote the file and gave these ratios.
  test("has the ratios to the hosts' path that the podwire of then gave", () => {
    expect(ratiosOf("cluster-made-up")).toEqual({
      "flannel-vxlan pod-pod tcp-open": [9, 0.5414607631638826],
      "flannel-vxlan pod-pod latency.udp.p50": [9, 1.786046511627907],
      "flannel-vxlan pod-pod latency.udp.p90": [9, 1.8040677966101695],
      "flannel-vxlan pod-pod latency.udp.p99": [9, 1.8110918544194112],
      "flannel-vxlan pod-pod latency.udp.p99.9": [9, 1.785522788203753],
      "flannel-vxlan pod-pod tcp-open.cpu": [9, 3.2753956432518345],
      "flannel-vxlan pod-pod latency.udp.cpu": [9, 3.325828514129198],
      "flannel-vxlan host-pod tcp-open": [9, 0.6351744878539032],
      "flannel-vxlan host-pod latency.udp.p50": [9, 1.575813953488372],
      "flannel-vxlan host-pod latency.udp.p90": [9, 1.5877966101694914],
      "flannel-vxlan host-pod latency.udp.p99": [9, 1.5892547660311958],
      "flannel-vxlan host-pod latency.udp.p99.9": [9, 1.5737265415549597],
      "flannel-vxlan host-pod tcp-open.cpu": [9, 2.5122863108632125],
      "flannel-vxlan host-pod latency.udp.cpu": [9, 2.600074822297045],
    });
  });

  test("says of a path that was not there what it said then", () => {
    expect(runOf("cluster-made-up").paths.find(({ path }) => path === "pod-service")).toEqual({
      ...{ mode: "flannel-vxlan", path: "pod-service", status: "failed", congestionControl: "cubic" },
      reason: "the Service answers nobody",
    });
  });
});

describe("no figure is made of two ways of observing", () => {
  const run = runOf("lab-quick");
  const hostOf = (metric: string) =>
    summaryOf("lab-quick")
      .modes.find(({ mode }) => mode === "host")
      ?.cells.find((cell) => cell.metric === metric);

  test("the host's rate is that of its slices alone, though trials of it stand beside them", () => {
    const own = run.observations.filter(({ workload, mode }) => workload === "pps" && mode === "host");
    expect(new Set(own.map(({ how }) => how))).toEqual(new Set(["slice", "trial"]));
    const slices = own.filter(({ how }) => how === "slice").map(({ values }) => values["pps"] ?? 0);
    expect(hostOf("pps")).toMatchObject({ how: "slice", n: slices.length, median: medianOf(slices) });
  });

  test("nor is its CPU cost", () => {
    const slices = run.observations.filter(({ workload, mode, how }) => workload === "pps" && mode === "host" && how === "slice");
    const sum = (of: (one: (typeof slices)[number]) => number): number => slices.reduce((total, one) => total + of(one), 0);
    expect(hostOf("pps.cpu")?.median).toBeCloseTo(sum(({ cpu }) => cpu.busy) / sum(({ work }) => work), 12);
  });
});
