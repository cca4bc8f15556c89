// Are time slices unbiased? For each mode and workload: ratio of sums by slices over ratio of sums by trials, both measured alternately (method.md).
//
//   npm run bench:slices [-- --minutes 15] [--modes all] [--workloads all] [--trial-seconds 0.25] [--seed 1] [--fresh] [--report] [--short]
//
// Trials are three times as long as a run's: what a tool needs to get up to speed is a larger part of a shorter trial, and slices leave it out.
// With trials of 0.08 s tcp-open's slices came out 4 to 5 % lower on four modes.
//
// Goes on where it was interrupted; a second start adds rounds to those of the first. --report measures nothing and judges what is there.
import { parseArgs } from "node:util";
import { TrialObserver } from "../../dist/measure/observing/trial-observer.js";
import { roundOrder } from "../../dist/measure/rounds/round-order.js";
import { initialSizing } from "../../dist/probes/sizing.js";
import { SLICEABLE, sliceProbe } from "../../dist/probes/slices.js";
import { restartEffect } from "../../dist/statistics/f-test.js";
import { firstAgainstSecondHalf } from "../../dist/statistics/first-half-second-half.js";
import { medianOf } from "../../dist/statistics/median.js";
import { randomFrom } from "../../dist/statistics/random.js";
import { sampleOf } from "../../dist/statistics/sample.js";
import { addTo, labOf, lanesIn, modesNamed, NEVER, serversFor, trialProbe } from "./bench-lab.mjs";
import { Ledger } from "./ledger.mjs";
import { MACHINE } from "./real-lab.mjs";
import { machineFacts, record } from "./record.mjs";
import { Generators } from "./slice-halves.mjs";
import { medianRatioOf, percent, placeOf, ratioOfSumRatios, ratioText } from "./spread.mjs";

const { values: flags } = parseArgs({
  options: {
    "trial-seconds": { type: "string", default: "0.25" },
    minutes: { type: "string", default: "15" },
    modes: { type: "string", default: "all" },
    workloads: { type: "string", default: "all" },
    seed: { type: "string", default: "1" },
    fresh: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
  },
});

/** Rounds of slices between two starts of the generators, as measure/rounds/loop.ts has them, and rounds of trials that follow them. */
const SLICE_ROUNDS = flags.short ? 3 : 7;
const TRIAL_ROUNDS = flags.short ? 2 : 9;
/** Starts of the generators before trials take their turn: to say 1 % about the halves of a slice takes several times the rounds that the proof does. */
const BLOCKS = flags.short ? 1 : 3;
/** Tolerances of method.md: slices against trials, and the first half of a slice against its second. */
const PROOF = 0.05;
const SETTLED = 0.01;
/** Of the trials' rounds a proof needs so many at least, whatever their interval says. */
const FEWEST_ROUNDS = 9;

/**
 * @typedef {import("../../dist/measure/rounds/lanes.js").Lane} Lane
 * @typedef {import("../../dist/probes/slices.js").SliceableWorkload} Workload
 * @typedef {import("./spread.mjs").Unit} Unit
 * @typedef {{ value: number, seconds: number, first?: number, second?: number, drainMs?: number, still?: boolean }} Look
 * @typedef {{ workload: Workload, how: "slices" | "trials", block: string, seen: Record<string, Look[]>, failed: Record<string, string> }} Round
 */

/** @type {Ledger<Round>} */
const ledger = new Ledger("slices", flags);
const random = randomFrom(Number(flags.seed) + ledger.entries.length);

/**
 * One round of a workload: every lane once in random order, the host more often.
 * @param {{ host: Lane, others: readonly Lane[] }} lanes
 * @param {Pick<Round, "workload" | "how" | "block">} round
 * @param {(lane: Lane) => Promise<Look | string>} look gives the reason where there is no figure
 */
async function visit({ host, others }, round, look) {
  /** @type {Round} */
  const entry = { ...round, seen: {}, failed: {} };
  for (const lane of roundOrder(host, others, (below) => random.integer(below))) {
    const { mode } = lane.path;
    const seen = await look(lane);
    if (typeof seen === "string") entry.failed[mode] = seen;
    else addTo(entry.seen, mode, [seen]);
  }
  ledger.add(entry);
}

