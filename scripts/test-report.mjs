/**
 * Vitest's JSON report with one thing more: why a test was skipped (`context.skip("why")`), in the test's `meta.skipped`.
 */
import { JsonReporter } from "vitest/node";

export default class ReportWithReasons extends JsonReporter {
  /** @param {readonly import("vitest/node").TestModule[]} modules @override */
  async onTestRunEnd(modules) {
    for (const test of modules.flatMap((module) => [...module.children.allTests("skipped")])) {
      const { note } = /** @type {{ note?: string }} */ (test.result());
      Object.assign(test.meta(), { skipped: note });
    }
    await super.onTestRunEnd([...modules]);
  }
}
