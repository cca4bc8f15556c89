/**
 * Seconds to +-2 % of a cell, with time slices and with plain one-second trials alternately, in the same hour.
 */

import { TrialObserver } from "../../../dist/measure/observing/trial-observer.js";
import { roundOrder } from "../../../dist/measure/rounds/round-order.js";
import { initialSizing } from "../../../dist/probes/sizing.js";
import { sliceProbe } from "../../../dist/probes/slices.js";
import { medianOf } from "../../../dist/statistics/median.js";
import { randomFrom } from "../../../dist/statistics/random.js";
import { addTo, labOf, lanesIn, modesNamed, NEVER, numberOr, serversFor, trialProbe } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { MACHINE } from "../real-lab.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { Generators } from "../slice-halves.mjs";
import { medianRatioOf, ratioText, roundsTo } from "../spread.mjs";

const MODES = "flannel-vxlan,flannel-host-gw,calico-routed";
/** Those that runs observe by slices (measure/observing/strategy.ts). */
const WORKLOADS = /** @type {const} */ (["tcp-open", "pps"]);
const PRECISION = 0.02;
/** Slices between two starts, as in measure/rounds/loop.ts, and blocks of them for each round of one-second trials. */
const BLOCK = 7;

/**
 * @typedef {import("../bench-lab.mjs").Lane} Lane
 * @typedef {import("../bench-lab.mjs").Lab} Lab
 * @typedef {(typeof WORKLOADS)[number]} Workload
 * @typedef {{ workload: Workload, how: "slices" | "trials", seconds: number, seen: Record<string, number[]> }} Round seconds include the start of what it needs
 */

/** @param {import("../trust.mjs").Flags} flags */
export async function time(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Round>} */
  const ledger = new Ledger("time", flags);
  if (!flags.report) await measureAll(ledger, flags);
  report(ledger.entries, flags, machine);
}

/** @param {Ledger<Round>} ledger @param {import("../trust.mjs").Flags} flags */
async function measureAll(ledger, flags) {
  const lab = await labOf(await modesNamed(flags.short ? "flannel-vxlan" : (flags.modes ?? MODES)));
  const random = randomFrom(flags.seed);
  const integer = (/** @type {number} */ below) => random.integer(below);
  try {
    const cells = await Promise.all(WORKLOADS.map((workload) => prepared(lab, workload)));
    const wanted = flags.short ? 1 : numberOr(flags.runs, 9);
    const done = ledger.entries.filter(({ workload, how }) => workload === WORKLOADS.at(-1) && how === "trials").length;
    for (let round = done; round < wanted; round += 1) {
      for (const { workload, host, others, sliced, trial } of cells) {
        for (const entry of await blockOf(workload, sliced, roundsOf(host, others, BLOCK, integer))) ledger.add(entry);
        ledger.add(await trialRound(workload, trial, roundOrder(host, others, integer)));
      }
      process.stderr.write(`round ${String(round + 1)} of ${String(wanted)}\n`);
    }
  } finally {
    await lab.close();
  }
}

/** @param {Lab} lab @param {Workload} workload */
async function prepared(lab, workload) {
  const { host, others } = lanesIn(lab, workload);
  if (host === undefined) throw new Error("the lab has no host");
  const sliced = new Generators(lab, sliceProbe(workload));
  await serversFor(
    lab,
    [host, ...others].map((lane) => ({ lane, probe: sliced.probe })),
  );
  const trial = oneSecondTrials(lab, workload);
  return { workload, host, others, sliced, trial };
}

/** @param {Lane} host @param {readonly Lane[]} others @param {number} rounds @param {(below: number) => number} integer */
const roundsOf = (host, others, rounds, integer) => Array.from({ length: rounds }, () => roundOrder(host, others, integer));

/** Trials of about a second, as one makes them by hand. @param {Lab} lab @param {Workload} workload @returns {(lane: Lane) => Promise<number | undefined>} */
function oneSecondTrials(lab, workload) {
  const probeOf = (/** @type {import("../../../dist/probes/sizing.js").Sizing} */ sizing) => trialProbe(workload, sizing);
  const trials = new TrialObserver({ session: lab, sizing: initialSizing({ seconds: 1 }), clock: MACHINE.clock, signal: NEVER, probeOf });
  return async (lane) => {
    const { observation } = await trials.observe(lane, { round: 0, position: 0, startedAt: 0 });
    if (observation.error !== undefined) process.stderr.write(`${workload} on ${lane.path.id}: ${observation.error}\n`);
    return observation.values[workload];
  };
}

