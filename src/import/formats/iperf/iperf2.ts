/**
 * iperf 2's text, of client and server, old (2.0) and new (2.1), and its bare result lines without anything around them.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import type { Line, LineRecogniser } from "../../recogniser.js";
import { type IperfConnection, type IperfResult, iperfConnection, iperfResult, lossOf, weightedRate, wholeRow } from "./iperf-lines.js";

const STARTS = /(?:Client connecting to (\S+?)|Server listening on)[, ]\s*(TCP|UDP) port \d+/;
const OWN =
  /^\W*(?:\[ *ID\]|\[ *\d+\] (?:Sent \d+ datagrams|Server Report:|WARNING)|(?:TCP window|UDP buffer) size|Sending \d+ byte datagrams|-{20,}\s*$)/;
const MOST_RESULTS = 1024;

/** Reads iperf 2. */
export const iperf2: LineRecogniser = {
  kind: "lines",
  name: "iperf2",
  reads: "iperf 2 text, client and server",
  open: (sink) => new Iperf2Reader(sink),
};

class Iperf2Reader extends OutputReader {
  #connections: IperfConnection[] = [];
  #results: IperfResult[] = [];
  #udp = false;

  protected override take(line: Line): boolean {
    const result = iperfResult(line);
    if (result !== undefined) return this.#result(result);
    const connection = iperfConnection(line);
    if (connection !== undefined) return this.#connection(line, connection);
    const start = STARTS.exec(line.text);
    if (start !== null) return this.#start(line, start[1], start[2] ?? "");
    return this.output !== undefined && OWN.test(line.text);
  }

  override end(): void {
    if (this.output !== undefined) this.#finish(this.output);
    this.output = undefined;
    this.#connections = [];
    this.#results = [];
    this.#udp = false;
  }

  #open(line: Line): Output {
    this.output ??= new Output("iperf2", line.number, this.sink);
    return this.output;
  }

  #start(line: Line, target: string | undefined, protocol: string): boolean {
    if (this.#results.length > 0) this.end();
    this.#open(line).address(target?.replace(/,$/, ""));
    this.#udp = protocol === "UDP";
    return true;
  }

  #connection(line: Line, connection: IperfConnection): boolean {
    if (connection.by !== "iperf2") return false;
    if (this.#results.length > 0) {
      const udp = this.#udp;
      this.end();
      // A server says TCP or UDP once, for all tests that follow.
      this.#udp = udp;
    }
    const output = this.#open(line);
    output.ends(connection.local, connection.remote);
    this.#connections.push(connection);
    return true;
  }

  #result(result: IperfResult): boolean {
    // A bare line that starts anew is another run.
    const last = this.#results.at(-1);
    const anew =
      this.#connections.length === 0 && last !== undefined && last.stream === result.stream && result.from === 0 && last.from === 0;
    if (anew && result.loss === undefined) this.end();
    this.#open(result.line);
    if (result.loss !== undefined) this.#udp = true;
    if (this.#results.length < MOST_RESULTS) this.#results.push(result);
    return true;
  }

  /** A stream's total is its row over all the others; the server's report of a UDP test comes last and counts more. */
  #finish(output: Output): void {
    const reported = this.#results.filter(({ loss }) => loss !== undefined);
    const used = reported.length > 0 ? reported : this.#results;
    const byStream = new Map<string, IperfResult[]>();
    for (const one of used) byStream.set(one.stream, [...(byStream.get(one.stream) ?? []), one]);
    const totals = [...byStream].map(([stream, rows]) => totalOf(stream, rows));
    if (this.#bothWays(totals)) {
      for (const total of totals.filter(({ stream }) => stream !== "SUM"))
        this.#figure(output, total, 1, { direction: this.#direction(total.stream) });
      return;
    }
    const streams = totals.filter(({ stream }) => stream !== "SUM");
    const sum = totals.find(({ stream }) => stream === "SUM");
    const shown = sum ?? streams.at(-1);
    if (shown === undefined) return;
    const value = sum?.value ?? streams.reduce((all, one) => all + one.value, 0);
    this.#figure(output, { ...shown, value }, Math.max(1, streams.length), {});
  }

  /** `-d` measures both directions at once, and its [SUM] adds them. */
  #bothWays(totals: readonly Total[]): boolean {
    const ways = new Set(this.#connections.map(({ localPort, remotePort }) => localPort < remotePort));
    return totals.some(({ stream }) => stream.startsWith("*")) || (ways.size === 2 && totals.length > 1);
  }

  #direction(stream: string): string {
    const number = stream.replace("*", "");
    if (stream.startsWith("*")) return "both at once, received";
    const own =
      this.#connections[
        [...new Set(this.#results.map((one) => one.stream.replace("*", "")))]
          .filter((one) => one !== "SUM")
          .sort()
          .indexOf(number)
      ];
    return own !== undefined && own.localPort < own.remotePort ? "both at once, received" : "both at once, sent";
  }

  #figure(output: Output, { value, line, loss, notes }: Total, streams: number, more: Readonly<Record<string, string>>): void {
    const first = this.#connections.map(({ identity }) => identity).sort()[0];
    const part = {
      n: 1,
      of: "runs",
      line,
      conditions: { streams: String(streams), ...more },
      notes,
      ...(first === undefined ? {} : { identity: `iperf2 ${first} ${more["direction"] ?? ""}` }),
    };
    const sent = this.#udp && loss === undefined;
    output.figure({ ...part, metric: this.#udp ? (sent ? "udp.sent" : "udp") : "tcp", value });
    if (loss !== undefined && loss.total > 0)
      output.figure({ ...part, metric: "udp.loss", value: (100 * loss.lost) / loss.total, n: loss.total, of: "datagrams" });
  }
}

interface Total {
  readonly stream: string;
  readonly value: number;
  readonly line: Line;
  readonly loss: { readonly lost: number; readonly total: number } | undefined;
  readonly notes: readonly string[];
}

/** What a stream did over all; a run that was cut short has no row that says so. */
function totalOf(stream: string, rows: readonly IperfResult[]): Total {
  const whole = wholeRow(rows);
  const [first] = rows;
  const line = (whole ?? rows.at(-1) ?? first)?.line ?? { number: 1, text: "" };
  if (whole !== undefined) return { stream, value: whole.bitsPerSecond, line, loss: whole.loss, notes: [] };
  return {
    stream,
    value: weightedRate(rows),
    line,
    loss: lossOf(rows),
    notes: [`there is no line over the whole test: mean of ${String(rows.length)} interval lines`],
  };
}
