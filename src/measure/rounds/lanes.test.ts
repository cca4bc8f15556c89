import { expect, test } from "vitest";
import { CAPTURED_PATH } from "../../../test/synthetic/outcome.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import type { PathName } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import type { ClusterScenario, Scenario } from "../../model/scenario.js";
import type { Path } from "../../venues/contract.js";
import type { Built } from "../cells/comparisons.js";
import { type LaneGroup, lanesOf } from "./lanes.js";

const base = syntheticRun({ rounds: 1 }).scenario;
const lab = (configuredBaseline: boolean): Scenario => ({
  ...base,
  venue: "lab",
  mtu: 1500,
  modes: ["host", "quiet"],
  configuredBaseline,
  linkBitsPerSecond: null,
});
const cluster = (...paths: PathName[]): ClusterScenario => ({
  ...base,
  venue: "cluster",
  modes: ["kindnet"],
  paths,
  linkBitsPerSecond: null,
  configuredBaseline: false,
});
const path = (mode: string, name: PathName): Path => ({ ...CAPTURED_PATH, id: `${mode}/${name}`, mode, name });
const built = (modes: readonly string[], paths?: Run["paths"]): Built => ({
  modes: modes.map((mode) => ({ mode, status: "built" as const })),
  ...(paths === undefined ? {} : { paths }),
});
const names = (groups: readonly LaneGroup[]): unknown =>
  groups.map(({ baseline, subjects }) => [baseline?.path.id, subjects.map((lane) => lane.path.id), subjects.map(({ keptBy }) => keptBy)]);

test("in the lab everything is compared with the bare host, and a mode's own nodes stay as long as its pods", () => {
  const paths = [path("quiet", "host-host"), path("quiet", "pod-pod"), path("host", "host-host")];
  const modes = built(["host", "quiet"]);
  expect(names(lanesOf("tcp-open", lab(false), paths, modes))).toEqual([["host/host-host", ["quiet/pod-pod"], ["quiet pod-pod"]]]);
  expect(names(lanesOf("tcp-open", lab(true), paths, modes))).toEqual([
    ["host/host-host", ["quiet/pod-pod", "quiet/host-host"], ["quiet pod-pod", "quiet pod-pod"]],
  ]);
  expect(lanesOf("tcp-open", lab(true), paths.slice(0, 2), modes)).toEqual([]);
});

test("in a cluster paths of one node are compared with one host's own, the others with the hosts' across nodes", () => {
  const asked = ["host-host", "host-host-local", "pod-pod", "pod-pod-local", "pod-service"] as const;
  const paths = asked.map((name) => path("kindnet", name));
  const there = asked.map((name) => ({ path: name, status: "built" as const }));
  expect(names(lanesOf("tcp-open", cluster(...asked), paths, built(["kindnet"], there)))).toEqual([
    ["kindnet/host-host", ["kindnet/pod-pod", "kindnet/pod-service"], ["kindnet pod-pod", "kindnet pod-service"]],
    ["kindnet/host-host-local", ["kindnet/pod-pod-local"], ["kindnet pod-pod-local"]],
  ]);
});

test("what a path cannot carry leaves it out, and a missing baseline leaves figures without ratios", () => {
  const asked = ["host-host", "pod-pod"] as const;
  const paths = asked.map((name) => path("kindnet", name));
  const there: Run["paths"] = [
    { path: "host-host", status: "built", unsupportedWorkloads: { pps: "no NET_RAW" } },
    { path: "pod-pod", status: "built" },
  ];
  expect(names(lanesOf("pps", cluster(...asked), paths, built(["kindnet"], there)))).toEqual([
    [undefined, ["kindnet/pod-pod"], ["kindnet pod-pod"]],
  ]);
  const capped = { ...cluster(...asked), maxRate: 1e8 };
  expect(lanesOf("http", capped, paths, built(["kindnet"], there))).toEqual([]);
  expect(names(lanesOf("tcp", capped, paths, built(["kindnet"], there)))).toEqual([
    ["kindnet/host-host", ["kindnet/pod-pod"], ["kindnet pod-pod"]],
  ]);
});
