import { expect, test } from "vitest";
import type { Observation } from "../../model/run.js";
import { logRatios, selfLogRatios } from "./in-round-ratios.js";

const seen = (round: number, position: number, tcp?: number): Observation => ({
  workload: "tcp",
  mode: "host",
  path: "host-host",
  round,
  position,
  startedAt: 0,
  elapsed: 1,
  values: tcp === undefined ? {} : { tcp },
  work: 1,
  cpu: { busy: 1, softirq: 0, steal: 0, idle: 0 },
});

test("a round in which a path stood still is the smallest ratio, one in which its counterpart did says nothing", () => {
  const above = [seen(0, 0, 50), seen(1, 0, 0), seen(2, 0, 50), seen(3, 0, 50), seen(4, 0)];
  const below = [seen(0, 1, 100), seen(1, 1, 100), seen(2, 1, 0), seen(4, 1, 100)];
  expect(logRatios("tcp", above, below)).toEqual([Math.log(50) - Math.log(100), Number.NEGATIVE_INFINITY]);
});

test("a path against itself that stood still, first or last, is as unlike itself as can be", () => {
  const host = [seen(0, 5, 200), seen(0, 1, 100), seen(0, 2), seen(1, 0, 0), seen(1, 1, 100), seen(2, 0, 100), seen(2, 1, 0)];
  const [steady, first, last, ...others] = selfLogRatios("tcp", [...host, seen(3, 0, 0), seen(3, 1, 0), seen(4, 0, 100)]);
  expect(steady).toBeCloseTo(-Math.LN2, 12);
  expect([first, last]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(others).toEqual([]);
});
