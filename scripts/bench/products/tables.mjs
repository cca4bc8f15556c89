/**
 * What quick runs on several networks came to, as tables: what became of each run, and Cilium's figures beside flannel's.
 */
import { formatRatio } from "../../../dist/units/format.js";
import { missing, TAKEN, takenBy } from "../../../test/products/whole-run.mjs";

/** @typedef {import("../../../dist/model/summary.js").Summary} Summary */
/** @typedef {{ readonly network: string, readonly summaries: readonly Summary[] }} Tried one network, its runs in order */
/** @typedef {import("../record.mjs").Table} Table */

/** Each of Cilium's ways beside that of flannel which sends between nodes alike. */
const COMPARED = ["cilium-vxlan", "flannel-vxlan", "cilium-native", "flannel-host-gw"];
const PATHS = ["pod-pod", "pod-service"];
const METRICS = ["tcp", "tcp-open", "pps", "http", "http-keepalive", "latency.udp.p50", "latency.tcp.p50"];

/** What the runs say of the machine. @param {readonly Tried[]} tried */
export function machineOf(tried) {
  const facts = tried.flatMap(({ summaries }) =>
    summaries.map(({ environment: { kernel = "unknown", cpu = "unknown", cpus = "?" } }) => `kernel ${kernel}, ${cpus} CPUs (${cpu})`),
  );
  return `${[...new Set(facts)].join("; ")}. All figures are this machine's, whose CPUs both nodes, the control plane and the load share.`;
}

/** What became of each network's runs, and what of them the machine took. @param {readonly Tried[]} tried @returns {Table} */
export function outcomes(tried) {
  return {
    title: "What became of quick runs, in the order in which they were made",
    head: ["network", "runs", "whole", "cells measured", ...TAKEN, "not the machine's", "CPU time of others"],
    rows: tried.map(({ network, summaries }) => {
      const each = (/** @type {(summary: Summary) => string} */ of) => summaries.map(of).join(", ");
      return [
        network,
        String(summaries.length),
        each(isWhole),
        each((summary) => String(cellsOf(summary).filter(({ status }) => status === "measured").length)),
        ...TAKEN.map((kind) => each((summary) => String(missing(summary).filter((cell) => takenBy(cell) === kind).length))),
        notTaken(summaries),
        each(othersTook),
      ];
    }),
  };
}

/** @param {Summary} summary */
const cellsOf = ({ modes }) => modes.flatMap(({ cells }) => cells);

/** Cells without a figure for another reason than the machine. @param {Summary} summary */
const others = (summary) => missing(summary).filter((cell) => takenBy(cell) === undefined);

/** @param {Summary} summary */
function isWhole(summary) {
  const { length } = others(summary);
  if (summary.status !== "complete") return summary.status;
  return length === 0 ? "yes" : `but for ${String(length)}`;
}

/**
 * What is missing for other reasons: of those that are alike but for names and numbers, the first one, with the number of their cells in all runs.
 * @param {readonly Summary[]} summaries
 */
function notTaken(summaries) {
  const texts = summaries.flatMap(others).map(({ path, status, reason = "no reason" }) => `${path} ${status}: ${inOneCell(reason)}`);
  const kindOf = (/** @type {string} */ text) => text.replaceAll(/\d+(?:\.\d+)*/g, "N");
  const firsts = texts.filter((text, place) => texts.findIndex((one) => kindOf(one) === kindOf(text)) === place);
  const counted = firsts.map((first) => `${first} (${String(texts.filter((one) => kindOf(one) === kindOf(first)).length)})`);
  return counted.length === 0 ? "-" : counted.join("<br>");
}

/** A reason for a table, without what a tool printed behind it and the name of the namespace, which is each run's own. @param {string} reason */
const inOneCell = (reason) =>
  reason
    .replace(/\n\s*\n[\s\S]*/, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\bpodwire-[a-z0-9]{6}\//g, "")
    .replaceAll("|", "\\|");

/** The share that other programs took while podwire loaded nothing, where it says so. @param {Summary} summary */
function othersTook(summary) {
  const shares = cellsOf(summary)
    .flatMap(({ flags = [] }) => flags.filter(({ check }) => check === "neighbours"))
    .flatMap(({ evidence }) => evidence.filter(({ what }) => what === "taken by others").map(({ value }) => value));
  return shares.length === 0 ? "not flagged" : `${String(Math.round(100 * Math.max(...shares)))} %`;
}

/** Each run's ratios to its own hosts. @param {readonly Tried[]} tried @returns {Table} */
export function beside(tried) {
  const runsOf = (/** @type {string} */ network) => tried.find((one) => one.network === network)?.summaries ?? [];
  const rows = PATHS.flatMap((path) =>
    METRICS.map((metric) => [
      path,
      metric,
      ...COMPARED.map((network) =>
        runsOf(network)
          .map((one) => figureOf(one, path, metric))
          .join("<br>"),
      ),
    ]),
  );
  return {
    title: "Each cluster's ratio to its own hosts in the same run [interval], a line a run",
    head: ["path", "metric", ...COMPARED],
    rows: rows.filter(([, , ...figures]) => figures.some((text) => /\d/.test(text))),
    note: "Latency above 1 is slower, the others above 1 are faster. Confidence of the intervals: 95 %, and 98.2 % where a figure was looked at several times.",
  };
}

/** The ratio, or what became of the cell in its place; empty for a metric that was not asked for. @param {Summary} summary @param {string} path @param {string} metric */
function figureOf(summary, path, metric) {
  const cell = cellsOf(summary).find((one) => one.path === path && one.metric === metric);
  if (cell === undefined) return "";
  const { ratio, status } = cell;
  return ratio === undefined ? (status === "unsupported" ? "-" : status) : formatRatio(ratio.median, ratio.low, ratio.high);
}
