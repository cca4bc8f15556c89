/**
 * Log lines of the performance tests of ovn-kubernetes (traffic flow tests) and of antrea's benchmarks: each line is a result and says itself
 * what ran between what.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";
import type { Role } from "../../where/places.js";

const FLOW = /\b((?:POD|HOST|EXTERNAL)_TO_[A-Z_]+?_(?:SAME|DIFF)_NODE|(?:POD|HOST)_TO_(?:POD|HOST|EXTERNAL)[A-Z_]*)\b/;
const BITRATE = /\b([TR])X Bitrate:\s*([\d.]+)\s*([KMG]?)bps/gi;
const BENCHMARK = /\bBenchmarkBandwidth(\w*?)(?:-\d+)?\s+\d+\s+\d+ ns\/op\s+([\d.]+) Bandwidth\(([KMG]?)bits\/sec\)/;
const PREFIX = " kmg";

/** Reads log lines of ovn-kubernetes' and antrea's performance tests. */
export const testLogs: LineRecogniser = {
  kind: "lines",
  name: "test logs",
  reads: "performance logs of ovn-kubernetes and antrea",
  open: (sink) => new TestLogReader(sink),
};

class TestLogReader implements LineReader {
  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const { text } = line;
    if (text.includes("Bitrate")) return this.#flow(line);
    return text.includes("BenchmarkBandwidth") && this.#benchmark(line);
  }

  end(): void {
    // Every line stands alone.
  }

  #flow(line: Line): boolean {
    const flow = FLOW.exec(line.text)?.[1];
    const rates = new Map(
      Array.from(line.text.matchAll(BITRATE), ([, way = "", number, prefix = ""]) => [way.toUpperCase(), scaled(number, prefix)] as const),
    );
    const value = rates.get("R") ?? rates.get("T");
    if (flow === undefined || value === undefined) return false;
    const reverse = /Reverse:\s*true/i.test(line.text);
    new Output("ovn-kubernetes tests", line.number, this.sink).figure({
      metric: /UDP/i.test(/Test Type:\s*(\w+)/i.exec(line.text)?.[1] ?? "") ? "udp" : "tcp",
      value,
      n: 1,
      of: "runs",
      line,
      conditions: reverse ? { direction: "reverse" } : {},
      notes: rates.has("R") ? [] : ["the sender's figure: the receiver's is not there"],
      stated: { role: roleOfFlow(flow), how: `the test is called ${flow}` },
    });
    return true;
  }

  #benchmark(line: Line): boolean {
    const match = BENCHMARK.exec(line.text);
    if (match === null) return false;
    const [, name = "", number, prefix = ""] = match;
    const role: Role = /IntraNode|LocalAccess/.test(name) ? "same-node" : name.includes("Service") ? "service" : "pod";
    new Output("antrea benchmark", line.number, this.sink).figure({
      metric: "tcp",
      value: scaled(number, prefix),
      n: 1,
      of: "runs",
      line,
      stated: { role, how: `antrea's benchmark is called BenchmarkBandwidth${name}` },
    });
    return true;
  }
}

const scaled = (number: string | undefined, prefix: string): number =>
  Number(number) * 1000 ** Math.max(0, PREFIX.indexOf(prefix.toLowerCase() || " "));

function roleOfFlow(flow: string): Role {
  if (flow.includes("EXTERNAL")) return "outside";
  const [from = "", ...hops] = flow.replace(/_(?:SAME|DIFF)_NODE.*$/, "").split("_TO_");
  const to = hops.at(-1) ?? "";
  const kind = (end: string): Role => (end.startsWith("HOST") ? "host" : "pod");
  if (kind(from) !== kind(to)) return "pod-host";
  if (flow.includes("_SAME_NODE")) return "same-node";
  if (hops.some((hop) => /CLUSTER_IP|NODE_PORT|SERVICE/.test(hop))) return kind(from) === "pod" ? "service" : "pod-host";
  return kind(from);
}
