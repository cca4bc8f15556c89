// The tool adds nothing: iperf3 and ab run by hand in the lab's namespaces, alternating with podwire's own trials: of as many requests,
// and of a second where podwire counts a part of a transfer.
//
//   npm run bench:overhead [-- --pairs 60] [--open-pairs 400] [--seed 1] [--short]
//
// By hand means: a process of this bench enters the namespace with nsenter and runs the tool; no agent, no counters, no files.

import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { Servers } from "../../dist/measure/observing/servers.js";
import { TrialObserver } from "../../dist/measure/observing/trial-observer.js";
import { metricsOf, workload } from "../../dist/model/metric.js";
import { pathKey } from "../../dist/model/path.js";
import { probeFor } from "../../dist/probes/index.js";
import { initialSizing } from "../../dist/probes/sizing.js";
import { medianOf } from "../../dist/statistics/median.js";
import { estimateOf } from "../../dist/statistics/median-interval.js";
import { randomFrom, shuffled } from "../../dist/statistics/random.js";
import { formatQuantity, formatRatio } from "../../dist/units/format.js";
import { bitsPerSecond } from "../../dist/units/quantity.js";
import { resolveVariant } from "../../dist/variants/variant.js";
import { openLab } from "../../dist/venues/lab/lab-session.js";
import { MACHINE } from "./real-lab.mjs";
import { machineFacts, parsed, record } from "./record.mjs";

