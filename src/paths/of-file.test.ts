import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clusterRun } from "../../test/synthetic/cluster-run.js";
import { formatRun, parseRun } from "../archive/run-file.js";
import { runFileSchema } from "../model/run.js";
import { pathsOfFile } from "./of-file.js";

const captured = (name: string): unknown => JSON.parse(readFileSync(`test/captured/runs/${name}.json`, "utf8"));
const parsed = (file: unknown) => parseRun(JSON.stringify(file), "test");

describe("a run file from before comparisons", () => {
  test("of the lab has each mode's pods against the bare host", () => {
    const { paths, comparisons } = parsed(captured("lab-quick"));
    expect(paths).toEqual([
      { mode: "host", path: "host-host", status: "built" },
      { mode: "flannel-udp", path: "pod-pod", status: "built" },
      { mode: "flannel-vxlan", path: "pod-pod", status: "built" },
    ]);
    const host = { mode: "host", path: "host-host" };
    expect(comparisons).toEqual(
      ["flannel-udp", "flannel-vxlan"].map((mode) => ({
        numerator: { mode, path: "pod-pod" },
        denominator: host,
        baseline: "host",
        label: mode,
        decides: true,
      })),
    );
  });

  test("with the second baseline has each mode's own nodes beside its pods, deciding nothing", () => {
    const { paths, comparisons } = parsed(captured("lab-configured"));
    expect(paths.map(({ mode, path }) => `${mode} ${path}`)).toEqual([
      "host host-host",
      "flannel-udp pod-pod",
      "flannel-udp host-host",
      "macvlan pod-pod",
      "macvlan host-host",
    ]);
    const words = comparisons.map(
      ({ numerator, denominator, baseline, label, decides }) =>
        `${label}: ${numerator.path}/${denominator.mode} ${denominator.path}, ${baseline}${decides ? ", decides" : ""}`,
    );
    expect(words.slice(0, 3)).toEqual([
      "flannel-udp: pod-pod/host host-host, host, decides",
      "flannel-udp: pod-pod/flannel-udp host-host, host-configured",
      "flannel-udp (its own nodes): host-host/host host-host, host",
    ]);
  });

  test("says of a mode that could not be built, or cannot carry a workload, what it said then", () => {
    const file = runFileSchema.parse(captured("lab-quick"));
    const modes: typeof file.modes = [
      { mode: "host", status: "built" },
      { mode: "flannel-udp", status: "failed", reason: "no tun" },
      { mode: "flannel-vxlan", status: "built", unsupportedWorkloads: { pps: "no" } },
    ];
    expect(pathsOfFile({ ...file, modes }).paths.slice(1)).toEqual([
      { mode: "flannel-udp", path: "pod-pod", status: "failed", reason: "no tun" },
      { mode: "flannel-vxlan", path: "pod-pod", status: "built", unsupportedWorkloads: { pps: "no" } },
    ]);
  });

  test("of a cluster has each path against the hosts' own of as many nodes", () => {
    const run = clusterRun({ rounds: 1, workloads: ["tcp"] });
    const { comparisons, ...old } = run;
    const older = { ...old, paths: run.paths.map((place) => ({ ...place, mode: undefined })) };
    expect(parsed(older)).toMatchObject({ paths: run.paths, comparisons });
    expect(comparisons.find(({ label }) => label === "pod-service-local")?.denominator.path).toBe("host-host-local");
  });
});

test("a run file with comparisons keeps its own", () => {
  const run = clusterRun({ rounds: 1, workloads: ["tcp"] });
  const ladder = run.comparisons.map((one) => ({ ...one, label: `${one.label}!` }));
  expect(parseRun(formatRun({ ...run, comparisons: ladder }), "test").comparisons).toEqual(ladder);
});