/** @param {import("./bench-lab.mjs").Lab} lab @param {Workload} workload */
async function alternating(lab, workload) {
  const { host, others } = lanesIn(lab, workload);
  if (host === undefined) throw new Error("the lab has no host");
  const generators = new Generators(lab, sliceProbe(workload));
  const probeOf = (/** @type {import("../../dist/probes/sizing.js").Sizing} */ sizing) => trialProbe(workload, sizing);
  const trials = new TrialObserver({
    session: lab,
    sizing: initialSizing({ seconds: Number(flags["trial-seconds"]) }),
    clock: MACHINE.clock,
    signal: NEVER,
    probeOf,
  });
  await serversFor(
    lab,
    [host, ...others].map((lane) => ({ lane, probe: generators.probe })),
  );
  await trials.open([host, ...others]);
  const lanes = { host, others };
  const sliceBlock = async () => {
    const block = new Date().toISOString();
    await generators.open([host, ...others]);
    for (let round = 0; round < SLICE_ROUNDS; round += 1) {
      await visit(lanes, { workload, how: "slices", block }, async (lane) => {
        const { halves, drainMs, still } = await generators.slice([lane]);
        if (generators.probe.closesConnections) await lab.forgetConnections(lane.path, "closed");
        const [seen] = halves;
        return seen === undefined ? "no slice" : { ...seen, drainMs, still };
      });
    }
    await generators.close();
  };
  return async () => {
    for (let count = 0; count < BLOCKS; count += 1) await sliceBlock();
    const block = new Date().toISOString();
    for (let round = 0; round < TRIAL_ROUNDS; round += 1) {
      await visit(lanes, { workload, how: "trials", block }, async (lane) => {
        const { observation } = await trials.observe(lane, { round, position: 0, startedAt: 0 });
        if (generators.probe.closesConnections) await lab.forgetConnections(lane.path, "all");
        const value = observation.values[workload];
        return value === undefined ? (observation.error ?? "no figure") : { value, seconds: observation.elapsed };
      });
    }
  };
}

/** @param {readonly Workload[]} workloads */
async function measureAll(workloads) {
  const lab = await labOf(await modesNamed(flags.short && flags.modes === "all" ? "flannel-vxlan,flannel-udp" : flags.modes));
  try {
    const turns = [];
    for (const workload of workloads) turns.push({ workload, turn: await alternating(lab, workload) });
    const end = performance.now() + (flags.short ? 0 : Number(flags.minutes) * 60_000);
    let cycle = 0;
    do {
      for (const { turn } of turns) await turn();
      cycle += 1;
      process.stderr.write(`cycle ${String(cycle)}, ${((end - performance.now()) / 1000).toFixed(0)} s left\n`);
    } while (performance.now() < end);
  } finally {
    await lab.close();
  }
}

