/**
 * What a run of the test runner did, counted, and which of its files are run once more, alone: docs/decisions/0019-second-run-alone.md.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ fullName: string, status: string, meta: { skipped?: string }, failureMessages?: string[] }} TestResult */
/** @typedef {{ name: string, status: string, message: string, assertionResults: TestResult[] }} FileResult `name` is the path */
/** @typedef {{ testResults: FileResult[], unhandled?: number }} VitestReport `unhandled`: errors outside of every test */

/** More failures than a busy machine explains: then something is broken, and nothing is run again. */
const MOST_AGAIN = 6;

/**
 * A file that failed without a failed test (it could not be loaded, a hook threw) is one failure, and so are errors outside of every test.
 * @param {VitestReport} report
 * @returns {Counts}
 */
export function countTests(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  /** @param {string} status */
  const having = (status) => tests.filter((test) => test.status === status).length;
  const brokenFiles = report.testResults.filter((file) => file.status === "failed" && failuresOf(file).length === 0);
  const passed = having("passed");
  const failed = having("failed") + brokenFiles.length + ((report.unhandled ?? 0) > 0 ? 1 : 0);
  return { passed, failed, skipped: tests.length - passed - having("failed") };
}

/** @param {FileResult} file */
const failuresOf = (file) => file.assertionResults.filter((test) => test.status === "failed");

/**
 * Paths of the failed files that a second run alone may judge: those in a folder of test/, whose namespaces, programs and clusters shared the machine with
 * other files. Pure tests are never among them, nor those of products, which run alone anyway.
 * @param {VitestReport} report
 * @param {string} root of the checkout, with a slash at its end
 * @returns {string[]} relative to the root; none where too many failed, an error is no test's, or one file ran by itself
 */
export function runAgain(report, root) {
  if ((report.unhandled ?? 0) > 0 || report.testResults.length < 2) return [];
  const failed = report.testResults.filter((file) => file.status === "failed").map((file) => file.name.replace(root, ""));
  return failed.length > MOST_AGAIN ? [] : failed.filter((name) => /^test\/(?!products\/)[^/]+\/.*\.test\.ts$/.test(name));
}

/**
 * What failed beside others, a line each, for people.
 * @param {VitestReport} report
 * @param {string} root
 * @returns {string[]}
 */
export const failures = (report, root) =>
  report.testResults
    .filter((file) => file.status === "failed")
    .flatMap((file) => {
      const name = file.name.replace(root, "");
      const tests = failuresOf(file).map((test) => `${name}: ${test.fullName.trim()}: ${firstLine(test.failureMessages?.[0] ?? "")}`);
      return tests.length > 0 ? tests : [`${name}: ${firstLine(file.message)}`];
    });

/** @param {string} text */
const firstLine = (text) => text.trim().split("\n")[0] ?? "";

/**
 * The first report with the files that ran again as they ended the second time.
 * @param {VitestReport} first
 * @param {VitestReport} second
 * @returns {VitestReport}
 */
export function withSecond(first, second) {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  const testResults = first.testResults.map((file) => again.get(file.name) ?? file);
  return { testResults, unhandled: (first.unhandled ?? 0) + (second.unhandled ?? 0) };
}
