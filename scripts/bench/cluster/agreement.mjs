/**
 * Does the lab say what a cluster shows? flannel's vxlan and host-gw and the routes of gce, each in the lab and in a cluster: the same order of verdicts
 * in tcp, pps and http, and ratios within ten points.
 */
import { existsSync, readFileSync } from "node:fs";
import { Ledger } from "../ledger.mjs";
import { machineFacts, record } from "../record.mjs";
import { CLUSTER_FOLDER, deadline, variantOf, withCluster } from "./bench-cluster.mjs";
import { MODES, predictionOf, RATE, runCluster, runLab } from "./predicted.mjs";
import { CELL_HEAD, cellRow, ORDER_HEAD, orderOutcome, orderRow, ordersOfModes, withinTen } from "./prediction-rows.mjs";

/** @typedef {{ what: "lab" | (typeof MODES)[number], file: string, turn: number }} Entry one run */

/** @param {import("../cluster.mjs").Flags} flags */
export async function agreement(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger("agreement", flags, CLUSTER_FOLDER);
  const isLeft = deadline(flags);
  const budget = flags.short ? "15s" : "100s";
  while (!flags.report && (flags.short || isLeft())) {
    // Alternately, so that the machine's hour is the same for all as far as it can be.
    const { what, turn } = next(ledger.entries);
    if (flags.short && turn > 0) break;
    const file = `${CLUSTER_FOLDER}agreement-${what}-${String(turn)}${flags.short ? "-short" : ""}.json`;
    process.stderr.write(`${what}, turn ${String(turn + 1)}\n`);
    if (what === "lab") await runLab(file, budget);
    else await withCluster(variantOf({ network: what, linkRate: RATE }), (cluster) => runCluster(cluster, file, budget));
    ledger.add({ what, file, turn });
  }
  await report(ledger.entries, flags, machine);
}

/** What is to be run next: the one with the fewest runs. @param {readonly Entry[]} entries */
function next(entries) {
  const count = (/** @type {Entry["what"]} */ what) => entries.filter((entry) => entry.what === what).length;
  const whats = /** @type {const} */ (["lab", ...MODES]);
  const [first, ...others] = whats;
  const what = others.reduce((/** @type {Entry["what"]} */ least, one) => (count(one) < count(least) ? one : least), first);
  return { what, turn: count(what) };
}

/** @param {readonly Entry[]} entries @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
async function report(entries, flags, machine) {
  const turns = [...new Set(entries.map(({ turn }) => turn))];
  const predictions = [];
  for (const turn of turns) {
    const fileOf = (/** @type {Entry["what"]} */ what) => entries.find((entry) => entry.what === what && entry.turn === turn)?.file;
    const lab = fileOf("lab");
    const clusters = MODES.flatMap((mode) => fileOf(mode) ?? []).filter((file) => existsSync(file));
    if (lab === undefined || clusters.length === 0) continue;
    predictions.push({ turn, ...(await predictionOf(lab, clusters)) });
  }
  const cells = predictions.flatMap(({ turn, cells: own }) => own.map((cell) => ({ turn, ...cell })));
  const orders = predictions.flatMap(({ turn, orders: own }) => ordersOfModes(own).map((order) => ({ turn, ...order })));
  record({
    name: "cluster-agreement",
    machine,
    short: flags.short,
    tables: [
      {
        title: "The pod's ratio to its host from pod to pod, in the lab and in a cluster that is wired alike",
        head: ["turn", ...CELL_HEAD],
        rows: cells.map(({ turn, ...cell }) => [String(turn + 1), ...cellRow(cell)]),
        note: withinTen(cells),
      },
      {
        title: "Order of the modes",
        head: ["turn", ...ORDER_HEAD],
        rows: orders.map(({ turn, ...order }) => [String(turn + 1), ...orderRow(order)]),
      },
    ],
    outcomes: orders.map(orderOutcome),
    figures: { predictions, runs: entries.map(({ what, turn, file }) => ({ what, turn, bytes: readFileSync(file).length })) },
  });
}
