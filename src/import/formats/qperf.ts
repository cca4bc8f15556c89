/**
 * qperf: bandwidth and latency of TCP and UDP. Its units are decimal bytes; its latency is half a round trip.
 * @packageDocumentation
 */
import { Output } from "../output.js";
import { microseconds, prefixFactor } from "../rates.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../recogniser.js";

const TEST = /^\W*(tcp|udp)_(bw|lat):\s*$/;
const VALUE = /^\W*\s(bw|send_bw|recv_bw|latency|msg_rate|msg_size|[a-z_]+)\s+=\s+([\d.,]+)\s+(\S+)/;
const BYTES = /^([KMGT]?)(i?)(B|b)\/sec$/;

/** Reads qperf. */
export const qperf: LineRecogniser = {
  kind: "lines",
  name: "qperf",
  reads: "qperf (tcp_bw, tcp_lat, udp_bw, udp_lat)",
  open: (sink) => new QperfReader(sink),
};

class QperfReader implements LineReader {
  #output: Output | undefined;
  #protocol = "tcp";
  #test = "";
  #sent: { readonly line: Line; readonly value: number } | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const test = line.text.includes("_") ? TEST.exec(line.text) : null;
    if (test !== null) {
      this.end();
      this.#output = new Output("qperf", line.number, this.sink);
      this.#protocol = test[1] ?? "tcp";
      this.#test = test[2] ?? "";
      return true;
    }
    const output = this.#output;
    const value = output === undefined ? null : VALUE.exec(line.text);
    if (output === undefined) return false;
    if (value === null) {
      if (output.foreign(line)) this.end();
      return false;
    }
    output.own();
    this.#value(output, line, value);
    return true;
  }

  end(): void {
    const sent = this.#sent;
    this.#sent = undefined;
    if (sent !== undefined) this.#output?.figure({ metric: "udp.sent", value: sent.value, n: 1, of: "runs", line: sent.line });
    this.#output = undefined;
  }

  #value(output: Output, line: Line, match: RegExpExecArray): void {
    const [, name = "", number = "", unit = ""] = match;
    const value = Number(number.replaceAll(",", ""));
    if (name === "latency" && this.#test === "lat") {
      const time = microseconds(value, unit);
      if (time !== undefined)
        output.figure({
          metric: `latency.${this.#protocol}`,
          value: time,
          n: 1,
          of: "runs",
          line,
          conditions: { measures: "half round trip" },
        });
      return;
    }
    const rate = bitsPerSecond(value, unit);
    if (rate === undefined || this.#test !== "bw") return;
    if (name === "send_bw") this.#sent = { line, value: rate };
    if (name !== "bw" && name !== "recv_bw") return;
    this.#sent = undefined;
    output.figure({ metric: this.#protocol, value: rate, n: 1, of: "runs", line });
  }
}

function bitsPerSecond(value: number, unit: string): number | undefined {
  const match = BYTES.exec(unit);
  if (match === null) return undefined;
  return value * prefixFactor(match[1] ?? "", match[2] === "i") * (match[3] === "B" ? 8 : 1);
}
