import { describe, expect, test } from "vitest";
import { card, healthyNode } from "../../../test/synthetic/node-facts.js";
import type { TuningStatus } from "../../model/tuning.js";
import { planFor } from "../../tuning/plan.js";
import { ladderOf, planDocument } from "../../tuning/plan-document.js";
import { renderTuningPlan, renderTuningStatus } from "./tuning.js";

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
    /3\. flowtable .*gains on flannel-vxlan: HTTP with new connections 1\.200 \[1\.100, 1\.300\] of the step before, 1\.200 \[1\.100, 1\.300\] of the beginning \(10000 Services, 2026-11-30, two cores\)/,
  );
  expect(text).not.toContain("was not measured");
  const without = renderTuningPlan({ ...document, ...ladderOf(undefined), ladderMeasured: undefined }, { width: 200, colour: false });
  expect(without).toMatch(/\n {2}what each step gains was not measured for this release\n$/);
});

describe("the status", () => {
  const somaxconn = { what: "net.core.somaxconn", before: "128", wanted: "4096" };
  const entry = { id: "1", change: "somaxconn", at: "2026-02-03T09:15:00.000Z", state: "made", trial: false } as const;
  const status: TuningStatus = {
    schema: "podwire/tuning-status@1",
    journal: "/var/lib/podwire/tune/journal",
    damage: [],
    torn: false,
    entries: [
      { ...entry, values: [{ ...somaxconn, now: "4096" }] },
      { ...entry, id: "2", state: "other boot", trial: true, values: [somaxconn] },
      { ...entry, id: "3", state: "undone", values: [{ what: "net.core.rmem_max", before: "1", now: "2" }] },
    ],
  };
  const text = (differs: Partial<TuningStatus> = {}): string =>
    renderTuningStatus({ ...status, ...differs }, { width: 100, colour: false });

  test("says first how much stands, then of each change what it was, is to be and is", () => {
    expect(text().split("\n\n")).toEqual([
      "2 of 3 changes stand or wait for a look.\njournal: /var/lib/podwire/tune/journal",
      "somaxconn: made, 2026-02-03 09:15 UTC\n  net.core.somaxconn: 128 -> 4096, now 4096",
      "somaxconn: other boot (a trial), 2026-02-03 09:15 UTC\n  net.core.somaxconn: 128 -> 4096, gone with that boot",
      "somaxconn: undone, 2026-02-03 09:15 UTC\n  net.core.rmem_max: 1, now 2 (along with it)\n",
    ]);
  });

  test("says that nothing stands, and what is wrong with the journal", () => {
    expect(text({ entries: [], damage: ["line 3: no JSON"], torn: true })).toBe(
      "Nothing that was changed here stands.\njournal: /var/lib/podwire/tune/journal\ndamage: line 3: no JSON\n" +
        "its last line was cut short: podwire or the machine died while it was written\n",
    );
  });
});
