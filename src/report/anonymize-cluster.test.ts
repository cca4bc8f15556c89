/** What tells a cluster: names of its nodes, its API server, its context and the run's namespace, wherever they stand. */
import { expect, test } from "vitest";
import { clusterRun, clusterSummary } from "../../test/synthetic/cluster-run.js";
import { type RenderDiff, renderDiffSchema } from "../model/render-diff.js";
import { anonymizeRenderDiff, anonymizeRun, anonymizeSummary, maskOf } from "./anonymize.js";
import { renderHtml } from "./html/page.js";
import { renderMarkdown } from "./markdown/ticket.js";
import { renderDiffText } from "./terminal/render-diff.js";
import { renderTerminal } from "./terminal/table.js";

const SECRETS = ["worker-17", "worker-18", "worker-19", "example.net", "10.20.30.40", "10.244.", "kind-production", "podwire-ab12cd"];

const run = clusterRun({
  workloads: ["tcp", "http"],
  rounds: 4,
  partialReason: "the API server https://10.20.30.40:6443 was away: pod podwire-ab12cd/pod-a on worker-18.corp.example.net",
  places: [{ path: "pod-nodeport", status: "failed", reason: "worker-18 refuses 10.244.1.7:30080" }],
  matrix: {
    pairs: [
      {
        from: "worker-17",
        to: "worker-19",
        path: "pod-pod",
        metric: "tcp",
        median: null,
        low: null,
        high: null,
        n: 0,
        reason: "worker-19 is gone",
      },
    ],
    odd: [
      {
        path: "pod-pod",
        metric: "tcp",
        node: "worker-19",
        side: "below",
        own: { low: 0.1, high: 0.2 },
        others: { low: 0.5, high: 0.6 },
      },
    ],
  },
});

test.each(SECRETS)("%s is in no report and no file of a masked run", (secret) => {
  const masked = anonymizeRun(run);
  const summary = clusterSummary(masked);
  const texts = [
    JSON.stringify(masked),
    renderHtml(summary, masked),
    renderMarkdown(summary, masked),
    renderTerminal(summary, masked, { width: 100, colour: false }),
  ];
  for (const text of texts) expect(text).not.toContain(secret);
  expect(JSON.stringify(run)).toContain(secret);
});

test("a node has one mask everywhere, and podwire's own words stay", () => {
  const mask = maskOf(run);
  const masked = anonymizeRun(run, mask);
  expect(masked.matrix?.pairs[0]?.to).toBe(masked.matrix?.odd[0]?.node);
  expect(masked.matrix?.pairs[0]?.reason).toContain(masked.matrix?.odd[0]?.node);
  expect(masked.scenario).toEqual(run.scenario);
  expect(masked.inspection).toMatchObject({ cni: "flannel", mode: "flannel-vxlan", kubeProxy: "iptables", mtu: run.inspection?.mtu });
  expect(masked.paths.map(({ path, status }) => [path, status])).toEqual(run.paths.map(({ path, status }) => [path, status]));
  expect(JSON.stringify(anonymizeSummary(clusterSummary(run), mask))).not.toContain("worker-1");
});

test("what documents would change names no node, address or context, and keeps the words of podwire", () => {
  const diff: RenderDiff = {
    schema: "podwire/render-diff@1",
    target: "nodes",
    variant: "flannel-host-gw",
    against: { kind: "cluster", name: "kind-production" },
    before: "flannel-vxlan",
    documents: [
      {
        what: "Node/worker-17",
        change: "changed",
        lines: ["- spec.podCIDR: 10.244.7.0/24", "+ spec.podCIDR: 10.244.8.0/24"],
        note: "of worker-17",
      },
      { what: "worker-18/etc/x", change: "elsewhere", lines: [] },
    ],
    order: [
      { step: "delete the Node of worker-17", why: "10.20.30.40 has it", commands: ["kubectl delete node worker-17.corp.example.net"] },
    ],
  };
  const masked = anonymizeRenderDiff(diff, ["worker-17", "worker-18", "worker-17.corp.example.net"]);
  expect(renderDiffSchema.parse(masked)).toEqual(masked);
  for (const secret of SECRETS) expect(JSON.stringify(masked)).not.toContain(secret);
  expect(renderDiffText(masked, 100)).toContain("flannel-host-gw by nodes, against the cluster of context name-");
  expect(masked).toMatchObject({ before: "flannel-vxlan", documents: [{ change: "changed" }, { change: "elsewhere" }] });
});
