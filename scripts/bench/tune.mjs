// Does `podwire tune` find what was planted, keep nothing where nothing helps, and take everything back? docs/benches.md has a section on it.
//
//   npm run bench:tune [-- [faults|decoys|healthy] [--faults fault.sg-off,fault.gso-1500] [--seeds 2] [--runs 20] [--fresh]]
//   npm run bench:tune -- table                               the tables of what has been run so far
//   npm run bench:tune -- kills [--count 200] [--seed 1]      kills of apply, undo and auto in a held lab
//   npm run bench:tune -- ladder [--services 10000] [--write] what each step out of netfilter gains
//
// The first three go on where they were interrupted: each run is a line of podwire-runs/bench-tune/loop.jsonl.
import { parseArgs } from "node:util";
import { carryOut, Ledger } from "./ledger.mjs";
import { machineFacts, ROOT, record } from "./record.mjs";
import { DECOYS, FAULT_CASES, HEALTHY } from "./tune/cases.mjs";
import { holdLab, killsInside } from "./tune/kills.mjs";
import { ladder } from "./tune/ladder.mjs";
import { decoyRun, faultRun, healthyRun } from "./tune/loops.mjs";
import { reportOf, SEEDS } from "./tune/report.mjs";

/** @typedef {import("./tune/report.mjs").Entry} Entry */

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    faults: { type: "string" },
    seeds: { type: "string", default: String(SEEDS) },
    runs: { type: "string", default: String(HEALTHY.runs) },
    fresh: { type: "boolean", default: false },
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    out: { type: "string" },
    services: { type: "string", default: "10000" },
    budget: { type: "string", default: "150" },
    write: { type: "boolean", default: false },
  },
});

/** @param {"seeds" | "runs" | "count" | "seed" | "services" | "budget"} name */
function whole(name) {
  const value = Number(flags[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: a whole number from 1 on`);
  return value;
}

/** @typedef {import("./ledger.mjs").Wanted<Entry>} Wanted */

/** @returns {readonly Wanted[]} */
function wantedFaults() {
  const only = flags.faults?.split(",");
  const unknown = only?.find((name) => !FAULT_CASES.some(({ fault }) => fault === name));
  if (unknown !== undefined) throw new Error(`--faults: ${unknown} is none of ${FAULT_CASES.map(({ fault }) => fault).join(", ")}`);
  const cases = FAULT_CASES.filter(({ fault }) => only?.includes(fault) ?? true);
  return Array.from({ length: whole("seeds") }, (_, index) => index + 1).flatMap((seed) =>
    cases.map((one) => ({ part: "faults", case: one.fault, seed, work: async () => faultRun(one, seed) })),
  );
}

/** @returns {readonly Wanted[]} */
const wantedDecoys = () => DECOYS.map((one) => ({ part: "decoys", case: one.decoy, seed: 1, work: async () => decoyRun(one) }));

/** @returns {readonly Wanted[]} */
const wantedHealthy = () =>
  Array.from({ length: whole("runs") }, (_, index) => {
    const { modes, metrics } = HEALTHY;
    const [mode = "", metric = ""] = [modes[index % modes.length], metrics[Math.floor(index / modes.length) % metrics.length]];
    return {
      ...{ part: "healthy", case: `run ${String(index + 1)}`, seed: index + 1 },
      work: async () => healthyRun(index + 1, mode, metric),
    };
  });

const PARTS = { faults: wantedFaults, decoys: wantedDecoys, healthy: wantedHealthy, table: () => [] };

/** @param {readonly Wanted[]} wanted */
async function loops(wanted) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger("loop", { short: false, fresh: flags.fresh }, `${ROOT}podwire-runs/bench-tune/`);
  await carryOut(ledger, wanted);
  record({ name: "tune", machine, short: false, ...reportOf(ledger.entries), figures: ledger.entries });
}

const [part] = positionals;
if (part === undefined) await loops([...wantedFaults(), ...wantedDecoys(), ...wantedHealthy()]);
else if (part in PARTS) await loops(PARTS[/** @type {keyof typeof PARTS} */ (part)]());
else if (part === "kills") holdLab(whole("count"), whole("seed"));
else if (part === "kills-inside" && flags.out !== undefined) await killsInside(whole("count"), whole("seed"), flags.out);
else if (part === "ladder") await ladder({ services: whole("services"), budget: whole("budget"), write: flags.write });
else throw new Error(`which part? one of ${[...Object.keys(PARTS), "kills", "ladder"].join(", ")}, or none for the first three`);
