import { expect, test } from "vitest";
import { renderedReport } from "../scripts/bench/cluster/rendered-report.mjs";
import { predict } from "../src/compare/prediction/predict.js";
import { summarised, summarisedCluster } from "./synthetic/summarised.js";

const LAB = summarised({
  "flannel-vxlan": { pps: [0.3, 0.28, 0.32], http: [0.49, 0.47, 0.51] },
  gce: { pps: [0.5, 0.48, 0.52], http: [0.75, 0.73, 0.77] },
});
const VXLAN = summarisedCluster("flannel-vxlan", { pps: [0.33, 0.31, 0.35], http: [0.5, 0.48, 0.52] });
const GCE = summarisedCluster("gce", { pps: [0.36, 0.34, 0.38], http: [0.74, 0.72, 0.76] });
const rendered = ["flannel-vxlan", "gce"];

test("each cluster has its rows with both intervals and their difference, and what was rendered was recognised", () => {
  const { tables, outcomes } = renderedReport([{ seed: 3, rendered, prediction: predict(LAB, [VXLAN, GCE]) }]);
  expect(tables[0]?.rows.map(([seed, wanted, seen]) => [seed, wanted, seen])).toEqual([
    ["3", "flannel-vxlan", "flannel-vxlan"],
    ["3", "gce", "gce"],
  ]);
  const [first, ...others] = tables[1]?.rows ?? [];
  expect(first).toEqual(["3", "flannel-vxlan", "pps", "0.300 [0.280, 0.320], n 20", "0.330 [0.310, 0.350], n 20", "3 [0, 6]", "yes"]);
  expect(others.map((row) => [row[1], row[2], row.at(-1)])).toEqual([
    ["flannel-vxlan", "http", "yes"],
    ["gce", "pps", "no"],
    ["gce", "http", "yes"],
  ]);
  expect(tables[1]?.note).toBe("3 of 4 within ten points.");
  expect(tables[2]?.rows.map((row) => row.slice(1, 5))).toContainEqual(["http", "gce > flannel-vxlan", "gce > flannel-vxlan", "yes"]);
  expect(outcomes.slice(0, 2)).toEqual(["met", "met"]);
});

test("a cluster in which another mode is seen than was rendered has missed", () => {
  const { outcomes } = renderedReport([{ seed: 1, rendered: ["flannel-host-gw", "gce"], prediction: predict(LAB, [VXLAN, GCE]) }]);
  expect(outcomes.slice(0, 2)).toEqual(["missed", "met"]);
});

test("a cluster that was not measured in a metric says why in place of a figure", () => {
  const without = summarisedCluster("gce", { pps: { status: "failed", reason: "trafgen ended" }, http: [0.74, 0.72, 0.76] });
  const { tables } = renderedReport([{ seed: 1, rendered: ["gce"], prediction: predict(LAB, [without]) }]);
  expect(tables[1]?.rows.find(([, , metric]) => metric === "pps")?.slice(3)).toEqual([
    "0.500 [0.480, 0.520], n 20",
    "failed: trafgen ended",
    "-",
    "-",
  ]);
});
