import { describe, expect, test } from "vitest";
import { countTests, type FileResult, failures, runAgain, withSecond } from "../scripts/test-counts.mjs";

const ROOT = "/clone/";
const result = (fullName: string, status: string) => ({
  fullName,
  status,
  meta: {},
  failureMessages: status === "failed" ? ["Error: no\n  at x"] : [],
});
const file = (name: string, ...statuses: readonly string[]): FileResult => ({
  name: `${ROOT}${name}`,
  status: statuses.includes("failed") ? "failed" : "passed",
  message: "",
  assertionResults: statuses.map((status, index) => result(`test ${String(index)}`, status)),
});
const broken = (name: string): FileResult => ({ ...file(name, "skipped"), status: "failed", message: "a hook threw\nat y" });

describe("a run's counts", () => {
  test("a file that broke without a failed test is one failure", () => {
    const report = { testResults: [file("src/a.test.ts", "passed", "failed"), broken("test/lab/b.test.ts")] };
    expect(countTests(report)).toEqual({ passed: 1, failed: 2, skipped: 1 });
    expect(failures(report, ROOT)).toEqual(["src/a.test.ts: test 1: Error: no", "test/lab/b.test.ts: a hook threw"]);
  });

  test("only what shared the machine is run again", () => {
    const report = {
      testResults: [
        file("src/a.test.ts", "failed"),
        file("test/setup.test.ts", "failed"),
        file("test/lab/b.test.ts", "failed"),
        file("test/lab/c.test.ts", "passed"),
        file("test/products/products.test.ts", "failed"),
        broken("test/cluster/d.test.ts"),
      ],
    };
    expect(runAgain(report, ROOT)).toEqual(["test/lab/b.test.ts", "test/cluster/d.test.ts"]);
  });

  test("nothing is run again where too much failed", () => {
    expect(
      runAgain({ testResults: Array.from({ length: 7 }, (_, index) => file(`test/lab/${String(index)}.test.ts`, "failed")) }, ROOT),
    ).toEqual([]);
  });

  test("the second end of a file counts, whatever it is", () => {
    const first = {
      testResults: [file("test/lab/a.test.ts", "passed", "failed"), file("test/lab/b.test.ts", "failed"), file("src/c.test.ts", "failed")],
    };
    const second = { testResults: [file("test/lab/a.test.ts", "passed", "passed"), file("test/lab/b.test.ts", "failed")] };
    expect(countTests(withSecond(first, second))).toEqual({ passed: 2, failed: 2, skipped: 0 });
  });

  test("an error outside of every test is one failure, and nothing is run again", () => {
    const report = { testResults: [file("test/lab/a.test.ts", "failed"), file("src/b.test.ts", "passed")], unhandled: 2 };
    expect(countTests(report)).toEqual({ passed: 1, failed: 2, skipped: 0 });
    expect(runAgain(report, ROOT)).toEqual([]);
    const second = { testResults: [], unhandled: 1 };
    expect(countTests(withSecond({ testResults: [file("src/b.test.ts", "passed")] }, second)).failed).toBe(1);
  });

  test("a file that ran by itself is not run again", () => {
    expect(runAgain({ testResults: [file("test/lab/a.test.ts", "failed")] }, ROOT)).toEqual([]);
  });
});
