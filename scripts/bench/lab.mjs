// What a run of the lab costs: time, rounds and memory of the quick and the default run, time to build, and what starting costs.
//
//   npm run bench:lab [-- --short]
//
// Takes about six minutes. --short only shows that the bench works.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { MODES as ALL_MODES } from "../../dist/modes/index.js";
import { medianOf } from "../../dist/statistics/median.js";
import { bitsPerSecond } from "../../dist/units/quantity.js";
import { openLab } from "../../dist/venues/lab/lab-session.js";
import { watchMemory } from "./process-tree.mjs";
import { MACHINE } from "./real-lab.mjs";
import { figure, machineFacts, met, parsed, ROOT, record } from "./record.mjs";

const { values: flags } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const PODWIRE = join(ROOT, "bin/podwire");
const FEW = ["--modes", "flannel-vxlan", "--metrics", "tcp"];
const BUILDS = flags.short ? 1 : 5;
const ALTERNATIONS = flags.short ? 3 : 30;

/**
 * @typedef {import("../../dist/model/run.js").Run} Run
 * @typedef {{ name: string, args: readonly string[], seconds: number, rounds: number }} RunTarget
 */

/** @type {readonly RunTarget[]} */
const RUNS = [
  { name: "podwire lab --quick", args: ["--quick", ...(flags.short ? [...FEW, "--budget", "2s"] : [])], seconds: 60, rounds: 6 },
  { name: "podwire lab", args: flags.short ? [...FEW, "--budget", "3s"] : [], seconds: 240, rounds: 9 },
];

/**
 * A run from outside, as a user starts it.
 * @param {RunTarget} target
 */
