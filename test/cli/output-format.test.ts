/** `-o FORMAT` of the commands, as people and scripts give it to the real program. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { formatRun } from "../../src/archive/run-file.js";
import { clusterRun } from "../synthetic/cluster-run.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RUN = join(ROOT, "test/captured/runs/lab-configured.json");
const OTHER = join(ROOT, "test/captured/runs/lab-duet.json");
const TICKET = join(ROOT, "test/captured/import/ab.txt");
const folder = mkdtempSync(join(tmpdir(), "podwire-output-"));
const CLUSTER = join(folder, "cluster.json");

interface Ended {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

async function called(name: "podwire" | "kubectl-podwire", ...args: readonly string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(join(ROOT, "bin", name), args, {
    cwd: folder,
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"], NO_COLOR: "1" },
  });
  return { code: exitCode, out: stdout, err: stderr };
}
const podwire = async (...args: readonly string[]): Promise<Ended> => called("podwire", ...args);

beforeAll(() => {
  writeFileSync(CLUSTER, formatRun(clusterRun({ rounds: 6 })));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each([
  { name: "report", words: ["report", RUN], flags: ["json", "markdown", "csv"] },
  { name: "import", words: ["import", TICKET], flags: ["json", "markdown", "csv"] },
  { name: "compare A B", words: ["compare", OTHER, RUN], flags: ["json", "markdown"] },
  { name: "compare LAB CLUSTER", words: ["compare", RUN, CLUSTER], flags: ["json", "markdown"] },
])("$name", ({ words, flags }) => {
  test.each(flags)("-o %s prints what the flag of that name prints", async (format) => {
    const asked = await podwire(...words, "-o", format);
    expect(asked.code).toBe(0);
    expect(asked.out.length).toBeGreaterThan(100);
    expect(asked).toEqual(await podwire(...words, `--${format}`));
  });

  test("-o yaml says what --json says, on both outputs", async () => {
    const [yaml, json] = await Promise.all([podwire(...words, "-o", "yaml"), podwire(...words, "--json")]);
    for (const version of ["1.1", "1.2"] as const) expect(parse(yaml.out, { version })).toEqual(JSON.parse(json.out));
    expect({ ...yaml, out: "" }).toEqual({ ...json, out: "" });
  });
});

test.each([
  { name: "report", words: ["report", RUN] },
  { name: "import", words: ["import", TICKET] },
  { name: "compare A B", words: ["compare", OTHER, RUN] },
])("$name -o html prints the page that --html writes", async ({ words }) => {
  const { code, out } = await podwire(...words, "--html", "page.html", "-o", "html");
  expect(code).toBe(0);
  expect(out).toMatch(/^<!doctype html>/i);
  expect(out).toBe(readFileSync(join(folder, "page.html"), "utf8"));
});

describe("kubectl podwire rbac", () => {
  test("-o yaml is the same text, with its reasons", async () => {
    const own = await called("kubectl-podwire", "rbac");
    expect(own.out).toContain("#");
    expect(await called("kubectl-podwire", "rbac", "-o", "yaml")).toEqual(own);
  });

  test("-o=json is a List of the same documents, as kubectl takes it", async () => {
    const [json, yaml] = await Promise.all([called("kubectl-podwire", "rbac", "-o=json"), called("kubectl-podwire", "rbac")]);
    expect(JSON.parse(json.out)).toEqual({
      apiVersion: "v1",
      kind: "List",
      items: parseAllDocuments(yaml.out).map((document) => document.toJS() as unknown),
    });
  });
});

describe("one clear line", () => {
  test.each([
    {
      words: ["report", RUN, "-o", "yaml", "--json"],
      says: "option '--json' cannot be used with option '-o, --output <format>'. `podwire report --help` shows what can be asked.",
    },
    {
      words: ["compare", RUN, OTHER, "-o", "csv"],
      says: "option '-o, --output <format>' argument 'csv' is invalid. It is one of json, yaml, markdown, html. `podwire compare --help` shows what can be asked.",
    },
    {
      words: ["lab", "-o", "run.json"],
      says: "option '-o, --output <format>' argument 'run.json' is invalid. It is one of json, yaml, markdown, csv, html. A file is named by --out. `podwire lab --help` shows what can be asked.",
    },
    {
      words: ["cluster", "inspect", "--output", "yalm"],
      says: "option '-o, --output <format>' argument 'yalm' is invalid. It is one of json, yaml, markdown. Did you mean yaml? `podwire cluster inspect --help` shows what can be asked.",
    },
  ])("$words", async ({ words, says }) => {
    expect(await podwire(...words)).toEqual({ code: 2, out: "", err: `podwire: ${says}\n` });
  });
});
