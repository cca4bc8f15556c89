/** The real kubectl finds podwire as its plugin, completes it, and passes on what it says and how it ends. No cluster is asked. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureComponents } from "./components.mjs";
import { clusterUnavailable } from "./unavailable.js";

const BIN = fileURLToPath(new URL("../../bin/", import.meta.url));
const unavailable = await clusterUnavailable();

describe.skipIf(unavailable !== undefined)(`kubectl podwire${unavailable === undefined ? "" : ` (${unavailable})`}`, () => {
  let kubectl: string;

  beforeAll(async () => {
    kubectl = `${await ensureComponents(() => undefined)}/kubectl`;
  }, 900_000);

  const run = async (...words: readonly string[]): Promise<{ code: number | undefined; out: string; err: string }> => {
    const { exitCode, stdout, stderr } = await execa(kubectl, words, {
      reject: false,
      extendEnv: false,
      // HOME: kubectl caches what it finds; KUBECONFIG: none, since none is needed.
      env: { PATH: `${BIN}:${process.env["PATH"] ?? ""}`, HOME: process.env["HOME"], KUBECONFIG: "/nonexistent", NO_COLOR: "1" },
    });
    return { code: exitCode, out: stdout, err: stderr };
  };

  test("lists the plugin", async () => {
    const { out } = await run("plugin", "list");
    expect(out).toContain("kubectl-podwire");
  });

  test("runs it: help by its name there, the short form of a cluster's command, its exit code", async () => {
    expect((await run("podwire", "rbac", "--help")).out).toContain("Usage: kubectl podwire cluster rbac");
    const wrong = await run("podwire", "rbac", "--nope");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("`kubectl podwire cluster rbac --help`")]);
  });

  test.each([
    { words: ["podwire", "r"], candidates: ["report", "rbac"] },
    { words: ["podwire", "lab", "--modes", "host,gc"], candidates: ["host,gce"] },
  ])("completes $words", async ({ words, candidates }) => {
    const { out } = await run("__complete", ...words);
    const offered = out.split("\n").map((line) => line.split("\t")[0]);
    expect(offered).toEqual(expect.arrayContaining(candidates));
  });
});
