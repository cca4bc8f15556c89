/** podwire as kubectl starts it: by its plugin's names, through links as npm and krew make them. With the real kubectl: test/cluster/kubectl-plugin.test.ts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PLUGIN = "kubectl-podwire";
const COMPLETION = "kubectl_complete-podwire";
const folder = mkdtempSync(join(tmpdir(), "podwire-plugin-"));

async function called(name: string, ...args: readonly string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(join(folder, name), args, {
    reject: false,
    extendEnv: false,
    stripFinalNewline: false,
    env: { PATH: process.env["PATH"], NO_COLOR: "1" },
  });
  return { code: exitCode, out: stdout, err: stderr };
}

/** Candidates without their descriptions, and cobra's directive. */
async function completed(...words: readonly string[]): Promise<readonly [words: readonly string[], directive: string]> {
  const { code, out, err } = await called(COMPLETION, ...words);
  expect([code, err]).toEqual([0, ""]);
  const lines = out.trimEnd().split("\n");
  return [lines.slice(0, -1).map((line) => line.split("\t")[0] ?? ""), lines.at(-1) ?? ""];
}

beforeAll(() => {
  for (const name of ["podwire", PLUGIN, COMPLETION]) symlinkSync(join(ROOT, "bin", name), join(folder, name));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("help", () => {
  test("calls the program as it was called, in usage and examples", async () => {
    const { code, out } = await called(PLUGIN, "compare", "--help");
    expect(code).toBe(0);
    expect(out).toContain("Usage: kubectl podwire compare [options]");
    expect(out).toMatch(/^ {2}kubectl podwire compare before\.json after\.json {2}/m);
    expect(out).not.toMatch(/(?<!kubectl )podwire compare/);
  });

  test("leaves other names alone: files, and commands before a pipe", async () => {
    const { out } = await called(PLUGIN, "import", "--help");
    expect(out).toContain("kubectl logs -n kube-flannel ds/kube-flannel-ds | kubectl podwire import -");
    const completion = await called(PLUGIN, "completion", "--help");
    expect(completion.out).toContain("> /etc/bash_completion.d/podwire");
  });

  test("says what can be called without `cluster`; podwire itself has no such forms", async () => {
    expect((await called(PLUGIN, "--help")).out).toContain("kubectl podwire rbac");
    expect((await called("podwire", "--help")).out).not.toContain("called without it");
  });

  test("a complaint names the command as it can be typed", async () => {
    const { code, err } = await called(PLUGIN, "report", "--zzz");
    expect([code, err]).toEqual([2, "podwire: unknown option '--zzz'. `kubectl podwire report --help` shows what can be asked.\n"]);
  });
});

describe("short forms", () => {
  test("a command of the cluster is found without `cluster`", async () => {
    const long = await called(PLUGIN, "cluster", "rbac", "--help");
    expect(long.out).toContain("Usage: kubectl podwire cluster rbac");
    expect(await called(PLUGIN, "rbac", "--help")).toEqual(long);
  });

  test("podwire itself wants the whole name", async () => {
    expect((await called("podwire", "rbac")).code).toBe(2);
  });
});

describe("completion", () => {
  test("the first word: commands, and the cluster's without `cluster`", async () => {
    const [words, directive] = await completed("");
    expect(words).toEqual(expect.arrayContaining(["lab", "compare", "cluster", "rbac"]));
    expect(words).not.toContain("__complete");
    expect(directive).toBe(":4");
  });

  test("what begins with the word alone, with its description", async () => {
    const { out } = await called(COMPLETION, "comp");
    expect(out).toMatch(/^compare\tCompare run file B .*\ncompletion\t.*\n:4\n$/);
  });

  test("a cluster command and its short form have the same flags", async () => {
    const long = await completed("cluster", "rbac", "--");
    expect(long[0]).toContain("--namespace-only");
    expect(await completed("rbac", "--")).toEqual(long);
  });

  test.each([
    { name: "after a space", words: ["lab", "--modes", "gce,mac"], answer: ["gce,macvlan"] },
    { name: "after =", words: ["lab", "--modes=gce,mac"], answer: ["--modes=gce,macvlan"] },
  ])("values of a list $name", async ({ words, answer }) => {
    expect(await completed(...words)).toEqual([answer, ":6"]);
  });

  test("formats of the command, after -o and --output=", async () => {
    expect(await completed("inspect", "-o", "")).toEqual([["json", "yaml", "markdown"], ":6"]);
    expect(await completed("rbac", "--output=j")).toEqual([["--output=json"], ":6"]);
  });

  test("files where a file is wanted", async () => {
    expect(await completed("report", "")).toEqual([[], ":0"]);
    expect(await completed("lab", "--out", "")).toEqual([[], ":0"]);
  });
});

describe("the krew manifest", () => {
  const text = readFileSync(join(ROOT, "deploy/krew/podwire.yaml"), "utf8");
  interface Platform {
    readonly selector: { readonly matchExpressions: readonly { readonly key: string; readonly values: readonly string[] }[] };
    readonly bin: string;
    readonly sha256: string;
  }
  interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: { readonly shortDescription: string; readonly description: string; readonly platforms: readonly Platform[] };
  }
  const manifest = parse(text) as Manifest;

  test("is of krew's kind, with the plugin's name and a sum that only a release knows", () => {
    expect([manifest.apiVersion, manifest.kind, manifest.metadata.name]).toEqual([
      "krew.googlecontainertools.github.com/v1alpha2",
      "Plugin",
      "podwire",
    ]);
    expect(manifest.spec.platforms.map(({ bin, sha256 }) => [bin, sha256])).toEqual([["bin/kubectl-podwire", "{{SHA256}}"]]);
    // krew-index refuses longer ones.
    expect(manifest.spec.shortDescription.length).toBeLessThanOrEqual(50);
  });

  test("names commands that there are", async () => {
    const commands = [...manifest.spec.description.matchAll(/kubectl podwire (\w+)/g)].map(([, word]) => word ?? "");
    expect(commands.length).toBeGreaterThan(1);
    const [known] = await completed("");
    expect(known).toEqual(expect.arrayContaining(commands));
  });

  test("the archive that a release makes runs from where krew puts it, and its sum is the manifest's", async () => {
    const made = join(folder, "release");
    await execa(process.execPath, [join(ROOT, "scripts/krew.mjs"), "--uri", "https://example.org/podwire.tar.gz", "--to", made], {
      env: { npm_config_cache: join(folder, "npm") },
    });
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
    const archive = join(made, `podwire-v${version}.tar.gz`);
    const { stdout: sum } = await execa("sha256sum", [archive]);
    expect(readFileSync(join(made, "podwire.yaml"), "utf8")).toContain(`sha256: "${sum.split(" ")[0] ?? ""}"`);
    const store = join(folder, "store/podwire");
    mkdirSync(store, { recursive: true });
    await execa("tar", ["-xzf", archive, "-C", store]);
    mkdirSync(join(folder, "krew-bin"));
    symlinkSync(join(store, "bin", PLUGIN), join(folder, "krew-bin", PLUGIN));
    const { stdout } = await execa(join(folder, "krew-bin", PLUGIN), ["lab", "modes", "--help"]);
    expect(stdout).toContain("Usage: kubectl podwire lab modes");
  });
});
