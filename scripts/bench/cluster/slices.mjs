/**
 * Are time slices unbiased in a cluster, where an order goes over an exec stream and two machines have their own clocks? Ratio of sums by slices over
 * ratio of sums by trials, measured alternately, for each workload and path.
 */

import { realClock } from "../../../dist/machine/clock.js";
import { Servers } from "../../../dist/measure/observing/servers.js";
import { SliceObserver } from "../../../dist/measure/observing/slice-observer.js";
import { TrialObserver } from "../../../dist/measure/observing/trial-observer.js";
import { roundOrder } from "../../../dist/measure/rounds/round-order.js";
import { unsupportedOn } from "../../../dist/model/path-limits.js";
import { initialSizing } from "../../../dist/probes/sizing.js";
import { sliceProbe } from "../../../dist/probes/slices.js";
import { randomFrom } from "../../../dist/statistics/random.js";
import { addTo, trialProbe } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, record } from "../record.mjs";
import { medianRatioOf, placeOf, ratioOfSumRatios, ratioText } from "../spread.mjs";
import { CLUSTER_FOLDER, variantOf, withCluster } from "./bench-cluster.mjs";
import { inCluster, NEVER, pathNamed } from "./ground.mjs";

/** What is observed by slices in the lab, by the lab's proof (measure/observing/strategy.ts). */
const WORKLOADS = /** @type {const} */ (["tcp-open", "pps"]);
const HOST = "host-host";
const SUBJECTS = /** @type {const} */ (["pod-pod", "pod-service"]);
/** Rounds of slices between two starts of the generators, as measure/rounds/loop.ts has them, and rounds of trials that follow them. */
const SLICE_ROUNDS = 7;
const TRIAL_ROUNDS = 5;
/** A trial's start is a larger part of a shorter one (docs/trust.md). */
const TRIAL_SECONDS = 0.25;
const PROOF = 0.05;
const FEWEST_ROUNDS = 9;

/**
 * @typedef {import("../../../dist/measure/rounds/lanes.js").Lane} Lane
 * @typedef {import("../../../dist/probes/slices.js").SliceableWorkload} Workload
 * @typedef {import("../spread.mjs").Unit} Unit
 * @typedef {{ value: number, seconds: number, drainMs?: number, still?: boolean }} Look
 * @typedef {{ workload: Workload, how: "slices" | "trials", block: string, seen: Record<string, Look[]>, failed: Record<string, string> }} Round
 */

/** @param {import("../cluster.mjs").Flags} flags */
export async function slices(flags) {
  const machine = machineFacts();
  const network = /** @type {import("../../../test/cluster/variants.mjs").Network} */ (flags.network ?? "flannel-vxlan");
  /** @type {Ledger<Round>} */
  const ledger = new Ledger(`slices-${network}`, flags, CLUSTER_FOLDER);
  if (!flags.report) {
    const asked = { mode: network, paths: [HOST, ...SUBJECTS].join(","), metrics: WORKLOADS.join(","), minutes: flags.minutes };
    await withCluster(variantOf({ network }), ({ kubeconfig }) =>
      inCluster({ kubeconfig, ...asked }, (session) => alternate(session, ledger, flags)),
    );
  }
  report(ledger.entries, network, flags, machine);
}

/** Raw frames are no Service's. @param {Workload} workload */
const subjectsOf = (workload) => SUBJECTS.filter((path) => unsupportedOn(path)[workload] === undefined);

/** @param {import("./ground.mjs").Session} session @param {Ledger<Round>} ledger @param {import("../cluster.mjs").Flags} flags */
async function alternate(session, ledger, flags) {
  const random = randomFrom(flags.seed + ledger.entries.length);
  const turns = [];
  for (const workload of WORKLOADS) turns.push(await alternating(session, workload, ledger, random));
  const end = performance.now() + (flags.short ? 0 : flags.minutes * 60_000);
  do {
    for (const turn of turns) await turn();
    process.stderr.write(`${((end - performance.now()) / 1000).toFixed(0)} s left\n`);
  } while (performance.now() < end);
}

