/**
 * Known truth: links capped at 100, 97 and 94 % of the network's rate, each against a twin of its own capped at 100 %. What is true of a pair
 * is what the kernel's byte counters say when both links run full for a minute.
 *
 * Pairs are measured as podwire measures a cell: trials alternately inside rounds, the planned looks at the default margin of a capped link.
 * Several pairs are at it side by side: their links are slow enough that the CPU is not the limit (its load is in the table), and what they
 * disturb each other makes the measuring harder, not easier.
 */

import { CampaignRecord } from "../../../dist/measure/cells/campaign-record.js";
import { CellTracker } from "../../../dist/measure/cells/cell-tracker.js";
import { IdleCpu } from "../../../dist/measure/cells/idle-cpu.js";
import { drawsOf, PooledNumbers } from "../../../dist/measure/cells/pooled.js";
import { TrialObserver } from "../../../dist/measure/observing/trial-observer.js";
import { findMetric } from "../../../dist/model/metric.js";
import { initialSizing } from "../../../dist/probes/sizing.js";
import { FEWEST_ROUNDS } from "../../../dist/statistics/planned-looks.js";
import { randomFrom, shuffled } from "../../../dist/statistics/random.js";
import { milliseconds } from "../../../dist/units/quantity.js";
import { labOf, lanesIn, NEVER, numberOr, serversFor, trialProbe, twinOf } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { MACHINE } from "../real-lab.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { binomialInterval, clusteredInterval, percent, shareText } from "../spread.mjs";

const SHARES = [1, 0.97, 0.94];
/** Of method.md: the default margin of a capped link. */
const MARGIN = 0.02;
/** Slower links have queues so short that some trials of 80 ms lose segments; at this rate none did. */
const DEFAULT_RATE = 200e6;
const DEFAULT_RUNS = 20;
const DEFAULT_PAIRS = 5;
/** Seconds that a whole default run may measure: more than a pair ever needs here. */
const BUDGET = 200;
/** Seconds of the long run (`--long`), and those before it in which TCP gets up to speed. */
const LONG_RUN = 60;
const RAMP = 2;
const SIDE_BY_SIDE = 4;
/** Links that keep the CPUs busier than this are not full: then fewer pairs run at a time. A few seconds tell. */
const CPU_BOUND = 0.85;
const PROBE = 6;
/** Pairs that run full at once, at least. */
const FEWEST_AT_ONCE = 3;
/** What each truth must be called, and in how many of 100. */
const TARGETS = [
  { share: 1, verdict: "same", least: 95 },
  { share: 0.97, verdict: "slower", least: 95 },
  { share: 0.94, verdict: "slower", least: 99 },
];

/**
 * @typedef {import("../bench-lab.mjs").Lane} Lane
 * @typedef {import("../bench-lab.mjs").Lab} Lab
 * @typedef {{ share: number, link: Lane, twin: Lane }} Pair
 * @typedef {{ verdict: string, median: number, low: number, high: number, n: number, seconds: number }} Judged
 * @typedef {{ run: number, pair: string, share: number, truth: number, longRunBusy: number, judged: Judged | string }} Result `judged` is the reason where there is no figure
 */

/** @param {import("../trust.mjs").Flags} flags */
export async function truth(flags) {
  const machine = machineFacts();
  const rate = numberOr(flags.rate, DEFAULT_RATE);
  const runs = flags.short ? 1 : numberOr(flags.runs, DEFAULT_RUNS);
  const each = flags.short ? 1 : numberOr(flags.links, DEFAULT_PAIRS);
  /** @type {Ledger<Result>} */
  const ledger = new Ledger(rate === DEFAULT_RATE ? "truth" : `truth-${String(rate / 1e6)}`, flags);
  const done = new Set(ledger.entries.map(({ run }) => run));
  for (let run = 0; run < runs && !flags.report; run += 1) {
    if (done.has(run)) continue;
    for (const result of await oneRun(run, rate, each, flags)) ledger.add(result);
    process.stderr.write(`run ${String(run + 1)} of ${String(runs)}\n`);
  }
  report(ledger.entries, rate, flags, machine);
}

