// Do the verdicts hold? Each part has its section in docs/trust.md.
//
//   npm run bench:trust -- aa|truth|pairs|time|goal|duet|stall|window [--runs N] [--budget SECONDS] [--metrics LIST (aa)] [--rate BITS (truth, window)] [--links N, --long SECONDS (truth)] [--seed 1] [--fresh] [--report] [--short]
//
// Each part goes on where it was interrupted, and prints what it has so far with --report. --short shows in seconds that it works.
import { parseArgs } from "node:util";
import { aa } from "./trust/aa.mjs";
import { duet } from "./trust/duet.mjs";
import { goal } from "./trust/goal.mjs";
import { pairs } from "./trust/pairs.mjs";
import { stall } from "./trust/stall.mjs";
import { time } from "./trust/time.mjs";
import { truth } from "./trust/truth.mjs";
import { window } from "./trust/window.mjs";

/** @typedef {{ runs?: string, budget?: string, rate?: string, modes?: string, margin?: string, metrics?: string, links?: string, long?: string, seed: number, fresh: boolean, report: boolean, short: boolean }} Flags */

/** @type {Readonly<Record<string, (flags: Flags) => Promise<void>>>} */
const PARTS = { aa, truth, pairs, time, goal, duet, stall, window };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    budget: { type: "string" },
    rate: { type: "string" },
    modes: { type: "string" },
    margin: { type: "string" },
    metrics: { type: "string" },
    links: { type: "string" },
    long: { type: "string" },
    seed: { type: "string", default: "1" },
    fresh: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
  },
});

const part = PARTS[positionals[0] ?? ""];
if (part === undefined) {
  process.stderr.write(`which part? one of ${Object.keys(PARTS).join(", ")}\n`);
  process.exitCode = 2;
} else await part({ ...values, seed: Number(values.seed) });
