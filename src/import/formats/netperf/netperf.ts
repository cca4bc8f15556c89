/**
 * netperf: the classic tables of STREAM, RR and CRR tests, omni key=value pairs (`-k`) and omni CSV (`-o`).
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import type { Line, LineRecogniser } from "../../recogniser.js";
import { csvCells } from "../../text/csv-cells.js";

const HEADER =
  /(?:MIGRATED )?(?:(TCP|UDP)(?:v6)? (STREAM|MAERTS|SENDFILE|REQUEST\/RESPONSE|Connect\/Request\/Response|CONNECT\/REQUEST\/RESPONSE)|OMNI \S+) TEST from (\S+) \(.*?\) port \d+ AF_INET6? to (\S+)/i;
const STREAM_HEAD = /^\W*Recv\s+Send\s+Send\s*$/;
const UDP_HEAD = /^\W*Socket\s+Message\s+Elapsed\s+Messages\s*$/;
const RESPONSE_HEAD = /^\W*Local \/\s?Remote\s*$/;
/** The test as a command or a heading names it. */
const NAMED_TEST = /(?<![A-Za-z_])(TCP|UDP)_(RR|CRR|STREAM|MAERTS)(?![A-Za-z_])/i;
const NUMBERS = /^\s*\d+(?:\s+-?[\d.]+)*\s*$/;
const UNIT = /10\^(3|6|9)\s*bits\/s|([KMG])Bytes\/s/;
const PAIR = /^\s*([A-Z][A-Z0-9_]+)=(.*)$/;
const FINAL_PAIRS = new Set([
  "THROUGHPUT",
  "THROUGHPUT_UNITS",
  "PROTOCOL",
  "DIRECTION",
  "MEAN_LATENCY",
  "P50_LATENCY",
  "P90_LATENCY",
  "P99_LATENCY",
  "LOCAL_SEND_SIZE",
  "REQUEST_SIZE",
  "REMOTE_HOST",
  "COMMAND_LINE",
  "ELAPSED_TIME",
]);

/** Reads netperf. */
export const netperf: LineRecogniser = {
  kind: "lines",
  name: "netperf",
  reads: "netperf tables, omni key=value and omni CSV",
  open: (sink) => new NetperfReader(sink),
};

type Kind = "stream" | "rr" | "crr";

class NetperfReader extends OutputReader {
  #protocol: "tcp" | "udp" = "tcp";
  #kind: Kind = "stream";
  #reverse = false;
  #factor = 1e6;
  #sent: { readonly line: Line; readonly value: number; readonly messages: number; readonly size: string } | undefined;
  #pairs = new Map<string, { readonly line: Line; readonly value: string }>();
  #columns: readonly string[] | undefined;
  /** The test that the words above name, where the banner is missing. */
  #named: { readonly protocol: "tcp" | "udp"; readonly kind: Kind } | undefined;

