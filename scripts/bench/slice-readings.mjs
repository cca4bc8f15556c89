// Do counters and clock of a slice span the same time? Rates of slices of 20 ms over rates of 500 ms by the same generator, alternating, both from 100 ms
// after it was resumed: what a generator does when it goes on is in neither, and what a reading is off by is 25 times as much of a slice.
//
//   npm run build && node scripts/bench/slice-readings.mjs [--seconds 100] [--modes flannel-vxlan]
//
// --seconds is for each workload. Prints the ratio with its 95 % interval for each mode; 1 within it, or nearer to 1 than 0.3 %, is sound.
import { parseArgs } from "node:util";
import { sliceProbe } from "../../dist/probes/slices.js";
import { estimateOf } from "../../dist/statistics/median-interval.js";
import { milliseconds } from "../../dist/units/quantity.js";
import { labOf, lanesIn, modesNamed, serversFor } from "./bench-lab.mjs";
import { MACHINE } from "./real-lab.mjs";
import { machineFacts } from "./record.mjs";
import { Generators } from "./slice-halves.mjs";

const { values: flags } = parseArgs({
  options: { seconds: { type: "string", default: "100" }, modes: { type: "string", default: "flannel-vxlan" } },
});

const SETTLE = milliseconds(100);
const SHORT = milliseconds(20);
const LONG = milliseconds(500);
/** Slices for each long reading. */
const SLICES = 5;

const lab = await labOf(await modesNamed(flags.modes));
process.stdout.write(
  `${JSON.stringify(machineFacts())}\n\n| workload | mode | rounds | slices of 20 ms over 500 ms | 95 % |\n|---|---|---:|---:|---:|\n`,
);
try {
  for (const workload of /** @type {const} */ (["pps", "tcp-open"])) {
    const { host, others } = lanesIn(lab, workload);
    if (host === undefined) throw new Error("the lab has no host");
    const lanes = [host, ...others];
    const generators = new Generators(lab, { ...sliceProbe(workload), settle: SETTLE });
    await serversFor(
      lab,
      lanes.map((lane) => ({ lane, probe: generators.probe })),
    );
    await generators.open(lanes);
    /** @type {Map<string, number[]>} */
    const ratios = new Map(lanes.map(({ path }) => [path.mode, []]));
    const rate = async (/** @type {import("../../dist/measure/rounds/lanes.js").Lane} */ lane, /** @type {typeof SHORT} */ length) => {
      const { halves } = await generators.slice([lane], length);
      return halves[0]?.value ?? Number.NaN;
    };
    const deadline = MACHINE.clock.monotonic() + Number(flags.seconds) * 1_000;
    while (MACHINE.clock.monotonic() < deadline) {
      for (const lane of lanes) {
        const short = [];
        const before = await rate(lane, LONG);
        for (let slice = 0; slice < SLICES; slice += 1) short.push(await rate(lane, SHORT));
        const after = await rate(lane, LONG);
        const mean = short.reduce((sum, value) => sum + value, 0) / SLICES;
        ratios.get(lane.path.mode)?.push(Math.log(mean) - Math.log((before + after) / 2));
      }
    }
    await generators.close();
    for (const [mode, logs] of ratios) {
      const { centre = Number.NaN, interval } = estimateOf(logs, 0.95) ?? {};
      const limits = interval === undefined ? "none" : `${Math.exp(interval.low).toFixed(4)} to ${Math.exp(interval.high).toFixed(4)}`;
      process.stdout.write(`| ${workload} | ${mode} | ${String(logs.length)} | ${Math.exp(centre).toFixed(4)} | ${limits} |\n`);
    }
  }
} finally {
  await lab.close();
}
