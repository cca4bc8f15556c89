/**
 * Tests as parts of a bench: some are run with more cases than `npm test` gives them.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsed, ROOT } from "./record.mjs";

/** @typedef {{ title: string, fullName: string, status: string, failureMessages: readonly string[] }} TestResult */

/** Runs test files to their end with an environment of their own. @param {readonly string[]} files @param {Readonly<Record<string, string>>} environment @returns {Promise<readonly TestResult[]>} */
export async function testResults(files, environment) {
  const folder = mkdtempSync(join(tmpdir(), "podwire-bench-"));
  const out = join(folder, "tests.json");
  try {
    const args = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", ...files, "--reporter=json", `--outputFile=${out}`];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await new Promise((resolve) => child.once("close", resolve));
    const report = /** @type {{ testResults: { assertionResults: TestResult[] }[] }} */ (parsed(readFileSync(out, "utf8")));
    return report.testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
