// Does any property of the unit tests fail for an input that 100 runs seldom draw? All of them with many times their runs (test/more-runs.ts).
//
//   npm run bench:properties [-- --times 50] [--seconds 10] [FILE...]
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { machineFacts, met, ROOT, record } from "./record.mjs";
import { testResults } from "./test-results.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", default: "50" }, seconds: { type: "string", default: "10" } },
});
for (const number of [flags.times, flags.seconds])
  if (!(Number.isInteger(Number(number)) && Number(number) > 0)) throw new Error(`${number} is not a whole number above 0`);

const WITH_PROPERTIES = ["grep", "--name-only", "--fixed-strings", "fc.assert(", "--", "src/*.test.ts", ":(glob)test/*.test.ts"];
const files =
  positionals.length > 0 ? positionals : execFileSync("git", WITH_PROPERTIES, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");

const machine = machineFacts();
const environment = { PODWIRE_PROPERTY_TIMES: flags.times, PODWIRE_PROPERTY_SECONDS: flags.seconds };
// The time that a property may take is bounded by the property itself.
const results = await testResults(["--project", "unit", "--testTimeout=0", ...files], environment);
const failures = results.filter(({ status }) => status === "failed");
for (const { fullName, failureMessages } of failures) process.stderr.write(`${fullName}\n${failureMessages.join("\n")}\n\n`);

record({
  name: "properties",
  machine,
  short: false,
  tables: [
    {
      title: `Tests of files with properties, ${flags.times} times their runs, at most ${flags.seconds} s each: ${String(failures.length)} of ${String(results.length)} failed (${met(failures.length === 0)})`,
      head: ["failed"],
      rows: failures.map(({ fullName }) => [fullName]),
      note: "Counterexamples and seeds are on standard error and among the figures.",
    },
  ],
  outcomes: [met(results.length > 0 && failures.length === 0)],
  figures: { files, failures },
});