/** A block of slices; the start of its generators is spread over its rounds. @param {Workload} workload @param {Generators} generators @param {readonly (readonly Lane[])[]} rounds @returns {Promise<Round[]>} */
async function blockOf(workload, generators, rounds) {
  const began = performance.now();
  await generators.open([...new Map(rounds.flat().map((lane) => [lane.path.id, lane])).values()]);
  /** @type {Round[]} */
  const entries = [];
  for (const order of rounds) {
    /** @type {Round} */
    const entry = { workload, how: "slices", seconds: 0, seen: {} };
    for (const lane of order) {
      const { halves } = await generators.slice([lane]);
      addTo(
        entry.seen,
        lane.path.mode,
        halves.map(({ value }) => value),
      );
    }
    entries.push(entry);
  }
  await generators.close();
  const seconds = (performance.now() - began) / 1000 / rounds.length;
  return entries.map((entry) => ({ ...entry, seconds }));
}

/** @param {Workload} workload @param {(lane: Lane) => Promise<number | undefined>} trial @param {readonly Lane[]} order @returns {Promise<Round>} */
async function trialRound(workload, trial, order) {
  const began = performance.now();
  /** @type {Round} */
  const entry = { workload, how: "trials", seconds: 0, seen: {} };
  for (const lane of order) {
    const value = await trial(lane);
    if (value !== undefined) addTo(entry.seen, lane.path.mode, [value]);
  }
  return { ...entry, seconds: (performance.now() - began) / 1000 };
}

/** @param {readonly Round[]} rounds @param {string} mode */
function logRatios(rounds, mode) {
  return rounds.flatMap(({ seen }) => {
    const [own, host] = [medianOf(seen[mode] ?? []), medianOf(seen["host"] ?? [])];
    const ratio = own === undefined || host === undefined ? Number.NaN : Math.log(own) - Math.log(host);
    return Number.isFinite(ratio) ? [ratio] : [];
  });
}

/** @param {readonly Round[]} all @param {Workload} workload @param {string} mode @param {"slices" | "trials"} how */
function costOf(all, workload, mode, how) {
  const rounds = all.filter((round) => round.workload === workload && round.how === how);
  const modes = new Set(rounds.flatMap(({ seen }) => Object.keys(seen))).size - 1;
  const ratios = logRatios(rounds, mode);
  const perRound = rounds.reduce((sum, { seconds }) => sum + seconds, 0) / rounds.length / modes;
  return { ratio: medianRatioOf(ratios), n: ratios.length, perRound, seconds: roundsTo(ratios, PRECISION) * perRound };
}

/** @param {readonly Round[]} all @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(all, flags, machine) {
  const modes = [...new Set(all.flatMap(({ seen }) => Object.keys(seen)))].filter((mode) => mode !== "host");
  const rows = WORKLOADS.flatMap((workload) =>
    modes.map((mode) => ({ workload, mode, slices: costOf(all, workload, mode, "slices"), trials: costOf(all, workload, mode, "trials") })),
  );
  const total = (/** @type {"slices" | "trials"} */ how) => rows.reduce((sum, row) => sum + row[how].seconds, 0);
  const gain = total("trials") / total("slices");
  record({
    name: "trust-time",
    machine,
    short: flags.short,
    tables: [
      {
        title: "Seconds to +-2 % of a cell: its share of the rounds, from the spread seen",
        head: [
          "workload",
          "mode",
          "by slices",
          "rounds seen",
          "seconds to +-2 %",
          "by one-second trials",
          "rounds seen",
          "seconds to +-2 %",
          "times longer",
        ],
        rows: [
          ...rows.map(({ workload, mode, slices, trials }) => [
            workload,
            mode,
            ratioText(slices.ratio),
            String(slices.n),
            slices.seconds.toFixed(0),
            ratioText(trials.ratio),
            String(trials.n),
            trials.seconds.toFixed(0),
            (trials.seconds / slices.seconds).toFixed(1),
          ]),
          ["all", "", "", "", total("slices").toFixed(0), "", "", total("trials").toFixed(0), gain.toFixed(1)],
        ],
        note: "Target: at least 10 times less in total. A cell's share of a round is the round's time, starts included, over the number of modes.",
      },
    ],
    outcomes: [met(gain >= 10)],
    figures: { rows, gain },
  });
}
