// Kills processes of labs at random moments and sees that nothing is left: test/lab/kill.test.ts with as many kills as asked.
//
//   npm run bench:kills [-- N] [--seed S]
import { parseArgs } from "node:util";
import { machineFacts, met, record } from "./record.mjs";
import { testResults } from "./test-results.mjs";

/** Each kind of process, by each user, in each phase, once. */
const FEWEST = 16;
const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: "string", default: "1" } } });
const asked = Number(positionals[0] ?? 200);
if (!Number.isInteger(asked) || asked < FEWEST) throw new Error(`the number of kills must be ${String(FEWEST)} or more`);

/** @typedef {import("./test-results.mjs").TestResult} TestResult */

/** `... '12: agent of root', 17 ms into 'building'`: who was killed, and when. @param {TestResult} result */
function killOf({ title, status }) {
  const [, kind, user, phase] = /\d+: (\w+) of (root|ordinary user)\b.* ms into '?(\w+)/.exec(title) ?? [];
  if (kind === undefined || user === undefined || phase === undefined) return [];
  return [{ process: kind, user, phase, survived: status === "passed" }];
}

const machine = machineFacts();
const results = await testResults(["test/lab/kill.test.ts"], { PODWIRE_KILLS: String(asked), PODWIRE_KILL_SEED: flags.seed });
const kills = results.flatMap(killOf);
const survived = kills.filter((kill) => kill.survived).length;
const rows = /** @type {const} */ (["process", "user", "phase"]).flatMap((part) =>
  [...new Set(kills.map((kill) => kill[part]))].map((name) => {
    const own = kills.filter((kill) => kill[part] === name);
    return [part, name, String(own.length), String(own.filter((kill) => kill.survived).length)];
  }),
);

record({
  name: "kills",
  machine,
  short: false,
  tables: [
    {
      title: `Random kills, seed ${flags.seed}: ${String(survived)} of ${String(asked)} left nothing behind after 2 s (${met(survived === asked)})`,
      head: ["by", "", "kills", "nothing left behind"],
      rows,
    },
  ],
  outcomes: [met(survived === asked)],
  figures: { asked, survived, failures: results.filter(({ status }) => status === "failed") },
});
