/**
 * Does the lab predict clusters that rendered documents make? Each cluster starts without a pod network and gets one by what `podwire render` writes for its
 * nodes: flannel from its ConfigMap and net-conf, gce by the router's routes, pods by the CNI list.
 */
import { existsSync, rmSync } from "node:fs";
import { layNetwork, writtenDocuments } from "../../../test/cluster/render/laid.mjs";
import { RenderCluster } from "../../../test/cluster/render/render-cluster.mjs";
import { carryOut, Ledger } from "../ledger.mjs";
import { machineFacts, record } from "../record.mjs";
import { CLUSTER_FOLDER, variantOf, withCluster } from "./bench-cluster.mjs";
import { MODES, predictionOf, RATE, runCluster, runLab } from "./predicted.mjs";
import { renderedReport } from "./rendered-report.mjs";

const PART = "rendered";
/** The lab has three modes and their hosts to measure in it, a cluster one. With starts and ends six minutes together. */
const BUDGETS = { long: { lab: "90s", cluster: "50s" }, short: { lab: "15s", cluster: "15s" } };

/** @typedef {import("../ledger.mjs").Key & { file: string }} Entry one run; its case is `lab` or the mode that was rendered */

/** @param {import("../cluster.mjs").Flags} flags */
export async function rendered(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger(PART, flags, CLUSTER_FOLDER);
  if (!flags.report)
    await carryOut(
      ledger,
      ["lab", ...MODES].map((name) => wanted(name, flags)),
    );
  const turns = await turnsOf(ledger.entries);
  record({ name: "cluster-rendered", machine, short: flags.short, ...renderedReport(turns), figures: turns });
}

/** @param {string} name @param {{ seed: number, short: boolean }} flags @returns {import("../ledger.mjs").Wanted<Entry>} */
function wanted(name, { seed, short }) {
  const key = { part: PART, case: name, seed };
  const file = `${CLUSTER_FOLDER}${PART}-${name}-${String(seed)}${short ? "-short" : ""}.json`;
  const budget = short ? BUDGETS.short : BUDGETS.long;
  return {
    ...key,
    work: async () => {
      // A run that was cut short before the ledger had it.
      rmSync(file, { force: true });
      await (name === "lab" ? runLab(file, budget.lab) : runRendered(name, file, budget.cluster));
      return { ...key, file };
    },
  };
}

/** @param {string} mode @param {string} file @param {string} budget */
const runRendered = (mode, file, budget) =>
  withCluster(variantOf({ network: "none", linkRate: RATE }), async (cluster) => {
    const own = await RenderCluster.on(cluster);
    await layNetwork(own, mode, await writtenDocuments(own, mode, `${CLUSTER_FOLDER}${PART}-${mode}`));
    await runCluster(cluster, file, budget);
    await own.leave();
  });

/** One for each seed that has a lab and a cluster. @param {readonly Entry[]} entries */
async function turnsOf(entries) {
  /** @type {import("./rendered-report.mjs").Turn[]} */
  const turns = [];
  for (const seed of new Set(entries.map((entry) => entry.seed))) {
    const own = entries.filter((entry) => entry.seed === seed && existsSync(entry.file));
    const lab = own.find((entry) => entry.case === "lab");
    const clusters = own.filter((entry) => entry.case !== "lab");
    if (lab === undefined || clusters.length === 0) continue;
    const prediction = await predictionOf(
      lab.file,
      clusters.map(({ file }) => file),
    );
    turns.push({ seed, rendered: clusters.map((entry) => entry.case), prediction });
  }
  return turns;
}
