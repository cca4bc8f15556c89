/**
 * Is the figure of a short trial that of a long transfer? At several rates of the link, trials of `tcp` as a run makes them against what the receiving
 * kernel counted in the seconds 1 to 10 of one long transfer (a whole one contains the burst of the link's bucket).
 *
 * It runs the iperf3 that is found first in PATH, and says which: docs/trust.md has how another Debian's is run.
 */
import { execFileSync } from "node:child_process";
import { TrialObserver } from "../../../dist/measure/observing/trial-observer.js";
import { host } from "../../../dist/modes/host.js";
import { HEADER_BYTES } from "../../../dist/probes/packet-sizes.js";
import { initialSizing } from "../../../dist/probes/sizing.js";
import { milliseconds } from "../../../dist/units/quantity.js";
import { labOf, lanesIn, NEVER, numberOr, serversFor, trialProbe } from "../bench-lab.mjs";
import { MACHINE } from "../real-lab.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { percent } from "../spread.mjs";

const RATES = [100e6, 200e6, 400e6, 1e9];
const MTU = 1500;
const TRIALS = 30;
/** Of the long transfer: when counting begins, and for how long. */
const LONG = { from: 1, seconds: 9 };
/** How far the median of the trials may lie from the long transfer. */
const TARGET = 0.003;

/**
 * @typedef {import("../bench-lab.mjs").Lab} Lab
 * @typedef {import("../bench-lab.mjs").Lane} Lane
 * @typedef {{ rate: number, long: number, ratios: readonly number[], seconds: number, failed: readonly string[] }} Row `ratios` in ascending order; `seconds` of one trial with everything
 */

/** @param {import("../trust.mjs").Flags} flags */
export async function window(flags) {
  const machine = machineFacts();
  const iperf3 = execFileSync("iperf3", ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "";
  const rates = flags.rate === undefined ? RATES : flags.rate.split(",").map(Number);
  const trials = flags.short ? 5 : numberOr(flags.runs, TRIALS);
  /** @type {Row[]} */
  const rows = [];
  for (const rate of rates) {
    rows.push(await atRate(rate, trials, flags.short ? 2 : LONG.seconds));
    process.stderr.write(`${iperf3}: ${String(rate / 1e6)} Mbit/s\n`);
  }
  report(rows, iperf3, flags, machine);
}

/** @param {number} rate @param {number} trials @param {number} seconds @returns {Promise<Row>} */
async function atRate(rate, trials, seconds) {
  const lab = await labOf([host], rate);
  try {
    const { host: lane } = lanesIn(lab, "tcp", "capped");
    if (lane === undefined) throw new Error("the host was not built");
    const sizing = initialSizing({ link: { bitsPerSecond: rate, mtu: MTU } });
    const probeOf = (/** @type {typeof sizing} */ sized) => trialProbe("tcp", sized);
    await serversFor(lab, [{ lane, probe: probeOf(sizing) }]);
    const observer = new TrialObserver({ session: lab, sizing, clock: MACHINE.clock, signal: NEVER, probeOf });
    await observer.open([lane]);
    const began = performance.now();
    /** @type {number[]} */
    const values = [];
    /** @type {string[]} */
    const failed = [];
    for (let round = 0; round < trials; round += 1) {
      const { observation } = await observer.observe(lane, { round, position: 0, startedAt: 0 });
      const value = observation.values["tcp"];
      if (value === undefined) failed.push(observation.error ?? "no figure");
      else values.push(value);
    }
    const each = (performance.now() - began) / 1000 / trials;
    const long = await longTransfer(lab, lane, seconds);
    return { rate, long, ratios: values.map((value) => value / long).sort((one, other) => one - other), seconds: each, failed };
  } finally {
    await lab.close();
  }
}

/** Goodput of a long transfer by the receiving kernel. @param {Lab} lab @param {Lane} lane @param {number} seconds */
async function longTransfer(lab, { path }, seconds) {
  const client = await lab.spawn(path.from, {
    argv: ["iperf3", "--client", path.address, "--port", String(path.ports.iperf3), "--time", String(LONG.from + seconds + 2)],
    reason: "the long transfer",
    timeout: milliseconds((seconds + 30) * 1000),
  });
  const watch = [{ id: path.to.id, namespace: path.to.id.replaceAll("/", ".") }];
  const arrived = async () => {
    const { clock, counters } = await lab.agent.order({ kind: "read", watch });
    const device = counters[path.to.id]?.devices[path.arrival.device];
    if (device === undefined) throw new Error(`no counters of ${path.arrival.device}`);
    return { clock, bytes: device.rxBytes - HEADER_BYTES * device.rxPackets };
  };
  await MACHINE.clock.sleep(milliseconds(LONG.from * 1000));
  const before = await arrived();
  await MACHINE.clock.sleep(milliseconds(seconds * 1000));
  const after = await arrived();
  await client.end("SIGINT");
  return ((after.bytes - before.bytes) * 8e9) / (after.clock - before.clock);
}

/** @param {readonly number[]} ascending @param {number} share */
const quantile = (ascending, share) => ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? Number.NaN;

/** @param {readonly Row[]} rows @param {string} iperf3 @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(rows, iperf3, flags, machine) {
  const holds = rows.map(({ ratios }) => Math.abs(quantile(ratios, 0.5) - 1) <= TARGET);
  record({
    name: "trust-window",
    machine,
    short: flags.short,
    tables: [
      {
        title: `Trials of tcp over a long transfer's seconds 1 to 10, ${iperf3}`,
        head: [
          "link",
          "long transfer",
          "trials",
          "median",
          "middle half",
          "least to most",
          "one trial takes",
          `median within ${percent(TARGET)}`,
        ],
        rows: rows.map(({ rate, long, ratios, seconds, failed }, index) => [
          `${String(rate / 1e6)} Mbit/s`,
          `${(long / 1e6).toFixed(2)} Mbit/s`,
          `${String(ratios.length)}${failed.length === 0 ? "" : `, ${String(failed.length)} failed: ${failed[0] ?? ""}`}`,
          quantile(ratios, 0.5).toFixed(4),
          `${quantile(ratios, 0.25).toFixed(4)} to ${quantile(ratios, 0.75).toFixed(4)}`,
          `${quantile(ratios, 0).toFixed(4)} to ${quantile(ratios, 1).toFixed(4)}`,
          `${seconds.toFixed(2)} s`,
          met(holds[index] === true),
        ]),
        note: "",
      },
    ],
    outcomes: holds.map(met),
    figures: rows,
  });
}
