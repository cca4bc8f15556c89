import { expect, test } from "vitest";
import { CAPTURED_PATH } from "../../../test/synthetic/outcome.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import type { PathName } from "../../model/path.js";
import type { RunPath } from "../../model/run.js";
import type { ClusterScenario, LabScenario } from "../../model/scenario.js";
import { clusterPaths } from "../../paths/cluster.js";
import { labPaths } from "../../paths/lab.js";
import type { Path } from "../../venues/contract.js";
import type { Planned } from "../cells/comparisons.js";
import { type LaneGroup, lanesOf } from "./lanes.js";

const base = syntheticRun({ rounds: 1 }).scenario;

function lab(configuredBaseline: boolean): Planned {
  const scenario: LabScenario = { ...base, modes: ["host", "quiet"], configuredBaseline, linkBitsPerSecond: null };
  const built = scenario.modes.map((mode) => ({ mode, status: "built" as const }));
  return { scenario, ...labPaths(scenario, built) };
}

function cluster(places: readonly Omit<RunPath, "mode">[], more: Partial<ClusterScenario> = {}): Planned {
  const asked = { venue: "cluster", modes: ["kindnet"], paths: places.map(({ path: name }) => name), linkBitsPerSecond: null } as const;
  const scenario: ClusterScenario = { ...base, ...asked, modes: [...asked.modes], configuredBaseline: false, ...more };
  return { scenario, ...clusterPaths(scenario, places) };
}

const there = (name: PathName): Omit<RunPath, "mode"> => ({ path: name, status: "built" });
const path = (mode: string, name: PathName): Path => ({ ...CAPTURED_PATH, id: `${mode}/${name}`, mode, name });
const names = (groups: readonly LaneGroup[]): unknown =>
  groups.map(({ baseline, subjects }) => [baseline?.path.id, subjects.map((lane) => lane.path.id), subjects.map(({ stayKey }) => stayKey)]);

test("in the lab everything is compared with the bare host, and a mode's own nodes stay as long as its pods", () => {
  const paths = [path("quiet", "host-host"), path("quiet", "pod-pod"), path("host", "host-host")];
  expect(names(lanesOf("tcp-open", lab(false), paths))).toEqual([["host/host-host", ["quiet/pod-pod"], ["quiet pod-pod"]]]);
  expect(names(lanesOf("tcp-open", lab(true), paths))).toEqual([
    ["host/host-host", ["quiet/pod-pod", "quiet/host-host"], ["quiet pod-pod", "quiet pod-pod"]],
  ]);
  expect(names(lanesOf("tcp-open", lab(false), paths.slice(0, 2)))).toEqual([[undefined, ["quiet/pod-pod"], ["quiet pod-pod"]]]);
});

test("in a cluster paths of one node are compared with one host's own, the others with the hosts' across nodes", () => {
  const asked = ["host-host", "host-host-local", "pod-pod", "pod-pod-local", "pod-service"] as const;
  const paths = asked.map((name) => path("kindnet", name));
  expect(names(lanesOf("tcp-open", cluster(asked.map(there)), paths))).toEqual([
    ["kindnet/host-host", ["kindnet/pod-pod", "kindnet/pod-service"], ["kindnet pod-pod", "kindnet pod-service"]],
    ["kindnet/host-host-local", ["kindnet/pod-pod-local"], ["kindnet pod-pod-local"]],
  ]);
});

test("what a path cannot carry leaves it out, and a missing baseline leaves figures without ratios", () => {
  const asked = ["host-host", "pod-pod"] as const;
  const paths = asked.map((name) => path("kindnet", name));
  const places = [{ ...there("host-host"), unsupportedWorkloads: { pps: "no NET_RAW" } }, there("pod-pod")];
  expect(names(lanesOf("pps", cluster(places), paths))).toEqual([[undefined, ["kindnet/pod-pod"], ["kindnet pod-pod"]]]);
  const capped = cluster(places, { maxRate: 1e8 });
  expect(lanesOf("http", capped, paths)).toEqual([]);
  expect(names(lanesOf("tcp", capped, paths))).toEqual([["kindnet/host-host", ["kindnet/pod-pod"], ["kindnet pod-pod"]]]);
});
