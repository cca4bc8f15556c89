/** `podwire compare` as people and CI start it: the real program on run files, its output, its files and its exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatRun } from "../../src/archive/run-file.js";
import { parseGate } from "../../src/compare/gate.js";
import { METRICS } from "../../src/model/metric.js";
import { isBaseline, PATH_NAMES } from "../../src/model/path.js";
import { predictionSchema } from "../../src/model/prediction.js";
import type { Run } from "../../src/model/run.js";
import { runComparisonSchema } from "../../src/model/run-comparison.js";
import { MODES } from "../../src/modes/index.js";
import { clusterRun } from "../synthetic/cluster-run.js";
import { syntheticRun } from "../synthetic/run.js";
import { parseXml } from "../synthetic/strict-xml.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "podwire-compare-"));
const at = (name: string): string => join(folder, name);

/** B: a day later, another kernel, and every http of macvlan a fifth slower. */
function changed(run: Run): Run {
  const slower = (one: Run["observations"][number]): Run["observations"][number] =>
    one.mode === "macvlan" && one.values["http"] !== undefined
      ? { ...one, values: { ...one.values, http: one.values["http"] * 0.8 } }
      : one;
  return {
    ...run,
    startedAt: "2026-02-04T09:15:00.000Z",
    endedAt: "2026-02-04T09:18:41.000Z",
    environment: { ...run.environment, kernel: "Linux 6.8.0 x86_64", hostname: "build-18.corp.example.net" },
    observations: run.observations.map(slower),
  };
}

async function podwire(...args: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "bin/podwire"), ...args], {
    cwd: folder,
    reject: false,
    // Only what is set here: a test runner's FORCE_COLOR would reach the program.
    extendEnv: false,
    env: { PATH: process.env["PATH"], NO_COLOR: "1" },
  });
  return { code: exitCode, out: stdout, err: stderr };
}

