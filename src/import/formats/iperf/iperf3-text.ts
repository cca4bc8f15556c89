/**
 * iperf3's text, of client and server: one stream, several, reverse, bidirectional, UDP, and runs that were interrupted.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { excerpt, type Line, type LineReader, type LineRecogniser, type Sink } from "../../recogniser.js";
import { placeOf } from "../../where/places.js";
import { type IperfConnection, type IperfResult, iperfConnection, iperfResult, lossOf, weightedRate, wholeRow } from "./iperf-lines.js";

const STARTS = /Connecting to host (\S+), port \d+|Server listening on \d+|Accepted connection from (\S+), port/;
/** Lines of its head; any of them may be the first that was copied. */
const HEAD = /^\W*(?:Reverse mode, remote host \S+ is sending|Starting Test: protocol: )/;
const OTHER_IPERF = /Client connecting to |Server listening on (?:TCP|UDP) port/;
const OWN =
  /^\W*(?:\[ *ID\]|(?:- ){5,}|iperf Done\.|Reverse mode, remote host|Starting Test: protocol: |Test Complete\. Summary|Control connection MSS|(?:Cookie|TCP MSS|Time): |CPU Utilization:|-{20,}\s*$)|snd_tcp_congestion|rcv_tcp_congestion/;
const ERROR = /iperf3?: (?:error|interrupt) - (.*)/;
/** Columns that only iperf3's interval lines have: retransmissions and congestion window, or datagrams. */
const ITS_COLUMNS = /^\s+\d+\s+(?:[\d.]+ [KM]?Bytes|$)/;

/** What someone wrote behind a row. */
const COMMENT = /(?:sender|receiver)\s+(?:<-+|←|#|\/\/|-->?|\()\s*(\p{L}.{1,60})$/u;

const SEVERAL_ROWS = /\][^\]]*\d-\d[^\]]*\/sec.*\][^\]]*\d-\d[^\]]*\/sec/;

/** Interval lines kept of one test: they are only needed when it has no summary. */
const MOST_INTERVALS = 512;

/** Reads iperf3's text. */
export const iperf3Text: LineRecogniser = {
  kind: "lines",
  name: "iperf3 text",
  reads: "iperf3 text, client and server",
  open: (sink) => new Iperf3Reader(sink),
};

class Iperf3Reader implements LineReader {
  #output: Output | undefined;
  #connections: IperfConnection[] = [];
  #summaries: IperfResult[] = [];
  #intervals: IperfResult[] = [];
  #udp = false;
  #reverse = false;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const taken = this.#take(line);
    if (taken) this.#output?.own();
    else if (OTHER_IPERF.test(line.text) || this.#output?.foreign(line) === true) this.end();
    return taken;
  }

