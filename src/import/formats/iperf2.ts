/**
 * iperf 2's text, of client and server, old (2.0) and new (2.1), and its bare result lines without anything around them.
 * @packageDocumentation
 */
import { Output } from "../output.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../recogniser.js";
import { type IperfConnection, type IperfResult, iperfConnection, iperfResult } from "./iperf-lines.js";

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

class Iperf2Reader implements LineReader {
  #output: Output | undefined;
  #connections: IperfConnection[] = [];
  #results: IperfResult[] = [];
  #udp = false;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const taken = this.#take(line);
    if (taken) this.#output?.own();
    else if (this.#output?.foreign(line) === true) this.end();
    return taken;
  }

  #take(line: Line): boolean {
    const result = iperfResult(line);
    if (result !== undefined) return this.#result(result);
    const connection = iperfConnection(line);
    if (connection !== undefined) return this.#connection(line, connection);
    const start = STARTS.exec(line.text);
    if (start !== null) return this.#start(line, start[1], start[2] ?? "");
    return this.#output !== undefined && OWN.test(line.text);
  }

  end(): void {
    if (this.#output !== undefined) this.#finish(this.#output);
    this.#output = undefined;
    this.#connections = [];
    this.#results = [];
    this.#udp = false;
  }

  #open(line: Line): Output {
    this.#output ??= new Output("iperf2", line.number, this.sink);
    return this.#output;
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
    output.address(connection.local);
    output.address(connection.remote);
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

  /** The total of a stream is the longest span from the start; the server's report of a UDP test comes last and counts more. */
  #finish(output: Output): void {
    const whole = this.#results.filter(({ from }) => from === 0);
    const reported = whole.filter(({ loss }) => loss !== undefined);
    const totals = new Map<string, IperfResult>();
    for (const one of reported.length > 0 ? reported : whole) {
      const known = totals.get(one.stream);
      if (known === undefined || one.to >= known.to) totals.set(one.stream, one);
    }
    const sum = totals.get("SUM");
    const streams = [...totals.values()].filter(({ stream }) => stream !== "SUM");
    const shown = sum ?? streams.at(-1);
    if (shown === undefined) return;
    const value = sum?.bitsPerSecond ?? streams.reduce((total, one) => total + one.bitsPerSecond, 0);
    const first = this.#connections.map(({ identity }) => identity).sort()[0];
    const part = {
      n: 1,
      of: "runs",
      line: shown.line,
      conditions: { streams: String(Math.max(1, streams.length)) },
      ...(first === undefined ? {} : { identity: `iperf2 ${first}` }),
    };
    const sent = this.#udp && shown.loss === undefined;
    output.figure({ ...part, metric: this.#udp ? (sent ? "udp.sent" : "udp") : "tcp", value });
    if (shown.loss !== undefined && shown.loss.total > 0) {
      output.figure({
        ...part,
        metric: "udp.loss",
        value: (100 * shown.loss.lost) / shown.loss.total,
        n: shown.loss.total,
        of: "datagrams",
      });
    }
  }
}
