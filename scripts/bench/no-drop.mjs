// The no-drop rates of a few modes, with what the searches cost.
//
//   npm run build && npm run bench:ndr -- [--modes macvlan,flannel-host-gw,flannel-vxlan] [--frame-sizes 64] [--trial 1s] [--run FILE]
//
// Needs root and two CPUs that have nothing else to do. With --run an existing run file is shown instead of searching.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    modes: { type: "string", default: "macvlan,flannel-host-gw,flannel-vxlan" },
    "frame-sizes": { type: "string", default: "64" },
    trial: { type: "string", default: "1s" },
    run: { type: "string" },
  },
});

/** @typedef {import("../../src/model/run.js").Run} Run */

/** @param {string} file */
function readRun(file) {
  /** @type {Run} */
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- podwire wrote the file
  const run = JSON.parse(readFileSync(file, "utf8"));
  return run;
}

function searched() {
  const folder = mkdtempSync(join(tmpdir(), "podwire-ndr-"));
  const file = join(folder, "run.json");
  const asked = ["--metrics", "ndr,pdr", "--modes", flags.modes, "--frame-sizes", flags["frame-sizes"], "--trial", flags.trial];
  try {
    const { status } = spawnSync(process.execPath, ["bin/podwire", "lab", ...asked, "--out", file], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
    return readRun(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const run = flags.run === undefined ? searched() : readRun(flags.run);
const thousand = (/** @type {number | undefined} */ rate) => (rate === undefined ? "-" : (rate / 1000).toFixed(1));

console.log("\nmode              size  turn  goal  k frame/s   bounds (k frame/s)   stop       trials  short    time");
for (const search of run.searches ?? []) {
  const short = search.trials.filter((trial) => trial.short === true).length;
  for (const result of search.results) {
    const bounds = `${thousand(result.relevantLower)} - ${thousand(result.relevantUpper)}`;
    const figure = `${result.stop === "max-load" || result.stop === "generator" ? ">=" : "  "}${thousand(result.conditionalThroughput)}`;
    console.log(
      [
        search.mode.padEnd(17),
        search.frameSize.padStart(4),
        String(search.turn).padStart(5),
        ` ${result.metric}`,
        figure.padStart(10),
        bounds.padStart(20),
        ` ${result.stop.padEnd(9)}`,
        String(search.trials.length).padStart(7),
        String(short).padStart(6),
        `${search.elapsed.toFixed(0).padStart(6)} s`,
      ].join(" "),
    );
  }
  const why = search.unsupported ?? search.error;
  if (why !== undefined)
    console.log(`${search.mode.padEnd(17)} ${search.frameSize.padStart(4)} ${String(search.turn).padStart(5)}  ${why}`);
}
