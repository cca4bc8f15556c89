import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun, anySummary } from "../../test/synthetic/arbitrary.js";
import { clusterRun } from "../../test/synthetic/cluster-run.js";
import { type SyntheticOptions, syntheticRun } from "../../test/synthetic/run.js";
import { adviserOf } from "../advice/advice.js";
import { parseRun } from "../archive/run-file.js";
import { summarise } from "../measure/summarise.js";
import { findMetric } from "../model/metric.js";
import type { Run } from "../model/run.js";
import type { Cell, CellRatio, Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import { type Answer, answerOf, answerText } from "./answer.js";

const sentencesOf = (run: Run) => answerOf(summarise(run, adviserOf(MODES)), run);
const textOf = (options: SyntheticOptions) => answerText(sentencesOf(syntheticRun(options)));

describe("the answer of a lab", () => {
  test("says what to run, how close it comes, what it needs, and what to run where that is not met", () => {
    expect(textOf({})).toBe(
      "Run macvlan, tied overall with kindnet, calico-routed and flannel-host-gw: it matches the bare host in TCP at 1 Gbit/s, TCP without a limit, " +
        "round trip p50 and packets per second; HTTP with new connections (1.00) is undecided. It needs one L2 segment with spare addresses for pods, " +
        "and switch ports that allow several MAC addresses. Where nodes share no L2 segment, run gce: it reaches 89 % of the bare host in packets per second.",
    );
  });

  test("says what must be done for stated needs, and that the run was cut short", () => {
    expect(textOf({ needs: ["services", "encryption"] })).toContain("Take care of encryption: Calico's WireGuard must be switched on");
    expect(sentencesOf(syntheticRun({ partialReason: "interrupted" })).at(-1)).toMatchObject({
      about: "caution",
      short: "The run was cut short.",
    });
  });

  test("says why nothing can be recommended", () => {
    expect(textOf({ rounds: 2 })).toBe(
      "No mode can be recommended: too few rounds were measured to compare one with the bare host; give a longer --budget.",
    );
    const run = syntheticRun();
    const unmet = summarise({ ...run, scenario: { ...run.scenario, needs: ["services"] } }, adviserOf([]));
    expect(answerText(answerOf(unmet, { ...run, scenario: { ...run.scenario, needs: ["services"] } }))).toBe(
      "None of the measured modes meets what you need: services.",
    );
    const hosts = { ...run, scenario: { ...run.scenario, modes: ["host"] }, modes: [{ mode: "host", status: "built" as const }] };
    expect(answerText(sentencesOf(hosts))).toContain("nothing to choose from; name modes with --modes");
  });

  test("has no codename of a metric, no bracket and no limit of an interval", () => {
    for (const options of [{}, { rounds: 4 }, { needs: ["policy"] }, { workloads: ["tcp8", "latency.icmp"] as const }]) {
      for (const { text, medium = text, short } of sentencesOf(syntheticRun(options))) {
        for (const said of [text, medium, short]) expect(said).not.toMatch(/[[\]]|latency\.|tcp-open|tcp8|\bpps\b|\.cpu|http-/);
      }
    }
  });
});

/** A summary of macvlan alone, whose figures are these, and its answer. */
function answerFor(figures: Readonly<Record<string, Partial<CellRatio>>>, venue: "lab" | "cluster" = "lab"): Answer {
  const run = venue === "lab" ? syntheticRun({ rounds: 3 }) : clusterRun({ rounds: 3 });
  const summary = summarise(run, adviserOf([]));
  const cells = Object.entries(figures).map(([metric, ratio]): Cell => {
    const { better = "higher", unit = "bit/s" } = findMetric(metric) ?? {};
    const whole = { baseline: "host", low: 0, high: 9, verdict: "slower", margin: 0.02, n: 9, method: "bootstrap", ...ratio } as CellRatio;
    return { metric, path: "pod-pod", status: "measured", unit, better, median: 1, n: 9, ratio: whole };
  });
  const modes = summary.modes
    .slice(0, 1)
    .map((one) => ({ ...one, mode: venue === "lab" ? "macvlan" : one.mode, status: "measured" as const, cells }));
  const recommendation = { mode: "macvlan", tied: [], care: [], otherwise: { where: "Elsewhere", mode: "macvlan", tied: ["gce"] } };
  return answerOf({ ...summary, modes, ...(venue === "lab" ? { recommendation } : {}) }, run);
}

describe("how close a mode comes", () => {
  const figures = {
    tcp: { median: 1, verdict: "same" },
    "tcp-open": { median: 0.94, verdict: "undecided" },
    http: { median: 0.96, verdict: "undecided" },
    "latency.tcp.p50": { median: 1.03, verdict: "undecided" },
    pps: { median: 0.93, verdict: "slower" },
  } as const;

  test("gives every clear loss as a number, and undecided figures with their ratio", () => {
    const [first] = answerFor(figures);
    expect(first?.text).toBe(
      "Run macvlan: it matches the bare host in TCP at 1 Gbit/s and reaches 93 % of it in packets per second; TCP without a limit (0.94), " +
        "HTTP with new connections (0.96) and round trip p50 (1.03 times) are undecided.",
    );
    expect(first?.medium).toBe(
      "Run macvlan: it matches the bare host in TCP at 1 Gbit/s and reaches 93 % of it in packets/s; TCP without a limit (0.94), HTTP (0.96) " +
        "and round trip p50 (1.03 times) are undecided.",
    );
  });

  test("keeps the largest losses in few words", () => {
    expect(answerFor(figures)[0]?.short).toBe(
      "Run macvlan: it matches the bare host in TCP at 1 Gbit/s and reaches 93 % of it in packets/s.",
    );
    const losses = { ...figures, tcp: { median: 0.96 }, http: { median: 0.3 }, "latency.tcp.p50": { median: 2.5 } } as const;
    expect(answerFor(losses)[0]?.short).toBe(
      "Run macvlan: it reaches 30 % of the bare host in HTTP and takes 2.50 times the bare host's round trip p50.",
    );
    expect(answerFor(losses)[0]?.text).toContain(
      "it reaches 30 % of the bare host in HTTP with new connections, 93 % in packets per second and 96 % in TCP",
    );
  });

  test("leaves out gains before losses, and what is undecided before what is the same", () => {
    const gained = { tcp: { median: 0.9 }, pps: { median: 0.94 }, "latency.tcp.p50": { median: 0.3, verdict: "faster" } } as const;
    expect(answerFor(gained)[0]?.short).toBe("Run macvlan: it reaches 90 % of the bare host in TCP at 1 Gbit/s and 94 % in packets/s.");
    const open = { tcp: { median: 0.98, verdict: "undecided" }, http: { median: 0.5 }, pps: { median: 1, verdict: "same" } } as const;
    expect(answerFor(open)[0]?.short).toBe("Run macvlan: it matches the bare host in packets/s and reaches 50 % of it in HTTP.");
  });

  test("has a number where all is undecided", () => {
    expect(answerFor({ "tcp-open": { median: 0.92, verdict: "undecided" } })[0]?.text).toBe(
      "Run macvlan: it is undecided against the bare host in TCP without a limit (0.92).",
    );
    expect(answerFor({ "tcp-open": { median: 0.92, verdict: "undecided" }, tcp: { median: 1, verdict: "same" } })[0]?.text).toContain(
      "; TCP without a limit (0.92) is undecided.",
    );
  });

  test.each([
    [0.0996, "10 %"],
    [0.0955, "9.6 %"],
    [0.0145, "1.5 %"],
    [0.0084, "0.84 %"],
    [0.00002, "less than 0.01 %"],
    [0, "0 %"],
    [0.997, "99.7 %"],
    [1.071, "107 %"],
  ])("of %d is %s", (median, text) => {
    expect(answerFor({ tcp: { median } })[0]?.text).toBe(`Run macvlan: it reaches ${text} of the bare host in TCP at 1 Gbit/s.`);
  });

  test("of times and costs is grammatical, whatever stands before", () => {
    expect(answerFor({ "tcp.cpu": { median: 2.09 } })[0]?.text).toBe(
      "Run macvlan: it takes 2.09 times the bare host's CPU cost of TCP at 1 Gbit/s.",
    );
    expect(
      answerFor({ tcp: { median: 1, verdict: "same" }, pps: { median: 0.63 }, "latency.tcp.p50": { median: 1.73 } }, "cluster")[0]?.text,
    ).toBe(
      "Between nodes this cluster's pod network matches the hosts in TCP, reaches 63 % of theirs in packets per second and takes 1.73 times the hosts' " +
        "round trip p50.",
    );
  });

  test("is given elsewhere by the figure that says most, at every length", () => {
    const last = answerFor(figures).at(-1);
    expect([last?.text, last?.medium, last?.short]).toEqual([
      "Elsewhere, run macvlan, tied overall with gce: it reaches 93 % of the bare host in packets per second.",
      "Elsewhere, run macvlan: it reaches 93 % of the bare host in packets/s.",
      "Elsewhere, run macvlan: 93 % in packets/s.",
    ]);
  });
});

test("a run of modes that no round compares names no false tie", () => {
  const file = "test/captured/runs/lab-configured.json";
  const [first, , elsewhere] = sentencesOf(parseRun(readFileSync(file, "utf8"), file));
  expect(first?.text).toBe("Run macvlan: it is undecided against the bare host in TCP without a limit (1.00).");
  expect(elsewhere?.text).toBe(
    "Where nodes share no L2 segment, run flannel-udp: it reaches 0.85 % of the bare host in TCP without a limit.",
  );
});

describe("why nothing is recommended", () => {
  const run = syntheticRun({ rounds: 3, needs: ["services"] });
  const summary = summarise(run, adviserOf([]));
  const because = (change: Partial<Summary>): string => answerText(answerOf({ ...summary, excluded: [], ...change }, run));
  const emptied = (status: Cell["status"], of: (mode: string) => boolean): Summary["modes"] =>
    summary.modes.map((one) =>
      of(one.mode)
        ? { ...one, cells: one.cells.map((cell) => ({ ...cell, ratio: undefined, status, median: null, reason: "the link is down." })) }
        : one,
    );

  test("is that no mode could be measured, with the reason", () => {
    const modes = summary.modes.map((one) =>
      one.mode === "host" ? one : { ...one, status: "failed" as const, reason: "ip link failed\nmore", cells: [] },
    );
    expect(because({ modes })).toMatch(/^No mode could be measured \([a-z-]+: ip link failed\)\.$/);
  });

  test("is that the bare host has no figure", () => {
    expect(because({ modes: emptied("failed", (mode) => mode === "host") })).toBe(
      "No mode can be recommended: the bare host has no figure to compare with (host: the link is down).",
    );
  });

  test("is that no figure could be measured", () => {
    expect(because({ modes: emptied("refused", (mode) => mode !== "host") })).toBe(
      "No mode can be recommended: none of their figures could be measured.",
    );
  });

  test("is a need only where it leaves nothing", () => {
    const [one] = summary.excluded;
    expect(because({ excluded: summary.excluded })).toBe("None of the measured modes meets what you need: services.");
    expect(because({ excluded: one === undefined ? [] : [one] })).toMatch(
      /^No mode that meets what you need can be recommended: too few rounds/,
    );
  });
});

describe("the answer of a cluster", () => {
  test("names the way of another path", () => {
    const run = clusterRun({});
    const summary = summarise(run, adviserOf(MODES));
    const modes = summary.modes.map((one) => ({
      ...one,
      cells: one.cells.filter(({ path }) => path !== "pod-pod" && path !== "pod-pod-local"),
    }));
    expect(answerText(answerOf({ ...summary, modes }, run))).toMatch(/^From pods to a Service this cluster's pod network reaches/);
  });

  test("says how close pods come to the hosts between nodes, and what comes next", () => {
    expect(answerText(sentencesOf(clusterRun({})))).toBe(
      "Between nodes this cluster's pod network reaches 55 % of the hosts in packets per second and TCP without a limit, and 56 % in TCP and HTTP with new connections, " +
        "and takes 1.77 times the hosts' round trip p50. It is wired like flannel-vxlan: `podwire lab` shows how close other modes come, `podwire compare LAB CLUSTER` whether the lab " +
        "predicts it.",
    );
  });

  test("says so where nothing could be compared", () => {
    expect(answerText(sentencesOf(clusterRun({ rounds: 1 })))).toContain("No path of this cluster could be compared with its hosts");
  });
});

test("any summary has an answer, whose short sentences are no longer than the whole ones", () => {
  fc.assert(
    fc.property(anySummary, anyRun, (summary, run) => {
      const answer = answerOf(summary, run);
      expect(answer[0]?.about).toBe("run");
      for (const { text, medium = text, short } of answer) {
        expect(medium.length).toBeLessThanOrEqual(text.length);
        expect(short.length).toBeLessThanOrEqual(medium.length);
      }
    }),
  );
});
