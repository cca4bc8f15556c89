/** The JSON Schemas that `podwire schema` prints, held by another validator (ajv) against what the program itself writes and prints. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatRun } from "../../src/archive/run-file.js";
import { renderInspectionJson } from "../../src/report/inspection/json.js";
import { FORMATS } from "../../src/report/json/schemas.js";
import { clusterRun } from "../synthetic/cluster-run.js";
import { explainedRun } from "../synthetic/explained-run.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RUNS = join(ROOT, "test/captured/runs");
const CAPTURED = readdirSync(RUNS).filter((name) => name.endsWith(".json"));
const folder = mkdtempSync(join(tmpdir(), "podwire-schema-"));
const inCluster = join(folder, "cluster.json");

async function podwire(...args: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "bin/podwire"), ...args], {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"], NO_COLOR: "1" },
  });
  return { code: exitCode, out: stdout, err: stderr };
}

/** A document as JSON has it: anything may be put in place of anything. */
type Json = Record<string, unknown>;
const parsed = (text: string): Json => JSON.parse(text) as Json;
const without = (document: Json, name: string): Json => Object.fromEntries(Object.entries(document).filter(([key]) => key !== name));
const captured = (name: string): Json => parsed(readFileSync(join(RUNS, name), "utf8"));

/** What a command prints as JSON. */
async function printed(...args: string[]): Promise<Json> {
  const { code, out, err } = await podwire(...args);
  expect([code, err.replaceAll(/^podwire: warning: .*\n/gm, "")], args.join(" ")).toEqual([0, ""]);
  return parsed(out);
}

/** Validators by format, compiled from what `podwire schema` prints. */
const validators = new Map<string, ValidateFunction>();

/** What a validator has against a document; null where it has nothing. */
function complaints(format: string, document: unknown): ValidateFunction["errors"] {
  const validate = validators.get(format);
  if (validate === undefined) throw new Error(`no schema of ${format}`);
  return validate(document) ? null : validate.errors;
}

beforeAll(async () => {
  // Strict: a keyword that the dialect does not have, or that has no effect where it stands, is an error.
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  for (const { name } of FORMATS) validators.set(name, ajv.compile(await printed("schema", name)));
  writeFileSync(inCluster, formatRun(clusterRun({ rounds: 6 })));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("podwire schema", () => {
  test("lists the formats, a line each", async () => {
    const { code, out } = await podwire("schema");
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual(
      FORMATS.map(({ name, version, what }) => expect.stringMatching(new RegExp(`^${name} +${version}: ${what.slice(0, 10)}`)) as string),
    );
  });

  test("of a format that there is not names those that there are, and the nearest", async () => {
    expect(await podwire("schema", "sumary")).toEqual({
      code: 2,
      out: "",
      err: "podwire: schema: no format is called sumary. Did you mean summary? Known are run, summary, comparison, prediction, inspection, conformance, explanation, rule-walk, ruleset, packet-path, irq-experiment, rule-costs, targets, render-diff, tuning, tuning-plan, tuning-status, import.\n",
    });
  });

  test("is completed with the formats' names", async () => {
    const { out } = await podwire("__complete", "--", "schema", "in");
    expect(out).toBe("inspection\n:4\n");
  });
});

describe("documents of each format pass", () => {
  test.each(CAPTURED)("run: %s", (name) => {
    expect(complaints("run", captured(name))).toBeNull();
  });

  test("run: a cluster's, and one as they were written before paths and comparisons stood in them", () => {
    const run = parsed(readFileSync(inCluster, "utf8"));
    expect(complaints("run", run)).toBeNull();
    expect(run).toHaveProperty("paths");
    expect(complaints("run", without(without(run, "paths"), "comparisons"))).toBeNull();
  });

  test.each(CAPTURED)("summary: report %s --json", async (name) => {
    expect(complaints("summary", await printed("report", join(RUNS, name), "--json"))).toBeNull();
  });

  test("summary: of a cluster", async () => {
    expect(complaints("summary", await printed("report", inCluster, "--json"))).toBeNull();
  });

  test("comparison: compare A B --json, with a gate", async () => {
    const [a, b] = [join(RUNS, "lab-duet.json"), join(RUNS, "lab-configured.json")];
    const comparison = await printed("compare", a, b, "--json", "--fail-on", "tcp-open<0.01");
    expect(comparison["gates"]).toHaveLength(1);
    expect(complaints("comparison", comparison)).toBeNull();
  });

  test("prediction: compare LAB CLUSTER --json", async () => {
    expect(complaints("prediction", await printed("compare", join(RUNS, "lab-configured.json"), inCluster, "--json"))).toBeNull();
  });

  test("inspection", () => {
    const { inspection } = clusterRun({ rounds: 1 });
    if (inspection === undefined) throw new Error("the cluster's run has no inspection");
    expect(complaints("inspection", parsed(renderInspectionJson(inspection, "0.1.0")))).toBeNull();
  });

  test("explanation: report RUN --json of a run that explains, and the run itself", async () => {
    const explained = join(folder, "explained.json");
    writeFileSync(explained, formatRun(explainedRun()));
    expect(complaints("run", parsed(readFileSync(explained, "utf8")))).toBeNull();
    expect(complaints("explanation", await printed("report", explained, "--json"))).toBeNull();
  });

  test("targets: render --list --json", async () => {
    expect(complaints("targets", await printed("render", "--list", "--json"))).toBeNull();
  });

  test("render-diff: render --diff --json against a folder that is not there yet", async () => {
    const nodes = join(folder, "nodes.yaml");
    writeFileSync(nodes, "- {name: a, address: 10.0.0.1/24, podCIDRs: [10.244.0.0/24]}\n");
    const diff = await printed("render", "gce", "--for", "nodes", "--nodes", nodes, "--out", join(folder, "nowhere"), "--diff", "--json");
    expect(complaints("render-diff", diff)).toBeNull();
    expect(diff).toMatchObject({ documents: [{ what: "cluster/nodes.yaml", change: "new" }] });
  });

  test("import: import FILE... --json", async () => {
    const folders = ["", "tickets", "documented"].map((name) => join(ROOT, "test/captured/import", name));
    const files = folders.flatMap((one) =>
      readdirSync(one, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(one, entry.name)] : [])),
    );
    const imported = await printed("import", ...files, "--json");
    expect((imported["comparisons"] as unknown[]).length).toBeGreaterThan(0);
    expect(complaints("import", imported)).toBeNull();
  });
});

