import { describe, expect, test } from "vitest";
import { clusterRun } from "../../test/synthetic/cluster-run.js";
import { syntheticRun } from "../../test/synthetic/run.js";
import type { Run } from "../model/run.js";
import { differencesOf } from "./environments.js";

const run = syntheticRun({ rounds: 1, workloads: ["http"] });

test("two runs of the same thing differ in nothing, whatever their seed, load and needs", () => {
  const again: Run = {
    ...run,
    startedAt: "2026-02-04T09:15:00.000Z",
    environment: { ...run.environment, "load average": "8.45 7.09 5.24" },
    scenario: { ...run.scenario, seed: 7, needs: ["services"], modes: [...run.scenario.modes].reverse() },
  };
  expect(differencesOf(run, again)).toEqual([]);
});

test("into which tables iptables writes is a difference of its own, whatever the versions", () => {
  const by = (iptables: string): Run => ({ ...run, environment: { iptables } });
  const backends = (a: string, b: string) => differencesOf(by(a), by(b)).filter(({ name }) => name === "iptables backend");
  const difference = { group: "tools", name: "iptables backend", a: "nf_tables", b: "legacy" };
  expect(backends("iptables v1.8.9 (nf_tables)", "iptables v1.8.9 (legacy)")).toEqual([difference]);
  expect(backends("iptables v1.8.9 (nf_tables)", "iptables v1.8.11 (nf_tables)")).toEqual([]);
});

test("the commits of two podwires differ only where both runs recorded one", () => {
  const [one, other] = ["a".repeat(40), "b".repeat(40)];
  expect(differencesOf({ ...run, commit: one }, { ...run, commit: other })).toEqual([
    { group: "podwire", name: "commit", a: one, b: other },
  ]);
  expect(differencesOf({ ...run, commit: one }, { ...run, commit: one })).toEqual([]);
  expect(differencesOf(run, { ...run, commit: other })).toEqual([]);
});

test("into which tables a mode's own rules were written is a difference of that mode, where both runs know it", () => {
  const by = (rulesBackend?: "nf_tables" | "legacy"): Run => ({
    ...run,
    modes: run.modes.map((mode) => (mode.mode === "docker-nat" && rulesBackend !== undefined ? { ...mode, rulesBackend } : mode)),
  });
  expect(differencesOf(by("nf_tables"), by("legacy"))).toEqual([
    {
      group: "modes",
      name: "docker-nat",
      a: expect.stringMatching(/; rules in nf_tables$/) as string,
      b: expect.stringMatching(/; rules in legacy$/) as string,
    },
  ]);
  expect(differencesOf(by("nf_tables"), by())).toEqual([]);
});

test("the kernel comes first, then podwire, tools, environment, scenario, modes", () => {
  const other: Run = {
    ...run,
    podwire: "0.2.0",
    environment: { ...run.environment, kernel: "Linux 6.8.0", "cpu.governor": "powersave", "tool.iperf3": "iperf 3.16", "sysctl.new": "1" },
    scenario: {
      ...run.scenario,
      linkBitsPerSecond: null,
      mtu: 9000,
      budgetSeconds: 90,
      margin: { capped: 0.01, open: 0.05 },
      quick: true,
      modes: ["host", "macvlan", "cilium"],
    },
    modes: run.modes.map((mode) => (mode.mode === "macvlan" ? { mode: "macvlan", status: "failed", reason: "no macvlan" } : mode)),
  };
  const differences = differencesOf(run, other);
  expect(differences.map(({ group }) => group)).toEqual([
    "kernel",
    "podwire",
    "tools",
    "environment",
    "environment",
    "scenario",
    "scenario",
    "scenario",
    "scenario",
    "scenario",
    "scenario",
    "modes",
  ]);
  const told = new Map(differences.map(({ name, a, b }) => [name, [a, b]]));
  expect(told.get("sysctl.new")).toEqual([null, "1"]);
  expect(told.get("rate of the capped link")).toEqual(["1.00 Gbit/s", "not capped"]);
  expect(told.get("MTU")).toEqual(["1500 bytes", "9000 bytes"]);
  expect(told.get("budget")).toEqual(["3 min", "1 min 30 s"]);
  expect(told.get("margin")).toEqual(["capped 2 %, open 5 %", "capped 1 %, open 5 %"]);
  expect(told.get("modes only here")?.[1]).toBe("cilium");
  expect(told.get("modes only here")?.[0]).toContain("kindnet");
  expect(told.get("macvlan")).toEqual(["built", "failed: no macvlan"]);
});

test("CPU costs with what the machines do anyway are other costs", () => {
  const older: Run = { ...run, scenario: { ...run.scenario, metrics: ["http", "http.cpu"] } };
  const newer: Run = { ...older, idle: [] };
  expect(differencesOf(older, newer)).toEqual([
    { group: "scenario", name: "CPU costs", a: "with what the machines do anyway", b: "of the load alone" },
  ]);
  const unasked: Run["scenario"] = { ...run.scenario, metrics: ["http"] };
  expect(differencesOf({ ...older, scenario: unasked }, { ...newer, scenario: unasked })).toEqual([]);
});

