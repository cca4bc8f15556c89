/**
 * Least privilege: the run works with what `cluster rbac` prints, and each verb that is taken away gives its error or its sentence.
 */
import { machineFacts, met, record } from "../record.mjs";
import { testResults } from "../test-results.mjs";

/** @param {import("../cluster.mjs").Flags} flags */
export async function verbs(flags) {
  const machine = machineFacts();
  const results = flags.report ? [] : await testResults(["test/cluster/rights.test.ts"], {});
  const passed = results.filter(({ status }) => status === "passed").length;
  const failed = results.filter(({ status }) => status === "failed").length;
  record({
    name: "cluster-verbs",
    machine,
    short: flags.short,
    tables: [
      {
        title: `Verbs taken away: ${String(passed)} of ${String(passed + failed)} as they should be`,
        head: ["", "what"],
        rows: results.map(({ status, fullName }) => [status, fullName.trim()]),
      },
    ],
    outcomes: [met(failed === 0 && passed > 0)],
    figures: results,
  });
}
