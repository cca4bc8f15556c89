import { describe, expect, test } from "vitest";
import { summarisedCluster as cluster, summarised, type Told } from "../../../test/synthetic/summarised.js";
import { type Prediction, predictionSchema } from "../../model/prediction.js";
import type { Cell } from "../../model/summary.js";
import { renderPredictionJson } from "../../report/compare/prediction/json.js";
import { renderPredictionMarkdown } from "../../report/compare/prediction/markdown.js";
import { renderPredictionTerminal } from "../../report/compare/prediction/terminal.js";
import type { SummarisedRun } from "../sides.js";
import { predict } from "./predict.js";

type Metrics = Readonly<Record<string, Told>>;

const LAB_FACTS = { "congestion control": "cubic on every path" };
const measured = summarised({
  "flannel-vxlan": { "tcp-open": [0.5, 0.48, 0.52], pps: [0.3, 0.28, 0.32], http: [0.49, 0.4, 0.58], "latency.udp.p50": [1.8, 1.7, 1.9] },
  "flannel-host-gw": { "tcp-open": [0.72, 0.7, 0.74], pps: [0.5, 0.48, 0.52], http: [0.5, 0.42, 0.59], "latency.udp.p50": [1.4, 1.3, 1.5] },
});

const lab: SummarisedRun = { ...measured, run: { ...measured.run, environment: { ...measured.run.environment, ...LAB_FACTS } } };

describe("ratios", () => {
  const seen = cluster("flannel-vxlan", {
    "tcp-open": [0.53, 0.51, 0.55],
    pps: [0.55, 0.52, 0.58],
    http: [0.55, 0.45, 0.65],
    "latency.udp.p50": [1.5, null, null],
  });
  const near = Object.fromEntries(predict(lab, [seen]).cells.map(({ metric, near: answer }) => [metric, answer]));

  test("are near where the whole interval of their difference is within ten points, beyond where it is wholly without", () => {
    expect([near["tcp-open"], near["pps"]]).toEqual(["yes", "no"]);
  });

  test("are undecided where the interval covers both, or where there is none", () => {
    expect([near["http"], near["latency.udp.p50"]]).toEqual(["undecided", "undecided"]);
  });

  test("ten points are near, whichever way floating point rounds them", () => {
    const exact = (lab: number, there: number) =>
      predict(summarised({ gce: { http: [lab, lab, lab] } }), [cluster("gce", { http: [there, there, there] })]).cells[0]?.near;
    expect([exact(0.5, 0.6), exact(0.6, 0.5), exact(0.7, 0.8)]).toEqual(["yes", "yes", "yes"]);
    expect([exact(0.5, 0.602), exact(0.6, 0.498)]).toEqual(["no", "no"]);
  });
});

describe("against which hosts the lab's ratio stands", () => {
  const there = cluster("gce", { http: [0.75, 0.73, 0.77], pps: [0.4, 0.39, 0.41] });
  const bare = summarised({ gce: { http: [0.5, 0.48, 0.52], pps: [0.35, 0.34, 0.36] } });
  const withOwn = (metrics: readonly string[]): SummarisedRun => {
    const own = (cell: Cell): Cell =>
      cell.ratio === undefined || !metrics.includes(cell.metric)
        ? cell
        : { ...cell, ratioConfigured: { ...cell.ratio, baseline: "host-configured", median: 0.74, low: 0.72, high: 0.76 } };
    const modes = bare.summary.modes.map((mode) => ({ ...mode, cells: mode.cells.map(own) }));
    return { ...bare, summary: { ...bare.summary, modes } };
  };
  const told = (prediction: Prediction): string => renderPredictionTerminal(prediction, { width: 2000, colour: false });

  test("the mode's own, which carry its rules as a cluster's nodes do, where they were measured", () => {
    const [http] = predict(withOwn(["http", "pps"]), [there]).cells.filter(({ metric }) => metric === "http");
    expect(http).toMatchObject({ labBaseline: "host-configured", lab: { ratio: { median: 0.74 } }, near: "yes" });
    expect(predict(bare, [there]).cells.find(({ metric }) => metric === "http")).toMatchObject({ labBaseline: "host", near: "no" });
  });

  test("is said", () => {
    expect(told(predict(withOwn(["http", "pps"]), [there]))).toContain("Lab: the pod's ratio to the hosts of that mode");
    expect(told(predict(withOwn(["http"]), [there])).replaceAll(/\s+/g, " ")).toMatch(/hosts of that mode,.*, but for pps: the bare host/);
    expect(told(predict(bare, [there]))).toContain("Lab: the pod's ratio to the bare host, since");
  });
});