  #take(line: Line): boolean {
    const { text } = line;
    const result = iperfResult(line);
    if (result !== undefined && SEVERAL_ROWS.test(text)) {
      this.sink.failure({
        tool: "iperf3",
        line: line.number,
        text: excerpt(text),
        why: "several rows on one line: the line ends are lost",
      });
      return true;
    }
    // iperf3 leaves what -O omits out of its summary.
    if (result?.rest.includes("(omitted)") === true) return true;
    if (result !== undefined) return this.#result(result);
    const connection = iperfConnection(line);
    if (connection !== undefined) return this.#connection(line, connection);
    if (STARTS.test(text)) return this.#start(line);
    const error = ERROR.exec(text);
    if (error !== null) return this.#error(line, error[1] ?? "");
    if (HEAD.test(text)) {
      if (this.#summaries.length > 0) this.end();
      this.#open(line);
    }
    if (this.#output === undefined || !OWN.test(text)) return false;
    if (text.includes("Reverse mode")) this.#reverse = true;
    if (/Datagrams|Jitter/.test(text)) this.#udp = true;
    if (text.includes("iperf Done.")) this.end();
    return true;
  }

  end(): void {
    const output = this.#output;
    if (output !== undefined) {
      if (this.#summaries.length > 0) this.#fromSummaries(output);
      else if (this.#intervals.length > 0) this.#fromIntervals(output);
    }
    this.#output = undefined;
    this.#connections = [];
    this.#summaries = [];
    this.#intervals = [];
    this.#udp = false;
    this.#reverse = false;
  }

  #open(line: Line): Output {
    this.#output ??= new Output("iperf3", line.number, this.sink);
    return this.#output;
  }

  #start(line: Line): boolean {
    const match = STARTS.exec(line.text);
    // A server prints "listening", then "accepted": both open the same test.
    if (this.#summaries.length + this.#intervals.length + this.#connections.length > 0 || match?.[1] !== undefined) this.end();
    this.#open(line).address(match?.[1] ?? match?.[2]);
    return true;
  }

  #connection(line: Line, connection: IperfConnection): boolean {
    if (connection.by !== "iperf3") return false;
    if (this.#summaries.length + this.#intervals.length > 0) this.end();
    const output = this.#open(line);
    output.ends(connection.local, connection.remote);
    this.#connections.push(connection);
    return true;
  }

  #result(result: IperfResult): boolean {
    const summary = /\b(?:sender|receiver)\b/.test(result.rest);
    if (!summary && this.#output === undefined && !ITS_COLUMNS.test(result.rest)) return false;
    if (this.#beginsAnew(result, summary)) this.end();
    this.#open(result.line);
    if (result.loss !== undefined) this.#udp = true;
    if (summary) this.#summaries.push(result);
    else if (this.#intervals.length < MOST_INTERVALS) this.#intervals.push(result);
    return true;
  }

  /** A second summary of the same stream, or intervals behind a summary, belong to another run whose first lines are not there. */
  #beginsAnew(result: IperfResult, summary: boolean): boolean {
    if (!summary) return this.#summaries.length > 0;
    return this.#summaries.some(
      (one) => one.stream === result.stream && one.direction === result.direction && sideOf(one) === sideOf(result),
    );
  }

  #error(line: Line, why: string): boolean {
    if (this.#intervals.length + this.#summaries.length === 0) {
      this.sink.failure({ tool: "iperf3", line: line.number, text: excerpt(line.text), why: `iperf3 says: ${why}` });
    }
    this.end();
    return true;
  }

  #fromSummaries(output: Output): void {
    const directions = new Set(this.#summaries.map(({ direction }) => direction));
    for (const direction of directions) {
      const own = this.#summaries.filter((one) => one.direction === direction);
      const received = own.filter(({ rest }) => rest.includes("receiver"));
      const [results, side] = received.length > 0 ? [received, "receiver"] : [own, "sender"];
      const sum = results.find(({ stream }) => stream === "SUM");
      const streams = results.filter(({ stream }) => stream !== "SUM");
      const shown = sum ?? results.at(-1);
      if (shown === undefined) continue;
      const value = sum?.bitsPerSecond ?? streams.reduce((total, one) => total + one.bitsPerSecond, 0);
      this.#figures(output, shown, value, {
        streams: streams.length,
        direction,
        notes: side === "sender" ? ["the sender's figure: the receiver's is not there"] : [],
      });
    }
  }

  /** The rows of a run that was cut short: those of all streams together where they are there, else each stream's own. */
  #fromIntervals(output: Output): void {
    const last = this.#intervals.at(-1);
    if (last === undefined) return;
    const sums = this.#intervals.filter(({ stream }) => stream === "SUM");
    const streams = new Set(this.#intervals.filter(({ stream }) => stream !== "SUM").map(({ stream }) => stream));
    const parts = (sums.length > 0 ? ["SUM"] : [...streams]).map((name) => this.#intervals.filter(({ stream }) => stream === name));
    const wholes = parts.map(wholeRow);
    const whole = wholes.every((row) => row !== undefined);
    const rates = parts.map((rows, index) => wholes[index]?.bitsPerSecond ?? weightedRate(rows));
    const loss = lossOf(parts.flatMap((rows, index) => wholes[index] ?? rows));
    const count = Math.max(...parts.map((rows) => rows.length));
    const notes = whole && count > 1 ? [] : [`there is no summary: mean of ${String(count)} interval lines`];
    const shown = { ...(wholes.at(-1) ?? last), loss };
    const value = rates.reduce((sum, rate) => sum + rate, 0);
    this.#figures(output, shown, value, { streams: streams.size, direction: undefined, notes });
  }

  #figures(
    output: Output,
    shown: IperfResult,
    value: number,
    how: { streams: number; direction: string | undefined; notes: readonly string[] },
  ): void {
    const conditions = {
      ...(how.streams > 0 ? { streams: String(how.streams) } : "streams" in output.conditions ? {} : { streams: "a sum" }),
      ...(this.#reverse ? { direction: "reverse" } : {}),
      ...(how.direction === undefined ? {} : { direction: `both at once, ${how.direction}` }),
    };
    const first = this.#connections[0]?.identity;
    const identity = first === undefined ? {} : { identity: `iperf3 ${first} ${how.direction ?? ""}` };
    const said = placeOf(COMMENT.exec(shown.rest)?.[1] ?? "");
    const stated = said === undefined ? {} : { stated: { role: said, how: "the words behind the row" } };
    const part = { n: 1, of: "runs", line: shown.line, conditions, ...identity, ...stated };
    output.figure({ ...part, metric: this.#udp ? "udp" : "tcp", value, notes: how.notes });
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

const sideOf = ({ rest }: IperfResult): string => (rest.includes("receiver") ? "receiver" : "sender");
