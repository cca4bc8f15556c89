/**
 * A stall of known length and frequency, planted by a relay that stands still: does p99.9 show it? It is half as long as the bursts in which round trips
 * are watched, so that every other one is cut off.
 */
import { fileURLToPath } from "node:url";
import { pooledPercentile } from "../../../dist/measure/cells/pooled-percentiles.js";
import { milliseconds } from "../../../dist/units/quantity.js";
import { labOf, modesNamed, numberOr, runIn, scenarioOf, startServers } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, met, record } from "../record.mjs";
import { percent } from "../spread.mjs";

const METRIC = "latency.udp.p99.9";
const STALL_MS = 20;
/** One of so many messages stalls: 0.24 % and 0.12 % of them. Of both, p99.9 is a stall. @type {Readonly<Record<string, number>>} */
const EVERY = { "flannel-host-gw": 417, macvlan: 833 };
const WITHIN = 0.2;
const PORT = 7_001;
/** Some 20,000 round trips of each mode, which p99.9 asks for. */
const DEFAULT_BUDGET = 160;
const RELAY = fileURLToPath(new URL("stalling-relay.mjs", import.meta.url));

/**
 * @typedef {import("../../../dist/venues/contract.js").Path} Path
 * @typedef {import("../bench-lab.mjs").Lab} Lab
 * @typedef {{ run: number, mode: string, samples: number, us: number, limit: boolean }} Result
 */

/** @param {import("../trust.mjs").Flags} flags */
export async function stall(flags) {
  const machine = machineFacts();
  const runs = flags.short ? 1 : numberOr(flags.runs, 3);
  const budget = flags.short ? 20 : numberOr(flags.budget, DEFAULT_BUDGET);
  /** @type {Ledger<Result>} */
  const ledger = new Ledger("stall", flags);
  const modes = await modesNamed(Object.keys(EVERY).join(","));
  for (let run = 0; run < runs && !flags.report; run += 1) {
    if (ledger.entries.some((entry) => entry.run === run)) continue;
    const lab = await labOf(modes);
    try {
      const relayed = await Promise.all(lab.paths.map((path) => stalling(lab, path, budget)));
      const asked = scenarioOf({ modes, metrics: [METRIC], budget, margin: 0.001, seed: flags.seed + run });
      const { observations } = await runIn(withPaths(lab, relayed), asked);
      for (const mode of Object.keys(EVERY)) {
        const whole = observations.filter((one) => one.mode === mode && one.error === undefined);
        const seen = pooledPercentile(whole, 0.999);
        if (seen === undefined)
          throw new Error(`${mode} showed no round trip: ${observations.find((one) => one.mode === mode)?.error ?? "it was not visited"}`);
        ledger.add({ run, mode, samples: seen.samples, us: Math.exp(seen.logarithm), limit: seen.limit });
      }
    } finally {
      await lab.close();
    }
    process.stderr.write(`run ${String(run + 1)} of ${String(runs)}\n`);
  }
  report(ledger.entries, flags, machine);
}

/** Starts a relay before the server of a path that is to stall; gives the path whose clients reach the server through it. @param {Lab} lab @param {Path} path @param {number} budget @returns {Promise<Path>} */
async function stalling(lab, path, budget) {
  const every = path.name === "pod-pod" ? EVERY[path.mode] : undefined;
  if (every === undefined) return path;
  /** @type {import("../../../dist/probes/contract.js").ServerSpec} */
  const relay = {
    key: "relay",
    command: {
      argv: [process.execPath, RELAY, String(PORT), path.address, String(path.listen.sockperf), String(every), String(STALL_MS)],
      reason: "a network that stalls",
      timeout: milliseconds((budget + 60) * 1_000),
    },
    readyPort: { protocol: "udp", port: PORT },
  };
  await startServers(lab, [{ endpoint: path.to, spec: relay }]);
  return { ...path, ports: { ...path.ports, sockperf: PORT } };
}

/** The lab with other paths. @param {Lab} lab @param {readonly Path[]} paths @returns {Lab} */
function withPaths(lab, paths) {
  return new Proxy(lab, {
    get: (target, name) => {
      if (name === "paths") return paths;
      const value = /** @type {unknown} */ (Reflect.get(target, name, target));
      return typeof value === "function" ? /** @type {unknown} */ (value.bind(target)) : value;
    },
  });
}

/** @param {readonly Result[]} results @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(results, flags, machine) {
  const stallUs = STALL_MS * 1_000;
  const isWithin = (/** @type {Result} */ { us, limit }) => !limit && Math.abs(us / stallUs - 1) <= WITHIN;
  record({
    name: "trust-stall",
    machine,
    short: flags.short,
    figures: results,
    outcomes: results.map((result) => met(isWithin(result))),
    tables: [
      {
        title: `p99.9 of latency.udp behind a relay that stands still for ${String(STALL_MS)} ms`,
        head: ["run", "mode", "one message of", "round trips", "p99.9", `over ${String(STALL_MS)} ms`, `within ${percent(WITHIN)}`],
        rows: results.map((result) => [
          String(result.run + 1),
          result.mode,
          String(EVERY[result.mode]),
          String(result.samples),
          `${result.limit ? ">= " : ""}${(result.us / 1_000).toFixed(2)} ms`,
          (result.us / stallUs).toFixed(3),
          met(isWithin(result)),
        ]),
        note: `Within ${percent(WITHIN)}: ${String(results.filter(isWithin).length)} of ${String(results.length)}.`,
      },
    ],
  });
}
