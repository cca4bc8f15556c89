import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { adviserOf } from "../advice/advice.js";
import { summarise } from "../measure/summarise.js";
import type { Cell, Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import { notesOf } from "./notes.js";

const run = syntheticRun({ needs: ["policy"] });
const summary = summarise(run, adviserOf(MODES));
const SHOWN = ["tcp", "http", "http.cpu"];

const linesOf = (of: Summary, shown: readonly string[] = SHOWN) =>
  notesOf(of, run, shown).map(({ kind, subject, text }) => `${kind} ${subject}: ${text}`);

/** The summary with the cells of some modes and metrics changed. */
const withCells = (
  modes: readonly string[],
  metrics: readonly string[],
  change: (cell: Cell, index: number) => Partial<Cell>,
): Summary => ({
  ...summary,
  modes: summary.modes.map((one) => ({
    ...one,
    cells: one.cells.map((cell, index) =>
      modes.includes(one.mode) && metrics.includes(cell.metric) && cell.path === "pod-pod" ? { ...cell, ...change(cell, index) } : cell,
    ),
  })),
});
const refused = (reason: (index: number) => string) => (_cell: Cell, index: number) => ({
  status: "refused" as const,
  reason: reason(index),
});

describe("notes", () => {
  test("name whole modes, single figures and modes without a rank by their words, with the reason", () => {
    const lines = linesOf(summary);
    expect(lines).toContain("missing ipvlan-l2, ipvlan-l3s: not measured: this kernel lacks CONFIG_IPVLAN, CONFIG_IPVLAN_L3S");
    expect(lines).toContainEqual(expect.stringMatching(/^failed vlan: failed: ip link add/));
    expect(lines).toContain("missing docker-nat: ping time: not measured: ICMP does not cross a published port");
    expect(lines).toContainEqual(expect.stringMatching(/^excluded docker-nat: no rank: policy: /));
  });

  test("say in one line which modes this kernel is too small for, and what it lacks", () => {
    const lacking = (reason: string) => ({ status: "unsupported" as const, reason, cells: [] });
    const of: Summary = {
      ...summary,
      modes: [
        { mode: "vlan", ...lacking("needs CONFIG_VLAN_8021Q (Error: Unknown device type.)") },
        { mode: "ipvlan-l3s", ...lacking("needs CONFIG_IPVLAN (Error: Unknown device type.); needs CONFIG_IPVLAN_L3S (Error)") },
        { mode: "ipvlan-l2", ...lacking("needs CONFIG_IPVLAN (Error: Unknown device type.)") },
        { mode: "gce", ...lacking("needs a second node") },
      ],
    };
    expect(linesOf(of).slice(0, 2)).toEqual([
      "missing vlan, ipvlan-l3s, ipvlan-l2: not measured: this kernel lacks CONFIG_VLAN_8021Q, CONFIG_IPVLAN, CONFIG_IPVLAN_L3S",
      "missing gce: not measured: needs a second node",
    ]);
  });

  test("say a refusal by the name of its check in words, and hold the whole reason", () => {
    const of = withCells(
      ["gce"],
      ["tcp"],
      refused(() => "steal: 30 % of the CPU time went to others"),
    );
    expect(linesOf(of)).toContain("refused gce: TCP at 1 Gbit/s: refused: the hypervisor gave CPU time to others");
    expect(notesOf(of, run, SHOWN).find(({ rows }) => rows.includes("gce"))?.full).toBe("steal: 30 % of the CPU time went to others");
  });

  test("name a figure once that is missing of a mode's pods and of its own hosts", () => {
    const cellsOf = ({ cells }: Summary["modes"][number]): Cell[] => {
      const cost = cells.find(({ metric }) => metric === "tcp.cpu");
      if (cost === undefined) throw new Error("no cost");
      const lost = { ...cost, status: "refused" as const, reason: "lost in the noise" };
      return [lost, { ...lost, path: "host-host" as const }];
    };
    const of = { ...summary, modes: summary.modes.map((one) => (one.mode === "gce" ? { ...one, cells: cellsOf(one) } : one)) };
    expect(linesOf(of)).toContain("refused gce: CPU cost of TCP at 1 Gbit/s: refused: lost in the noise");
  });

  /** The summary with other cells of one metric for the pods and the own hosts of a mode. */
  const withPaths = (mode: string, metric: string, pods: Partial<Cell>, own: Partial<Cell>): Summary => ({
    ...summary,
    modes: summary.modes.map((one) => {
      const cell = one.cells.find((two) => two.metric === metric);
      if (one.mode !== mode || cell === undefined) return one;
      const rest = one.cells.filter((two) => two.metric !== metric);
      return { ...one, cells: [...rest, { ...cell, ...pods, path: "pod-pod" }, { ...cell, ...own, path: "host-host" }] };
    }),
  });
  const LOST = { status: "refused", reason: "steal: 30 % of the CPU time went to others" } as const;

  test("tell what is missing of a mode's own hosts from what is missing of its pods, last and without a mark in the table", () => {
    const of = withPaths("gce", "http", {}, LOST);
    expect(linesOf(of)).not.toContainEqual(expect.stringMatching(/gce: HTTP with new connections/));
    const [note] = notesOf(of, run, SHOWN).slice(-1);
    expect(note).toMatchObject({ kind: "refused", rows: [], metrics: ["http"] });
    expect(note?.subject).toBe("gce's own hosts: HTTP with new connections");
  });

  test("tell a doubt about a mode's own hosts from one about its pods, last and without a mark in the table", () => {
    const flags = [{ check: "generator-bound" as const, sentence: "s", evidence: [] }];
    const of = withPaths("macvlan", "tcp", {}, { flags });
    const [note] = notesOf(of, run, SHOWN).slice(-1);
    expect(note).toMatchObject({ kind: "doubt", rows: [], subject: "macvlan's own hosts: TCP at 1 Gbit/s" });
    const both = withPaths("macvlan", "tcp", { flags }, { flags });
    expect(linesOf(both)).toContain("doubt macvlan: TCP at 1 Gbit/s: the load generator may be the limit");
  });

  test("say whose figure a reason is about, in words", () => {
    const of = withCells(
      ["gce", "kindnet"],
      ["http"],
      refused(() => "host host-host: lost in the noise: 0.057 under load"),
    );
    expect(linesOf(of)).toContain(
      "refused gce, kindnet: HTTP with new connections: refused: of the bare host: lost in the noise: 0.057 under load",
    );
    const own = withPaths("gce", "http", { status: "refused", reason: "gce host-host: steal: 30 % of the CPU time" }, {});
    expect(linesOf(own)).toContain(
      "refused gce: HTTP with new connections: refused: of its own hosts: the hypervisor gave CPU time to others",
    );
  });

  test("name one fact once, whether the figure itself or the bare host's was lost", () => {
    const of = withCells(
      ["gce", "kindnet"],
      ["http"],
      refused((index) => `lost in the noise: ${String(index)}`),
    );
    const mixed = {
      ...of,
      modes: of.modes.map((one) =>
        one.mode === "gce"
          ? {
              ...one,
              cells: one.cells.map((cell) => ({
                ...cell,
                ...(cell.reason === undefined ? {} : { reason: `host host-host: ${cell.reason}` }),
              })),
            }
          : one,
      ),
    };
    expect(linesOf(mixed).filter((line) => line.includes("lost in the noise"))).toEqual([
      "refused gce, kindnet: HTTP with new connections: refused: lost in the noise",
    ]);
  });

  test("put refusals together whose reasons begin alike, and those of shown figures before those of others", () => {
    const of = withCells(
      ["gce", "kindnet"],
      ["http", "http.p99", "latency.udp.p99"],
      refused((index) => `too few samples: ${String(index)} of 2000`),
    );
    const lines = linesOf(of).filter((line) => line.includes("too few samples"));
    expect(lines).toEqual([
      expect.stringMatching(/^refused gce, kindnet: HTTP with new connections: refused: too few samples: \d+ of 2000$/),
      "refused gce, kindnet: UDP round trip p99, HTTP request time p99: refused: too few samples",
    ]);
  });

  test("have one line a check, for shown figures first", () => {
    const flags = [{ check: "host-noise" as const, sentence: "it varied by 7 %", evidence: [] }];
    const of = withCells(["gce", "kindnet"], ["tcp", "latency.udp.p99"], () => ({ flags }));
    const lines = linesOf(of).filter((line) => line.includes("the host itself varied by as much"));
    expect(lines.slice(0, 1)).toEqual(["doubt gce, kindnet: TCP at 1 Gbit/s: the host itself varied by as much"]);
    expect(lines).toHaveLength(2);
  });

  test("count names that a line does not hold", () => {
    const modes = ["gce", "kindnet", "macvlan", "l2-bridge"];
    const of = withCells(
      modes,
      ["tcp", "http", "latency.udp.p50"],
      refused(() => "too few samples: 1 of 2"),
    );
    expect(linesOf(of, ["tcp", "http", "latency.udp.p50"])).toContain("refused 4 modes: 3 figures: refused: too few samples: 1 of 2");
  });

  test("count the bare host beside the modes, not as one of them", () => {
    const modes = ["gce", "kindnet", "macvlan", "l2-bridge"];
    const lost = { status: "refused" as const, reason: "too few samples: 1 of 2" };
    const of = {
      ...summary,
      modes: summary.modes.map((one) => ({
        ...one,
        cells: one.cells.map((cell) =>
          cell.metric === "http" && (one.mode === "host" || (modes.includes(one.mode) && cell.path === "pod-pod"))
            ? { ...cell, ...lost }
            : cell,
        ),
      })),
    };
    expect(linesOf(of)).toContain("refused 4 modes and the bare host: HTTP with new connections: refused: too few samples: 1 of 2");
  });

  test("say what is amiss with a cluster's network, and whose policies are part of the figures", () => {
    const inspection: NonNullable<Summary["inspection"]> = {
      ...{ cni: "cilium", mode: "unknown", kubeProxy: "none", mtu: {}, podRoutes: { by: "unknown" }, ipFamilies: [] },
      ...{ podCidrs: { pools: [], nodes: 0, examples: [] }, nodes: [], evidence: [], unknown: [] },
      findings: [{ claim: "podRoutes", text: "node-1 sends nothing to pod-b" }],
      policiesInForce: { policies: [{ kind: "NetworkPolicy", namespace: "bench", name: "deny" }], enforcedBy: "Cilium" },
    };
    expect(linesOf({ ...summary, inspection }).slice(0, 2)).toEqual([
      "warning network: node-1 sends nothing to pod-b",
      "warning network: policies select the measured pods, Cilium enforces them",
    ]);
  });
});
