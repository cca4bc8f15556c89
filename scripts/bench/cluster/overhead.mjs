/**
 * podwire adds nothing to the tools' figures: its own trials against iperf3 and ab that `kubectl exec` starts in the same pods, alternately: of as
 * many requests, and for as long.
 */
import { realClock } from "../../../dist/machine/clock.js";
import { Servers } from "../../../dist/measure/observing/servers.js";
import { TrialObserver } from "../../../dist/measure/observing/trial-observer.js";
import { initialSizing } from "../../../dist/probes/sizing.js";
import { medianOf } from "../../../dist/statistics/median.js";
import { randomFrom } from "../../../dist/statistics/random.js";
import { trialProbe } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, parsed, record } from "../record.mjs";
import { medianRatioOf, placeOf, ratioText } from "../spread.mjs";
import { CLUSTER_FOLDER, variantOf, withCluster } from "./bench-cluster.mjs";
import { inCluster, NEVER, pathNamed } from "./ground.mjs";

const WORKLOADS = /** @type {const} */ (["tcp", "http"]);
const PATHS = ["host-host", "pod-pod"];
const TOLERANCE = 0.02;
/** Trials in which podwire learns how many requests to make. */
const LEARNING = 6;
/** iperf3's server serves one client at a time, and needs a moment between two of them: by hand one tries again. */
const ATTEMPTS = 5;
/** Long enough that a tool's start and end hardly count. */
const TRIAL_SECONDS = 0.5;
const SIZING = initialSizing({ seconds: TRIAL_SECONDS });

/**
 * @typedef {(typeof WORKLOADS)[number]} Name
 * @typedef {import("../../../dist/measure/rounds/lanes.js").Lane} Lane
 * @typedef {import("../../../dist/venues/contract.js").Path} Path
 * @typedef {{ workload: Name, path: string, requests: number, own?: number, hand?: number }} Entry
 * @typedef {{ lane: Lane, requests: number, observer: TrialObserver, exec: (argv: readonly string[]) => Promise<string> }} Cell
 */

/** @param {import("../cluster.mjs").Flags} flags */
export async function overhead(flags) {
  const machine = machineFacts();
  const network = /** @type {import("../../../test/cluster/variants.mjs").Network} */ (flags.network ?? "flannel-vxlan");
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger(`overhead-${network}`, flags, CLUSTER_FOLDER);
  if (!flags.report) {
    const asked = { mode: network, paths: PATHS.join(","), metrics: WORKLOADS.join(","), minutes: flags.minutes };
    await withCluster(variantOf({ network }), (cluster) =>
      inCluster({ kubeconfig: cluster.kubeconfig, ...asked }, (session, agents) => alternate(session, agents, cluster, ledger, flags)),
    );
  }
  report(ledger.entries, network, flags, machine);
}

/**
 * @param {import("./ground.mjs").Session} session
 * @param {import("./ground.mjs").Agents} agents
 * @param {import("./bench-cluster.mjs").Cluster} cluster
 * @param {Ledger<Entry>} ledger
 * @param {import("../cluster.mjs").Flags} flags
 */
async function alternate(session, agents, cluster, ledger, flags) {
  const random = randomFrom(flags.seed + ledger.entries.length);
  /** @type {Cell[]} */
  const cells = [];
  for (const name of WORKLOADS) {
    for (const path of PATHS) cells.push(await cellOf(session, agents, cluster, name, pathNamed(session, path)));
  }
  const end = performance.now() + (flags.short ? 0 : flags.minutes * 60_000);
  do {
    for (const cell of cells) ledger.add(await pair(cell, random.integer(2) === 0));
  } while (performance.now() < end);
}

/**
 * @param {import("./ground.mjs").Session} session
 * @param {import("./ground.mjs").Agents} agents
 * @param {import("./bench-cluster.mjs").Cluster} cluster
 * @param {Name} name
 * @param {Path} path
 * @returns {Promise<Cell>}
 */
async function cellOf(session, agents, cluster, name, path) {
  const lane = { workload: name, path, stayKey: path.name };
  const servers = trialProbe(name, initialSizing()).servers(path);
  const wanted = servers.map((spec) => ({ endpoint: path.to, spec }));
  const started = new Servers(session, realClock);
  await started.ensure(wanted);
  const down = started.whyDown(wanted);
  if (down !== undefined) throw new Error(down);
  const requests = name === "http" ? await learnedRequests(session, lane) : 0;
  const fixed = trialProbe(name, { ...SIZING, requests: { [`${name} ${path.id}`]: requests } });
  const observer = new TrialObserver({ session, sizing: SIZING, clock: realClock, signal: NEVER, probeOf: () => fixed });
  const pod = [...agents.agents.values()].find(({ pod: { role } }) => role === path.from.id)?.pod;
  if (pod === undefined) throw new Error(`no pod is ${path.from.id}`);
  const words = ["exec", "--namespace", pod.namespace, pod.name, "--"];
  return { lane, requests, observer, exec: async (argv) => cluster.kubectl([...words, ...argv]) };
}