test("a workload that a mode can no longer carry is a difference", () => {
  const other: Run = {
    ...run,
    modes: run.modes.map((mode) => (mode.mode === "gce" ? { ...mode, unsupportedWorkloads: { tcp8: "why", http: "why" } } : mode)),
  };
  expect(differencesOf(run, other)).toEqual([{ group: "modes", name: "gce", a: "built", b: "built; cannot carry http, tcp8" }]);
});

test("of two clusters what their inspections say differs, and not what others sent meanwhile", () => {
  const before: Run = { ...clusterRun({ rounds: 1, workloads: ["http"] }) };
  const { inspection } = before;
  if (inspection === undefined) throw new Error("a cluster's run has an inspection");
  const after: Run = {
    ...before,
    environment: { ...before.environment, "other traffic": "node a: 9 Mbit/s" },
    inspection: {
      ...inspection,
      setting: "Backend.Type host-gw",
      mode: "flannel-host-gw",
      mtu: { pod: 1500, host: 1500 },
      kubeProxy: "nftables",
    },
  };
  expect(differencesOf(before, after).map(({ name, a, b }) => [name, a, b])).toEqual([
    ["network", "flannel, Backend.Type vxlan", "flannel, Backend.Type host-gw"],
    ["network mode", "flannel-vxlan", "flannel-host-gw"],
    ["kube-proxy", "iptables", "nftables"],
    ["MTU of pods", "1450 bytes", "1500 bytes"],
  ]);
});

describe("of two clusters with Cilium", () => {
  const plain: Run = clusterRun({ rounds: 1, workloads: ["http"] });
  const { inspection } = plain;
  if (inspection === undefined) throw new Error("a cluster's run has an inspection");
  type Seen = NonNullable<Run["inspection"]>;
  const mtuOf = (bytes: number): Run["paths"] =>
    plain.paths.map((one) => ({ ...one, mtu: { bytes, by: bytes === 1500 ? "link" : "route" } }));
  const cilium = (more: Partial<Seen>, paths: Run["paths"] = plain.paths): Run => ({
    ...plain,
    paths,
    inspection: { ...inspection, cni: "cilium", setting: "datapath veth", ...more },
  });
  const told = (a: Run, b: Run) => differencesOf(a, b).map((one) => [one.name, one.a, one.b]);
  const traits = (routing: string, services: string): Seen["traits"] => [
    { trait: "routing", seen: routing, configured: routing },
    { trait: "services", configured: services },
  ];

  test("routing, what carries Services, and what pods put into a packet are differences", () => {
    const vxlan = {
      mode: "ebpf-vxlan",
      traits: traits("vxlan tunnel", "eBPF at the socket"),
      mtu: { pod: 1500, podPath: 1450, host: 1500 },
    };
    const native = { mode: "ebpf-routed", traits: traits("native routing", "kube-proxy"), mtu: { pod: 1500, podPath: 1500, host: 1500 } };
    const [one, other] = [cilium(vxlan, mtuOf(1450)), cilium(native, mtuOf(1500))];
    const paths = plain.paths.map(({ path }) => [`MTU of ${path}`, "1450 bytes (the route's)", "1500 bytes (the link's)"]);
    expect(told(one, other)).toEqual([
      ["network mode", "ebpf-vxlan", "ebpf-routed"],
      ["MTU of pods' paths", "1450 bytes", "1500 bytes"],
      ["network's routing", "vxlan tunnel", "native routing"],
      ["network's services", "eBPF at the socket", "kube-proxy"],
      ...paths,
    ]);
    expect(told(one, one)).toEqual([]);
    // A path that one of them did not have, or did not write down, is no difference of its own.
    expect(
      told(one, { ...one, paths: plain.paths })
        .flat()
        .join(),
    ).not.toContain("MTU of");
  });

  test("policies in force are, by name, and so is who enforces them", () => {
    const policed = (name: string, enforcedBy: string): Run =>
      cilium({ policiesInForce: { policies: [{ kind: "NetworkPolicy", namespace: "bench", name }], enforcedBy } });
    expect(told(policed("deny", "Cilium"), policed("allow", "Cilium"))).toEqual([
      ["policies in force", "NetworkPolicy bench/deny (enforced by Cilium)", "NetworkPolicy bench/allow (enforced by Cilium)"],
    ]);
    expect(told(policed("deny", "Cilium"), policed("deny", "kube-router"))).toHaveLength(1);
    const none = cilium({ policiesInForce: { policies: [], enforcedBy: "Cilium" } });
    expect(told(none, policed("deny", "Cilium"))).toEqual([["policies in force", "none", "NetworkPolicy bench/deny (enforced by Cilium)"]]);
  });

  test("and two without a mode of podwire's differ in the nearest one", () => {
    const near = (mode: string): Run => cilium({ mode: "unknown", nearest: { mode, differs: [] } });
    expect(told(near("calico-vxlan"), near("kindnet"))).toEqual([
      ["network mode", "unknown, nearest calico-vxlan", "unknown, nearest kindnet"],
    ]);
  });
});