/** @param {number} run @param {number} rate @param {number} each pairs of each truth @param {import("../trust.mjs").Flags} flags @returns {Promise<Result[]>} */
async function oneRun(run, rate, each, flags) {
  const names = SHARES.flatMap((share) =>
    Array.from({ length: each }, (_, index) => ({ share, name: `link-${String(share * 100)}-${String(index + 1)}` })),
  );
  const modes = names.flatMap(({ share, name }) => [twinOf(name, share), twinOf(`${name}-twin`)]);
  const lab = await labOf(modes, rate);
  try {
    const { others } = lanesIn(lab, "tcp", "capped");
    const laneOf = (/** @type {string} */ mode) => others.find(({ path }) => path.mode === mode) ?? notBuilt(mode);
    const pairs = names.map(({ share, name }) => ({ share, link: laneOf(name), twin: laneOf(`${name}-twin`) }));
    await serversFor(
      lab,
      others.map((lane) => ({ lane, probe: trialProbe("tcp", initialSizing({ link: { bitsPerSecond: rate, mtu: 1500 } })) })),
    );
    const waiting = shuffled(pairs, randomFrom(flags.seed + run));
    /** @type {{ pair: Pair, judged: Judged | string }[]} */
    const seen = [];
    const worker = async () => {
      for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop())
        seen.push({ pair, judged: await measured(lab, pair, rate, flags.seed + 1000 * run + waiting.length) });
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    const truths = await longRuns(lab, pairs, flags.short ? 3 : numberOr(flags.long, LONG_RUN));
    return seen.map(({ pair: { share, link, twin }, judged }) => {
      const bytesOf = (/** @type {Lane} */ { path }) => truths.bytes.get(path.id) ?? Number.NaN;
      return { run, pair: link.path.mode, share, truth: bytesOf(link) / bytesOf(twin), longRunBusy: truths.busy, judged };
    });
  } finally {
    await lab.close();
  }
}

/** @param {string} mode @returns {never} */
function notBuilt(mode) {
  throw new Error(`${mode} was not built`);
}

/** One pair until its cell is decided, as a run would. @param {Lab} lab @param {Pair} pair @param {number} rate @param {number} seed @returns {Promise<Judged | string>} the reason where there is no figure */
async function measured(lab, pair, rate, seed) {
  const metric = findMetric("tcp");
  if (metric === undefined) throw new Error("there is no metric tcp");
  const random = randomFrom(seed);
  const watched = new CampaignRecord();
  const { link, twin } = pair;
  const observer = new TrialObserver({
    session: lab,
    sizing: initialSizing({ link: { bitsPerSecond: rate, mtu: 1500 } }),
    clock: MACHINE.clock,
    signal: NEVER,
    probeOf: (sizing) => trialProbe("tcp", sizing),
  });
  const tracker = new CellTracker(
    {
      record: watched,
      pooled: new PooledNumbers(watched, drawsOf(seed), new IdleCpu([])),
      metric,
      numerator: { mode: link.path.mode, path: link.path.name },
      denominator: { mode: twin.path.mode, path: twin.path.name },
    },
    { margin: MARGIN, better: "higher", fewestRounds: FEWEST_ROUNDS.trials },
  );
  await observer.open([link, twin]);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  for (let round = 0; tracker.state.status === "open" && seconds() < BUDGET; round += 1) {
    for (const [position, lane] of shuffled([link, twin], random).entries()) {
      watched.add((await observer.observe(lane, { round, position, startedAt: seconds() })).observation);
    }
    tracker.see(round);
  }
  const outcome = tracker.finish();
  if (outcome.kind !== "estimated") return outcome.reason;
  if (outcome.interval === undefined) return "no interval";
  const { centre, interval, verdict, rounds } = outcome;
  return {
    verdict,
    median: Math.exp(centre),
    low: Math.exp(interval.low),
    high: Math.exp(interval.high),
    n: rounds.length,
    seconds: seconds(),
  };
}

/** Pairs that the CPUs carry at once; found out at the first long run. @type {number | undefined} */
let atOnce;

/** Bytes that arrived by path when all pairs, or as many at a time as the CPUs carry, ran full. @param {Lab} lab @param {readonly Pair[]} pairs @param {number} seconds */
async function longRuns(lab, pairs, seconds) {
  const lanesOf = (/** @type {readonly Pair[]} */ some) => some.flatMap(({ link, twin }) => [link, twin]);
  atOnce ??= await carried(pairs.length, async (tried) => (await longRun(lab, lanesOf(pairs.slice(0, tried)), PROBE)).busy);
  /** @type {Map<string, number>} */
  const bytes = new Map();
  let busiest = 0;
  for (let from = 0; from < pairs.length; from += atOnce) {
    const run = await longRun(lab, lanesOf(pairs.slice(from, from + atOnce)), seconds);
    for (const [path, count] of run.bytes) bytes.set(path, count);
    busiest = Math.max(busiest, run.busy);
  }
  return { bytes, busy: busiest };
}

/** The largest number of pairs that leaves the CPUs some room, by halving. @param {number} most @param {(tried: number) => Promise<number>} busyWith @returns {Promise<number>} */
async function carried(most, busyWith) {
  if (most <= FEWEST_AT_ONCE) return most;
  const busy = await busyWith(most);
  process.stderr.write(`${String(most)} pairs at once keep the CPUs ${percent(busy)} busy\n`);
  if (busy <= CPU_BOUND) return most;
  return carried(Math.ceil(most / 2), busyWith);
}