/** How many requests podwire makes in a trial, once it knows the path; read from the command it ran. @param {import("./ground.mjs").Session} session @param {Lane} lane */
async function learnedRequests(session, lane) {
  const probeOf = (/** @type {import("../../../dist/probes/sizing.js").Sizing} */ sizing) => trialProbe(lane.workload, sizing);
  const observer = new TrialObserver({ session, sizing: SIZING, clock: realClock, signal: NEVER, probeOf });
  await observer.open([lane]);
  let requests = 0;
  for (let round = 0; round < LEARNING; round += 1) {
    const { argv = [] } = (await observer.observe(lane, { round, position: 0, startedAt: 0 })).raw ?? {};
    requests = Number(argv[argv.indexOf("-n") + 1]);
  }
  if (!(requests > 0)) throw new Error(`how many requests a trial of ${lane.workload} makes cannot be read from its command`);
  return requests;
}

/** Both ways once. @param {Cell} cell @param {boolean} handFirst @returns {Promise<Entry>} */
async function pair(cell, handFirst) {
  const before = handFirst ? await byHand(cell) : undefined;
  const own = await byPodwire(cell);
  const hand = handFirst ? before : await byHand(cell);
  const { workload, path } = cell.lane;
  return {
    ...{ workload: /** @type {Name} */ (workload), path: path.name, requests: cell.requests },
    ...(own === undefined ? {} : { own }),
    ...(hand === undefined ? {} : { hand }),
  };
}

/** @param {Cell} cell @returns {Promise<number | undefined>} undefined when the trial failed */
async function byPodwire({ lane, observer }) {
  const { observation } = await observer.observe(lane, { round: 0, position: 0, startedAt: 0 });
  return observation.values[lane.workload];
}

/** @param {Cell} cell @returns {Promise<number | undefined>} undefined when the tool failed again and again */
async function byHand({ lane: { workload, path }, requests, exec }) {
  const argv =
    workload === "http"
      ? ["ab", "-q", "-n", String(requests), "-c", "50", `http://${path.address}:${String(path.ports.http)}/`]
      : ["iperf3", "-c", path.address, "-p", String(path.ports.iperf3), "-t", "1", "-J"];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // iperf3 ends with 1 when the server is busy, and says so in its JSON.
    const stdout = await exec(argv).catch(() => "");
    const value = workload === "http" ? abFigure(stdout) : iperf3Figure(stdout);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Bits per second at the receiver. @param {string} stdout */
function iperf3Figure(stdout) {
  const told = /** @type {{ end?: { sum_received?: { bits_per_second: number } } }} */ (parsed(stdout || "{}"));
  return told.end?.sum_received?.bits_per_second;
}

/** Requests per second. @param {string} stdout */
function abFigure(stdout) {
  const rate = /^Requests per second: +([\d.]+)/m.exec(stdout)?.[1];
  return rate === undefined ? undefined : Number(rate);
}

/** @param {readonly Entry[]} entries @param {string} network @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(entries, network, flags, machine) {
  const results = WORKLOADS.flatMap((workload) =>
    PATHS.map((path) => {
      const own = entries.filter((entry) => entry.workload === workload && entry.path === path);
      const whole = own.flatMap(({ own: one, hand }) => (one === undefined || hand === undefined ? [] : [{ one, hand }]));
      const ratio = medianRatioOf(whole.map(({ one, hand }) => Math.log(one / hand)));
      return {
        ...{ workload, path, pairs: whole.length, failed: own.length - whole.length, ratio, place: placeOf(ratio, TOLERANCE) },
        ...{ byPodwire: medianOf(whole.map(({ one }) => one)), byHand: medianOf(whole.map(({ hand }) => hand)) },
      };
    }),
  );
  record({
    name: `cluster-overhead-${network}`,
    machine,
    short: flags.short,
    tables: [
      {
        title: `podwire's figure over the same tool by kubectl exec (${network}); must lie within ${String(1 - TOLERANCE)} to ${String(1 + TOLERANCE)}`,
        head: ["metric", "path", "pairs", "by podwire (median)", "by kubectl exec (median)", "ratio [95 % interval]", ""],
        rows: results.map(({ workload, path, pairs, failed, byPodwire: own, byHand: hand, ratio, place }) => [
          workload,
          path,
          `${String(pairs)}${failed === 0 ? "" : `, ${String(failed)} failed`}`,
          own?.toPrecision(4) ?? "-",
          hand?.toPrecision(4) ?? "-",
          ratioText(ratio),
          place === "within" ? "met" : place === "beyond" ? "missed" : "undecided",
        ]),
      },
    ],
    outcomes: results.map(({ place }) => (place === "within" ? "met" : place === "beyond" ? "missed" : "undecided")),
    figures: results,
  });
}
