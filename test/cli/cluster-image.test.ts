/** `podwire cluster image` as people start it: what it makes of a root file system, and what stands in its way. The packages are test/cluster's matter. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "podwire-cli-image-"));
const programs = join(folder, "programs");
const temporary = join(folder, "temporary");

beforeAll(() => {
  for (const made of [programs, temporary]) mkdirSync(made);
  // A machine without mmdebstrap: only what the command asks about itself.
  symlinkSync(locate("uname") ?? "/bin/uname", join(programs, "uname"));
  writeFileSync(join(folder, "root.tar"), Buffer.alloc(1_024));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function image(args: readonly string[], path = process.env["PATH"]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "bin/podwire"), "cluster", "image", ...args], {
    cwd: folder,
    reject: false,
    extendEnv: false,
    env: { PATH: path, NO_COLOR: "1", TMPDIR: temporary },
  });
  return { code: exitCode, out: stdout, err: stderr };
}

describe("podwire cluster image", () => {
  test("makes an archive of a given root file system, without mmdebstrap, and says what to do with it", async () => {
    const { code, out, err } = await image(["--base", "root.tar", "--arch", "amd64", "--out", "agent.tar"], programs);
    expect({ code, err: err.replace(/.*unproven\)\n?/, "") }).toEqual({ code: 0, err: "" });
    expect(out).toContain("agent.tar: ghcr.io/podwire/agent:");
    expect(out).toContain("ctr -n k8s.io image import agent.tar");
    const { stdout } = await execa("tar", ["-tf", join(folder, "agent.tar")]);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["oci-layout", "index.json", "manifest.json"]));
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("without mmdebstrap it says how to get it", async () => {
    const { code, err } = await image(["--arch", "amd64", "--out", "none.tar"], programs);
    expect(code).toBe(1);
    expect(err).toBe(
      "podwire: the image is made by mmdebstrap, which is not installed; run `sudo apt-get install mmdebstrap` (Debian, Ubuntu)",
    );
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("another architecture than this machine's is said to be unproven", async () => {
    const other = process.arch === "arm64" ? "amd64" : "arm64";
    const { code, out, err } = await image(["--base", "root.tar", "--arch", other, "--out", "other.tar"]);
    expect(code).toBe(0);
    expect(out).toContain(`for ${other}`);
    expect(err).toContain(`${other} is not this machine's architecture`);
    expect(err).toContain("unproven");
  });

  test.each([
    [["--out", "/proc/agent.tar", "--base", "root.tar"], 2, "--out: /proc/agent.tar cannot be written"],
    [["--out", "x.tar", "--base", "nowhere.tar"], 1, "nowhere.tar cannot be read"],
    [["--out", "x.tar", "--arch", "riscv64"], 2, "Allowed choices are amd64, arm64"],
    [[], 2, "--out"],
  ])("%j: exit %i, %s", async (args, expected, words) => {
    const { code, err } = await image(args);
    expect(code).toBe(expected);
    expect(err).toContain(words);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
