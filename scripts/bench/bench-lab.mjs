/**
 * What the benches of trust build and measure: twins of the bare host, runs inside an open lab, and lanes.
 */

import { Servers } from "../../dist/measure/observing/servers.js";
import { trackProgress } from "../../dist/measure/progress.js";
import { measure } from "../../dist/measure/rounds/loop.js";
import { summarise } from "../../dist/measure/summarise.js";
import { findMetric, workload } from "../../dist/model/metric.js";
import { pathKey } from "../../dist/model/path.js";
import { RUN_SCHEMA } from "../../dist/model/run.js";
import { host } from "../../dist/modes/host.js";
import { MODES } from "../../dist/modes/index.js";
import { pathsOfFile } from "../../dist/paths/of-file.js";
import { probeFor } from "../../dist/probes/index.js";
import { randomFrom } from "../../dist/statistics/random.js";
import { bitsPerSecond } from "../../dist/units/quantity.js";
import { putLayers } from "../../dist/use-cases/lab/variants.js";
import { MINIMUM_ROUNDS } from "../../dist/use-cases/measuring.js";
import { resolveVariant } from "../../dist/variants/variant.js";
import { findUnsupported, openLab } from "../../dist/venues/lab/lab-session.js";
import { MACHINE } from "./real-lab.mjs";

/**
 * @typedef {import("../../dist/modes/contract.js").Mode} Mode
 * @typedef {import("../../dist/model/run.js").Run} Run
 * @typedef {import("../../dist/model/scenario.js").Scenario} Scenario
 * @typedef {import("../../dist/model/metric.js").WorkloadName} WorkloadName
 * @typedef {import("../../dist/venues/lab/lab-session.js").LabSession} Lab
 * @typedef {import("../../dist/measure/rounds/lanes.js").Lane} Lane
 */

/** Nothing ends these benches from within. */
export const NEVER = new AbortController().signal;

/**
 * A mode that is wired exactly as the bare host is; its pair of nodes stands where others have their pods, so that it is compared with the host.
 * @param {string} name
 * @param {number} share of the network's rate, where the link is capped
 * @returns {Mode}
 */
export function twinOf(name, share = 1) {
  return {
    ...host,
    name,
    title: `A twin of the host at ${String(share)} of its rate`,
    wire: (topology) => {
      const rate = topology.rate === undefined ? {} : { rate: bitsPerSecond(Math.round(topology.rate * share)) };
      const wiring = host.wire({ ...topology, ...rate });
      const path = wiring.paths["host-host"];
      if (path === undefined) throw new Error("the host has no path");
      return { ...wiring, paths: { "pod-pod": path } };
    },
  };
}

/** Modes by name; `all` are those that are measured and that this machine's kernel runs. @param {string} list @returns {Promise<readonly Mode[]>} */
export async function modesNamed(list) {
  if (list !== "all") {
    const names = ["host", ...list.split(",").filter((name) => name !== "host")];
    return names.map((name) => resolveVariant(name));
  }
  const unsupported = await findUnsupported(MACHINE, MODES);
  return MODES.filter((mode) => mode.neverMeasured === undefined && !unsupported.has(mode.name));
}

/** What a mode's pods cannot carry; a twin of the host is no mode, and carries everything. @param {string} name */
const unsupportedBy = (name) => MODES.find((mode) => mode.name === name)?.unsupported ?? {};

/** A lab of open links; with a rate one of capped links. @param {readonly Mode[]} modes @param {number} [rate] bit/s */
export async function labOf(modes, rate) {
  const link =
    rate === undefined
      ? { links: /** @type {const} */ (["open"]) }
      : { links: /** @type {const} */ (["capped"]), rate: bitsPerSecond(rate) };
  const lab = await openLab(MACHINE, { modes, ...link, mtu: 1500, nodes: 2 });
  const failures = Object.entries(lab.failures).map(([mode, { reason }]) => `${mode}: ${reason}`);
  if (failures.length > 0) process.stderr.write(`not built: ${failures.join("; ")}\n`);
  return lab;
}

/**
 * A scenario on open links.
 * @param {{ modes: readonly Mode[], metrics: readonly string[], budget: number, margin: number, seed: number }} asked
 * @returns {Scenario}
 */
export function scenarioOf({ modes, metrics, budget, margin, seed }) {
  const workloads = metrics.map((name) => findMetric(name)?.workload ?? unknownMetric(name));
  return {
    venue: "lab",
    modes: modes.map(({ name }) => name),
    workloads: [...new Set(workloads)],
    metrics: [...metrics],
    linkBitsPerSecond: null,
    mtu: 1500,
    nodes: 2,
    budgetSeconds: budget,
    margin: { capped: margin, open: margin },
    configuredBaseline: false,
    quick: false,
    strategy: "auto",
    needs: [],
    seed,
  };
}

