/**
 * Parts of this bench that are test files, some with more cases than `npm test` gives them.
 */
import { Ledger } from "../ledger.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { testResults } from "../test-results.mjs";
import { CLUSTER_FOLDER } from "./bench-cluster.mjs";

/** @typedef {import("../test-results.mjs").TestResult} TestResult */

/**
 * Runs the tests anew, or with --report shows what they last said.
 * @param {import("../cluster.mjs").Flags} flags
 * @param {{ name: string, files: readonly string[], environment: Readonly<Record<string, string>>, title: (passed: number, all: number) => string }} part
 */
async function tested(flags, { name, files, environment, title }) {
  const machine = machineFacts();
  /** @type {Ledger<TestResult>} */
  const ledger = new Ledger(name, { ...flags, fresh: !flags.report }, CLUSTER_FOLDER);
  if (!flags.report) for (const result of await testResults(files, environment)) ledger.add(result);
  const results = ledger.entries.filter(({ status }) => status === "passed" || status === "failed");
  const passed = results.filter(({ status }) => status === "passed").length;
  record({
    name: `cluster-${name}`,
    machine,
    short: flags.short,
    tables: [
      { title: title(passed, results.length), head: ["", "what"], rows: results.map(({ status, fullName }) => [status, fullName.trim()]) },
    ],
    outcomes: [met(passed > 0 && passed === results.length)],
    figures: results,
  });
}

/** Least privilege: the run works with what `cluster rbac` prints, and each verb that is taken away gives its error or its sentence. @param {import("../cluster.mjs").Flags} flags */
export const verbs = (flags) =>
  tested(flags, {
    name: "verbs",
    files: ["test/cluster/rights.test.ts"],
    environment: {},
    title: (passed, all) => `Verbs taken away: ${String(passed)} of ${String(all)} as they should be`,
  });

/** What flanneld, kube-proxy, kubelet and the CNI plugins wire against the lab, on every network that has a mode. @param {import("../cluster.mjs").Flags} flags */
export const wiring = (flags) =>
  tested(flags, {
    name: "wiring",
    files: ["test/cluster/wiring.test.ts"],
    environment: flags.short ? {} : { PODWIRE_WIRING: "all" },
    title: (passed, all) => `Wiring of a real cluster and of the lab: ${String(passed)} of ${String(all)} without an unexpected difference`,
  });
