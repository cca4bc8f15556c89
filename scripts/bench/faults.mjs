// What planted faults cost here: the faulty variant's figure over that of the same mode without the fault, inside rounds in which both are visited in random order.
//
//   npm run bench:faults [-- --budget 20 --only fault.offloads-off,fault.sg-off --metrics tcp-open,http]
//
// One lab for each fault, so that two modes and the host share the machine. A path on which nothing arrives has no ratio: it is broken.
import { parseArgs } from "node:util";
import { FAULTS } from "../../dist/layers/faults/index.js";
import { medianOf } from "../../dist/statistics/median.js";
import { estimateOf } from "../../dist/statistics/median-interval.js";
import { standingOf } from "../../dist/variants/standing.js";
import { resolveVariant } from "../../dist/variants/variant.js";
import { labOf, runIn, scenarioOf } from "./bench-lab.mjs";
import { machineFacts, record } from "./record.mjs";

/** @typedef {import("../../dist/model/run.js").Observation} Observation */
/** @typedef {import("../../dist/layers/faults/fault-layer.js").FaultLayer} FaultLayer */

const { values: flags } = parseArgs({
  options: {
    budget: { type: "string", default: "20" },
    only: { type: "string" },
    metrics: { type: "string", default: "tcp-open,http" },
    seed: { type: "string", default: "22" },
  },
});
const METRICS = flags.metrics.split(",");
const SHOWN_ON = ["flannel-vxlan", "flannel-host-gw", "kindnet", "l2-bridge"];
/** A fault that costs less is no test material for a cure. */
const COSTS = 0.8;

const only = flags.only?.split(",");
const alone = FAULTS.filter(({ beside }) => beside === undefined);
const unknown = only?.find((name) => !alone.some((layer) => layer.name === name));
if (unknown !== undefined) throw new Error(`--only: ${unknown} is none of ${alone.map(({ name }) => name).join(", ")}`);
const asked = alone.filter(({ name }) => only?.includes(name) ?? true);

/** The values of a metric by round. @param {readonly Observation[]} observations @param {string} mode @param {string} metric */
function byRound(observations, mode, metric) {
  /** @type {Map<number, number[]>} */
  const rounds = new Map();
  for (const one of observations) {
    if (one.mode !== mode || one.path !== "pod-pod" || !METRICS.includes(metric) || one.workload !== metric) continue;
    rounds.set(one.round, [...(rounds.get(one.round) ?? []), one.error === undefined ? (one.values[metric] ?? 0) : 0]);
  }
  return rounds;
}

/** Faulty over sound, in the rounds that have both. @param {readonly Observation[]} observations @param {string} plain @param {string} faulty @param {string} metric */
function ratioOf(observations, plain, faulty, metric) {
  const [sound, ill] = [byRound(observations, plain, metric), byRound(observations, faulty, metric)];
  const pairs = [...sound].flatMap(([round, values]) => {
    const [above, below] = [medianOf(ill.get(round) ?? []), medianOf(values)];
    return above === undefined || below === undefined || below === 0 ? [] : [Math.log(above / below)];
  });
  if (pairs.length === 0) return { text: "not measured", high: Number.NaN };
  if (pairs.every((one) => one === Number.NEGATIVE_INFINITY)) return { text: `broken (${String(pairs.length)} rounds)`, high: 0 };
  const estimate = estimateOf(pairs, 0.95);
  if (estimate === undefined) return { text: "not measured", high: Number.NaN };
  const { centre, interval } = estimate;
  const [low, high] = [Math.exp(interval?.low ?? Number.NEGATIVE_INFINITY), Math.exp(interval?.high ?? Number.POSITIVE_INFINITY)];
  return { text: `${Math.exp(centre).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] (${String(pairs.length)})`, high };
}

/** @param {FaultLayer} layer */
async function measured(layer) {
  const { on } = standingOf(layer);
  const plain = SHOWN_ON.find((mode) => on.includes(mode)) ?? on[0] ?? "";
  const faulty = `${plain}+${layer.name}`;
  const modes = ["host", plain, faulty].map((name) => resolveVariant(name));
  const lab = await labOf(modes);
  try {
    const silent = lab.brokenPaths.get(faulty)?.["pod-pod"];
    if (silent !== undefined)
      return { layer, plain, ratios: METRICS.map(() => ({ text: "broken: no echo request is answered", high: 0 })) };
    const run = await runIn(
      lab,
      scenarioOf({ modes, metrics: METRICS, budget: Number(flags.budget), margin: 0.05, seed: Number(flags.seed) }),
    );
    return { layer, plain, ratios: METRICS.map((metric) => ratioOf(run.observations, plain, faulty, metric)) };
  } finally {
    await lab.close();
  }
}

const machine = machineFacts();
/** @type {Awaited<ReturnType<typeof measured>>[]} */
const results = [];
for (const layer of asked) {
  const result = await measured(layer);
  results.push(result);
  process.stderr.write(`${layer.name}: ${result.ratios.map(({ text }) => text).join("; ")}\n`);
}

const tables = [
  {
    title: "What faults cost: faulty over sound inside rounds, median with its 95 % interval, rounds in parentheses",
    head: ["fault", "row", "on", ...METRICS, "costs 20 % or more"],
    rows: results.map(({ layer, plain, ratios }) => [
      layer.name,
      layer.fault.row ?? "-",
      plain,
      ...ratios.map(({ text }) => text),
      ratios.some(({ high }) => high < COSTS) ? "yes" : "no",
    ]),
  },
];
const figures = results.map(({ layer: { name }, plain, ratios }) => ({ fault: name, on: plain, metrics: METRICS, ratios }));
record({ name: "faults", machine, short: false, tables, outcomes: [], figures });
