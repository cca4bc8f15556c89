/**
 * What flanneld, kube-proxy, kubelet and the CNI plugins wire against the lab: test/cluster/wiring.test.ts on every network that has a mode.
 */
import { machineFacts, met, record } from "../record.mjs";
import { testResults } from "../test-results.mjs";

/** @param {import("../cluster.mjs").Flags} flags */
export async function wiring(flags) {
  const machine = machineFacts();
  const results = flags.report ? [] : await testResults(["test/cluster/wiring.test.ts"], flags.short ? {} : { PODWIRE_WIRING: "all" });
  const failed = results.filter(({ status }) => status === "failed");
  record({
    name: "cluster-wiring",
    machine,
    short: flags.short,
    tables: [
      {
        title: "Wiring of a real cluster and of the lab",
        head: ["", "what"],
        rows: results.map(({ status, fullName }) => [status, fullName.trim()]),
      },
    ],
    outcomes: [met(failed.length === 0 && results.length > 0)],
    figures: results,
  });
}