/** @param {string} name @returns {never} */
function unknownMetric(name) {
  throw new Error(`no metric is called ${name}`);
}

/** The layers of a variant, from which its paths follow; a twin of the host is none. @param {string} mode @param {Lab} lab */
const layersOf = (mode, lab) => (mode.includes("+") ? putLayers(resolveVariant(mode), lab.loads.get(mode) ?? []) : {});

/**
 * A run in an open lab, by podwire's own loop.
 * @param {Lab} lab @param {Scenario} scenario
 * @returns {Promise<Run>}
 */
export async function runIn(lab, scenario) {
  const startedAt = new Date().toISOString();
  const modes = scenario.modes.map((mode) => {
    const failure = lab.failures[mode];
    if (failure !== undefined) return { mode, status: failure.status, reason: failure.reason };
    return { mode, status: /** @type {const} */ ("built"), ...layersOf(mode, lab), unsupportedWorkloads: { ...unsupportedBy(mode) } };
  });
  const paths = pathsOfFile({ scenario, modes });
  const progress = trackProgress({ scenario, ...paths });
  const random = randomFrom(scenario.seed);
  const { observations, idle, raw, failure } = await measure({
    session: lab,
    scenario,
    built: paths,
    probeFor,
    clock: MACHINE.clock,
    random: (below) => random.integer(below),
    signal: NEVER,
    minimumRounds: MINIMUM_ROUNDS.full,
    progress,
    onEvent: (event) => {
      if (event.kind === "lane-failed") process.stderr.write(`${event.mode} ${event.workload}: ${event.reason}\n`);
    },
  });
  if (failure !== undefined) throw new Error(failure);
  const endedAt = new Date().toISOString();
  return {
    schema: RUN_SCHEMA,
    podwire: "bench",
    startedAt,
    endedAt,
    status: "complete",
    scenario,
    environment: {},
    modes,
    ...paths,
    observations: [...observations],
    ...(idle === undefined ? {} : { idle }),
    raw,
  };
}

/** A run's pod cells against the host. @param {Run} run */
export function cellsOf(run) {
  const { modes } = summarise(run, () => ({ ranking: [], excluded: [], advice: "" }));
  return modes.filter(({ mode }) => mode !== "host").flatMap(({ mode, cells }) => cells.map((cell) => ({ mode, ...cell })));
}

/** The host's lane and those of the pods that carry the workload. @param {Lab} lab @param {WorkloadName} name @param {"open" | "capped"} link */
export function lanesIn(lab, name, link = "open") {
  const lanes = lab.paths
    .filter((path) => path.link === link && (path.mode === "host" || path.name === "pod-pod"))
    .filter((path) => unsupportedBy(path.mode)[name] === undefined)
    .map((path) => /** @type {Lane} */ ({ workload: name, path, stayKey: pathKey({ mode: path.mode, path: path.name }) }));
  const host = lanes.find(({ path }) => path.mode === "host");
  return { host, others: lanes.filter((lane) => lane !== host) };
}

/** Starts what clients of these lanes talk to. @param {Lab} lab @param {readonly { lane: Lane, probe: Pick<import("../../dist/probes/contract.js").TrialProbe, "servers"> }[]} wanted */
export async function serversFor(lab, wanted) {
  await startServers(
    lab,
    wanted.flatMap(({ lane, probe }) => probe.servers(lane.path).map((spec) => ({ endpoint: lane.path.to, spec }))),
  );
}

/** Starts servers and waits until they listen. @param {Lab} lab @param {readonly import("../../dist/measure/observing/servers.js").WantedServer[]} servers */
export async function startServers(lab, servers) {
  const started = new Servers(lab, MACHINE.clock);
  await started.ensure(servers);
  const down = started.whyDown(servers);
  if (down !== undefined) throw new Error(down);
}

/** The trial probe of a workload. @param {WorkloadName} name @param {import("../../dist/probes/sizing.js").Sizing} sizing */
export function trialProbe(name, sizing) {
  const probe = probeFor(name, sizing);
  if (probe.kind !== "trial") throw new Error(`${name} (${workload(name).link} link) is not observed by trials`);
  return probe;
}

/** Adds values to the list of a key. @template Value @param {Record<string, Value[]>} lists @param {string} key @param {readonly Value[]} values */
export function addTo(lists, key, values) {
  lists[key] = [...(lists[key] ?? []), ...values];
}

/** Bench arguments after the part's name, as `--name value`. @param {string | undefined} text @param {number} byDefault */
export const numberOr = (text, byDefault) => (text === undefined ? byDefault : Number(text));
