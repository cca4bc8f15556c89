/**
 * `cilium connectivity perf`: tables of scenario, node and test, of the old form (a value with its unit in a cell) and the new one (the unit in
 * the head, latencies beside it).
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { microseconds } from "../../rates.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";
import type { Role } from "../../where/places.js";

const HEAD = /Scenario\s*\|.*(?:\bTest\b|Test Type)\s*\|/i;
const VALUE = /^([\d.]+)\s*(?:\(([^)]+)\))?$/;
const TIME = /^([\d.]+)\s?(ns|us|µs|μs|ms|s)$/;
const LATENCIES: readonly (readonly [head: string, suffix: string])[] = [
  ["mean", ""],
  ["p50", ".p50"],
  ["p90", ".p90"],
  ["p99", ".p99"],
];

/** Reads `cilium connectivity perf`. */
export const ciliumPerf: LineRecogniser = {
  kind: "lines",
  name: "cilium perf",
  reads: "tables of cilium connectivity perf, old and new",
  open: (sink) => new CiliumReader(sink),
};

class CiliumReader implements LineReader {
  #columns: readonly string[] | undefined;
  #output: Output | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const { text } = line;
    if (!text.includes("|")) return this.#columns !== undefined && /^\s*-{10,}\s*$/.test(text);
    if (text.includes("Scenario") && HEAD.test(text)) {
      this.#columns = cellsOf(text).map((cell) => cell.toLowerCase());
      this.#output = new Output("cilium perf", line.number, this.sink);
      return true;
    }
    const columns = this.#columns;
    if (columns === undefined || this.#output === undefined) return false;
    if (/^[\s|:-]+$/.test(text)) return true;
    const cells = cellsOf(text);
    if (cells.length !== columns.length) return false;
    this.#row(this.#output, line, columns, cells);
    return true;
  }

  end(): void {
    this.#columns = undefined;
    this.#output = undefined;
  }

  #row(output: Output, line: Line, columns: readonly string[], cells: readonly string[]): void {
    const cell = (pattern: RegExp): string => cells[columns.findIndex((name) => pattern.test(name))] ?? "";
    const test = cell(/^test/).toUpperCase();
    const metric = metricOf(test);
    if (metric === undefined) return;
    const role = roleOf(cell(/^scenario/), `${cell(/^node/)} ${cell(/^pod/)}`, columns.includes("pod"));
    const part = {
      n: 1,
      of: "runs",
      line,
      conditions: test.includes("MULTI") ? { streams: "several" } : {},
      stated: { role, how: `cilium says ${[cell(/^scenario/), cell(/^node/), cell(/^pod/)].filter((one) => one !== "").join(", ")}` },
    };
    const at = columns.findIndex((name) => /throughput|transaction rate|avg value/.test(name));
    const value = VALUE.exec(cells[at] ?? "");
    const unit = value?.[2] ?? columns[at] ?? "";
    if (value !== null) output.figure({ ...part, metric, value: Number(value[1]) * (metric.includes("rr") ? 1 : rateFactor(unit)) });
    if (!metric.includes("rr")) return;
    for (const [head, suffix] of LATENCIES) {
      const time = TIME.exec(cells[columns.indexOf(head)] ?? "");
      const us = time === null ? undefined : microseconds(Number(time[1]), time[2] ?? "");
      if (us !== undefined) output.figure({ ...part, metric: `latency.${metric}${suffix}`, value: us });
    }
  }
}

const cellsOf = (text: string): readonly string[] =>
  text
    .replace(/^[^\p{L}\p{N}|]*/u, "")
    .replace(/^\||\|\s*$/g, "")
    .split("|")
    .map((cell) => cell.trim());

function metricOf(test: string): string | undefined {
  const match = /(TCP|UDP)_(STREAM|RR|CRR)/.exec(test);
  if (match === null) return undefined;
  const protocol = match[1] === "UDP" ? "udp" : "tcp";
  return match[2] === "STREAM" ? protocol : match[2] === "CRR" ? "crr.tcp" : `rr.${protocol}`;
}

const rateFactor = (unit: string): number => 10 ** (3 * Math.max(0, " kmg".indexOf(/([kmg])b\/s/i.exec(unit)?.[1]?.toLowerCase() ?? "m")));

/** The old form names the client's pod, which says where it ran. */
function roleOf(scenario: string, node: string, old: boolean): Role {
  const sameNode = /same[- ]?node/i.test(`${scenario} ${node}`) || (old && !/other-node/i.test(node));
  const [from = "", to = from] = scenario.toLowerCase().split(/-to-|-2-|\s*->\s*/);
  const kind = (end: string): Role =>
    /^(?:host|node)/.test(end) ? "host" : end.startsWith("pod") ? "pod" : /service|svc/.test(end) ? "service" : "unclear";
  const [a, b] = [kind(from), kind(to)];
  if (a === "unclear" || b === "unclear") return "unclear";
  if (b === "service") return a === "pod" ? "service" : "pod-host";
  if (a !== b) return "pod-host";
  return sameNode ? "same-node" : a;
}
