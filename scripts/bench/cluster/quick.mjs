/**
 * How long does `cluster run --quick` take, and how much of it is not measuring?
 */
import { readFileSync } from "node:fs";
import { Ledger } from "../ledger.mjs";
import { figure, machineFacts, met, parsed, record } from "../record.mjs";
import { CLUSTER_FOLDER, deadline, podwire, variantOf, withCluster } from "./bench-cluster.mjs";

/** Seconds, from the command to the verdict. */
const MOST = 90;
const MOST_NOT_MEASURING = 25;

/**
 * @typedef {{ network: string, seconds: number, measuring: number, rounds: Record<string, number>, code: number }} Entry
 * @typedef {{ observations: readonly { workload: string, round: number, startedAt: number, elapsed: number }[] }} RunFile
 */

/** @param {import("../cluster.mjs").Flags} flags */
export async function quick(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger("quick", flags, CLUSTER_FOLDER);
  const isLeft = deadline(flags);
  const network = /** @type {import("../../../test/cluster/variants.mjs").Network} */ (flags.network ?? "flannel-vxlan");
  const variant = variantOf({ network });
  if (!flags.report) {
    await withCluster(variant, async (cluster) => {
      while (isLeft()) {
        const file = `${CLUSTER_FOLDER}quick-${String(ledger.entries.length)}.json`;
        const { code, seconds, err } = await podwire(["cluster", "run", "--quick", "--out", file], cluster);
        if (code !== 0) process.stderr.write(err);
        ledger.add({ network, seconds, code, ...measuringIn(file) });
      }
    });
  }
  report(ledger.entries, flags, machine);
}

/** From the first observation's start to the last one's end. @param {string} file */
function measuringIn(file) {
  const { observations } = /** @type {RunFile} */ (parsed(readFileSync(file, "utf8")));
  const first = Math.min(...observations.map(({ startedAt }) => startedAt));
  const last = Math.max(...observations.map(({ startedAt, elapsed }) => startedAt + elapsed));
  /** @type {Record<string, number>} */
  const rounds = {};
  for (const { workload, round } of observations) rounds[workload] = Math.max(rounds[workload] ?? 0, round + 1);
  return { measuring: last - first, rounds };
}

/** @param {readonly Entry[]} entries @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(entries, flags, machine) {
  const outcomes = entries.map(({ seconds, measuring, code }) =>
    met(code === 0 && seconds <= MOST && seconds - measuring <= MOST_NOT_MEASURING),
  );
  record({
    name: "cluster-quick",
    machine,
    short: flags.short,
    tables: [
      {
        title: `\`podwire cluster run --quick\`: at most ${String(MOST)} s, of which at most ${String(MOST_NOT_MEASURING)} s not measuring`,
        head: ["network", "from the command to the verdict", "measuring", "not measuring", "rounds", "exit code", ""],
        rows: entries.map(({ network, seconds, measuring, rounds, code }, index) => [
          network,
          figure(seconds, 1, "s"),
          figure(measuring, 1, "s"),
          figure(seconds - measuring, 1, "s"),
          Object.entries(rounds)
            .map(([workload, count]) => `${workload} ${String(count)}`)
            .join(", "),
          String(code),
          outcomes[index] ?? "",
        ]),
      },
    ],
    outcomes,
    figures: entries,
  });
}
