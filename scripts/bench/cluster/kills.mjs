/**
 * Random kills while podwire measures in a cluster: test/cluster/kills.test.ts, as often as there is time.
 */
import { Ledger } from "../ledger.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { testResults } from "../test-results.mjs";
import { CLUSTER_FOLDER, deadline } from "./bench-cluster.mjs";

/** How many the target is about. */
const ASKED = 100;
/** Kills of one cluster: each kind in each phase once. What was seen is kept after each such batch, of about six minutes. */
const BATCH = 10;

/** @typedef {{ seed: number, kind: string, phase: string, survived: boolean, words?: string }} Entry */

/** @param {import("../cluster.mjs").Flags} flags */
export async function kills(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger("kills", flags, CLUSTER_FOLDER);
  const isLeft = deadline(flags);
  while (!flags.report && ledger.entries.length < ASKED && isLeft()) {
    // Another seed each time, or the same moments would come again.
    const seed = flags.seed * 1_000 + ledger.entries.length;
    const count = Math.min(ASKED - ledger.entries.length, BATCH);
    const environment = { PODWIRE_CLUSTER_KILLS: String(count), PODWIRE_KILL_SEED: String(seed) };
    for (const result of await testResults(["test/cluster/kills.test.ts"], environment)) ledger.add(entryOf(result, seed));
    process.stderr.write(`${String(ledger.entries.length)} of ${String(ASKED)} kills\n`);
  }
  report(ledger.entries, flags, machine);
}

/** `... '12: agent pod', 170 ms into 'measuring'`. @param {import("../test-results.mjs").TestResult} result @param {number} seed @returns {Entry} */
function entryOf({ title, status, failureMessages }, seed) {
  const [, kind, phase] = /\d+: ([\w ]+)'?, \d+ ms into '?(\w+)/.exec(title) ?? [];
  if (kind === undefined || phase === undefined) throw new Error(`"${title}" is not a kill's title`);
  const survived = status === "passed";
  return { seed, kind, phase, survived, ...(survived ? {} : { words: (failureMessages[0] ?? "").slice(0, 500) }) };
}

/** @param {readonly Entry[]} entries @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(entries, flags, machine) {
  const survived = entries.filter((entry) => entry.survived).length;
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const phases = [...new Set(entries.map(({ phase }) => phase))];
  const rows = kinds.flatMap((kind) =>
    phases.map((phase) => {
      const own = entries.filter((entry) => entry.kind === kind && entry.phase === phase);
      return [kind, phase, String(own.length), String(own.filter((entry) => entry.survived).length)];
    }),
  );
  const enough = flags.short || entries.length >= ASKED;
  record({
    name: "cluster-kills",
    machine,
    short: flags.short,
    tables: [
      {
        title: `Random kills: after ${String(survived)} of ${String(entries.length)} the cluster was as before and every run file could be read`,
        head: ["killed", "while", "kills", "nothing left behind, nothing unreadable"],
        rows,
        ...(enough ? {} : { note: `${String(ASKED - entries.length)} more are asked for.` }),
      },
    ],
    outcomes: [survived < entries.length ? "missed" : met(enough)],
    figures: entries,
  });
}
