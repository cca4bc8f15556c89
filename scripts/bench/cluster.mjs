// Does podwire hold in a real cluster? Each part has its section in docs/cluster-bench.md.
//
//   npm run bench:cluster -- variants|wiring|kills|verbs|agreement|rendered|overhead|quick|busy|slices [--minutes 8] [--network N] [--nice 0] [--seed 1] [--fresh] [--report] [--short]
//
// Each part works for some minutes, goes on where it was interrupted at its next start, and prints what it has so far with --report. --short shows
// quickly that it works. The clusters are those of test/cluster: real Kubernetes in private namespaces, which needs root and Go.
import { parseArgs } from "node:util";
import { agreement } from "./cluster/agreement.mjs";
import { busy } from "./cluster/busy.mjs";
import { kills } from "./cluster/kills.mjs";
import { overhead } from "./cluster/overhead.mjs";
import { quick } from "./cluster/quick.mjs";
import { rendered } from "./cluster/rendered.mjs";
import { slices } from "./cluster/slices.mjs";
import { verbs, wiring } from "./cluster/tested.mjs";
import { variants } from "./cluster/variants.mjs";

/**
 * @typedef {object} Flags
 * @property {number} minutes after which nothing new is begun
 * @property {number} seed
 * @property {boolean} fresh
 * @property {boolean} report
 * @property {boolean} short
 * @property {number} nice of the control plane, for `busy`
 * @property {string | undefined} network one of the fixture's, for the parts that measure on one
 */

/** @type {Readonly<Record<string, (flags: Flags) => Promise<void>>>} */
const PARTS = { variants, wiring, kills, verbs, agreement, rendered, overhead, quick, busy, slices };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    network: { type: "string" },
    nice: { type: "string", default: "0" },
    fresh: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
  },
});

const part = PARTS[positionals[0] ?? ""];
if (part === undefined) {
  process.stderr.write(`which part? one of ${Object.keys(PARTS).join(", ")}\n`);
  process.exitCode = 2;
} else
  await part({ ...values, network: values.network, minutes: Number(values.minutes), seed: Number(values.seed), nice: Number(values.nice) });
