import { describe, expect, test } from "vitest";
import { clusterRun } from "../../../test/synthetic/cluster-run.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import type { PathName } from "../../model/path.js";
import { labPaths } from "../../paths/lab.js";
import { SLICEABLE } from "../../probes/slices.js";
import { isSliced, unslicedOf } from "./strategy.js";

const lab = { ...syntheticRun({ rounds: 1 }).scenario, strategy: "auto" as const };
const cluster = { ...clusterRun({ rounds: 1 }).scenario, strategy: "auto" as const };
const on = (path: PathName, mode = "flannel-vxlan") => ({ mode, path });

describe("slices are used where they are proven", () => {
  const proven = ["tcp-open", "pps"] as const;

  test.each(SLICEABLE.filter((name) => !proven.some((one) => one === name)))("%s: nowhere, since that is not proven", (workload) => {
    for (const scenario of [lab, cluster]) expect(isSliced(scenario, workload, on("pod-pod"))).toBe(false);
  });

  test.each(proven)("%s: in the lab and in a cluster, on the modes that podwire knows", (workload) => {
    expect(isSliced(lab, workload, on("pod-pod"))).toBe(true);
    expect(isSliced(cluster, workload, on("pod-pod"))).toBe(true);
    expect(isSliced({ ...cluster, strategy: "trials" }, workload, on("pod-pod"))).toBe(false);
    for (const mode of ["flannel-udp", "flannel-udp+offload-off"]) {
      for (const scenario of [lab, cluster]) expect(isSliced(scenario, workload, on("pod-pod", mode))).toBe(false);
    }
  });

  test("what is observed by trials instead is reported with where and why, unless trials were asked for", () => {
    const scenario = { ...lab, workloads: ["tcp" as const, "tcp-open" as const, "http" as const] };
    const { comparisons } = labPaths({ ...scenario, modes: ["host", "macvlan", "flannel-udp"] }, []);
    expect(unslicedOf(scenario, comparisons)).toEqual([
      { workload: "tcp-open", on: ["flannel-udp"], reason: expect.stringContaining("user-space proxy") as string },
      { workload: "http", on: ["macvlan", "flannel-udp"], reason: expect.stringContaining("connection tracking at rest") as string },
    ]);
    expect(unslicedOf({ ...scenario, strategy: "trials" }, comparisons)).toEqual([]);
  });

  test.each(SLICEABLE)("%s: not on a network that is not known, nor where generators are held to a rate", (workload) => {
    expect(isSliced(cluster, workload, on("pod-pod", "unknown"))).toBe(false);
    expect(isSliced({ ...cluster, maxRate: 1e8 }, workload, on("pod-pod"))).toBe(false);
  });
});
