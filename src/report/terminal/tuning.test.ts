import { expect, test } from "vitest";
import { card, healthyNode } from "../../../test/synthetic/node-facts.js";
import { planFor } from "../../tuning/plan.js";
import { ladderOf, planDocument } from "../../tuning/plan-document.js";
import { renderTuningPlan } from "./tuning.js";

const page = (sysctls: Readonly<Record<string, string>>): string => {
  const node = healthyNode({ sysctls });
  return renderTuningPlan(planDocument(planFor(node, { maxRisk: "low", force: false }), node, false), { width: 200, colour: false });
};

test("a plan says which command makes it, and when each change acts", () => {
  const one = page({ "net.core.somaxconn": "128" });
  expect(one).toContain("1 change. Nothing is changed yet: podwire tune apply, with the same options, makes it.\n");
  expect(one.replaceAll(/\s+/g, " ")).toContain("risk low; acts on reopened listeners.");
  expect(page({ "net.core.somaxconn": "128", "net.ipv4.tcp_rmem": "4096 8192 8192" })).toMatch(/2 changes.*makes them\./);
});

test("a plan lists what nothing asks for apart from what is made, and what a step out of netfilter gained", () => {
  const node = healthyNode({ devices: [card({ files: { gro_flush_timeout: "0" } })] });
  const gain = { median: 1.2, low: 1.1, high: 1.3 };
  const figure = { step: "flowtable", mode: "flannel-vxlan", variant: "flannel-vxlan", metric: "http", overStart: gain, overStep: gain };
  const measured = { at: "2026-11-30", machine: "two cores", services: 10_000, figures: [figure] };
  const document = { ...planDocument(planFor(node, { maxRisk: "high", force: false }), node, true), ...ladderOf(measured) };
  const text = renderTuningPlan(document, { width: 200, colour: false }).replaceAll(/\s+/g, " ");
  expect(text).toContain("Nothing to change. Possible, but nothing here asks for it: --only makes it gro-timers: ");
  expect(text).toMatch(
    /3\. flowtable .*gains on flannel-vxlan: http 1\.200 \[1\.100, 1\.300\] of the step before, 1\.200 \[1\.100, 1\.300\] of the beginning \(10000 Services, 2026-11-30, two cores\)/,
  );
  expect(text).not.toContain("was not measured");
  const without = renderTuningPlan({ ...document, ...ladderOf(undefined), ladderMeasured: undefined }, { width: 200, colour: false });
  expect(without).toMatch(/\n {2}what each step gains was not measured for this release\n$/);
});
