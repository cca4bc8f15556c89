import { expect, test } from "vitest";
import { TUNING } from "../../../test/synthetic/tuning.js";
import { METRICS } from "../../model/metric.js";
import { renderClosedLoop } from "./closed-loop.js";

test("the page of a closed loop calls metrics by the names of the field", () => {
  const effect = { median: 1, low: 0.98, high: 1.02 };
  const tuning = { ...TUNING, metric: "tcp-open", others: [{ metric: "http", verdict: "same" as const, effect }] };
  const text = renderClosedLoop(tuning, { width: 100, colour: false });
  expect(text).toMatch(/^TCP without a limit of flannel-vxlan\+fault\.offloads-off: keep /);
  expect(text).toMatch(/^With what was kept, HTTP with new connections: /m);
  for (const { name } of METRICS.filter((metric) => /[.-]/.test(metric.name))) expect(text).not.toContain(name);
});
