// Do Debian 12 and Debian 13 give the same answer? All modes in tcp and tcp-open, in a bare root of each, in turns.
//
//   npm run bench:systems [-- --budget 60s] [--turns 2] [--short]
//
// Needs root, mmdebstrap and a mirror. Making the roots takes some minutes; nothing is measured meanwhile.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatQuantity, formatRatio } from "../../dist/units/format.js";
import { run } from "../../test/cluster/child.mjs";
import { fetchNode, NODES } from "../../test/systems/nodes.mjs";
import { makeSystem } from "../../test/systems/root.mjs";
import { machineFacts, parsed, ROOT, record } from "./record.mjs";

/** @typedef {import("../../dist/model/summary.js").Summary} Summary */
/** @typedef {{ readonly name: string, readonly system: import("../../test/systems/root.mjs").BareSystem, readonly summaries: Summary[], tools: string }} Tried */

const { values: flags } = parseArgs({
  options: {
    budget: { type: "string", default: "60s" },
    turns: { type: "string", default: "2" },
    short: { type: "boolean", default: false },
  },
});
const METRICS = ["tcp", "tcp-open"];
const TOOLS = ["iperf3", "nginx", "trafgen", "sockperf", "ip", "iptables"];

const folder = mkdtempSync(join(tmpdir(), "podwire-systems-"));
/** @type {Tried[]} */
const tried = [];
try {
  const machine = machineFacts();
  // Debian 12's own Node is 18.
  const node = await fetchNode(NODES[0] ?? "", join(folder, "node"));
  for (const [name, suite, own] of [
    ["Debian 12", "bookworm", node],
    ["Debian 13", "trixie"],
  ]) {
    if (name === undefined || suite === undefined) continue;
    const system = await makeSystem(suite, ROOT, own);
    tried.push({ name, system, summaries: [], tools: "" });
    await system.run("node", "scripts/setup.mjs", "run");
  }
  for (let turn = 0; turn < (flags.short ? 1 : Number(flags.turns)); turn++) for (const one of tried) await measure(one);
  report(machine);
} finally {
  for (const { system } of tried) system.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** @param {Tried} one */
async function measure(one) {
  const command = ["lab", "--metrics", METRICS.join(","), "--budget", flags.short ? "15s" : flags.budget, "--out", "run.json"];
  await one.system.run("node", "bin/podwire", ...command);
  const file = join(one.system.folder, "root/podwire/run.json");
  one.summaries.push(/** @type {Summary} */ (parsed(await run([process.execPath, join(ROOT, "bin/podwire"), "report", file, "--json"]))));
  const { environment } = /** @type {{ environment: Record<string, string> }} */ (parsed(readFileSync(file, "utf8")));
  one.tools = TOOLS.map((tool) => environment[tool])
    .filter((version) => version !== undefined)
    .join("; ");
}

/** @param {ReturnType<typeof machineFacts>} machine */
function report(machine) {
  const modes = tried[0]?.summaries[0]?.modes.filter(({ status }) => status === "measured").map(({ mode }) => mode) ?? [];
  record({
    name: "systems",
    machine,
    short: flags.short,
    tables: METRICS.map((metric) => ({
      title: `${metric}, ratio to the bare host [95 % interval] n, a column a turn`,
      head: ["mode", ...tried.flatMap(({ name, summaries }) => summaries.map((_, turn) => `${name}, ${String(turn + 1)}`))],
      rows: modes.map((mode) => [mode, ...tried.flatMap(({ summaries }) => summaries.map((summary) => cellText(summary, mode, metric)))]),
      note: tried.map(({ name, tools }) => `${name}: ${tools}.`).join(" "),
    })),
    outcomes: [],
    figures: tried.map(({ name, tools, summaries }) => ({ name, tools, cells: summaries.map(({ modes: all }) => all) })),
  });
}

/**
 * @param {Summary} summary
 * @param {string} mode
 * @param {string} metric
 */
function cellText(summary, mode, metric) {
  const cell = summary.modes
    .find((one) => one.mode === mode)
    ?.cells.find((one) => one.metric === metric && one.path === (mode === "host" ? "host-host" : "pod-pod"));
  if (cell === undefined) return "none";
  const { status, ratio, median, unit } = cell;
  if (status !== "measured" || median === null) return status;
  return ratio === undefined ? formatQuantity(median, unit) : `${formatRatio(ratio.median, ratio.low, ratio.high)} ${String(ratio.n)}`;
}
