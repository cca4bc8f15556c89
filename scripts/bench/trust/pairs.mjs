/**
 * Pairs of whole runs of the same thing, as a user makes them: `podwire lab` twice, then `podwire compare`. Every difference it calls is a false alarm.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { numberOr } from "../bench-lab.mjs";
import { TRUST_FOLDER } from "../ledger.mjs";
import { machineFacts, met, parsed, ROOT, record } from "../record.mjs";
import { binomialInterval, percent, shareText } from "../spread.mjs";

const MODES = "flannel-vxlan,calico-routed";
const METRICS = "tcp-open,pps,http-keepalive";

/**
 * @typedef {import("../../../dist/model/run-comparison.js").RunComparison} RunComparison
 * @typedef {RunComparison["cells"][number]} Cell
 */

/** @param {readonly string[]} args @returns {Promise<string>} standard output, whatever the exit code: a gate or a failed mode has one of its own */
async function podwire(args) {
  const { stdout, stderr } = await new Promise((/** @type {(output: { stdout: string, stderr: string }) => void} */ resolve) => {
    execFile(process.execPath, [join(ROOT, "bin/podwire"), ...args], { maxBuffer: 2 ** 28 }, (_error, out, err) => {
      resolve({ stdout: out, stderr: err });
    });
  });
  if (stdout === "") throw new Error(stderr);
  return stdout;
}

/** @param {import("../trust.mjs").Flags} flags */
export async function pairs(flags) {
  const machine = machineFacts();
  const wanted = flags.short ? 2 : 2 * numberOr(flags.runs, 40);
  const folder = `${TRUST_FOLDER}pairs${flags.short ? "-short" : ""}/`;
  if (flags.fresh || flags.short) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const fileOf = (/** @type {number} */ run) => `${folder}run-${String(run)}.json`;
  const budget = flags.short ? "3s" : `${String(numberOr(flags.budget, 4))}s`;
  const asked = ["--modes", flags.modes ?? MODES, "--metrics", METRICS, "--budget", budget];
  for (let run = 0; run < wanted && !flags.report; run += 1) {
    if (existsSync(fileOf(run))) continue;
    await podwire(["lab", ...asked, "--json", "--out", fileOf(run)]);
    process.stderr.write(`run ${String(run + 1)} of ${String(wanted)}\n`);
  }
  let complete = 0;
  while (existsSync(fileOf(complete))) complete += 1;
  // Halves of the bench against each other: the two runs of a pair are minutes apart, as runs that a user compares are.
  const half = Math.floor(complete / 2);
  /** @type {{ pair: number, cells: readonly Cell[] }[]} */
  const compared = [];
  for (let pair = 0; pair < half; pair += 1) {
    const text = await podwire(["compare", fileOf(pair), fileOf(pair + half), "--json"]);
    compared.push({ pair, cells: /** @type {RunComparison} */ (parsed(text)).cells });
  }
  report(compared, budget, flags, machine);
}

/** @param {readonly { pair: number, cells: readonly Cell[] }[]} compared @param {string} budget @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(compared, budget, flags, machine) {
  const cells = compared.flatMap((pair) => pair.cells);
  const metrics = [...new Set(cells.map(({ metric }) => metric))];
  const rowOf = (/** @type {string} */ name, /** @type {readonly Cell[]} */ own) => {
    const judged = own.flatMap(({ change }) => change ?? []).filter(({ low }) => low !== null);
    return {
      name,
      cells: own.length,
      judged: judged.length,
      alarms: judged.filter(({ verdict }) => verdict === "faster" || verdict === "slower").length,
      same: judged.filter(({ verdict }) => verdict === "same").length,
      holds: judged.filter(({ low, high }) => (low ?? 0) <= 1 && (high ?? Infinity) >= 1).length,
    };
  };
  const rows = [
    rowOf("all", cells),
    ...metrics.map((name) =>
      rowOf(
        name,
        cells.filter(({ metric }) => metric === name),
      ),
    ),
  ];
  const [all] = rows;
  if (all === undefined) return;
  const { low, high } = binomialInterval(all.alarms, all.judged);
  record({
    name: "trust-pairs",
    machine,
    short: flags.short,
    tables: [
      {
        title: `${String(compared.length)} pairs of whole runs of the same thing (--budget ${budget})`,
        head: ["metric", "cells with an interval", "called faster or slower", "interval of the change holds 1", "called same"],
        rows: rows.map((row) => [
          row.name,
          `${String(row.judged)} of ${String(row.cells)}`,
          shareText(row.alarms, row.judged),
          shareText(row.holds, row.judged),
          shareText(row.same, row.judged),
        ]),
        note: `Differences called: exact 95 % interval ${percent(low)} to ${percent(high)}; the target is at most 5 % of the cells.`,
      },
    ],
    outcomes: [met(all.alarms <= 0.05 * all.judged)],
    figures: rows,
  });
}
