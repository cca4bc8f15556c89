import { expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { syntheticSummary } from "../../test/synthetic/summary.js";
import type { Cell, Summary } from "../model/summary.js";
import { type Gap, gapSubject, gapsOf } from "./gaps.js";

const base = syntheticSummary(syntheticRun({ workloads: ["tcp"] }));

const refused = (metric: string, reason: string): Cell => ({
  metric,
  path: "pod-pod",
  status: "refused",
  reason,
  unit: "us",
  better: "lower",
  median: null,
  n: 0,
});

/** The gaps of a summary with these cells and nothing else. */
const gaps = (cells: Readonly<Record<string, readonly Cell[]>>): readonly Gap[] => {
  const modes: Summary["modes"] = Object.entries(cells).map(([mode, own]) => ({ mode, status: "measured", cells: [...own] }));
  return gapsOf({ ...base, modes });
};

test("whole modes with the same reason stand together, before single cells", () => {
  const modes: Summary["modes"] = [
    { mode: "gce", status: "measured", cells: [refused("tcp", "why")] },
    ...["ipvlan-l2", "ipvlan-l3s"].map((mode) => ({ mode, status: "unsupported" as const, reason: "needs CONFIG_IPVLAN", cells: [] })),
  ];
  expect(gapsOf({ ...base, modes }).map(gapSubject)).toEqual(["ipvlan-l2, ipvlan-l3s", "gce: tcp"]);
});

test("metrics of one mode with one reason stand together", () => {
  const [gap] = gaps({ gce: [refused("latency.icmp", "why"), refused("latency.icmp.cpu", "why")] });
  expect(gap).toEqual({ modes: ["gce"], status: "refused", reason: "why", metrics: ["latency.icmp", "latency.icmp.cpu"] });
});

test("reasons that differ in one number become one with a range", () => {
  const few = (count: number): Cell => refused("latency.udp.p99.9", `too few samples: ${String(count)} of 20000`);
  expect(gaps({ gce: [few(13_666)], kindnet: [few(9_447)], vlan: [few(18_668)] })).toEqual([
    {
      modes: ["gce", "kindnet", "vlan"],
      status: "refused",
      reason: "too few samples: 9447 to 18668 of 20000",
      metrics: ["latency.udp.p99.9"],
    },
  ]);
});

test("where several numbers differ, those that are alike in the one that differs least stand together", () => {
  const lost = (load: number, idle: number): Cell =>
    refused("tcp.cpu", `lost in the noise: ${load.toFixed(3)} under load, ${idle.toFixed(3)} without`);
  const cells = {
    gce: [lost(1.9, 2)],
    kindnet: [lost(2.1, 1.5)],
    vlan: [lost(1.8, 2)],
    macvlan: [lost(2.2, 1.5)],
    "l2-bridge": [lost(2, 3)],
  };
  expect(gaps(cells).map(({ modes, reason }) => [modes.join(" "), reason])).toEqual([
    ["gce vlan", "lost in the noise: 1.800 to 1.900 under load, 2.000 without"],
    ["kindnet macvlan", "lost in the noise: 2.100 to 2.200 under load, 1.500 without"],
    ["l2-bridge", "lost in the noise: 2.000 under load, 3.000 without"],
  ]);
});

test.each([
  ["two numbers differ", "burst 1.5 s to 2 s", "burst 3.5 s to 4 s"],
  ["names differ in a number", "needs CONFIG_VLAN_8021Q", "needs CONFIG_VLAN_8021AD"],
  ["addresses differ", "no answer from 198.18.0.11", "no answer from 198.18.0.12"],
])("where %s, each keeps its own reason", (_what, one, other) => {
  expect(gaps({ gce: [refused("tcp", one)], kindnet: [refused("tcp", other)] }).map(({ reason }) => reason)).toEqual([one, other]);
});
