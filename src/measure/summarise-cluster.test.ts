import { expect, test } from "vitest";
import { CLUSTER_TRUTH, clusterRun, clusterSummary } from "../../test/synthetic/cluster-run.js";
import { baselineOf, isBaseline, PATH_NAMES, type PathName } from "../model/path.js";
import { runSchema } from "../model/run.js";
import { type Cell, type Summary, summarySchema } from "../model/summary.js";

const WORKLOADS = ["tcp", "pps", "latency.icmp", "http"] as const;
const run = clusterRun({ workloads: WORKLOADS, rounds: 20 });
const summary = clusterSummary(run);

function cellOf(of: Summary, path: PathName, metric: string): Cell {
  const cell = of.modes[0]?.cells.find((one) => one.path === path && one.metric === metric);
  if (cell === undefined) throw new Error(`no cell ${path} ${metric}`);
  return cell;
}

test("a cluster's run and its summary are what their schemas say, with one mode and a cell for every metric of every path", () => {
  expect(runSchema.parse(run)).toEqual(run);
  expect(summarySchema.parse(summary)).toEqual(summary);
  expect(summary).toMatchObject({ venue: "cluster", inspection: { mode: "flannel-vxlan", kubeProxy: "iptables" }, ranking: [] });
  expect(summary.modes.map(({ mode }) => mode)).toEqual(["flannel-vxlan"]);
  expect(summary.modes[0]?.cells.map(({ path, metric }) => `${path} ${metric}`)).toEqual(
    PATH_NAMES.flatMap((path) => run.scenario.metrics.map((metric) => `${path} ${metric}`)),
  );
});

test.each(PATH_NAMES)("%s stands against its own baseline", (path) => {
  for (const metric of ["tcp", "pps", "http"]) {
    const cell = cellOf(summary, path, metric);
    expect(cell.status).toBe("measured");
    if (isBaseline(path)) expect(cell.ratio).toBeUndefined();
    else {
      expect(cell.ratio?.baseline).toBe("host");
      expect(Math.abs(Math.log((cell.ratio?.median ?? 0) / CLUSTER_TRUTH[path]))).toBeLessThan(0.05);
    }
  }
  expect(cellOf(summary, path, "tcp").median).toBeGreaterThan(baselineOf(path) === "host-host-local" ? 1e9 : 1e8);
});

test("a path whose baseline is not there has its figure and says which ratio cannot be given", () => {
  const noHost = "--no-host: pods on the host network are not allowed";
  const places = [
    { path: "host-host", status: "unsupported", reason: noHost },
    { path: "host-host-local", status: "built", unsupportedWorkloads: { pps: "no NET_RAW" } },
  ] as const;
  const without = clusterSummary(clusterRun({ workloads: WORKLOADS, rounds: 12, places: [...places] }));
  expect(cellOf(without, "host-host", "tcp")).toMatchObject({ status: "unsupported", reason: noHost });
  expect(cellOf(without, "pod-pod", "tcp")).toMatchObject({ status: "measured", reason: `no ratio: host-host unsupported: ${noHost}` });
  expect(cellOf(without, "pod-pod", "tcp").ratio).toBeUndefined();
  expect(cellOf(without, "pod-pod-local", "tcp").ratio).toBeDefined();
  expect(cellOf(without, "pod-pod-local", "pps").reason).toBe("no ratio: host-host-local unsupported: no NET_RAW");
});

test("a cap stands on what it holds back, leaves out what cannot be held, and is judged as a capped link", () => {
  const capped = clusterSummary(clusterRun({ workloads: ["tcp", "latency.icmp"], rounds: 12, maxRate: 1e8 }));
  expect(cellOf(capped, "pod-pod", "tcp")).toMatchObject({ cappedAt: 1e8, ratio: { margin: 0.02 } });
  expect(cellOf(capped, "pod-pod", "latency.icmp").cappedAt).toBeUndefined();
  expect(cellOf(capped, "pod-pod", "tcp.cpu").cappedAt).toBeUndefined();
  const asked = clusterSummary(clusterRun({ workloads: ["tcp", "http"], rounds: 1, maxRate: 1e8 }));
  expect(cellOf(asked, "pod-pod", "http")).toMatchObject({ status: "unsupported" });
  expect(cellOf(asked, "host-host", "http").reason).toMatch(/^ab cannot be held to a rate/);
});

test("two congestion controls are not compared", () => {
  const places = [{ path: "pod-service", status: "built", congestionControl: "bbr" }] as const;
  const mixed = clusterSummary(clusterRun({ workloads: ["tcp", "pps"], rounds: 12, places: [...places] }));
  expect(cellOf(mixed, "pod-service", "tcp")).toMatchObject({ status: "refused", median: null });
  expect(cellOf(mixed, "pod-service", "tcp").reason).toMatch(/^congestion-control: the sender uses bbr here and cubic on the host/);
  expect(cellOf(mixed, "pod-service", "pps").status).toBe("measured");
  expect(cellOf(mixed, "pod-pod", "tcp").status).toBe("measured");
});
