/**
 * Is `cluster run --quick` whole where the machine has no CPU to spare: beside busy loops, one bound to each CPU?
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { Ledger } from "../ledger.mjs";
import { figure, machineFacts, met, parsed, record } from "../record.mjs";
import { CLUSTER_FOLDER, deadline, podwire, variantOf, withCluster } from "./bench-cluster.mjs";

/** How many runs the target is about. */
const ASKED = 20;

/**
 * @typedef {{ network: string, seconds: number, code: number, status: string, reason?: string, observations: number, lost: number, failed: readonly string[] }} Entry
 * @typedef {{ status: string, partialReason?: string, observations: readonly { error?: string }[] }} RunFile
 * @typedef {{ modes: readonly { cells: readonly { path: string, metric: string, status: string }[] }[] }} Summary
 */

/** @param {import("../cluster.mjs").Flags} flags */
export async function busy(flags) {
  const machine = machineFacts();
  /** @type {Ledger<Entry>} */
  const ledger = new Ledger(flags.nice === 0 ? "busy" : `busy-nice-${String(flags.nice)}`, flags, CLUSTER_FOLDER);
  const isLeft = deadline(flags);
  const network = /** @type {import("../../../test/cluster/variants.mjs").Network} */ (flags.network ?? "flannel-vxlan");
  if (flags.nice !== 0) process.stderr.write(`the control plane runs at nice ${String(flags.nice)}\n`);
  const wanted = () => ledger.entries.length < ASKED && isLeft();
  if (!flags.report && ledger.entries.length < ASKED) {
    await withCluster(variantOf({ network }), async (cluster) => {
      await renice(cluster, flags.nice);
      while (wanted()) ledger.add({ network, ...(await besideLoops(() => quickRun(cluster, String(ledger.entries.length)))) });
    });
  }
  report(ledger.entries, flags, machine);
}

/**
 * Everything that carries podwire's orders has to stand back behind whatever else wants a CPU: threads keep the value, and hand it on to those that they start.
 * @param {import("./bench-cluster.mjs").Cluster} cluster
 * @param {number} nice
 */
async function renice(cluster, nice) {
  const pids = (await cluster.components()).flatMap(({ pid }) => (pid === undefined ? [] : [String(pid)]));
  const script = `for pid; do (cd "/proc/$pid/task" && renice -n ${String(nice)} -p *); done`;
  await cluster.runIn("fabric", ["sh", "-c", script, "sh", ...pids]);
}

/**
 * Something done while every CPU has a busy loop bound to it. They end with this process, however it ends.
 * @template Result
 * @param {() => Promise<Result>} work
 */
async function besideLoops(work) {
  const loop = (/** @type {number} */ cpu) => [
    "--pdeathsig",
    "KILL",
    "taskset",
    "--cpu-list",
    String(cpu),
    "sh",
    "-c",
    "while :; do :; done",
  ];
  const loops = cpus().map((_, cpu) => spawn("setpriv", loop(cpu), { stdio: "ignore" }));
  try {
    return await work();
  } finally {
    for (const child of loops) child.kill("SIGKILL");
  }
}

/** @param {import("./bench-cluster.mjs").Cluster} cluster @param {string} name @returns {Promise<Omit<Entry, "network">>} */
async function quickRun(cluster, name) {
  const file = `${CLUSTER_FOLDER}busy-${name}.json`;
  rmSync(file, { force: true });
  const { code, out, err, seconds } = await podwire(["cluster", "run", "--quick", "--json", "--out", file], cluster);
  const words = err.trim().split("\n").slice(-3).join(" ");
  if (!existsSync(file)) return { seconds, code, status: "no run", reason: words, observations: 0, lost: 0, failed: [] };
  const { status, partialReason, observations } = /** @type {RunFile} */ (parsed(readFileSync(file, "utf8")));
  const { modes } = /** @type {Summary} */ (parsed(out));
  const failed = modes.flatMap(({ cells }) => cells).filter((cell) => cell.status === "failed");
  return {
    ...{ seconds, code, status },
    ...(partialReason === undefined ? {} : { reason: partialReason }),
    observations: observations.length,
    lost: observations.filter(({ error }) => error !== undefined).length,
    failed: failed.map(({ path, metric }) => `${path} ${metric}`),
  };
}

/** @param {readonly Entry[]} entries @param {import("../cluster.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report(entries, flags, machine) {
  const whole = entries.filter(({ status }) => status === "complete").length;
  const enough = flags.short || entries.length >= ASKED;
  record({
    name: "cluster-busy",
    machine,
    short: flags.short,
    tables: [
      {
        title: `\`podwire cluster run --quick\` beside a busy loop on each CPU: ${String(whole)} of ${String(entries.length)} runs are whole`,
        head: ["network", "from the command to the verdict", "run", "observations", "of them lost", "cells that could not be measured"],
        rows: entries.map(({ network, seconds, status, reason, observations, lost, failed }) => [
          network,
          figure(seconds, 1, "s"),
          reason === undefined ? status : `${status}: ${reason}`,
          String(observations),
          String(lost),
          failed.length === 0 ? "none" : failed.join(", "),
        ]),
        ...(enough ? {} : { note: `${String(ASKED - entries.length)} more are asked for.` }),
      },
    ],
    outcomes: [whole < entries.length ? "missed" : met(enough)],
    figures: entries,
  });
}
