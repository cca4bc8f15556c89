/**
 * Vitest's JSON report with two things more: why a test was skipped (`context.skip("why")`), in the test's `meta.skipped`, and how many errors there were
 * outside of every test, in `unhandled`.
 */
import { JsonReporter } from "vitest/node";

export default class ReportWithReasons extends JsonReporter {
  #unhandled = 0;

  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} errors
   * @override
   */
  async onTestRunEnd(modules, errors = []) {
    this.#unhandled = errors.length;
    for (const test of modules.flatMap((module) => [...module.children.allTests("skipped")])) {
      const { note } = /** @type {{ note?: string }} */ (test.result());
      Object.assign(test.meta(), { skipped: note });
    }
    await super.onTestRunEnd([...modules]);
  }

  /** @param {string} report @override */
  async writeReport(report) {
    /** @type {unknown} */
    const parsed = JSON.parse(report);
    await super.writeReport(JSON.stringify({ .../** @type {object} */ (parsed), unhandled: this.#unhandled }));
  }
}
