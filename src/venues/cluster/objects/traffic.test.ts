import { expect, test } from "vitest";
import { trafficOf, withPairs } from "./traffic.js";

const nodes = { a: "n1", b: "n2" };

test("paths share the budget, and each link has its part", () => {
  const traffic = trafficOf({ paths: ["host-host", "pod-pod", "pod-pod-local"], workloads: ["tcp"], budgetSeconds: 60, nodes });
  expect(traffic.links.map(({ link, seconds }) => [link, seconds])).toEqual([
    ["between n1 and n2", 40],
    ["inside n1", 20],
  ]);
  expect(traffic.bytes).toBe(60 * 1.25e9);
  expect(traffic).toMatchObject({ capped: false, seconds: 60 });
});

test("pairs of nodes that are measured beside the main run are reported as well", () => {
  const main = trafficOf({ paths: ["host-host", "pod-pod"], workloads: ["tcp"], budgetSeconds: 60, nodes });
  const whole = withPairs(main, { pairs: 5, budgetSeconds: 8, paths: ["host-host", "pod-pod"], workloads: ["tcp"] });
  expect(whole.links.at(-1)).toMatchObject({ link: "between the other 5 pairs of nodes", seconds: 40 });
  expect(whole).toMatchObject({ seconds: 100, bytes: 100 * 1.25e9 });
});

test("a cap bounds every workload", () => {
  const traffic = trafficOf({ paths: ["pod-pod"], workloads: ["tcp", "http", "latency.udp"], budgetSeconds: 10, maxRate: 8e6, nodes });
  expect(traffic.capped).toBe(true);
  expect(traffic.bytes).toBeLessThanOrEqual(10 * 1e6);
});

test("requests and round trips are light beside bulk transfers", () => {
  const of = (workload: "tcp" | "http" | "latency.udp"): number =>
    trafficOf({ paths: ["pod-pod"], workloads: [workload], budgetSeconds: 1, nodes }).bytes;
  expect(of("latency.udp")).toBeLessThan(of("http"));
  expect(of("http")).toBeLessThan(of("tcp"));
});
