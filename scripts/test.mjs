#!/usr/bin/env node
/**
 * `npm test`: every gate, then every test, then a look at what they left outside of the checkout. One line a gate, the test runner's own output, and
 * as the very last line the counts: `N passed, N failed` (`, N skipped`). A gate counts as one test. What failed beside others and shares the machine with
 * them is run once more alone. Arguments are file filters for the test runner;
 * `--fast` as the first one leaves out what is not pure: namespaces, clusters, and the tests of set-up and tools in test/; `--systems` takes the tests
 * of other systems and Nodes alone, `--products` those of clusters with products.
 */
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countTests, failures, runAgain, withSecond } from "./test-counts.mjs";
import { makePlaces } from "./test-places.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const AT_ONCE = 2;
/** Of what tests left, so much is printed. */
const LINES_OF_LEFT = 40;
const places = makePlaces();

/** @typedef {{ name: string, script: string, args: string[] }} Gate */
/** @typedef {import("./test-counts.mjs").Counts} Counts */
/** @typedef {import("./test-counts.mjs").VitestReport} VitestReport */

/** The slowest first: two run at a time. @type {readonly Gate[]} */
const GATES = [
  { name: "eslint", script: "node_modules/eslint/bin/eslint.js", args: [".", "--max-warnings", "0"] },
  { name: "types (tsc)", script: "node_modules/typescript/bin/tsc", args: ["--noEmit", "-p", "tsconfig.json"] },
  { name: "import rules", script: "scripts/architecture.mjs", args: [] },
  { name: "unused code (knip)", script: "node_modules/knip/bin/knip.js", args: ["--no-progress"] },
  { name: "format and lint (biome)", script: "node_modules/@biomejs/biome/bin/biome", args: ["check", "--error-on-warnings"] },
];

/** biome keeps its log in a cache folder, wanted or not. */
const GATE_ENVIRONMENT = { ...places.environment, XDG_CACHE_HOME: join(ROOT, "node_modules/.cache") };

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

/**
 * @param {string} script
 * @param {readonly string[]} args
 * @param {"pipe" | "inherit"} output
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ code: number, output: string }>}
 */
function runScript(script, args, output, env = places.environment) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, script), ...args], {
      cwd: ROOT,
      env,
      stdio: ["ignore", output, output],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
        text += chunk;
      });
    }
    child.on("error", (error) => {
      resolve({ code: 127, output: error.message });
    });
    child.on("close", (code) => {
      resolve({ code: code ?? 1, output: text.trim() });
    });
  });
}

/**
 * @param {Gate} gate
 * @returns {Promise<boolean>} whether it passed
 */
async function pass(gate) {
  const start = performance.now();
  const ended = await runScript(gate.script, gate.args, "pipe", GATE_ENVIRONMENT);
  const passed = ended.code === 0;
  say(`${passed ? "ok    " : "FAILED"}  ${gate.name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (!passed) say(ended.output);
  return passed;
}

/** @returns {Promise<Counts>} */
async function runGates() {
  const waiting = [...GATES];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const lane = async () => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      if (await pass(gate)) counts.passed += 1;
      else counts.failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return counts;
}

/** Tests beside their sources, which need nothing but Node. */
const PURE = ["--project", "unit", "src/"];
/** What takes too long, or needs too much, for every day. @type {Readonly<Record<string, readonly string[]>>} */
const APART = {
  "--systems": ["--config", "test/systems/vitest.config.ts"],
  "--products": ["--config", "test/products/vitest.config.ts"],
};

/**
 * The test runner to its end.
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, report: VitestReport }>}
 */
async function runVitest(args) {
  rmSync(places.report, { force: true });
  const reporters = ["--reporter=default", "--reporter=./scripts/test-report.mjs", `--outputFile.json=${places.report}`];
  const { code } = await runScript("node_modules/vitest/vitest.mjs", ["run", ...reporters, ...args], "inherit");
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(places.report, "utf8"));
  return { code, report: /** @type {VitestReport} */ (parsed) };
}

/**
 * @param {readonly string[]} config arguments that choose the configuration
 * @param {readonly string[]} filters
 * @returns {Promise<Counts>}
 */
async function runTests(config, filters) {
  try {
    const first = await runVitest([...config, ...filters]);
    const again = runAgain(first.report, ROOT);
    const report = again.length === 0 ? first.report : withSecond(first.report, await runAlone(config, again, first.report));
    const counts = countTests(report);
    listSkipped(report);
    // It failed as a whole, although nothing did.
    return first.code !== 0 && countTests(first.report).failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    say(`FAILED  the test runner left no report: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/**
 * Once more, one file at a time and with nothing beside it. Both ends are told: a test that passes only alone is unsteady, and wants a look.
 * @param {readonly string[]} config
 * @param {readonly string[]} files
 * @param {VitestReport} first
 * @returns {Promise<VitestReport>}
 */
async function runAlone(config, files, first) {
  for (const line of failures(first, ROOT)) say(`failed beside others  ${line}`);
  try {
    const { report } = await runVitest([...config, "--no-file-parallelism", ...files]);
    const passed = new Set(report.testResults.filter(({ status }) => status === "passed").map(({ name }) => name.replace(ROOT, "")));
    for (const file of files) say(`${passed.has(file) ? "unsteady  passed alone" : "FAILED  again alone"}: ${file}`);
    return report;
  } catch (error) {
    say(`FAILED  the second run left no report: ${error instanceof Error ? error.message : String(error)}`);
    return { testResults: [] };
  }
}

/** @returns {boolean} whether nothing is left in the folders for home and temporary files, nor in those that all programs share */
function isClean() {
  const left = places.left();
  say(`${left.length === 0 ? "ok    " : "FAILED"}  nothing is left in home folders, among temporary files or in /run`);
  const unseen = places.unseen();
  if (unseen !== undefined) say(`  ${unseen}`);
  for (const path of left.slice(0, LINES_OF_LEFT)) say(`  left: ${path}`);
  if (left.length > LINES_OF_LEFT) say(`  and ${String(left.length - LINES_OF_LEFT)} more`);
  return left.length === 0;
}

/**
 * Nothing is skipped in silence: the reason stands in `context.skip("why")`, or in the name of the test or its group.
 * @param {VitestReport} report
 */
function listSkipped(report) {
  for (const file of report.testResults) {
    for (const test of file.assertionResults.filter((one) => one.status !== "passed" && one.status !== "failed")) {
      const why = test.meta.skipped === undefined ? "" : `: ${test.meta.skipped}`;
      say(`skipped  ${file.name.replace(ROOT, "")}: ${test.fullName.trim()}${why}`);
    }
  }
}

/** @returns {Promise<Counts>} */
async function runAll() {
  const [first, ...others] = process.argv.slice(2);
  const apart = APART[first ?? ""];
  if (apart !== undefined) return runTests(apart, others);
  const gates = await runGates();
  const tests = await (first === "--fast" ? runTests(PURE, others) : runTests([], process.argv.slice(2)));
  return { passed: gates.passed + tests.passed, failed: gates.failed + tests.failed, skipped: tests.skipped };
}

try {
  const { passed, failed, skipped } = await runAll();
  const clean = isClean();
  const [allPassed, allFailed] = clean ? [passed + 1, failed] : [passed, failed + 1];
  process.exitCode = allFailed === 0 ? 0 : 1;
  say(`${String(allPassed)} passed, ${String(allFailed)} failed${skipped === 0 ? "" : `, ${String(skipped)} skipped`}`);
} finally {
  places.remove();
}