async function measuredRun(target) {
  const folder = mkdtempSync(join(tmpdir(), "podwire-bench-"));
  const out = join(folder, "run.json");
  try {
    const start = performance.now();
    const child = spawn(process.execPath, [PODWIRE, "lab", ...target.args, "--json", "--out", out], { stdio: "ignore" });
    const stop = watchMemory(child.pid ?? 0);
    const exitCode = await new Promise((/** @type {(code: number | null) => void} */ resolve) => child.once("close", resolve));
    const seconds = (performance.now() - start) / 1000;
    const run = /** @type {Run} */ (parsed(readFileSync(out, "utf8")));
    return { target, seconds, memory: stop(), exitCode: String(exitCode), rounds: roundsByWorkload(run) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Rounds of the mode that has fewest of them, by workload: modes leave when they are decided.
 * @param {Run} run
 */
function roundsByWorkload(run) {
  return run.scenario.workloads.map((workload) => {
    const own = run.observations.filter((one) => one.workload === workload);
    const modes = [...new Set(own.map(({ mode }) => mode))];
    const counts = modes.map((mode) => new Set(own.filter((one) => one.mode === mode).map(({ round }) => round)).size);
    return { workload, least: counts.length === 0 ? 0 : Math.min(...counts), most: Math.max(0, ...counts) };
  });
}

/** @param {Awaited<ReturnType<typeof measuredRun>>} ran */
function runRow({ target, seconds, memory, exitCode, rounds }) {
  const enough = rounds.every(({ least }) => least >= target.rounds);
  const texts = rounds.map(
    ({ workload, least, most }) => `${workload} ${least === most ? String(least) : `${String(least)}-${String(most)}`}`,
  );
  return [
    target.name,
    `${figure(seconds, 1, "s")} (at most ${String(target.seconds)} s: ${met(seconds <= target.seconds)})`,
    `${texts.join(", ")} (at least ${String(target.rounds)} each: ${met(enough)})`,
    figure(memory.treeBytes / 2 ** 20, 0, `MiB in ${String(memory.processes)} processes`),
    figure(memory.ownBytes / 2 ** 20, 0, "MiB"),
    exitCode,
  ];
}

/** Those that a lab measures. */
const MODES = ALL_MODES.filter(({ neverMeasured }) => neverMeasured === undefined);

/**
 * Seconds from nothing to a lab in which every path answers, the sandbox's start included.
 * @param {readonly import("../../dist/model/metric.js").LinkKind[]} links
 */
async function buildSeconds(links) {
  const times = [];
  let built = 0;
  for (let count = 0; count < BUILDS; count += 1) {
    const start = performance.now();
    const lab = await openLab(MACHINE, { modes: MODES, links, rate: bitsPerSecond(1e9), mtu: 1500, nodes: 2 });
    times.push((performance.now() - start) / 1000);
    built = MODES.length - Object.keys(lab.failures).length;
    await lab.close();
  }
  return { links, built, times, median: medianOf(times) ?? Number.NaN };
}

/**
 * Two commands alternately, the first of each turn drawn by lot.
 * @param {readonly [string, ...string[]]} command
 * @param {readonly [string, ...string[]]} bare
 */
function beyond(command, bare) {
  /** @type {{ command: number[], bare: number[] }} */
  const times = { command: [], bare: [] };
  for (let turn = 0; turn < ALTERNATIONS; turn += 1) {
    const first = Math.random() < 0.5;
    if (first) times.command.push(timed(command));
    times.bare.push(timed(bare));
    if (!first) times.command.push(timed(command));
  }
  const medians = { command: medianOf(times.command) ?? Number.NaN, bare: medianOf(times.bare) ?? Number.NaN };
  return { ...medians, difference: medians.command - medians.bare };
}

/** @param {readonly [string, ...string[]]} command @returns {number} milliseconds */
function timed([program, ...args]) {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8" });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${String(status)}: ${stderr}`);
  return took;
}

const machine = machineFacts();
/** @type {readonly [string, ...string[]]} */
const BARE = [process.execPath, "-e", "0"];
/** @type {readonly [string, ...string[]]} */
const SET_UP = [process.execPath, "scripts/setup.mjs", "run"];
timed(SET_UP); // So that it is the second time that is measured.

const starts = [
  { name: "`podwire --version` beyond `node -e 0`", most: 60, ...beyond([PODWIRE, "--version"], BARE) },
  { name: "`node scripts/setup.mjs run`, the second time, beyond `node -e 0`", most: 300, ...beyond(SET_UP, BARE) },
];
const builds = [await buildSeconds(["open"]), await buildSeconds(["open", "capped"])];
const runs = [];
for (const target of RUNS) runs.push(await measuredRun(target));

const outcomes = [
  ...runs.flatMap(({ target, seconds, rounds }) => [
    met(seconds <= target.seconds),
    met(rounds.every(({ least }) => least >= target.rounds)),
  ]),
  ...builds.map(({ median }) => met(median <= 2)),
  ...starts.map(({ difference, most }) => met(difference <= most)),
];

record({
  name: "lab",
  machine,
  short: flags.short,
  tables: [
    {
      title: "A run",
      head: [
        "command",
        "wall time",
        "rounds (fewest and most of a mode)",
        "peak memory of the whole process tree",
        "of podwire itself",
        "exit code",
      ],
      rows: runs.map(runRow),
      note: "The tree's memory is the largest sum of resident sets seen; shared pages count once for each process. podwire's own is the kernel's high-water mark.",
    },
    {
      title: `Building, median of ${String(BUILDS)}`,
      head: ["copies of each mode", "modes built", "time", "at most", ""],
      rows: builds.map(({ links, built, median }) => [links.join(" and "), String(built), figure(median, 2, "s"), "2 s", met(median <= 2)]),
    },
    {
      title: `Starting, medians of ${String(ALTERNATIONS)}, alternately`,
      head: ["", "command", "bare node", "beyond", "at most", ""],
      rows: starts.map(({ name, command, bare, difference, most }) => [
        name,
        figure(command, 0, "ms"),
        figure(bare, 0, "ms"),
        figure(difference, 0, "ms"),
        `${String(most)} ms`,
        met(difference <= most),
      ]),
    },
  ],
  outcomes,
  figures: { runs, builds, starts },
});
