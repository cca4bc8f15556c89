/**
 * A lab's run beside a cluster's whose inspection is that of a running Cilium (test/captured/products): it stands beside the mode that is wired like it,
 * and every form of the report says what that one lacks.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { predict } from "../../src/compare/prediction/predict.js";
import type { SummarisedRun } from "../../src/compare/sides.js";
import type { ApiFacts } from "../../src/inspection/api-facts.js";
import { type DeepLook, nodeFacts } from "../../src/inspection/deep/node-facts.js";
import { inspect } from "../../src/inspection/inspect.js";
import type { Look } from "../../src/inspection/pods/look.js";
import { configMapView, daemonSetView, fields, list, nodeView } from "../../src/inspection/sift.js";
import { type Judged, withDeep } from "../../src/inspection/with-deep.js";
import type { Inspection } from "../../src/model/inspection.js";
import { renderPredictionHtml } from "../../src/report/compare/prediction/html.js";
import { renderPredictionMarkdown } from "../../src/report/compare/prediction/markdown.js";
import { renderPredictionTerminal } from "../../src/report/compare/prediction/terminal.js";
import { summarised, summarisedCluster } from "../synthetic/summarised.js";

const read = (network: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../captured/products/${network}/${file}.json`, import.meta.url), "utf8"));

/** By API and pods; `isReadable`: whether that goes for Cilium's settings. */
function judged(network: string, isReadable: boolean): Judged {
  const items = (file: string): readonly unknown[] => list(fields(read(network, file))["items"]);
  const api: ApiFacts = {
    nodes: { objects: items("nodes").map(nodeView) },
    daemonSets: { objects: items("daemonsets").map(daemonSetView) },
    configMaps: isReadable ? { objects: items("configmaps").map(configMapView) } : { objects: [], refused: "configmaps is forbidden" },
    custom: { objects: [] },
    networkPolicies: { objects: [] },
    productPolicies: { objects: [] },
    services: { count: 1 },
    endpointSlices: { count: 1 },
  };
  return (onNodes) => inspect(api, read(network, "looks") as readonly Look[], onNodes);
}

const FIGURES = { http: [0.9, 0.88, 0.92], pps: [0.7, 0.68, 0.72] } as const;
const LAB = summarised({ "ebpf-vxlan": FIGURES, "ebpf-routed": FIGURES, "flannel-vxlan": FIGURES });

/** A run that was begun under the name that API and pods gave its network, and that has the inspection as it was at its end. */
function cluster(begun: Inspection, ended: Inspection = begun): SummarisedRun {
  const plain = summarisedCluster(begun.mode, { http: [0.88, 0.86, 0.9], pps: [0.5, 0.48, 0.52] });
  return { ...plain, run: { ...plain.run, inspection: ended } };
}

/** One whose mode its nodes' programs alone could tell, with `--deep`. */
function toldByPrograms(network: string): SummarisedRun {
  const inspection = judged(network, false);
  const begun = inspection();
  expect(begun.mode).toBe("unknown");
  return cluster(begun, withDeep(inspection, [{ node: "node-1", ...nodeFacts(read(network, "deep") as DeepLook) }]));
}

const byApiAndPods = (network: string): SummarisedRun => cluster(judged(network, true)());

test.each([
  ["cilium-vxlan", "ebpf-vxlan", "its settings", byApiAndPods],
  ["cilium-native", "ebpf-routed", "its settings", byApiAndPods],
  ["cilium-vxlan", "ebpf-vxlan", "its programs alone", toldByPrograms],
  ["cilium-native", "ebpf-routed", "its programs alone", toldByPrograms],
])("%s stands beside %s by %s, and what differs is said in every form", (network, mode, _, run) => {
  const there = run(network);
  const prediction = predict(LAB, [there]);
  expect(prediction.clusters).toMatchObject([{ mode, inLab: true }]);
  expect(prediction.cells.map(({ mode: of, metric, near }) => [of, metric, near]).sort()).toEqual([
    [mode, "http", "yes"],
    [mode, "pps", "no"],
  ]);
  const forms = [
    renderPredictionTerminal(prediction, { width: 100, colour: false }),
    renderPredictionMarkdown(prediction, there.run.scenario),
    renderPredictionHtml(prediction, there.run.scenario),
  ];
  for (const form of forms) {
    const words = form.replaceAll(/\s+/g, " ");
    expect(words).toContain(mode);
    expect(words).toContain("track connections, enforce policies and look for Services too");
    expect(words).toContain("Services are translated by eBPF");
  }
});

test("a lab that did not measure the mode says which one would stand beside it", () => {
  const prediction = predict(summarised({ "flannel-vxlan": FIGURES }), [byApiAndPods("cilium-vxlan")]);
  expect(prediction.cells).toEqual([]);
  expect(prediction.clusters[0]?.sentence).toMatch(/mode is ebpf-vxlan, which was not asked for in the lab's run.*track connections/);
});
