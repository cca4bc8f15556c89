// Kills processes of labs at random moments and sees that nothing is left: test/lab/kill.test.ts with as many kills as asked, and
// test/lab/ebpf-kill.test.ts, which counts eBPF programs, maps, links and cgroups of the whole machine: nothing else may load any meanwhile.
//
//   npm run bench:kills [-- N] [--ebpf N] [--seed S]
import { parseArgs } from "node:util";
import { machineFacts, met, record } from "./record.mjs";
import { testResults } from "./test-results.mjs";

/** Each kind of process, by each user, in each phase, once. */
const FEWEST = 16;
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "1" }, ebpf: { type: "string", default: "50" } },
});
const asked = Number(positionals[0] ?? 200);
const askedOfEbpf = Number(flags.ebpf);
// 0 leaves a kind out: the bench then says nothing of it.
for (const count of [asked, askedOfEbpf])
  if (!Number.isInteger(count) || (count < FEWEST && count !== 0))
    throw new Error(`the number of kills must be ${String(FEWEST)} or more, or 0`);

/** @typedef {import("./test-results.mjs").TestResult} TestResult */

/** `... '12: agent of root', 17 ms into 'building'`: who was killed, and when. @param {TestResult} result */
function killOf({ title, status }) {
  const [, kind, user, phase] = /\d+: (\w+) of (root|ordinary user)\b.* ms into '?(\w+)/.exec(title) ?? [];
  if (kind === undefined || user === undefined || phase === undefined) return [];
  return [{ process: kind, user, phase, survived: status === "passed" }];
}

/**
 * Kills of one test file, with how many left nothing.
 * @param {string} file
 * @param {number} count
 * @param {Readonly<Record<string, string>>} environment
 */
async function killed(file, count, environment) {
  const results = count === 0 ? [] : await testResults([file], { ...environment, PODWIRE_KILL_SEED: flags.seed });
  const kills = results.flatMap(killOf);
  const rows = /** @type {const} */ (["process", "user", "phase"]).flatMap((part) =>
    [...new Set(kills.map((kill) => kill[part]))].map((name) => {
      const own = kills.filter((kill) => kill[part] === name);
      return [part, name, String(own.length), String(own.filter((kill) => kill.survived).length)];
    }),
  );
  return {
    asked: count,
    survived: kills.filter((kill) => kill.survived).length,
    failures: results.filter(({ status }) => status === "failed"),
    rows,
  };
}

const machine = machineFacts();
const plain = await killed("test/lab/kill.test.ts", asked, { PODWIRE_KILLS: String(asked) });
const ebpf = await killed("test/lab/ebpf-kill.test.ts", askedOfEbpf, { PODWIRE_EBPF_KILLS: String(askedOfEbpf), PODWIRE_EBPF_ALONE: "1" });

/** @param {string} what @param {Awaited<ReturnType<typeof killed>>} of */
const tableOf = (what, { asked: wanted, survived, rows }) => ({
  title: `${what}, seed ${flags.seed}: ${String(survived)} of ${String(wanted)} left nothing behind (${met(survived === wanted)})`,
  head: ["by", "", "kills", "nothing left behind"],
  rows,
});

record({
  name: "kills",
  machine,
  short: false,
  tables: [
    ...(asked === 0 ? [] : [tableOf("Random kills, after 2 s", plain)]),
    ...(askedOfEbpf === 0
      ? []
      : [tableOf("Random kills of labs with eBPF programs, by bpftool's lists and the cgroups before and after", ebpf)]),
  ],
  outcomes: [met(plain.survived === asked), met(ebpf.survived === askedOfEbpf)],
  figures: { plain, ebpf },
});
