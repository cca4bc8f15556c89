import { expect, it } from "vitest";
import type { MeasuredRun } from "../model/adviser.js";
import { clusterAdvice } from "./cluster.js";

const run = (mode: string, inspection?: object): MeasuredRun =>
  ({ scenario: { venue: "cluster", modes: [mode] }, status: "complete", modes: [], between: () => new Map(), inspection }) as never;

it("names the lab's mode, the nearest one with what differs, or what would tell it", () => {
  expect(clusterAdvice(run("gce"))).toContain("wired as podwire's gce");
  expect(clusterAdvice(run("gce"))).toContain("podwire compare LAB CLUSTER");
  expect(clusterAdvice(run("wireguard"))).toMatch(
    /wired as podwire's wireguard; `podwire lab` measures on one machine how close other modes come to the wire\.$/,
  );
  const nearest = { mode: "kindnet", differs: ["Services are translated by eBPF"] };
  expect(clusterAdvice(run("unknown", { cni: "cilium", nearest }))).toBe(
    "Podwire has no mode for cilium; the nearest is kindnet, which `podwire lab --modes kindnet` measures on one machine. What differs: Services are translated by eBPF.",
  );
  expect(clusterAdvice(run("ebpf-routed", { cni: "cilium", mode: "unknown", nearest }))).toContain("the nearest is kindnet");
  const differs = ["its programs track connections", "Services are translated by eBPF"];
  expect(clusterAdvice(run("ebpf-routed", { cni: "cilium", mode: "ebpf-routed", differs }))).toMatch(
    /wired as podwire's ebpf-routed.* What differs: its programs track connections; Services are translated by eBPF\.$/,
  );
  expect(clusterAdvice(run("unknown"))).toContain("podwire cluster inspect --pods");
});
