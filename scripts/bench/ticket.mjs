// The truth check: does a 1 Gbit/s lab show what the ticket of 2016 saw on a 1 Gbit/s network?
//
//   npm run bench:ticket [-- --budget 60s] [--short]
import { execFile } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatRatio } from "../../dist/units/format.js";
import { machineFacts, met, parsed, ROOT, record } from "./record.mjs";
import { judge } from "./ticket-rules.mjs";

const { values: flags } = parseArgs({
  options: { budget: { type: "string", default: "60s" }, short: { type: "boolean", default: false } },
});

/** podwire ends with 1 when some mode failed, and tells what it measured all the same. @returns {Promise<import("./ticket-rules.mjs").Summary>} */
async function summaryOfRun() {
  const args = ["lab", "--metrics", "tcp", "--link", "1gbit", "--budget", flags.short ? "8s" : flags.budget, "--json"];
  const { stdout, stderr } = await new Promise((/** @type {(output: { stdout: string, stderr: string }) => void} */ resolve) => {
    const command = [join(ROOT, "bin/podwire"), ...args, "--out", join(ROOT, "podwire-runs/bench-ticket-run.json")];
    execFile(process.execPath, command, { maxBuffer: 2 ** 28 }, (_error, out, err) => {
      resolve({ stdout: out, stderr: err });
    });
  });
  if (stdout === "") throw new Error(stderr);
  return /** @type {import("./ticket-rules.mjs").Summary} */ (parsed(stdout));
}

const machine = machineFacts();
const judged = judge(await summaryOfRun());

record({
  name: "ticket",
  machine,
  short: flags.short,
  tables: [
    {
      title: "tcp on a 1 Gbit/s lab link, ratio to the bare host",
      head: ["mode", "median ratio [95 % interval]", "n", "expected", ""],
      rows: judged.map(({ mode, expected, seen, met: isMet }) =>
        typeof seen === "string"
          ? [mode, seen, "", expected, met(isMet)]
          : [mode, formatRatio(seen.ratio, seen.low, seen.high), String(seen.n), expected, met(isMet)],
      ),
    },
  ],
  outcomes: judged.map(({ met: isMet }) => met(isMet)),
  figures: judged,
});