const { values: flags } = parseArgs({
  options: {
    pairs: { type: "string", default: "60" },
    "open-pairs": { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    short: { type: "boolean", default: false },
  },
});

const RATE = 1e9;
const SIZING = initialSizing({ link: { bitsPerSecond: RATE, mtu: 1500 } });
const MODES = ["host", "flannel-vxlan"];
/** The tolerances of the target. Uncapped trials of one path differ by a third of themselves, so they take many more pairs. */
const WORKLOADS = /** @type {const} */ ([
  { name: "tcp", tolerance: 0.01, pairs: flags.short ? 3 : Number(flags.pairs) },
  { name: "tcp-open", tolerance: 0.03, pairs: flags.short ? 3 : Number(flags["open-pairs"]) },
  { name: "http", tolerance: 0.03, pairs: flags.short ? 3 : Number(flags["open-pairs"]) },
]);
/** Trials in which podwire learns how many requests to make. */
const LEARNING = 6;
/** iperf3's server serves one client at a time, and needs a moment between two of them: by hand one tries again. */
const ATTEMPTS = 5;

/**
 * @typedef {import("../../dist/measure/rounds/lanes.js").Lane} Lane
 * @typedef {import("../../dist/venues/contract.js").Path} Path
 * @typedef {(typeof WORKLOADS)[number]["name"]} Name
 * @typedef {import("../../dist/venues/lab/lab-session.js").LabSession} Lab
 * @typedef {{ lane: Lane, requests: number, observer: TrialObserver, tolerance: number, pairs: number, byPodwire: number[], byHand: number[], failed: number }} Cell
 */

const signal = new AbortController().signal;
const run = promisify(execFile);

/** @param {Name} name @param {import("../../dist/probes/sizing.js").Sizing} sizing */
function trialProbe(name, sizing) {
  const probe = probeFor(name, sizing);
  if (probe.kind !== "trial") throw new Error(`${name} is not observed by trials`);
  return probe;
}

/** @param {Name} name @param {string} mode @param {Lab} lab @returns {Lane} */
function laneOf(name, mode, lab) {
  const path = lab.paths.find(
    (one) => one.mode === mode && one.link === workload(name).link && (mode === "host" || one.name === "pod-pod"),
  );
  if (path === undefined) throw new Error(`${mode} has no path for ${name}: ${JSON.stringify(lab.failures)}`);
  return { workload: name, path, stayKey: pathKey({ mode, path: path.name }) };
}

/** How many requests podwire makes in a trial, once it knows the path; read from the command it ran. @param {Name} name @param {Lane} lane @param {Lab} lab */
async function learnedRequests(name, lane, lab) {
  const options = { session: lab, sizing: SIZING, clock: MACHINE.clock, signal };
  const observer = new TrialObserver({ ...options, probeOf: (sizing) => trialProbe(name, sizing) });
  await observer.open([lane]);
  let requests = 0;
  for (let round = 0; round < LEARNING; round += 1) {
    const { argv = [] } = (await observer.observe(lane, { round, position: 0, startedAt: 0 })).raw ?? {};
    requests = Number(argv[argv.indexOf("-n") + 1]);
  }
  if (!(requests > 0)) throw new Error(`how many requests a trial of ${name} makes cannot be read from its command`);
  return requests;
}

/** @param {(typeof WORKLOADS)[number]} load @param {string} mode @param {Lab} lab @returns {Promise<Cell>} */
async function cellOf({ name, tolerance, pairs }, mode, lab) {
  const lane = laneOf(name, mode, lab);
  const requests = name === "http" ? await learnedRequests(name, lane, lab) : 0;
  const fixed = trialProbe(name, { ...SIZING, requests: { [`${name} ${lane.path.id}`]: requests } });
  const observer = new TrialObserver({ session: lab, sizing: SIZING, clock: MACHINE.clock, signal, probeOf: () => fixed });
  return { lane, requests, observer, tolerance, pairs, byPodwire: [], byHand: [], failed: 0 };
}

/** @param {Cell} cell @param {number} round @returns {Promise<number | undefined>} undefined when the trial failed */
async function byPodwire({ lane, observer }, round) {
  const { observation } = await observer.observe(lane, { round, position: 0, startedAt: 0 });
  return observation.values[lane.workload];
}

/** @param {Cell} cell @param {Lab} lab @returns {Promise<number | undefined>} undefined when the tool failed again and again */
async function byHand({ lane: { workload: name, path }, requests }, lab) {
  const argv = name === "http" ? abArgv(path, requests) : iperf3Argv(path);
  const [program, ...args] = lab.enter(path.from.id.replaceAll("/", "."), argv);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // iperf3 ends with 1 when the server is busy, and says so in its JSON.
    const stdout = await run(program, args).then(
      (ended) => ended.stdout,
      () => "",
    );
    const value = name === "http" ? abFigure(stdout) : iperf3Figure(stdout);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A second of sending, on a limited link after another one that empties its bucket. @param {Path} path @returns {readonly [string, ...string[]]} */
function iperf3Argv({ address, ports, link }) {
  const omitted = link === "capped" ? ["-O", "1"] : [];
  return ["iperf3", "-c", address, "-p", String(ports.iperf3), "-t", "1", ...omitted, "-J"];
}

/** @param {Path} path @param {number} requests @returns {readonly [string, ...string[]]} */
const abArgv = (path, requests) => ["ab", "-q", "-n", String(requests), "-c", "50", `http://${path.address}:${String(path.ports.http)}/`];

/** Bits per second at the receiver. @param {string} stdout */
function iperf3Figure(stdout) {
  const report = /** @type {{ end?: { sum_received?: { bits_per_second: number } } }} */ (parsed(stdout || "{}"));
  return report.end?.sum_received?.bits_per_second;
}

/** Requests per second. @param {string} stdout */
function abFigure(stdout) {
  const rate = /^Requests per second: +([\d.]+)/m.exec(stdout)?.[1];
  return rate === undefined ? undefined : Number(rate);
}

/** Both ways once, in random order. @param {Cell} cell @param {number} round @param {Lab} lab @param {import("../../dist/statistics/random.js").Random} random */
async function pair(cell, round, lab, random) {
  const handFirst = random.integer(2) === 0;
  const before = handFirst ? await byHand(cell, lab) : undefined;
  const own = await byPodwire(cell, round);
  const hand = handFirst ? before : await byHand(cell, lab);
  if (own === undefined || hand === undefined) cell.failed += 1;
  else {
    cell.byPodwire.push(own);
    cell.byHand.push(hand);
  }
}

/** @param {Cell} cell */
function resultOf({ lane, requests, tolerance, byPodwire: own, byHand: hand, failed }) {
  const ratios = own.map((value, index) => Math.log(value / (hand[index] ?? Number.NaN)));
  const estimate = estimateOf(ratios, 0.95);
  if (estimate?.interval === undefined)
    throw new Error(`${lane.workload} on ${lane.path.id}: fewer than 3 pairs, ${String(failed)} failed`);
  const [ratio, low, high] = [estimate.centre, estimate.interval.low, estimate.interval.high].map(Math.exp);
  return {
    workload: lane.workload,
    path: lane.path.id,
    requests,
    pairs: ratios.length,
    failed,
    byPodwire: medianOf(own) ?? 0,
    byHand: medianOf(hand) ?? 0,
    ratio: ratio ?? 0,
    low: low ?? 0,
    high: high ?? 0,
    tolerance,
    outcome: outcomeOf(low ?? 0, high ?? 0, tolerance),
  };
}

/** @param {number} low @param {number} high @param {number} tolerance @returns {import("./record.mjs").Outcome} */
function outcomeOf(low, high, tolerance) {
  const [least, most] = [1 - tolerance, 1 + tolerance];
  if (low >= least && high <= most) return "met";
  return high < least || low > most ? "missed" : "undecided";
}

/** @param {Lab} lab */
async function measured(lab) {
  const random = randomFrom(Number(flags.seed));
  const servers = MODES.flatMap((mode) =>
    WORKLOADS.flatMap(({ name }) => {
      const { path } = laneOf(name, mode, lab);
      return trialProbe(name, SIZING)
        .servers(path)
        .map((spec) => ({ endpoint: path.to, spec }));
    }),
  );
  const started = new Servers(lab, MACHINE.clock);
  await started.ensure(servers);
  const down = started.whyDown(servers);
  if (down !== undefined) throw new Error(down);
  /** @type {Cell[]} */
  const cells = [];
  for (const load of WORKLOADS) for (const mode of MODES) cells.push(await cellOf(load, mode, lab));
  for (let round = 0; cells.some(({ pairs }) => round < pairs); round += 1) {
    for (const cell of shuffled(
      cells.filter(({ pairs }) => round < pairs),
      random,
    ))
      await pair(cell, round, lab, random);
  }
  return cells.map(resultOf);
}

const machine = machineFacts();
const modes = MODES.map((name) => resolveVariant(name));
const lab = await openLab(MACHINE, { modes, links: ["open", "capped"], rate: bitsPerSecond(RATE), mtu: 1500, nodes: 2 });
const results = await measured(lab).finally(() => lab.close());

record({
  name: "overhead",
  machine,
  short: flags.short,
  tables: [
    {
      title: "podwire's figure over the figure by hand",
      head: ["metric", "path", "pairs", "by podwire (median)", "by hand (median)", "ratio [95 % interval]", "must lie within", ""],
      rows: results.map((result) => {
        const { unit } = metricsOf(result.workload)[0] ?? { unit: "bit/s" };
        return [
          result.workload,
          result.path,
          `${String(result.pairs)}${result.failed === 0 ? "" : `, ${String(result.failed)} failed`}`,
          formatQuantity(result.byPodwire, unit),
          formatQuantity(result.byHand, unit),
          formatRatio(result.ratio, result.low, result.high),
          `${(1 - result.tolerance).toFixed(2)} to ${(1 + result.tolerance).toFixed(2)}`,
          result.outcome,
        ];
      }),
    },
  ],
  outcomes: results.map(({ outcome }) => outcome),
  figures: results,
});
