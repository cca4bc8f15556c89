// What socket-lb costs: how long 30,000 Services take to load, and what the programs add to a connect() of a process without a variant, of one that dials
// no Service, and of one that dials one, with the same socket and with a new one each time, whose end has a program too.
//
//   npm run bench:socket-lb [-- --rounds 15]
//
// A connect() of a datagram socket is timed by its CPU time, which is the call and the programs and no packet. With and without programs alternate: a second lab brings them
// and takes them away.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { medianOf } from "../../dist/statistics/median.js";
import { estimateOf } from "../../dist/statistics/median-interval.js";
import { resolveVariant } from "../../dist/variants/variant.js";
import { openLab } from "../../dist/venues/lab/lab-session.js";
import { MACHINE } from "./real-lab.mjs";
import { figure, machineFacts, met, ROOT, record } from "./record.mjs";

const { values: flags } = parseArgs({ options: { rounds: { type: "string", default: "15" }, short: { type: "boolean", default: false } } });
const ROUNDS = flags.short ? 3 : Number(flags.rounds);
const CALLS = 200_000;
const VARIANT = "macvlan+socket-lb:30000";
/** A port of the Service that datagrams are sent to. */
const PORT = 9;
/** Seconds in which 30,000 Services have to be in the maps. */
const LOADED_WITHIN = 1;

/** @typedef {import("../../dist/venues/lab/lab-session.js").LabSession} Lab */

/** @param {string} mode */
const labOf = async (mode) => openLab(MACHINE, { modes: [resolveVariant(mode)], links: ["open"], mtu: 1500, nodes: 2 });

const folder = mkdtempSync(join(tmpdir(), "podwire-bench-"));
const PROGRAM = join(folder, "connect-cost");
const compiled = spawnSync("cc", ["-O2", "-o", PROGRAM, `${ROOT}scripts/bench/connect-cost.c`], { encoding: "utf8" });
if (compiled.status !== 0) throw new Error(compiled.stderr);

/** Nanoseconds a connect(). @param {Lab} lab @param {string} namespace @param {string} address @param {"new"} [socket] with a new socket each time, its making and closing included */
function cost(lab, namespace, address, socket) {
  const how = socket === undefined ? [String(CALLS)] : [String(CALLS / 2), socket];
  const [program, ...args] = lab.enter(namespace, [PROGRAM, address, String(PORT), ...how]);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** @param {Lab} lab @param {string} name */
function pathOf(lab, name) {
  const path = lab.paths.find((one) => one.name === name);
  if (path === undefined) throw new Error(`no path ${name}: ${JSON.stringify(lab.failures)}`);
  return path;
}

const machine = machineFacts();
const bare = await labOf("host");
const target = pathOf(bare, "host-host").address;
/** @param {"new"} [socket] */
const bareCost = (socket) => cost(bare, "host.open.node-a", target, socket);
/** @type {Record<"without" | "newWithout" | "with" | "newWith" | "miss" | "hit" | "plain" | "newMiss" | "newHit" | "newPlain", number[]>} */
const seen = { without: [], newWithout: [], with: [], newWith: [], miss: [], hit: [], plain: [], newMiss: [], newHit: [], newPlain: [] };
/** @type {number[]} */
const loads = [];
try {
  bareCost(); // The first one finds cold caches.
  const plain = await labOf("macvlan");
  for (let round = 0; round < ROUNDS; round += 1) {
    seen.without.push(bareCost());
    seen.newWithout.push(bareCost("new"));
    const pod = pathOf(plain, "pod-pod").address;
    seen.plain.push(cost(plain, "macvlan.open.pod-a", pod));
    seen.newPlain.push(cost(plain, "macvlan.open.pod-a", pod, "new"));
    const lab = await labOf(VARIANT);
    loads.push(...(lab.loads.get(VARIANT) ?? []).map(({ seconds }) => seconds));
    seen.with.push(bareCost());
    seen.newWith.push(bareCost("new"));
    const client = `${VARIANT}.open.pod-a`;
    const [ofPod, ofService] = [pathOf(lab, "pod-pod").address, pathOf(lab, "pod-service").address];
    seen.miss.push(cost(lab, client, ofPod));
    seen.hit.push(cost(lab, client, ofService));
    seen.newMiss.push(cost(lab, client, ofPod, "new"));
    seen.newHit.push(cost(lab, client, ofService, "new"));
    await lab.close();
  }
  await plain.close();
} finally {
  await bare.close();
  rmSync(folder, { recursive: true });
}

/** What the programs add, of the pairs of each round. @param {readonly number[]} more @param {readonly number[]} less */
function added(more, less) {
  const estimate = estimateOf(
    more.map((value, index) => value - (less[index] ?? Number.NaN)),
    0.95,
  );
  const interval = estimate?.interval;
  if (estimate === undefined) return "too few rounds";
  return `${figure(estimate.centre, 0, "ns")}${interval === undefined ? "" : ` [${interval.low.toFixed(0)}, ${interval.high.toFixed(0)}]`}`;
}

const median = (/** @type {readonly number[]} */ values) => figure(medianOf(values) ?? Number.NaN, 0, "ns");
const loading = medianOf(loads) ?? Number.NaN;
record({
  name: "socket-lb",
  machine,
  short: flags.short,
  tables: [
    {
      title: `A connect() of a datagram socket, ${String(ROUNDS)} rounds of ${String(CALLS)} calls`,
      head: ["who", "without programs", "with", "added"],
      rows: [
        ["a process of the bare host", median(seen.without), median(seen.with), added(seen.with, seen.without)],
        ["a pod of macvlan that dials a pod", median(seen.plain), median(seen.miss), added(seen.miss, seen.plain)],
        ["a pod of macvlan that dials one of 30,000 Services", median(seen.plain), median(seen.hit), added(seen.hit, seen.plain)],
        [
          "with a new socket each time: a process of the bare host",
          median(seen.newWithout),
          median(seen.newWith),
          added(seen.newWith, seen.newWithout),
        ],
        [
          "with a new socket each time: a pod that dials a pod",
          median(seen.newPlain),
          median(seen.newMiss),
          added(seen.newMiss, seen.newPlain),
        ],
        [
          "with a new socket each time: one of 30,000 Services",
          median(seen.newPlain),
          median(seen.newHit),
          added(seen.newHit, seen.newPlain),
        ],
      ],
    },
    {
      title: `30,000 Services, in the maps after ${figure(loading, 2, "s")} (median; at most ${String(LOADED_WITHIN)} s: ${met(loading <= LOADED_WITHIN)})`,
      head: ["fastest", "slowest", "loads"],
      rows: [[figure(Math.min(...loads), 2, "s"), figure(Math.max(...loads), 2, "s"), String(loads.length)]],
      note: "From the start of the loader's command to its end: the text of all Services is made, passed on, read and written.",
    },
  ],
  outcomes: [met(loading <= LOADED_WITHIN)],
  figures: { seen, loads },
});
