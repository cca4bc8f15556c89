/**
 * Duet: host and pod side by side at the same time, against taking turns. Both get the same time.
 */
import { sliceProbe } from "../../../dist/probes/slices.js";
import { randomFrom, shuffled } from "../../../dist/statistics/random.js";
import { labOf, lanesIn, modesNamed, numberOr, serversFor, twinOf } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, record } from "../record.mjs";
import { Generators } from "../slice-halves.mjs";
import { medianRatioOf, percent, ratioText } from "../spread.mjs";

const MODES = "flannel-vxlan,flannel-host-gw";
const WORKLOADS = /** @type {const} */ (["tcp-open", "http", "pps"]);
/** Of each method before the other has its turn. */
const TURNS = 8;
/** Restarts of the generators: what is drawn at a start is drawn as often for both. */
const DEFAULT_BLOCKS = 12;

/**
 * @typedef {import("../bench-lab.mjs").Lane} Lane
 * @typedef {(typeof WORKLOADS)[number]} Workload
 * @typedef {{ workload: Workload, mode: string, block: number, how: "turns" | "duet", seconds: number, logRatios: number[] }} Turn
 */

/** @param {import("../trust.mjs").Flags} flags */
export async function duet(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Turn>} */
  const ledger = new Ledger("duet", flags);
  if (!flags.report) await measureAll(ledger, flags);
  report(ledger.entries, flags, machine);
}

/** @param {Ledger<Turn>} ledger @param {import("../trust.mjs").Flags} flags */
async function measureAll(ledger, flags) {
  const modes = await modesNamed(flags.modes ?? MODES);
  const lab = await labOf([...modes, twinOf("twin")]);
  const random = randomFrom(flags.seed + ledger.entries.length);
  const blocks = flags.short ? 1 : numberOr(flags.runs, DEFAULT_BLOCKS);
  try {
    for (const workload of WORKLOADS) {
      const { host, others } = lanesIn(lab, workload);
      if (host === undefined) throw new Error("the lab has no host");
      const generators = new Generators(lab, sliceProbe(workload));
      await serversFor(
        lab,
        [host, ...others].map((lane) => ({ lane, probe: generators.probe })),
      );
      for (let block = 0; block < blocks; block += 1) {
        if (ledger.entries.some((turn) => turn.workload === workload && turn.block === block)) continue;
        await generators.open([host, ...others]);
        for (const lane of shuffled(others, random))
          for (const turn of await bothWays(generators, { host, lane }, block, random)) ledger.add(turn);
        await generators.close();
      }
      process.stderr.write(`${workload} done\n`);
    }
  } finally {
    await lab.close();
  }
}

/** @param {Generators} generators @param {{ host: Lane, lane: Lane }} pair @param {number} block @param {import("../../../dist/statistics/random.js").Random} random @returns {Promise<Turn[]>} */
async function bothWays(generators, { host, lane }, block, random) {
  const name = { workload: /** @type {Workload} */ (lane.workload), mode: lane.path.mode, block };
  const turns = async () => {
    const began = performance.now();
    const logRatios = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const order = shuffled([host, lane], random);
      /** @type {Map<Lane, number | undefined>} */
      const seen = new Map();
      for (const one of order) seen.set(one, (await generators.slice([one])).halves[0]?.value);
      logRatios.push(...logRatio(seen.get(lane), seen.get(host)));
    }
    return /** @type {Turn} */ ({ ...name, how: "turns", seconds: (performance.now() - began) / 1000, logRatios });
  };
  const sideBySide = async () => {
    const began = performance.now();
    const logRatios = [];
    // Two slices at once take half the time of two alternately.
    for (let turn = 0; turn < 2 * TURNS; turn += 1) {
      const order = shuffled([host, lane], random);
      const { halves } = await generators.slice(order);
      logRatios.push(...logRatio(halves[order.indexOf(lane)]?.value, halves[order.indexOf(host)]?.value));
    }
    return /** @type {Turn} */ ({ ...name, how: "duet", seconds: (performance.now() - began) / 1000, logRatios });
  };
  return random.integer(2) === 0 ? [await turns(), await sideBySide()] : [await sideBySide(), await turns()];
}

/** A path that moved nothing counts as 1 a second: a number that JSON can hold, and far enough out. @param {number | undefined} own @param {number | undefined} host */
function logRatio(own, host) {
  return own === undefined || host === undefined ? [] : [Math.log(Math.max(1, own)) - Math.log(Math.max(1, host))];
}

/** @param {readonly Turn[]} all @param {Workload} workload @param {string} mode @param {"turns" | "duet"} how */
function resultOf(all, workload, mode, how) {
  const own = all.filter((turn) => turn.workload === workload && turn.mode === mode && turn.how === how);
  const ratio = medianRatioOf(own.flatMap(({ logRatios }) => logRatios));
  const seconds = own.reduce((sum, turn) => sum + turn.seconds, 0);
  const width = ratio === undefined ? Number.NaN : (ratio.high - ratio.low) / 2;
  return { ratio, n: ratio?.n ?? 0, seconds, width, at10: width * Math.sqrt(seconds / 10) };
}

/** @param {readonly Turn[]} all @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(all, flags, machine) {
  const modes = [...new Set(all.map(({ mode }) => mode))];
  const rows = WORKLOADS.flatMap((workload) =>
    modes.map((mode) => ({ workload, mode, turns: resultOf(all, workload, mode, "turns"), duet: resultOf(all, workload, mode, "duet") })),
  );
  record({
    name: "trust-duet",
    machine,
    short: flags.short,
    tables: [
      {
        title: "Alternately and side by side, the same time for both (`twin` is an identical host: its ratio is 1)",
        head: [
          "workload",
          "mode",
          "alternately: ratio",
          "n",
          "half-width after 10 s",
          "side by side: ratio",
          "n",
          "half-width after 10 s",
          "side by side over turns",
        ],
        rows: rows.map(({ workload, mode, turns, duet: together }) => [
          workload,
          mode,
          ratioText(turns.ratio),
          String(turns.n),
          percent(turns.at10),
          ratioText(together.ratio),
          String(together.n),
          percent(together.at10),
          (together.at10 / turns.at10).toFixed(2),
        ]),
        note: "Side by side both want the CPU at once: its ratio says how they share a machine, not how fast each is alone.",
      },
    ],
    outcomes: [],
    figures: rows,
  });
}
