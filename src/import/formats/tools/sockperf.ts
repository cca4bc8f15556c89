/**
 * sockperf: ping-pong, under-load and throughput. Its latencies are half the round trip unless it was told otherwise, and its Mbps are
 * 2^20 bits (252,350 messages of 14 bytes a second are printed as 26.954 Mbps).
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { percentileSuffix } from "../../rates.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";

const START = /sockperf\[(?:CLIENT|SERVER)\]|sockperf:\s+==\s*version/;
const ENDPOINT = /\[\s*\d+\]\s+IP\s*=\s*(\S+)\s+PORT\s*=\s*\d+\s*#\s*(TCP|UDP)/;
const SUMMARY = /Summary:\s+(Latency|Round trip) is ([\d.]+) usec/i;
const RATE = /Summary:\s+Message Rate is (\d+) \[msg\/sec\]/;
const BANDWIDTH = /Summary:\s+BandWidth is [\d.]+ MBps \(([\d.]+) Mbps\)/;
const OBSERVATIONS = /Total (\d+) observations/;
const PERCENTILE = /---> percentile\s+([\d.]+)\s*=\s*([\d.]+)/;
const MESSAGES = /\[Valid Duration\].*SentMessages=(\d+); ReceivedMessages=(\d+)/;

/** Reads sockperf. */
export const sockperf: LineRecogniser = {
  kind: "lines",
  name: "sockperf",
  reads: "sockperf ping-pong, under-load and throughput",
  open: (sink) => new SockperfReader(sink),
};

class SockperfReader implements LineReader {
  #output: Output | undefined;
  #protocol: "tcp" | "udp" = "udp";
  #observations = 0;
  #measures = "half round trip";
  #notes: readonly string[] = [];
  #mean: { readonly line: Line; readonly value: number } | undefined;
  #identity: string | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const endpoint = ENDPOINT.exec(line.text);
    const taken = endpoint !== null || /sockperf(?:\[|:)/.test(line.text);
    if (!taken) {
      if (this.#output?.foreign(line) === true) this.end();
      return false;
    }
    if (START.test(line.text) && this.#protocolKnown) this.end();
    this.#output ??= new Output("sockperf", line.number, this.sink);
    this.#output.own();
    if (endpoint !== null) this.#endpoint(this.#output, endpoint);
    else this.#values(this.#output, line);
    return true;
  }

  #protocolKnown = false;

  end(): void {
    if (this.#output !== undefined) this.#finishMean(this.#output);
    this.#output = undefined;
    this.#protocolKnown = false;
    this.#protocol = "udp";
    this.#observations = 0;
    this.#measures = "half round trip";
    this.#notes = [];
    this.#mean = undefined;
    this.#identity = undefined;
  }

  #endpoint(output: Output, match: RegExpExecArray): void {
    output.address(match[1]);
    this.#protocol = match[2] === "TCP" ? "tcp" : "udp";
    this.#protocolKnown = true;
  }

  #values(output: Output, line: Line): void {
    const { text } = line;
    const messages = MESSAGES.exec(text);
    // Ping-pong waits for every answer; under load only every hundredth message is answered by default.
    if (messages !== null && Number(messages[1]) > 1.5 * Number(messages[2])) this.#notes = ["under load: most messages ask for no reply"];
    const summary = SUMMARY.exec(text);
    if (summary !== null) {
      this.#measures = summary[1]?.toLowerCase() === "latency" ? "half round trip" : "round trip";
      this.#mean = { line, value: Number(summary[2]) };
      this.#identity = undefined;
    }
    const observations = OBSERVATIONS.exec(text);
    if (observations !== null) {
      this.#observations = Number(observations[1]);
      this.#finishMean(output);
    }
    this.#percentile(output, line);
    this.#throughput(output, line);
  }

  #conditions(): Readonly<Record<string, string>> {
    return { measures: this.#measures, ...(this.#notes.length > 0 ? { load: "under load" } : {}) };
  }

  #finishMean(output: Output): void {
    const mean = this.#mean;
    this.#mean = undefined;
    if (mean === undefined) return;
    const known = this.#observations > 0;
    if (known) this.#identity = `sockperf ${String(this.#observations)} ${String(mean.value)}`;
    output.figure({
      metric: `latency.${this.#protocol}`,
      value: mean.value,
      n: known ? this.#observations : 1,
      of: known ? "observations" : "summary, observations not said",
      line: mean.line,
      conditions: this.#conditions(),
      notes: this.#notes,
      ...(this.#identity === undefined ? {} : { identity: this.#identity }),
    });
  }

  #percentile(output: Output, line: Line): void {
    const match = PERCENTILE.exec(line.text);
    const suffix = match === null ? undefined : percentileSuffix(Number(match[1]));
    if (match === null || suffix === undefined) return;
    output.figure({
      metric: `latency.${this.#protocol}${suffix}`,
      value: Number(match[2]),
      n: Math.max(1, this.#observations),
      of: "observations",
      line,
      conditions: this.#conditions(),
      notes: this.#notes,
      ...(this.#identity === undefined ? {} : { identity: this.#identity }),
    });
  }

  #throughput(output: Output, line: Line): void {
    const rate = RATE.exec(line.text);
    if (rate !== null)
      output.figure({ metric: "pps", value: Number(rate[1]), n: 1, of: "runs", line, notes: ["messages sent, not received"] });
    const bandwidth = BANDWIDTH.exec(line.text);
    if (bandwidth === null) return;
    const metric = this.#protocol === "tcp" ? "tcp" : "udp.sent";
    output.figure({ metric, value: Number(bandwidth[1]) * 2 ** 20, n: 1, of: "runs", line, notes: ["bytes sent, not received"] });
  }
}
