import { expect, test } from "vitest";
import { METRICS } from "./metric.js";
import { metricName } from "./metric-names.js";

const LAB = { venue: "lab", linkBitsPerSecond: 1e9, maxRate: undefined } as const;
const words = (metric: string): string => metricName(metric, LAB).inWords;

test("no two metrics have one name", () => {
  for (const pick of ["long", "inWords"] as const) {
    const names = METRICS.map(({ name }) => metricName(name, LAB)[pick]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});

test("a time is not called as a rate, nor a cost as a time", () => {
  expect([words("http"), words("http.p50")]).toEqual(["HTTP with new connections", "HTTP request time p50"]);
  expect(words("latency.udp.cpu")).toBe("CPU cost of UDP round trips");
  expect(words("pps.cpu")).toBe("CPU cost of 64-byte packets");
});
