/** Ladders as they stand: every rung carries packets, and an explanation is measured, saved, gone on with, and shown again. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ladderOf, lanesOfLadder } from "../../src/explain/ladder.js";
import { type Explanation, explanationSchema } from "../../src/model/explanation.js";
import { type Run, runSchema } from "../../src/model/run.js";
import { summarySchema } from "../../src/model/summary.js";
import { MODES } from "../../src/modes/index.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { findUnsupported, openLab } from "../../src/venues/lab/lab-session.js";
import { clusterRun } from "../synthetic/cluster-run.js";
import { syntheticRun } from "../synthetic/run.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";
import { copyProgram, type Ended } from "./program.js";

const built = copyBuilt();
const program = copyProgram();
afterAll(() => {
  built.remove();
  program.remove();
});

const machine = machineOf(isRoot ? "root" : "ordinary user", built);
const inWork = (name: string): string => join(program.work, name);

test("every rung of every mode of this kernel stands and answers, and so does every mode without each layer", async () => {
  const unsupported = await findUnsupported(machine, MODES);
  const variants = MODES.filter(({ name, neverMeasured }) => name !== "host" && neverMeasured === undefined && !unsupported.has(name)).map(
    ({ name }) => resolveVariant(name),
  );
  expect(variants.length).toBeGreaterThan(5);
  const lanes = variants.flatMap((variant) => lanesOfLadder(ladderOf(variant, true)));
  const lab = await openLab(machine, { modes: lanes.map((name) => resolveVariant(name)), links: ["open"], mtu: 1500, nodes: 2 });
  try {
    expect(lab.failures).toEqual({});
    const answering = new Set(lab.paths.filter(({ name }) => name === "pod-pod").map(({ mode }) => mode));
    expect(lanes.filter((lane) => !answering.has(lane))).toEqual([]);
  } finally {
    await lab.close();
  }
});

test.skipIf(!isRoot)("an ordinary user's ladder stands as root's does", async () => {
  const lanes = lanesOfLadder(ladderOf(resolveVariant("flannel-vxlan"), true));
  const options = { modes: lanes.map((name) => resolveVariant(name)), links: ["open"], mtu: 1500, nodes: 2 } as const;
  const lab = await openLab(machineOf("ordinary user", built), options);
  try {
    expect(lab.failures).toEqual({});
  } finally {
    await lab.close();
  }
});

describe("podwire explain", () => {
  let first: Ended;
  let run: Run;
  let explanation: Explanation;

  beforeAll(async () => {
    const budget = ["--budget", "24s", "--seed", "7"];
    first = await program.run([
      "explain",
      "kindnet",
      "--metric",
      "http,tcp-open,http.p50",
      ...budget,
      "--json",
      "--out",
      "run.json",
      "--html",
      "page.html",
    ]);
    run = runSchema.parse(JSON.parse(readFileSync(inWork("run.json"), "utf8")));
    explanation = explanationSchema.parse(JSON.parse(first.stdout));
  });

  test("prints an explanation of each metric, whose effects and unexplained part add up to the gap", () => {
    expect(first.code, first.stderr).toBe(0);
    expect(explanation).toMatchObject({ schema: "podwire/explanation@1", variant: "kindnet", status: "complete", missing: [] });
    expect(explanation.metrics.map(({ metric }) => metric)).toEqual(["http", "tcp-open", "http.p50"]);
    for (const { ratio, effects, unexplained } of explanation.metrics) {
      const sum = effects.reduce((total, { points }) => total + points, unexplained.points);
      expect(sum).toBeCloseTo(100 * (ratio.median - 1), 6);
      expect(effects.flatMap(({ layers }) => layers)).toEqual(["namespace-veth", "routing", "conntrack", "masquerade"]);
    }
  });

  test("measures every rung in the rounds of the variant", () => {
    const lanes = ["host", "kindnet", ...(run.explanation?.rungs ?? []).map(({ mode }) => mode)];
    for (const workload of ["http", "tcp-open"]) {
      const rounds = (lane: string) =>
        new Set(run.observations.filter((one) => one.workload === workload && one.mode === lane).map(({ round }) => round)).size;
      expect(new Set(lanes.map(rounds)).size, JSON.stringify(lanes.map((lane) => [lane, rounds(lane)]))).toBe(1);
    }
  });

  test("is a run file, of which `report` prints the same again, in every form", async () => {
    const json = await program.run(["report", "run.json", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual(explanation);
    const screen = await program.run(["report", "run.json"]);
    expect(screen.stdout).toContain(`kindnet has ${explanation.metrics[0]?.ratio.median.toFixed(2) ?? "?"}`);
    expect(screen.stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
    expect((await program.run(["report", "run.json", "--full"])).stdout).toContain("Every rung by itself");
    expect((await program.run(["report", "run.json", "--markdown"])).stdout).toContain("| not explained |");
    expect(readFileSync(inWork("page.html"), "utf8")).toMatch(/<svg class="waterfall"[\s\S]*data-kind="variant"/);
  });

  test("goes on with what it began, within a larger budget", async () => {
    const before = run.observations.length;
    const more = await program.run(["explain", "--resume", "run.json", "--budget", "32s", "--json", "--out", "more.json"]);
    expect(more.code, more.stderr).toBe(0);
    const after = runSchema.parse(JSON.parse(readFileSync(inWork("more.json"), "utf8")));
    expect(after.observations.length).toBeGreaterThan(before);
    expect(after.explanation).toEqual(run.explanation);
  });
});

describe("a run file in place of a variant", () => {
  const short = ["--metric", "tcp-open", "--budget", "5s", "--quick", "--json"];
  const explainedIn = async (...args: readonly string[]): Promise<Explanation> => {
    const { code, stdout, stderr } = await program.run(["explain", ...args, ...short]);
    expect(code, stderr).toBe(0);
    return explanationSchema.parse(JSON.parse(stdout));
  };

  test("stands for the mode that it recommends, or for the one that is named", async () => {
    writeFileSync(inWork("recommends.json"), JSON.stringify(syntheticRun()));
    const summary: unknown = JSON.parse((await program.run(["report", "recommends.json", "--json"])).stdout);
    const { recommendation } = summarySchema.parse(summary);
    expect((await explainedIn("recommends.json")).variant).toBe(recommendation?.mode);
    expect((await explainedIn("recommends.json", "--mode", "kindnet")).variant).toBe("kindnet");
  });

  test("of a cluster stands for what its network is", async () => {
    const run = clusterRun({ rounds: 1 });
    writeFileSync(inWork("cluster.json"), JSON.stringify(run));
    expect((await explainedIn("cluster.json")).variant).toBe(run.scenario.modes[0]);
  });
});

describe("what cannot be explained is one clear error:", () => {
  beforeAll(() => {
    writeFileSync(inWork("lab.json"), JSON.stringify(syntheticRun()));
    writeFileSync(inWork("bare.json"), JSON.stringify({ ...syntheticRun(), observations: [] }));
  });

  const BAD: readonly (readonly [args: readonly string[], ...says: RegExp[]])[] = [
    [[], /names no variant/, /podwire explain flannel-vxlan/],
    [["flanel-vxlan"], /no mode is called flanel-vxlan\./, /Did you mean flannel-vxlan\?/],
    [["macvlan+offload-of"], /no layer is called offload-of\./],
    [["host"], /there is nothing to explain about it/],
    [["flannel-vxlan+up-to-bridge"], /is a part of flannel-vxlan; explain the whole of it/],
    [["kindnet", "--metric", "htpp"], /--metric: no metric is called htpp\./, /Did you mean http\?/],
    [["kindnet", "--metric", "latency.icmp.cpu"], /--metric: latency\.icmp\.cpu is not known: ping waits busily/],
    [["kindnet", "--metric", ","], /--metric: names no metric/],
    [["docker-nat", "--metric", "latency.icmp"], /--metric: docker-nat cannot carry latency\.icmp: ICMP has no ports/],
    [["kindnet+kube-proxy-iptables:10", "--metric", "pps"], /cannot carry pps: raw frames/],
    [["kindnet", "--against", "macvlan"], /Allowed choices are host/],
    [["kindnet", "--budget", "0"], /--budget: "0" must be longer than 0/],
    [["kindnet", "--mode", "gce"], /--mode: chooses one of a run's modes, and no run file is given/],
    [["nosuch.json"], /nosuch\.json: there is no such file/],
    [["bare.json"], /bare\.json: the run recommends no mode; name one of its modes with --mode/],
    [["lab.json", "--mode", "gec"], /--mode: lab\.json has no mode gec\./],
    [["--resume", "lab.json"], /--resume: the run explains nothing/],
    [["kindnet", "--resume", "lab.json"], /--resume: the run says what it explains; leave out kindnet/],
    [["--resume", "lab.json", "--quick"], /--resume: the run keeps its own --quick/],
  ];

  test.each(BAD.map(([args, ...says]) => [args, says] as const))("explain %j", async (args, says) => {
    const { code, stdout, stderr } = await program.run(["explain", ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    for (const words of says) expect(stderr).toMatch(words);
  });
});
