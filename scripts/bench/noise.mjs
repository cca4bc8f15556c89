// Records the noise of time slices: in-round log ratios of identical hosts to the host. simulate.mjs resamples what is recorded.
//
//   node scripts/bench/noise.mjs [--rounds 300] [--twins 4] [--out test/captured/noise-aa.json] [--seed 1]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { roundOrder } from "../../dist/measure/rounds/round-order.js";
import { host } from "../../dist/modes/host.js";
import { sliceProbe } from "../../dist/probes/slices.js";
import { medianOf } from "../../dist/statistics/median.js";
import { randomFrom } from "../../dist/statistics/random.js";
import { labOf, lanesIn, serversFor, twinOf } from "./bench-lab.mjs";
import { machineFacts, ROOT } from "./record.mjs";
import { Generators } from "./slice-halves.mjs";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "300" },
    twins: { type: "string", default: "4" },
    out: { type: "string", default: "test/captured/noise-aa.json" },
    seed: { type: "string", default: "1" },
  },
});
const WORKLOADS = /** @type {const} */ (["tcp-open", "pps"]);
/** Rounds between two starts of the generators, as measure/rounds/loop.ts has them. */
const BLOCK = 7;

/**
 * @typedef {{ workload: string, twin: string, logRatios: number[] }} Series in round order; rounds in which either side moved nothing are left out
 */

/** @param {import("./bench-lab.mjs").Lab} lab @param {(typeof WORKLOADS)[number]} workload @returns {Promise<Series[]>} */
async function recorded(lab, workload) {
  const { host: hostLane, others } = lanesIn(lab, workload);
  if (hostLane === undefined) throw new Error("the lab has no host");
  const lanes = [hostLane, ...others];
  const random = randomFrom(Number(flags.seed));
  const generators = new Generators(lab, sliceProbe(workload));
  await serversFor(
    lab,
    lanes.map((lane) => ({ lane, probe: generators.probe })),
  );
  /** @type {Series[]} */
  const series = others.map(({ path }) => ({ workload, twin: path.mode, logRatios: [] }));
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    if (round % BLOCK === 0) {
      await generators.close();
      await generators.open(lanes);
    }
    /** @type {Map<string, number[]>} */
    const seen = new Map();
    for (const lane of roundOrder(hostLane, others, (below) => random.integer(below))) {
      const { halves } = await generators.slice([lane]);
      seen.set(lane.path.mode, [...(seen.get(lane.path.mode) ?? []), ...halves.map(({ value }) => value)]);
    }
    const below = medianOf(seen.get("host") ?? []) ?? 0;
    for (const { twin, logRatios } of series) {
      const ratio = Math.log((seen.get(twin)?.[0] ?? 0) / below);
      if (Number.isFinite(ratio)) logRatios.push(Number(ratio.toFixed(4)));
    }
  }
  await generators.close();
  return series;
}

const machine = machineFacts();
const lab = await labOf([host, ...Array.from({ length: Number(flags.twins) }, (_, index) => twinOf(`twin-${String(index + 1)}`))]);
/** @type {Series[]} */
const series = [];
try {
  for (const workload of WORKLOADS) {
    series.push(...(await recorded(lab, workload)));
    process.stderr.write(`${workload} recorded\n`);
  }
} finally {
  await lab.close();
}
const head = JSON.stringify({ schema: "podwire/noise@1", machine, settleMs: sliceProbe("pps").settle, lengthMs: sliceProbe("pps").length });
const lines = series.map((one) => `  ${JSON.stringify(one)}`).join(",\n");
writeFileSync(join(ROOT, flags.out), `${head.slice(0, -1)},\n "series": [\n${lines}\n ]}\n`);
process.stderr.write(`written to ${flags.out}\n`);