describe("orders", () => {
  test("of modes, by each metric, when clusters of several modes are given", () => {
    const { orders } = predict(lab, [
      cluster("flannel-vxlan", {
        "tcp-open": [0.6, 0.58, 0.62],
        pps: [0.6, 0.58, 0.62],
        http: [0.5, 0.4, 0.6],
        "latency.udp.p50": [1.9, 1.8, 2],
      }),
      cluster("flannel-host-gw", {
        "tcp-open": [0.8, 0.78, 0.82],
        pps: [0.5, 0.48, 0.52],
        http: [0.5, 0.4, 0.6],
        "latency.udp.p50": [1.2, 1.1, 1.3],
      }),
    ]);
    const byMetric = Object.fromEntries(orders.filter(({ of }) => of === "modes").map((order) => [order.by, order]));
    expect(byMetric["tcp-open"]?.predicted).toBe("yes");
    expect(byMetric["pps"]?.predicted).toBe("no");
    expect(byMetric["pps"]?.inCluster).toEqual(["flannel-vxlan", "flannel-host-gw"]);
    expect(byMetric["http"]).toMatchObject({ predicted: "undecided", pairs: { agree: 0, contradict: 0, open: 1 } });
    // Less is better: the lower latency comes first.
    expect(byMetric["latency.udp.p50"]).toMatchObject({ predicted: "yes", lab: ["flannel-host-gw", "flannel-vxlan"] });
  });

  test("of a mode's metrics when one cluster is given: pairs that both tell apart decide", () => {
    const { orders } = predict(lab, [cluster("flannel-vxlan", { "tcp-open": [0.6, 0.58, 0.62], pps: [0.65, 0.63, 0.67] })]);
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ of: "metrics", by: "flannel-vxlan", predicted: "no", pairs: { agree: 0, contradict: 1, open: 0 } });
    expect(orders[0]?.because).toContain("as tcp-open before pps in the lab");
  });
});

describe("lining up", () => {
  test("an unknown mode stands beside nothing, and says so", () => {
    const { clusters, cells } = predict(lab, [cluster("unknown", { http: [0.5, 0.4, 0.6] })]);
    expect(cells).toEqual([]);
    expect(clusters[0]).toMatchObject({ mode: "unknown", inLab: false });
    expect(clusters[0]?.sentence).toContain("unknown");
  });

  test("a mode that no lab measures stands beside nothing, and says why in place of how to measure it", () => {
    const why = "wireguard is never measured: its figures say nothing";
    const { clusters, cells } = predict(lab, [cluster("wireguard", { http: [0.5, 0.4, 0.6] })], (mode) =>
      mode === "wireguard" ? why : undefined,
    );
    expect(cells).toEqual([]);
    expect(clusters[0]).toMatchObject({ mode: "wireguard", inLab: false, sentence: `${why}.` });
  });

  describe("a network that podwire has no mode for", () => {
    const plain = cluster("unknown", { http: [0.5, 0.4, 0.6] });
    const { inspection } = plain.run;
    if (inspection === undefined) throw new Error("a cluster's run has an inspection");
    const cilium: SummarisedRun = {
      ...plain,
      run: { ...plain.run, inspection: { ...inspection, nearest: { mode: "flannel-vxlan", differs: ["its programs track connections"] } } },
    };

    test("stands beside the lab's mode that is wired most alike, and what differs is said before the figures", () => {
      const prediction = predict(lab, [cilium]);
      expect(prediction.cells).toContainEqual(expect.objectContaining({ mode: "flannel-vxlan", metric: "http", near: "undecided" }));
      expect(prediction.clusters[0]).toMatchObject({ mode: "flannel-vxlan", inLab: true });
      expect(prediction.warnings).toEqual([
        "Podwire has no mode for the cluster's network: the lab's flannel-vxlan, which is wired most alike, stands beside it. What differs: its programs track connections.",
      ]);
      expect(predictionSchema.parse(JSON.parse(renderPredictionJson(prediction)))).toEqual(prediction);
    });

    test("stands beside nothing of the name that its run was begun under, where its nodes' programs took that away", () => {
      const begun = cluster("flannel-host-gw", { http: [0.5, 0.4, 0.6] });
      const prediction = predict(lab, [{ ...begun, run: { ...begun.run, inspection: { ...inspection, mode: "unknown" } } }]);
      expect(prediction.clusters[0]).toMatchObject({ mode: "unknown", inLab: false });
    });

    test("stands beside the mode that its nodes' programs gave it, though its run was begun without one", () => {
      const found = { ...inspection, mode: "flannel-vxlan", differs: ["its programs track connections"] };
      const prediction = predict(lab, [{ ...plain, run: { ...plain.run, inspection: found } }]);
      expect(plain.run.scenario.modes).toEqual(["unknown"]);
      expect(prediction.clusters[0]).toMatchObject({ mode: "flannel-vxlan", inLab: true });
      expect(prediction.cells).toContainEqual(expect.objectContaining({ mode: "flannel-vxlan", metric: "http", near: "undecided" }));
      expect(prediction.warnings).toEqual([
        "The cluster's network is wired as the lab's flannel-vxlan. What differs: its programs track connections.",
      ]);
    });

    test("stands beside nothing where the lab did not measure that mode, and names it", () => {
      const { clusters, cells } = predict(summarised({ gce: { http: [0.5, 0.48, 0.52] } }), [cilium]);
      expect(cells).toEqual([]);
      expect(clusters[0]).toMatchObject({ mode: "unknown", inLab: false });
      expect(clusters[0]?.sentence).toContain("The nearest is flannel-vxlan, which the lab's run did not measure");
    });
  });

  test("what a network does besides its mode is said before the figures", () => {
    const there = cluster("flannel-host-gw", { http: [0.5, 0.4, 0.6] });
    const { inspection } = there.run;
    if (inspection === undefined) throw new Error("a cluster's run has an inspection");
    const differs = ["chains of each pod's policies are walked"];
    const { warnings, clusters } = predict(lab, [{ ...there, run: { ...there.run, inspection: { ...inspection, differs } } }]);
    const sentence = "The cluster's network is wired as the lab's flannel-host-gw. What differs: chains of each pod's policies are walked.";
    expect([warnings, clusters[0]?.sentence]).toEqual([[sentence], sentence]);
    expect(predict(lab, [there]).warnings).toEqual([]);
  });

  test("a mode that the lab did not measure names the command that does", () => {
    const { clusters } = predict(lab, [cluster("calico-ipip", { http: [0.5, 0.4, 0.6] })]);
    expect(clusters[0]?.sentence).toContain("was not asked for in the lab's run. `podwire lab --modes calico-ipip`");
  });

  test("a metric of one side only keeps the other's reason", () => {
    const { cells } = predict(lab, [cluster("flannel-vxlan", { pps: { status: "refused", reason: "NET_RAW was not asked for" } })]);
    expect(cells.find(({ metric }) => metric === "pps")?.inCluster).toEqual({ status: "refused", reason: "NET_RAW was not asked for" });
  });
});