/** @param {import("./ground.mjs").Session} session @param {Workload} workload @param {Ledger<Round>} ledger @param {import("../../../dist/statistics/random.js").Random} random */
async function alternating(session, workload, ledger, random) {
  const laneOf = (/** @type {string} */ name) => /** @type {Lane} */ ({ workload, path: pathNamed(session, name), stayKey: name });
  const host = laneOf(HOST);
  const others = subjectsOf(workload).map(laneOf);
  const lanes = [host, ...others];
  const probe = sliceProbe(workload);
  const generators = new SliceObserver({ session, probe, clock: realClock, signal: NEVER });
  const trials = new TrialObserver({
    session,
    sizing: initialSizing({ seconds: TRIAL_SECONDS }),
    clock: realClock,
    signal: NEVER,
    probeOf: (sizing) => trialProbe(workload, sizing),
  });
  const servers = lanes.flatMap(({ path }) => probe.servers(path).map((spec) => ({ endpoint: path.to, spec })));
  const started = new Servers(session, realClock);
  await started.ensure(servers);
  const down = started.whyDown(servers);
  if (down !== undefined) throw new Error(down);
  await trials.open(lanes);
  /** @param {"slices" | "trials"} how @param {string} block @param {import("../../../dist/measure/observing/observer.js").Observer} observer */
  const visit = async (how, block, observer) => {
    /** @type {Round} */
    const entry = { workload, how, block, seen: {}, failed: {} };
    for (const lane of roundOrder(host, others, (below) => random.integer(below))) {
      const { observation } = (await observer.observe(lane, { round: 0, position: 0, startedAt: 0 })) ?? {};
      const value = observation?.values[workload];
      if (observation === undefined || value === undefined) entry.failed[lane.path.name] = observation?.error ?? "no figure";
      else addTo(entry.seen, lane.path.name, [lookOf(observation, value)]);
    }
    ledger.add(entry);
  };
  return async () => {
    const block = new Date().toISOString();
    await generators.open(lanes);
    for (let round = 0; round < SLICE_ROUNDS; round += 1) await visit("slices", block, generators);
    await generators.close();
    for (let round = 0; round < TRIAL_ROUNDS; round += 1) await visit("trials", block, trials);
  };
}

/** @param {import("../../../dist/model/run.js").Observation} observation @param {number} value @returns {Look} */
function lookOf({ elapsed, facts }, value) {
  const { drainMs, drained } = facts ?? {};
  return { value, seconds: elapsed, ...(drainMs === undefined ? {} : { drainMs, still: drained === 1 }) };
}

/** @param {readonly Look[]} looks */
const summed = (looks) => ({
  above: looks.reduce((sum, { value, seconds }) => sum + value * seconds, 0),
  aboveSeconds: looks.reduce((sum, { seconds }) => sum + seconds, 0),
});

/** @param {Round} round @param {string} path @returns {Unit[]} */
function unitOf({ seen }, path) {
  const [own, host] = [seen[path], seen[HOST]];
  if (own === undefined || host === undefined) return [];
  const below = summed(host);
  return [{ ...summed(own), below: below.above, belowSeconds: below.aboveSeconds }];
}

/** @param {readonly Round[]} entries @param {Workload} workload @param {string} path @param {number} seed */
function judge(entries, workload, path, seed) {
  const own = entries.filter((round) => round.workload === workload);
  const unitsOf = (/** @type {Round["how"]} */ how) => own.filter((round) => round.how === how).flatMap((round) => unitOf(round, path));
  const [bySlices, byTrials] = [unitsOf("slices"), unitsOf("trials")];
  const agreement = ratioOfSumRatios(bySlices, byTrials, seed);
  const looks = own.filter(({ how }) => how === "slices").flatMap(({ seen }) => seen[path] ?? []);
  const logs = (/** @type {readonly Unit[]} */ units) =>
    medianRatioOf(
      units.map((unit) => Math.log(Math.max(1, unit.above) / unit.aboveSeconds) - Math.log(Math.max(1, unit.below) / unit.belowSeconds)),
    );
  return {
    workload,
    path,
    rounds: [bySlices.length, byTrials.length],
    slices: logs(bySlices),
    trials: logs(byTrials),
    agreement,
    proof: placeOf(byTrials.length < FEWEST_ROUNDS ? undefined : agreement, PROOF),
    notStill: looks.filter(({ still }) => still === false).length / Math.max(1, looks.length),
    failed: [...new Set(own.flatMap(({ failed }) => failed[path] ?? []))],
  };
}

/** @param {readonly Round[]} entries @param {string} network @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(entries, network, flags, machine) {
  const pairs = WORKLOADS.flatMap((workload) => subjectsOf(workload).map((path) => judge(entries, workload, path, flags.seed)));
  record({
    name: `cluster-slices-${network}`,
    machine,
    short: flags.short,
    tables: [
      {
        title: `Slices against trials in a cluster (${network}), measured alternately; ratios to host-host, intervals 95 %`,
        head: [
          "workload",
          "path",
          "rounds of slices, trials",
          "by slices",
          "by trials",
          "slices over trials (ratio of sums)",
          "within 5 %",
          "not at rest",
          "failed",
        ],
        rows: pairs.map((pair) => [
          pair.workload,
          pair.path,
          pair.rounds.join(", "),
          ratioText(pair.slices),
          ratioText(pair.trials),
          ratioText(pair.agreement),
          pair.proof,
          `${(100 * pair.notStill).toFixed(1)} %`,
          pair.failed[0]?.slice(0, 100) ?? "",
        ]),
      },
    ],
    outcomes: pairs.map(({ proof }) => (proof === "within" ? "met" : proof === "beyond" ? "missed" : "undecided")),
    figures: pairs,
  });
}
