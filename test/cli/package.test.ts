/** What `npm pack` makes: the files that people get, and that the program in it runs and knows its commit. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FORMATS, schemaFile } from "../../src/report/json/schemas.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "podwire-package-"));

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}
interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly man: string;
  readonly [field: string]: unknown;
}

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;
let packed: Packed;
const paths = (): readonly string[] => packed.files.map(({ path }) => path);

beforeAll(async () => {
  // The build is there already, or there would be no tests.
  const { stdout } = await execa("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: ROOT,
    env: { npm_config_cache: join(folder, "npm") },
  });
  const [only] = JSON.parse(stdout) as readonly [Packed];
  packed = only;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the package", () => {
  test("says where it comes from", () => {
    expect(manifest).toMatchObject({
      homepage: "https://github.com/podwire/podwire#readme",
      bugs: "https://github.com/podwire/podwire/issues",
      repository: { type: "git", url: "git+https://github.com/podwire/podwire.git" },
    });
    expect(manifest["keywords"]).toContain("kubernetes");
  });

  test("has the programs, the man page, the schemas and the licence", () => {
    expect(paths()).toEqual(
      expect.arrayContaining([
        ...Object.values(manifest.bin),
        "bin/start.mjs",
        "dist/main.js",
        "dist/commit",
        manifest.man,
        ...FORMATS.map((format) => `schemas/${schemaFile(format)}`),
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        // Byte code runs on every CPU of one endianness; the loader is compiled where it is used.
        "dist/native/pod-routing.bpf.o",
        "dist/native/socket-lb.bpf.o",
        "dist/native/tc-nodeport.bpf.o",
        "bpf/loader/podwire-ebpf.c",
        "bpf/ipv4.h",
        "bpf/pod-routing.h",
        "bpf/services.h",
      ]),
    );
    const programs = packed.files.filter(({ path }) => Object.values(manifest.bin).includes(path));
    expect(programs.map(({ mode }) => mode.toString(8))).toEqual(programs.map(() => "755"));
  });

  test("has nothing of tests, of the set-up, of types that no one imports, or compiled for this machine alone", () => {
    const known = /^(bin|bpf|dist|man|native|schemas)\/|^(README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    expect(paths().filter((path) => !known.test(path))).toEqual([]);
    expect(paths().filter((path) => /(^|\/)tests?\/|\.test\.|^dist\/native\/podwire-|\.ts$/.test(path))).toEqual([]);
  });

  test("has a program that runs where it is unpacked, outside of any clone, and names the commit of its build", async () => {
    const away = join(folder, "away");
    mkdirSync(away);
    await execa("tar", ["-xzf", join(folder, packed.filename), "-C", away]);
    const { stdout } = await execa(process.execPath, [join(away, "package/bin/podwire"), "--version"], { cwd: away });
    const commit = readFileSync(join(ROOT, "dist/commit"), "utf8").trim();
    expect(stdout).toBe(`${manifest.version} (${commit.slice(0, 7)})`);
  });
});