beforeAll(() => {
  const workloads = ["tcp", "http"] as const;
  writeFileSync(at("A.json"), formatRun(syntheticRun({ workloads, rounds: 12, seed: 1 })));
  writeFileSync(at("B.json"), formatRun(changed(syntheticRun({ workloads, rounds: 12, seed: 2 }))));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("without gates", () => {
  test("it says on one screen what changed and what differs, and ends with 0 whatever became slower", async () => {
    const { code, out, err } = await podwire("compare", "A.json", "B.json");
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^B is worse than A in \d+ of \d+ figures: .*HTTP with new connections of macvlan is 0\.[78]\d times A's/);
    expect(out).toMatch(/^- kernel differs: A Linux 6\.1\.0.*B Linux 6\.8\.0/m);
    expect(lines.filter((line) => /0\.[78]\d\+-\d+%v/.test(line)).map((line) => line.split(" ")[0])).toEqual(["macvlan"]);
    expect(out).not.toContain("gate");
  });

  test("without a terminal it is as wide as COLUMNS says", async () => {
    const widest = async (COLUMNS: string): Promise<number> => {
      const { stdout } = await execa(process.execPath, [join(ROOT, "bin/podwire"), "report", "A.json"], {
        cwd: folder,
        extendEnv: false,
        env: { PATH: process.env["PATH"], NO_COLOR: "1", COLUMNS },
      });
      return Math.max(...stdout.split("\n").map(({ length }) => length));
    };
    expect(await widest("60")).toBeLessThanOrEqual(60);
    expect(await widest("no number")).toBeGreaterThan(80);
  });

  test("a run's Markdown has what the lab leaves out of each mode, as its HTML has", async () => {
    const { out } = await podwire("report", "A.json", "--markdown");
    expect(out).toContain("Stand-ins and deviations of macvlan");
  });

  test("with --full it says everything that differs and changed", async () => {
    const { code, out, err } = await podwire("compare", "A.json", "B.json", "--full");
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(out).toContain("B Linux 6.8.0 x86_64");
    expect(out.match(/B\/A 0\.[78]\d\d \[0\.\d+, 0\.\d+\] +slower/g)).toHaveLength(1);
    expect(out).not.toContain("Gates");
  });

  test("the same run twice is named as such", async () => {
    const { code, out, err } = await podwire("compare", "A.json", "A.json", "--json");
    expect(code).toBe(0);
    expect(err).toBe("podwire: warning: A and B are the same run: every difference is none.");
    const { cells, differences } = runComparisonSchema.parse(JSON.parse(out));
    expect(differences).toEqual([]);
    expect(cells.filter(({ change }) => change !== undefined && change.median !== 1)).toEqual([]);
  });
});

describe("gates", () => {
  test("one that fails ends with 3, in every form of output", async () => {
    for (const form of [[], ["--json"], ["--markdown"]]) {
      expect((await podwire("compare", "A.json", "B.json", "--fail-on", "http<0.95A", ...form)).code).toBe(3);
    }
  });

  test("one that holds ends with 0", async () => {
    const { code, out } = await podwire("compare", "A.json", "B.json", "--fail-on", "kindnet:http<0.9A", "--fail-on", "kindnet:tcp<0.5");
    expect(code).toBe(0);
    expect(out).toContain("No gate fails");
  });

  test("one that straddles warns, and fails with --undecided fail", async () => {
    const { cells } = runComparisonSchema.parse(JSON.parse((await podwire("compare", "A.json", "B.json", "--json")).out));
    const middle = cells.find(({ mode, metric }) => mode === "macvlan" && metric === "http")?.b.ratio?.median ?? 0;
    const gate = `macvlan:http<${middle.toFixed(6)}`;
    const warned = await podwire("compare", "A.json", "B.json", "--fail-on", gate);
    expect([warned.code, warned.out.includes("warn macvlan: macvlan:http<")]).toEqual([0, true]);
    const full = await podwire("compare", "A.json", "B.json", "--fail-on", gate, "--full");
    expect([full.code, full.out.includes("warn  macvlan")]).toEqual([0, true]);
    const failed = await podwire("compare", "A.json", "B.json", "--fail-on", gate, "--undecided", "fail");
    expect([failed.code, failed.out.includes("FAIL macvlan: macvlan:http<")]).toEqual([3, true]);
  });

  test("JSON holds every judgement, and nothing else is on standard output", async () => {
    const { out, err } = await podwire("compare", "A.json", "B.json", "--fail-on", "http<0.9A", "--json");
    expect(err).toBe("");
    const { gates, outcome } = runComparisonSchema.parse(JSON.parse(out));
    const outcomes = new Map(gates[0]?.judgements.map((one) => [one.mode, one.outcome]));
    expect(outcome).toBe("failed");
    expect(outcomes.get("macvlan")).toBe("failed");
    expect(outcomes.get("kindnet")).toBe("passed");
    // vlan failed to build in both runs; ipvlan is what this kernel lacks in both.
    expect([outcomes.get("vlan"), outcomes.get("ipvlan-l2")]).toEqual(["failed", "skipped"]);
  });

  test("JUnit XML has a case for each gate and mode", async () => {
    const flags = ["--fail-on", "macvlan:http<0.95A", "--fail-on", "kindnet:tcp<0.5", "--junit", "gates.xml"];
    expect((await podwire("compare", "A.json", "B.json", ...flags)).code).toBe(3);
    const root = parseXml(readFileSync(at("gates.xml"), "utf8"));
    expect(root.attributes).toMatchObject({ tests: "2", failures: "1", errors: "0" });
  });
});

describe("the HTML report", () => {
  test("is written beside the screen, and masked where that was asked", async () => {
    const { code, out } = await podwire("compare", "A.json", "B.json", "--html", "compare.html");
    expect([code, out.startsWith("B is worse than A")]).toEqual([0, true]);
    expect(out.trimEnd().split("\n").slice(-2)).toEqual(["HTML report  compare.html", "everything   podwire compare A.json B.json --full"]);
    const page = readFileSync(at("compare.html"), "utf8");
    expect(page).toContain('<header class="first"><h1>B is worse than A in');
    expect(page).toContain("build-17");
    const masked = await podwire("compare", "A.json", "B.json", "--html", "masked.html", "--anonymize");
    expect(masked.out).toMatch(/^everything +podwire compare A B --full$/m);
    expect(readFileSync(at("masked.html"), "utf8")).not.toMatch(/build-17|corp\.example/);
  });

  test("that cannot be written is a failure with its reason", async () => {
    const { code, err } = await podwire("compare", "A.json", "B.json", "--html", "A.json/compare.html");
    expect([code, err.includes("--html: A.json/compare.html cannot be written")]).toEqual([1, true]);
  });
});

describe("what cannot be", () => {
  test.each([
    ["an unknown metric", ["A.json", "B.json", "--fail-on", "htp<0.9"], "no metric is called htp. Did you mean http?"],
    [
      "an unknown mode",
      ["A.json", "B.json", "--fail-on", "macvlann:http<0.9"],
      "no mode or path is called macvlann. Did you mean macvlan?",
    ],
    ["a path of a cluster", ["A.json", "B.json", "--fail-on", "pod-service:http<0.8"], "pod-service was not measured in B (B.json)"],
    [
      "a metric that was not asked for",
      ["A.json", "B.json", "--fail-on", "pps<0.8"],
      "pps was not measured in B (B.json), which has tcp, http",
    ],
    ["a gate without a number", ["A.json", "B.json", "--fail-on", "http"], "a gate is [MODE:][PATH:]METRIC(<|>)NUMBER[A]"],
    ["another --undecided", ["A.json", "B.json", "--undecided", "maybe"], "Allowed choices are warn, fail"],
    ["JUnit without gates", ["A.json", "B.json", "--junit", "x.xml"], "add --fail-on GATE"],
    ["one file", ["A.json"], "missing required argument"],
    ["no such file", ["A.json", "nowhere.json"], "nowhere.json: "],
    ["two forms at once", ["A.json", "B.json", "--json", "--markdown"], "cannot be used with"],
  ])("%s is a usage error", async (_what, args, message) => {
    const { code, out, err } = await podwire("compare", ...args);
    expect(err).toContain(message);
    expect([code, out]).toEqual([2, ""]);
  });

  test("a summary in place of a run file is named as such", async () => {
    writeFileSync(at("summary.json"), (await podwire("report", "A.json", "--json")).out);
    const { code, err } = await podwire("compare", "summary.json", "B.json");
    expect(code).toBe(2);
    expect(err).toContain("summary.json: is a summary (--json), not a run file");
  });

  test("a JUnit file that cannot be written is a failure, not a verdict", async () => {
    const { code, err } = await podwire("compare", "A.json", "B.json", "--fail-on", "http<0.01", "--junit", "A.json/gates.xml");
    expect([code, err.includes("A.json/gates.xml")]).toEqual([1, true]);
  });
});

describe("with clusters", () => {
  beforeAll(() => {
    const workloads = ["tcp", "http"] as const;
    writeFileSync(at("cluster.json"), formatRun(clusterRun({ workloads, rounds: 12 })));
    writeFileSync(at("later.json"), formatRun(clusterRun({ workloads, rounds: 12, seed: 2 })));
  });

  test("two runs of clusters are compared path by path, and gated", async () => {
    const { code, out } = await podwire("compare", "cluster.json", "later.json", "--json", "--fail-on", "pod-service:http<0.1A");
    expect(code).toBe(0);
    const { cells } = runComparisonSchema.parse(JSON.parse(out));
    const measured = cells.filter(({ change }) => change !== undefined).map(({ path }) => path);
    expect(new Set(measured)).toEqual(new Set(PATH_NAMES.filter((path) => !isBaseline(path))));
  });

  test("a lab beside a cluster is one screen too, and with --full everything", async () => {
    const { code, out, err } = await podwire("compare", "A.json", "cluster.json");
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^(The lab predicted|The lab did not predict|Whether the lab predicted)/);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^lab +A\.json, /),
      expect.stringMatching(/^cluster +cluster\.json, .* UTC$/),
      "everything  podwire compare A.json cluster.json --full",
    ]);
    const full = await podwire("compare", "A.json", "cluster.json", "--full");
    expect([full.code, full.out.includes("What differs, and what it does")]).toEqual([0, true]);
  });

  test("a lab beside a cluster has a page, beside the screen or instead of it", async () => {
    const { code, out } = await podwire("compare", "A.json", "cluster.json", "--html", "beside.html");
    expect([code, /^HTML report +beside\.html$/m.test(out)]).toEqual([0, true]);
    const page = readFileSync(at("beside.html"), "utf8");
    expect(page).toContain('<header class="first"><h1>');
    const masked = await podwire("compare", "A.json", "cluster.json", "-o", "html", "--anonymize");
    expect(masked.out).toContain('<header class="first"><h1>');
    expect(masked.out).not.toMatch(/build-17|corp\.example/);
    const screen = await podwire("compare", "A.json", "cluster.json", "--anonymize");
    expect(screen.out).toMatch(/^everything +podwire compare LAB CLUSTER --full$/m);
  });

  test("a lab's run is held beside a cluster's, whichever is named first", async () => {
    const { code, out } = await podwire("compare", "A.json", "cluster.json", "--json");
    expect(code).toBe(0);
    const prediction = predictionSchema.parse(JSON.parse(out));
    expect(prediction.clusters).toMatchObject([{ mode: "flannel-vxlan", inLab: true }]);
    expect(prediction.cells.find(({ metric }) => metric === "http")?.near).toBeDefined();
    expect((await podwire("compare", "cluster.json", "A.json", "--json")).out).toBe(out);
    expect((await podwire("compare", "A.json", "cluster.json", "later.json", "--full")).out).toContain("wired as the lab's flannel-vxlan");
    expect((await podwire("compare", "A.json", "cluster.json", "later.json")).out).toMatch(/^flannel-vxlan, 2 /m);
    expect((await podwire("compare", "A.json", "cluster.json", "--markdown")).out).toMatch(/^\*\*(The lab|Whether the lab) /);
  });

  test("a lab does not gate a cluster, and two labs predict nothing", async () => {
    const gated = await podwire("compare", "A.json", "cluster.json", "--fail-on", "http<0.9");
    expect([gated.code, gated.err]).toEqual([2, expect.stringContaining("gate it by an earlier run of the cluster")]);
    const two = await podwire("compare", "A.json", "B.json", "cluster.json");
    expect([two.code, two.err]).toEqual([2, expect.stringContaining("2 of labs and 1 of clusters")]);
  });
});

test("--anonymize masks names in both runs alike, so that no difference appears or is lost", async () => {
  const { out } = await podwire("compare", "A.json", "B.json", "--json", "--anonymize");
  expect(out).not.toMatch(/build-1[78]|corp\.example/);
  const { differences } = runComparisonSchema.parse(JSON.parse(out));
  expect(differences.map(({ name }) => name)).toEqual(["kernel", "hostname"]);
  const [, hostname] = differences;
  expect(hostname?.a).not.toBe(hostname?.b);
});

const EXAMPLES = ["github-actions", "gitlab-ci", "github-actions-cluster", "gitlab-ci-cluster"].map((name) => `examples/ci/${name}.yml`);

test.each(["docs/compare.md", ...EXAMPLES])("the gates of %s are gates", (file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  const gates = [...text.matchAll(/--fail-on "([^"]+)"|^\| `([\w.:-]+[<>][\d.]+A?)`/gm)].map(([, flag, row]) => flag ?? row ?? "");
  expect(gates.length).toBeGreaterThan(1);
  const names = { modes: MODES.map(({ name }) => name), metrics: METRICS.map(({ name }) => name) };
  for (const gate of gates) expect(() => parseGate(gate, names), gate).not.toThrow();
});