describe("what differs", () => {
  const far: Metrics = { "tcp-open": [0.9, 0.88, 0.92], http: [0.49, 0.47, 0.51] };
  const prediction = predict(lab, [
    cluster("flannel-vxlan", far, {
      kernel: "Linux 5.15.0",
      "kernel (node b)": "Linux 5.15.1",
      ab: "ab 2.4.62",
      "congestion control": "cubic in every pod and on every host (the nodes' own)",
    }),
  ]);
  const topic = (name: string) => prediction.explanations.find((one) => one.topic === name);

  test("names what explains a metric that is not near, and only what bears on it", () => {
    expect(topic("kernel")?.mayExplain).toEqual(["tcp-open"]);
    expect(topic("kube-proxy")).toMatchObject({ inCluster: "iptables", mayExplain: [] });
    expect(topic("kernel")?.inCluster).toBe("kernel: Linux 5.15.0; kernel (node b): Linux 5.15.1");
    expect(topic("ab")?.inCluster).toBe("ab 2.4.62");
  });

  test("what is alike in both is not listed", () => {
    expect(topic("MTU")).toBeUndefined();
    expect(topic("congestion control")).toBeUndefined();
    expect(topic("link")).toBeDefined();
  });

  test("every report holds the ratios, the order and the differences, and the JSON its schema", () => {
    expect(predictionSchema.parse(JSON.parse(renderPredictionJson(prediction)))).toEqual(prediction);
    const [{ scenario }] = [cluster("flannel-vxlan", far).run];
    for (const text of [
      renderPredictionTerminal(prediction, { width: 100, colour: false }),
      renderPredictionMarkdown(prediction, scenario),
    ]) {
      expect(text).toMatch(/\+40 points \\?\[\+37, \+43\\?\]/);
      expect(text).toContain("beyond 10");
      expect(text).toContain("Linux 5.15.0");
      expect(text).toContain("may explain tcp-open");
      expect(text).toContain("Whether the lab predicted in what order flannel-vxlan keeps its metrics cannot be determined");
    }
  });

  test.each([40, 80, 100, 140])("no line is wider than a terminal of %i columns", (width) => {
    const lines = renderPredictionTerminal(prediction, { width, colour: false }).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });
});