/** These links run full at once; bytes that arrived by path, and the share of CPU time that was busy. @param {Lab} lab @param {readonly Lane[]} lanes @param {number} seconds */
async function longRun(lab, lanes, seconds) {
  const clients = await Promise.all(
    lanes.map(({ path }) =>
      lab.spawn(path.from, {
        argv: [
          "iperf3",
          "--client",
          path.address,
          "--port",
          String(path.ports.iperf3),
          "--time",
          String(seconds + 2 * RAMP),
          "--interval",
          "0",
        ],
        reason: "fill the link for the truth's minute",
        timeout: milliseconds((seconds + 30) * 1000),
      }),
    ),
  );
  const watch = lanes.map(({ path }) => ({ id: path.to.id, namespace: path.to.id.replaceAll("/", ".") }));
  await MACHINE.clock.sleep(milliseconds(RAMP * 1000));
  const before = await lab.agent.order({ kind: "read", watch });
  await MACHINE.clock.sleep(milliseconds(seconds * 1000));
  const after = await lab.agent.order({ kind: "read", watch });
  const failed = (await Promise.all(clients.map((client) => client.finished))).filter(({ exitCode }) => exitCode !== 0);
  if (failed.length > 0)
    throw new Error(`${String(failed.length)} long runs failed: ${failed[0]?.stderr ?? ""} ${failed[0]?.stdout ?? ""}`);
  const bytes = lanes.map(({ path }) => {
    const of = (/** @type {typeof before} */ reading) => reading.counters[path.to.id]?.devices[path.arrival.device]?.rxBytes ?? Number.NaN;
    return /** @type {const} */ ([path.id, of(after) - of(before)]);
  });
  const [busy, idle] = [after.cpu.busy - before.cpu.busy, after.cpu.idle - before.cpu.idle];
  return { bytes: new Map(bytes), busy: busy / (busy + idle) };
}

/** @param {readonly Result[]} results @param {number} rate @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(results, rate, flags, machine) {
  const judged = results.flatMap(({ judged: own, ...rest }) => (typeof own === "string" ? [] : [{ ...rest, ...own }]));
  const holds = (/** @type {typeof judged[number]} */ { truth: true_, low, high }) => low <= true_ && true_ <= high;
  const rows = TARGETS.map(({ share, verdict, least }) => {
    const own = judged.filter((result) => result.share === share);
    const right = own.filter((result) => result.verdict === verdict).length;
    return { share, verdict, least, own, right, isMet: right * 100 >= least * own.length };
  });
  const covered = judged.filter(holds).length;
  const exact = binomialInterval(covered, judged.length);
  const runs = [...new Set(judged.map(({ run }) => run))];
  const byRun = runs.map((run) => {
    const own = judged.filter((result) => result.run === run);
    return own.filter(holds).length / own.length;
  });
  const clustered = clusteredInterval(byRun);
  const busy = Math.max(...judged.map(({ longRunBusy }) => longRunBusy));
  const meanOf = (/** @type {readonly number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  record({
    name: "trust-truth",
    machine,
    short: flags.short,
    tables: [
      {
        title: `Links of ${String(rate / 1e6)} Mbit/s against twins, margin ${percent(MARGIN)}`,
        head: [
          "capped at",
          "pairs",
          "true ratio (mean, lowest, highest)",
          "called",
          "target",
          "other verdicts",
          "interval holds the truth",
          "rounds (mean)",
        ],
        rows: rows.map(({ share, verdict, least, own, right, isMet }) => {
          const truths = own.map((result) => result.truth);
          const others = own.filter((result) => result.verdict !== verdict).map((result) => result.verdict);
          return [
            percent(share),
            String(own.length),
            `${meanOf(truths).toFixed(4)}, ${Math.min(...truths).toFixed(4)}, ${Math.max(...truths).toFixed(4)}`,
            `${verdict}: ${shareText(right, own.length)}`,
            `${String(least)} of 100: ${met(isMet)}`,
            others.length === 0
              ? "none"
              : [...new Set(others)].map((name) => `${name} ${String(others.filter((other) => other === name).length)}`).join(", "),
            shareText(own.filter(holds).length, own.length),
            meanOf(own.map(({ n }) => n)).toFixed(1),
          ];
        }),
        note:
          `Coverage of the true ratio: ${shareText(covered, judged.length)}, exact binomial 95 % interval ${percent(exact.low)} to ${percent(exact.high)}, ` +
          `clustered by ${String(runs.length)} runs ${percent(clustered.low)} to ${percent(clustered.high)}. CPU busy during the long runs: at most ${percent(busy)}. ` +
          `Pairs without a figure: ${String(results.length - judged.length)}.`,
      },
    ],
    outcomes: rows.map(({ isMet }) => met(isMet)),
    figures: { results },
  });
}