describe("documents that are broken fail", () => {
  const first = (document: Json, list: string): Json => (document[list] as Json[])[0] ?? {};
  const withFirst = (document: Json, list: string, change: Json): Json => ({
    ...document,
    [list]: [{ ...first(document, list), ...change }, ...(document[list] as Json[]).slice(1)],
  });

  test.each([
    ["no observations", (run: Json) => without(run, "observations"), /required property 'observations'/],
    ["a number for a text", (run: Json) => ({ ...run, podwire: 1 }), /\/podwire must be string/],
    ["another version", (run: Json) => ({ ...run, schema: "podwire/run@2" }), /\/schema must be equal to constant/],
    [
      "a path that there is not",
      (run: Json) => withFirst(run, "observations", { path: "pod-moon" }),
      /\/observations\/0\/path must be equal to one of/,
    ],
    ["a round before the first", (run: Json) => withFirst(run, "observations", { round: -1 }), /\/observations\/0\/round must be >= 0/],
    [
      "half a pair",
      (run: Json) => withFirst(run, "observations", { histogram: [[12]] }),
      /\/observations\/0\/histogram\/0 must NOT have fewer than 2/,
    ],
    [
      "a venue that there is not",
      (run: Json) => ({ ...run, scenario: { ...(run["scenario"] as Json), venue: "moon" } }),
      /\/scenario\/venue/,
    ],
  ] as const)("run: %s", (_what, broken, complaint) => {
    const found = complaints("run", broken(captured("lab-quick.json"))) ?? [];
    expect(found.map(({ instancePath, message }) => `${instancePath} ${String(message)}`).join("\n")).toMatch(complaint);
  });

  test("a document of another format", async () => {
    expect(complaints("summary", captured("lab-quick.json"))).not.toBeNull();
    expect(complaints("run", await printed("report", join(RUNS, "lab-quick.json"), "--json"))).not.toBeNull();
  });

  test("a field more is none: within a version fields are added", () => {
    const run = captured("lab-quick.json");
    expect(complaints("run", withFirst({ ...run, later: 1 }, "observations", { later: 1 }))).toBeNull();
  });
});
