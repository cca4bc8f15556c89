/**
 * qperf: bandwidth and latency of TCP and UDP. Its units are decimal bytes; its latency is half a round trip.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { microseconds, prefixFactor } from "../../rates.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";

const TEST = /^\W*(tcp|udp)_(bw|lat):\s*$/;
const VALUE = /^\W*(bw|send_bw|recv_bw|latency|msg_rate|msg_size|[a-z_]+)\s+=\s+([\d.,]+)\s+(\S+)/;
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
  #values: {
    readonly metric: string;
    readonly line: Line;
    readonly value: number;
    readonly conditions: Readonly<Record<string, string>>;
  }[] = [];
  #size: string | undefined;
  #step: { readonly sweep: readonly string[]; readonly seen: Map<string, number> } | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const test = line.text.includes("_") ? TEST.exec(line.text) : null;
    if (test !== null) {
      this.end();
      this.#output = new Output("qperf", line.number, this.sink);
      this.#protocol = test[1] ?? "tcp";
      this.#test = test[2] ?? "";
      this.#size = this.#sizeInSweep(test[0].trim());
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
    this.#value(line, value);
    return true;
  }

  end(): void {
    const received = this.#values.some(({ metric }) => metric === this.#protocol);
    const size = this.#size === undefined ? {} : { "message size": this.#size };
    for (const { metric, line, value, conditions } of this.#values) {
      if (metric === "udp.sent" && received) continue;
      this.#output?.figure({ metric, value, n: 1, of: "runs", line, conditions: { ...conditions, ...size } });
    }
    this.#values = [];
    this.#size = undefined;
    this.#output = undefined;
  }

  /** The message size of a test within a sweep: qperf goes through them in order and says none of them. */
  #sizeInSweep(test: string): string | undefined {
    const { sweep } = this.sink.surroundings();
    if (sweep.length === 0) return undefined;
    if (this.#step?.sweep !== sweep) this.#step = { sweep, seen: new Map() };
    const seen = this.#step.seen.get(test) ?? 0;
    this.#step.seen.set(test, seen + 1);
    return sweep[seen] ?? `step ${String(seen + 1)}`;
  }

  #value(line: Line, match: RegExpExecArray): void {
    const [, name = "", number = "", unit = ""] = match;
    const value = Number(number.replaceAll(",", ""));
    if (name === "msg_size") this.#size = `${number} ${unit}`;
    if (name === "latency" && this.#test === "lat") {
      const time = microseconds(value, unit);
      if (time !== undefined)
        this.#values.push({ metric: `latency.${this.#protocol}`, value: time, line, conditions: { measures: "half round trip" } });
      return;
    }
    const rate = bitsPerSecond(value, unit);
    if (rate === undefined || this.#test !== "bw") return;
    if (name === "send_bw") this.#values.push({ metric: "udp.sent", line, value: rate, conditions: {} });
    if (name === "bw" || name === "recv_bw") this.#values.push({ metric: this.#protocol, line, value: rate, conditions: {} });
  }
}

function bitsPerSecond(value: number, unit: string): number | undefined {
  const match = BYTES.exec(unit);
  if (match === null) return undefined;
  return value * prefixFactor(match[1] ?? "", match[2] === "i") * (match[3] === "B" ? 8 : 1);
}
