// The headline of Services: whether a layer costs nothing on its mode, and how near the best variants come to the bare host, with 10,000 Services on open
// links. Pieces of a few minutes until every target is decided, 45 minutes at most; then kube-proxy's modes beside.
//
//   npm run bench:headline [-- --part targets|beside] [--services 10000] [--piece 240] [--minutes 45] [--seed 1] [--short]
import { parseArgs } from "node:util";
import { campaignOf } from "../../dist/model/campaign.js";
import { estimateOf } from "../../dist/statistics/median-interval.js";
import { labOf, modesNamed, numberOr, runIn, scenarioOf } from "./bench-lab.mjs";
import { machineFacts, record } from "./record.mjs";

const { values: flags } = parseArgs({
  options: {
    part: { type: "string" },
    services: { type: "string", default: "10000" },
    piece: { type: "string" },
    minutes: { type: "string" },
    seed: { type: "string", default: "1" },
    short: { type: "boolean", default: false },
  },
});
const PARTS = ["targets", "beside"];
if (flags.part !== undefined && !PARTS.includes(flags.part)) throw new Error(`--part takes ${PARTS.join(" or ")}, not ${flags.part}`);
/** Both without the flag. @param {string} part */
const isAsked = (part) => flags.part === undefined || flags.part === part;
const COUNT = flags.short ? "200" : flags.services;
const PIECE_SECONDS = numberOr(flags.piece, flags.short ? 40 : 240);
const MOST_MINUTES = numberOr(flags.minutes, flags.short ? 1 : 45);
const METRICS = ["tcp-open", "http-keepalive", "http"];
/** The targets: lower bound and median of the ratio. */
const LOWEST = 0.95;
const MIDDLE = 0.97;
/** Looks at the figures in between are paid for: together they err in 5 %. */
const CONFIDENCE = 1 - 0.05 / Math.max(1, Math.floor((MOST_MINUTES * 60) / PIECE_SECONDS));
/** No mode leaves a piece before its end. */
const NEVER_DECIDED = 0.001;

/**
 * @typedef {import("../../dist/model/run.js").Observation} Observation
 * @typedef {{ mode: string, path: string }} Side
 * @typedef {{ part: "layer" | "host" | "beside", over: Side, under: Side }} Comparison
 * @typedef {Comparison & { metric: string, rounds: number, ratio?: number, low?: number, high?: number, outcome?: import("./record.mjs").Outcome }} Figure
 */

const HOST = { mode: "host", path: "host-host" };
/** @param {string} mode */
const pods = (mode) => ({ mode, path: "pod-pod" });
/** @param {string} mode */
const service = (mode) => ({ mode, path: "pod-service" });
const WITH = `socket-lb:${COUNT}`;
/** Services work on the first two, node ports from outside on the last two as well. l2-bridge does the same, at 0.77 of the host (2026-11-29). */
const BEST = [
  `macvlan+host-shim+${WITH}`,
  `ebpf-routed+${WITH}`,
  `macvlan+host-shim+${WITH}+tc-nodeport:${COUNT}`,
  `ebpf-routed+${WITH}+tc-nodeport:${COUNT}`,
];

/** @type {readonly Comparison[]} */
const TARGETS = [
  ...["macvlan", "l2-bridge", "host-device"].map((mode) => ({
    part: /** @type {const} */ ("layer"),
    over: service(`${mode}+${WITH}`),
    under: pods(mode),
  })),
  ...BEST.map((mode) => ({ part: /** @type {const} */ ("host"), over: service(mode), under: HOST })),
];
const NODES = "flannel-host-gw";
/** @type {readonly Comparison[]} */
const BESIDE = [
  { part: "beside", over: pods(NODES), under: HOST },
  ...["kube-proxy-iptables", "kube-proxy-iptables-nft", "kube-proxy-nftables"].flatMap((layer) =>
    (flags.short ? [200] : [1_000, Number(COUNT)]).map((count) => ({
      part: /** @type {const} */ ("beside"),
      over: service(`${NODES}+${layer}:${String(count)}`),
      under: HOST,
    })),
  ),
];

/** @param {readonly Comparison[]} comparisons */
const modesOf = (comparisons) => [...new Set(comparisons.flatMap(({ over, under }) => [over.mode, under.mode]))].join(",");

/**
 * In-round log ratios of one metric; where a side was visited several times in a round, by the mean of its logarithms.
 * @param {readonly (readonly Observation[])[]} pieces
 * @param {Comparison} comparison
 * @param {string} metric
 */
