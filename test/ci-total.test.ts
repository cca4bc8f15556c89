/** The last line of `.ci/run`, and how it ends, by what the two test commands print. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "podwire-ci-"));
const bin = join(folder, "bin");
mkdirSync(bin);
mkdirSync(join(folder, ".ci"));
cpSync(new URL("../.ci/run", import.meta.url), join(folder, ".ci/run"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What stands in for npm: prints a line for each of the commands and ends with its exit code. */
function npm(commands: Readonly<Record<string, readonly [line: string, code: number]>>): void {
  const cases = Object.entries(commands).map(([name, [line, code]]) => `${name}) echo '${line}'; exit ${String(code)};;`);
  writeFileSync(join(bin, "npm"), `#!/bin/sh\ncase $2 in\n${cases.join("\n")}\nesac\n`);
  chmodSync(join(bin, "npm"), 0o755);
}

test.each([
  ["both pass", ["10 passed, 0 failed", 0], ["3 passed, 0 failed, 2 skipped", 0], "13 passed, 0 failed, 2 skipped", 0],
  ["the first fails", ["9 passed, 1 failed, 1 skipped", 1], ["3 passed, 0 failed, 2 skipped", 0], "12 passed, 1 failed, 3 skipped", 1],
  ["the second fails", ["10 passed, 0 failed", 0], ["2 passed, 1 failed", 1], "12 passed, 1 failed", 1],
  ["the second does not come to its tests", ["10 passed, 0 failed", 0], ["setup: no network", 1], "10 passed, 1 failed", 1],
] as const)("%s", async (_, first, second, total, code) => {
  npm({ test: first, "test:systems": second });
  const { exitCode, stdout } = await execa(join(folder, ".ci/run"), [], {
    reject: false,
    env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` },
  });
  expect(stdout.split("\n").at(-1)).toBe(total);
  expect(exitCode).toBe(code);
});