  override end(): void {
    const output = this.output;
    if (output !== undefined) {
      this.#finishSent(output);
      if (this.#pairs.size > 0) this.#finishPairs(output);
    }
    this.output = undefined;
    this.#sent = undefined;
    this.#pairs = new Map();
    this.#columns = undefined;
    this.#factor = 1e6;
  }

  protected override take(line: Line): boolean {
    const { text } = line;
    if (text.includes(" TEST from ") && this.#header(line)) return true;
    this.#note(text);
    if (this.output === undefined && this.#withoutBanner(line)) return true;
    if (text.includes("=") && this.#pair(line)) return true;
    if (text.includes("Throughput Units") && text.includes(",")) return this.#csvHeader(line);
    if (this.#columns !== undefined && text.includes(",")) return this.#csvRow(line, this.#columns);
    if (this.output === undefined) return false;
    const unit = UNIT.exec(text);
    if (unit !== null) this.#factor = unit[1] === undefined ? 8 * 1024 ** " KMG".indexOf(unit[2] ?? "K") : 10 ** Number(unit[1]);
    if (unit !== null || /^\s*(?:Recv|Socket|Size|bytes|Local|Send)\b/.test(text)) return true;
    return NUMBERS.test(text) && this.#numbers(line);
  }

  #note(text: string): void {
    const [, protocol, test] = (text.includes("_") ? NAMED_TEST.exec(text) : null) ?? [];
    if (protocol === undefined || test === undefined) return;
    const kind = /^rr$/i.test(test) ? "rr" : /^crr$/i.test(test) ? "crr" : "stream";
    this.#named = { protocol: protocol.toLowerCase() === "udp" ? "udp" : "tcp", kind };
  }

  /** The heads of a stream's table say what it is of; those of the others do not: the test stood in the banner, and the words above may name it. */
  #withoutBanner(line: Line): boolean {
    if (RESPONSE_HEAD.test(line.text) && this.#named !== undefined && this.#named.kind !== "stream") {
      this.output = new Output("netperf", line.number, this.sink);
      this.#protocol = this.#named.protocol;
      this.#kind = this.#named.kind;
      this.#reverse = false;
      return true;
    }
    const udp = UDP_HEAD.test(line.text);
    if (!udp && !STREAM_HEAD.test(line.text)) return false;
    this.output = new Output("netperf", line.number, this.sink);
    this.#protocol = udp ? "udp" : "tcp";
    this.#kind = "stream";
    this.#reverse = false;
    return true;
  }

  #header(line: Line): boolean {
    const match = HEADER.exec(line.text);
    if (match === null) return false;
    this.end();
    this.output = new Output("netperf", line.number, this.sink);
    this.output.address(match[3]);
    this.output.address(match[4]);
    this.#protocol = match[1]?.toLowerCase() === "udp" ? "udp" : "tcp";
    const test = match[2]?.toLowerCase() ?? "";
    this.#kind = test.startsWith("connect") ? "crr" : test.startsWith("request") ? "rr" : "stream";
    this.#reverse = test === "maerts";
    return true;
  }

  #numbers(line: Line): boolean {
    const output = this.output;
    const cells = line.text.trim().split(/\s+/);
    const numbers = cells.map(Number);
    if (output === undefined) return false;
    if (this.#kind === "stream" && this.#protocol === "udp") return this.#udpNumbers(output, line, cells, numbers);
    const at = this.#kind === "stream" ? 4 : 5;
    const value = numbers[at];
    // The second line of a RR table holds the remote buffer sizes only.
    if (value === undefined) return true;
    const size =
      this.#kind === "stream" ? { "message bytes": cells[2] ?? "" } : { "request/response bytes": `${cells[2] ?? ""}/${cells[3] ?? ""}` };
    const conditions = { ...size, ...(this.#reverse ? { direction: "reverse" } : {}) };
    if (this.#kind === "stream") output.figure({ metric: "tcp", value: value * this.#factor, n: 1, of: "runs", line, conditions });
    else output.figure({ metric: this.#kind === "crr" ? "crr.tcp" : `rr.${this.#protocol}`, value, n: 1, of: "runs", line, conditions });
    return true;
  }

  /** Two lines: what was sent, and what the receiver got. */
  #udpNumbers(output: Output, line: Line, cells: readonly string[], numbers: readonly number[]): boolean {
    if (numbers.length >= 6) {
      this.#finishSent(output);
      this.#sent = { line, value: (numbers[5] ?? Number.NaN) * this.#factor, messages: numbers[3] ?? 0, size: cells[1] ?? "" };
      return true;
    }
    const sent = this.#sent;
    if (sent === undefined || numbers.length < 4) return true;
    this.#sent = undefined;
    const part = { line, conditions: { "message bytes": sent.size } };
    output.figure({ ...part, metric: "udp", value: (numbers[3] ?? Number.NaN) * this.#factor, n: 1, of: "runs" });
    const got = numbers[2] ?? Number.NaN;
    if (sent.messages > 0)
      output.figure({ ...part, metric: "udp.loss", value: Math.max(0, 100 * (1 - got / sent.messages)), n: sent.messages, of: "messages" });
    return true;
  }

  #finishSent(output: Output): void {
    const sent = this.#sent;
    if (sent !== undefined)
      output.figure({
        metric: "udp.sent",
        value: sent.value,
        n: 1,
        of: "runs",
        line: sent.line,
        conditions: { "message bytes": sent.size },
      });
    this.#sent = undefined;
  }

  #pair(line: Line): boolean {
    const match = PAIR.exec(line.text);
    const [, key = "", value = ""] = match ?? [];
    if (match === null || !(FINAL_PAIRS.has(key) || this.#pairs.size > 0)) return false;
    if (this.#pairs.has(key)) this.end();
    if (this.output === undefined) this.output = new Output("netperf", line.number, this.sink);
    if (key === "REMOTE_HOST") this.output.address(value.trim());
    if (FINAL_PAIRS.has(key)) this.#pairs.set(key, { line, value: value.trim() });
    return true;
  }

  #csvHeader(line: Line): boolean {
    if (this.output === undefined) this.output = new Output("netperf", line.number, this.sink);
    this.#columns = csvCells(line.text);
    return true;
  }

  #csvRow(line: Line, columns: readonly string[]): boolean {
    const cells = csvCells(line.text);
    if (cells.length !== columns.length) return false;
    const names: Readonly<Record<string, string>> = {
      Throughput: "THROUGHPUT",
      "Throughput Units": "THROUGHPUT_UNITS",
      Protocol: "PROTOCOL",
      Direction: "DIRECTION",
      "Mean Latency Microseconds": "MEAN_LATENCY",
      "50th Percentile Latency Microseconds": "P50_LATENCY",
      "90th Percentile Latency Microseconds": "P90_LATENCY",
      "99th Percentile Latency Microseconds": "P99_LATENCY",
    };
    this.#pairs = new Map(
      columns.flatMap((column, index) =>
        names[column] === undefined ? [] : [[names[column], { line, value: cells[index] ?? "" }] as const],
      ),
    );
    if (this.output !== undefined) this.#finishPairs(this.output);
    this.#pairs = new Map();
    return true;
  }

  #finishPairs(output: Output): void {
    const rate = this.#pairs.get("THROUGHPUT");
    const unit = this.#pairs.get("THROUGHPUT_UNITS")?.value ?? "10^6bits/s";
    if (rate === undefined) return;
    const protocol = /udp/i.test(this.#pairs.get("PROTOCOL")?.value ?? this.#protocol) ? "udp" : "tcp";
    const size = this.#pairs.get("REQUEST_SIZE") ?? this.#pairs.get("LOCAL_SEND_SIZE");
    const part = { n: 1, of: "runs", line: rate.line, conditions: size === undefined ? {} : { "message bytes": size.value } };
    const power = /10\^(3|6|9)/.exec(unit);
    if (/trans/i.test(unit)) {
      const metric = this.#kind === "crr" ? "crr.tcp" : `rr.${protocol}`;
      output.figure({ ...part, metric, value: Number(rate.value) });
      this.#latencies(output, metric, part);
    } else output.figure({ ...part, metric: protocol, value: Number(rate.value) * 10 ** Number(power?.[1] ?? 6) });
  }

  #latencies(output: Output, metric: string, part: { n: number; of: string; conditions: Record<string, string> }): void {
    for (const [key, suffix] of [
      ["MEAN_LATENCY", ""],
      ["P50_LATENCY", ".p50"],
      ["P90_LATENCY", ".p90"],
      ["P99_LATENCY", ".p99"],
    ] as const) {
      const found = this.#pairs.get(key);
      if (found !== undefined && found.value !== "" && Number(found.value) >= 0) {
        output.figure({
          ...part,
          metric: `latency.${metric.startsWith("crr") ? "crr.tcp" : metric}${suffix}`,
          value: Number(found.value),
          line: found.line,
        });
      }
    }
  }
}