function ratiosOf(pieces, { over, under }, metric) {
  /** @param {Side} side @param {readonly Observation[]} observations */
  const byRound = (side, observations) => {
    /** @type {Map<string, number[]>} */
    const rounds = new Map();
    for (const one of observations) {
      const value = one.values[/** @type {keyof typeof one.values} */ (metric)];
      if (one.mode !== side.mode || one.path !== side.path || value === undefined || !(value > 0)) continue;
      const key = `${campaignOf(one)} ${String(one.round)}`;
      rounds.set(key, [...(rounds.get(key) ?? []), Math.log(value)]);
    }
    return rounds;
  };
  const mean = (/** @type {readonly number[]} */ logs) => logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return pieces.flatMap((observations) => {
    const denominators = byRound(under, observations);
    return [...byRound(over, observations)].flatMap(([round, logs]) => {
      const below = denominators.get(round);
      return below === undefined ? [] : [mean(logs) - mean(below)];
    });
  });
}

/** @param {readonly (readonly Observation[])[]} pieces @param {readonly Comparison[]} comparisons @returns {Figure[]} */
function figuresOf(pieces, comparisons) {
  return comparisons.flatMap((comparison) =>
    METRICS.map((metric) => {
      const ratios = ratiosOf(pieces, comparison, metric);
      const estimate = estimateOf(ratios, CONFIDENCE);
      if (estimate?.interval === undefined)
        return { ...comparison, metric, rounds: ratios.length, outcome: /** @type {const} */ ("undecided") };
      const [ratio = 0, low = 0, high = 0] = [estimate.centre, estimate.interval.low, estimate.interval.high].map(Math.exp);
      return { ...comparison, metric, rounds: ratios.length, ratio, low, high, outcome: outcomeOf(ratio, low, high) };
    }),
  );
}

/** @param {number} ratio @param {number} low @param {number} high @returns {import("./record.mjs").Outcome} */
function outcomeOf(ratio, low, high) {
  if (low >= LOWEST && ratio >= MIDDLE) return "met";
  return high < MIDDLE ? "missed" : "undecided";
}

/**
 * A lab of its own for each piece: servers of one run still listen while its lab stands.
 * @param {readonly Comparison[]} comparisons @param {number} minutes @param {boolean} decides
 */
async function measured(comparisons, minutes, decides) {
  const began = performance.now();
  const modes = await modesNamed(modesOf(comparisons));
  /** @type {(readonly Observation[])[]} */
  const pieces = [];
  let figures = figuresOf(pieces, comparisons);
  do {
    const seed = Number(flags.seed) + pieces.length;
    const asked = scenarioOf({ modes, metrics: METRICS, budget: PIECE_SECONDS, margin: NEVER_DECIDED, seed });
    const lab = await labOf(modes);
    pieces.push((await runIn(lab, asked).finally(() => lab.close())).observations);
    figures = figuresOf(pieces, comparisons);
    const open = figures.filter(({ outcome }) => outcome === "undecided").length;
    process.stderr.write(`piece ${String(pieces.length)}: ${String(open)} of ${String(figures.length)} undecided\n`);
    if (!decides || open === 0) break;
  } while ((performance.now() - began) / 60_000 + PIECE_SECONDS / 60 <= minutes);
  return figures;
}

/** @param {Figure} one */
const rowOf = ({ over, under, metric, rounds, ratio, low, high, outcome = "undecided" }) => [
  `${over.mode} ${over.path}`,
  `${under.mode} ${under.path}`,
  metric,
  ratio === undefined ? "-" : `${ratio.toFixed(3)} [${(low ?? 0).toFixed(3)}, ${(high ?? 0).toFixed(3)}]`,
  String(rounds),
  outcome,
];
const HEAD = [
  "ratio of",
  "over",
  "metric",
  "median of in-round ratios",
  "rounds",
  `lower bound >= ${String(LOWEST)}, median >= ${String(MIDDLE)}`,
];

const machine = machineFacts();
/** kube-proxy's modes beside: a piece, and what building and loading their lab takes. */
const BESIDE_MINUTES = isAsked("beside") ? PIECE_SECONDS / 60 + 2.5 : 0;
const targets = isAsked("targets") ? await measured(TARGETS, Math.max(PIECE_SECONDS / 60, MOST_MINUTES - BESIDE_MINUTES), true) : [];
const beside = isAsked("beside") ? await measured(BESIDE, PIECE_SECONDS / 60, false) : [];
/** @param {"layer" | "host"} part */
const of = (part) => targets.filter((one) => one.part === part);
const note = `Intervals hold with ${(CONFIDENCE * 100).toFixed(2)} % each, so that all looks of the bench together err in 5 %.`;
record({
  name: "headline",
  machine,
  short: flags.short,
  tables: [
    { title: `(a) The layer on its mode, ${COUNT} Services`, head: HEAD, rows: of("layer").map(rowOf) },
    { title: "(b) The best variants against the bare host", head: HEAD, rows: of("host").map(rowOf), note },
    {
      title: "(c) kube-proxy's modes and no Services beside, no target",
      head: HEAD.slice(0, 5),
      rows: beside.map((one) => rowOf(one).slice(0, 5)),
      note,
    },
  ].filter(({ rows }) => rows.length > 0),
  outcomes: targets.map(({ outcome = "undecided" }) => outcome),
  figures: { targets, beside },
});