/** @param {readonly Look[]} looks @returns {Pick<Unit, "above" | "aboveSeconds">} */
function summed(looks) {
  return {
    above: looks.reduce((sum, { value, seconds }) => sum + value * seconds, 0),
    aboveSeconds: looks.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** @param {Round} round @param {string} mode @returns {Unit[]} */
function unitOf({ seen }, mode) {
  const [own, host] = [seen[mode], seen["host"]];
  if (own === undefined || host === undefined) return [];
  const below = summed(host);
  return [{ ...summed(own), below: below.above, belowSeconds: below.aboveSeconds }];
}

/** Rounds of one restart made into one unit. @param {readonly Unit[]} units @returns {Unit} */
const joined = (units) =>
  units.reduce((sum, unit) => ({
    above: sum.above + unit.above,
    aboveSeconds: sum.aboveSeconds + unit.aboveSeconds,
    below: sum.below + unit.below,
    belowSeconds: sum.belowSeconds + unit.belowSeconds,
  }));

/** The in-round log ratio of a mode to the host by some figure of the looks. @param {Round} round @param {string} mode @param {"value" | "first" | "second"} figure @returns {number | undefined} */
function logRatio({ seen }, mode, figure) {
  const of = (/** @type {readonly Look[] | undefined} */ looks) => medianOf((looks ?? []).flatMap((look) => look[figure] ?? []));
  const [own, host] = [of(seen[mode]), of(seen["host"])];
  // A slice in which nothing moved counts: as 1 a second, which is far enough out and has a logarithm.
  return own === undefined || host === undefined ? undefined : Math.log(Math.max(1, own)) - Math.log(Math.max(1, host));
}

/** @param {readonly Round[]} rounds @param {string} mode */
const byBlock = (rounds, mode) => {
  /** @type {Map<string, Round[]>} */
  const blocks = new Map();
  for (const round of rounds.filter(({ seen }) => seen[mode] !== undefined))
    blocks.set(round.block, [...(blocks.get(round.block) ?? []), round]);
  return [...blocks.values()];
};

/** How much faster a mode is than the host in the first half of a slice than in the second, as logarithms. @param {Round} round @param {string} mode @returns {number | undefined} */
function halvesOf(round, mode) {
  const [first, second] = [logRatio(round, mode, "first"), logRatio(round, mode, "second")];
  return first === undefined || second === undefined ? undefined : first - second;
}

/**
 * The same for all modes together, by the median of each round: one settling time serves a workload on all of them, and to say 1 % of a single
 * mode would take thousands of rounds. flannel-udp drains for longer than a slice lasts, so it is left out.
 * @param {Workload} workload
 */
function judgeTogether(workload) {
  const rounds = ledger.entries.filter((round) => round.workload === workload && round.how === "slices");
  const halves = medianRatioOf(
    rounds.flatMap((round) => {
      const seen = Object.keys(round.seen).filter((mode) => mode !== "host" && mode !== "flannel-udp");
      return medianOf(seen.flatMap((mode) => halvesOf(round, mode) ?? [])) ?? [];
    }),
  );
  return { workload, rounds: rounds.length, halves, settled: placeOf(halves, SETTLED) };
}

/** @param {Workload} workload @param {string} mode */
function judge(workload, mode) {
  const own = ledger.entries.filter((round) => round.workload === workload);
  const [slices, trials] = [own.filter(({ how }) => how === "slices"), own.filter(({ how }) => how === "trials")];
  const blocks = byBlock(slices, mode);
  const ratios = blocks.map((block) => block.flatMap((round) => logRatio(round, mode, "value") ?? []));
  const restart = restartEffect(ratios.map((block) => sampleOf(block)).filter((block) => block !== undefined));
  const restartIsUnit = restart.kind === "tested" && restart.unit === "restart";
  const sliceUnits = blocks.flatMap((block) => {
    const units = block.flatMap((round) => unitOf(round, mode));
    return restartIsUnit ? (units.length === 0 ? [] : [joined(units)]) : units;
  });
  const trialUnits = trials.flatMap((round) => unitOf(round, mode));
  const agreement = ratioOfSumRatios(sliceUnits, trialUnits, Number(flags.seed));
  const halves = medianRatioOf(blocks.flat().flatMap((round) => halvesOf(round, mode) ?? []));
  const looks = slices.flatMap(({ seen }) => seen[mode] ?? []);
  return {
    workload,
    mode,
    sliceRounds: blocks.flat().length,
    trialRounds: trialUnits.length,
    ratio: medianRatioOf(ratios.flat()),
    agreement,
    proof: placeOf(trialUnits.length < FEWEST_ROUNDS ? undefined : agreement, PROOF),
    halves,
    settled: placeOf(halves, SETTLED),
    restart: restart.kind === "tested" ? restart.p : undefined,
    drift: firstAgainstSecondHalf(ratios.flat(), 0.95),
    drainMs: medianOf(looks.flatMap(({ drainMs }) => drainMs ?? [])) ?? Number.NaN,
    notStill: looks.filter(({ still }) => still === false).length / Math.max(1, looks.length),
    failed: Object.fromEntries(own.flatMap(({ failed }) => (failed[mode] === undefined ? [] : [[failed[mode], true]]))),
  };
}

/** A slice that is still not at rest when the next one begins is charged to another path. */
const MOST_NOT_STILL = 0.05;

/** Why slices are not trusted there, or undefined. @param {ReturnType<typeof judge>} pair @param {ReturnType<typeof judgeTogether>} together */
function whyTrials({ proof, agreement, settled, halves, notStill, failed }, together) {
  const [reason] = Object.keys(failed);
  if (agreement === undefined) return `not measured: ${reason ?? "too few rounds"}`;
  if (proof === "beyond") return `slices say ${ratioText(agreement)} of what trials say`;
  if (settled === "beyond")
    return `not settled: its ratio to the host is ${ratioText(halves)} in the first half of a slice over the second`;
  if (notStill > MOST_NOT_STILL) return `${percent(notStill)} of its slices did not come to rest within 60 ms`;
  if (proof === "open") return `not proven yet: slices over trials ${ratioText(agreement)} does not lie within 1 +- 5 %`;
  if (together.settled === "beyond")
    return `not settled: on all modes together the first half over the second is ${ratioText(together.halves)}`;
  return undefined;
}

const machine = machineFacts();
const workloads = flags.workloads === "all" ? SLICEABLE : SLICEABLE.filter((name) => flags.workloads.split(",").includes(name));
if (!flags.report) await measureAll(workloads);

const modes = [...new Set(ledger.entries.flatMap(({ seen, failed }) => [...Object.keys(seen), ...Object.keys(failed)]))].filter(
  (mode) => mode !== "host",
);
const judged = SLICEABLE.flatMap((workload) =>
  modes
    .filter((mode) => ledger.entries.some((round) => round.workload === workload && (mode in round.seen || mode in round.failed)))
    .map((mode) => judge(workload, mode)),
);
const together = SLICEABLE.filter((workload) => judged.some((pair) => pair.workload === workload)).map(judgeTogether);
const pairs = judged.flatMap((pair) =>
  together.filter(({ workload }) => workload === pair.workload).map((all) => ({ ...pair, why: whyTrials(pair, all) })),
);

record({
  name: "slices",
  machine,
  short: flags.short,
  tables: [
    {
      title: "Slices against trials, measured alternately; ratios are pod over host, intervals 95 %",
      head: [
        "workload",
        "mode",
        "rounds of slices, trials",
        "median ratio by slices",
        "slices over trials (ratio of sums)",
        "within 5 %",
        "first half of a slice over its second",
        "within 1 %",
        "restart effect (p)",
        "first half of the run over its second",
        "drain (median)",
        "not at rest",
      ],
      rows: pairs.map((pair) => [
        pair.workload,
        pair.mode,
        `${String(pair.sliceRounds)}, ${String(pair.trialRounds)}`,
        ratioText(pair.ratio),
        ratioText(pair.agreement),
        pair.proof,
        ratioText(pair.halves),
        pair.settled,
        pair.restart === undefined ? "-" : `${pair.restart.toFixed(3)}${pair.restart < 0.01 ? " (restart is the unit)" : ""}`,
        pair.drift === undefined ? "-" : ratioText({ n: 0, ...pair.drift }),
        `${pair.drainMs.toFixed(1)} ms`,
        percent(pair.notStill),
      ]),
      note: `A restart effect at 1 % is expected by chance in ${(pairs.length / 100).toFixed(1)} of ${String(pairs.length)} pairs.`,
    },
    {
      title: "Settled: the first half of a slice over its second, pod over host, all modes together (median of each round)",
      head: ["workload", "rounds", "first half over second", "within 1 %"],
      rows: together.map(({ workload, rounds, halves, settled }) => [workload, String(rounds), ratioText(halves), settled]),
    },
    {
      title: "Observed by trials, and why",
      head: ["workload", "mode", "reason"],
      rows: pairs.flatMap(({ workload, mode, why }) => (why === undefined ? [] : [[workload, mode, why]])),
    },
  ],
  outcomes: pairs.map(({ proof }) => (proof === "within" ? "met" : "undecided")),
  figures: { pairs, together },
});
