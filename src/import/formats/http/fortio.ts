/**
 * fortio's JSON and text. Its times are seconds.
 * @packageDocumentation
 */

import { type FigurePart, Output } from "../../output.js";
import { percentileSuffix } from "../../rates.js";
import type { JsonDocument, JsonRecogniser, Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";
import { member, numberAt, textAt } from "../../text/json-documents.js";

/** Reads fortio's JSON. */
export const fortioJson: JsonRecogniser = { kind: "json", name: "fortio JSON", reads: "fortio JSON (-json)", read };

function read(document: JsonDocument, sink: Sink): boolean {
  const { value } = document;
  const rate = numberAt(value, "ActualQPS");
  const histogram = member(value, "DurationHistogram");
  if (rate === undefined || typeof histogram !== "object") return false;
  const output = new Output("fortio", document.firstLine, { ...sink, surroundings: () => document.surroundings });
  output.address(/^(?:https?:\/\/)?\[?([\d.]+|[\da-f:]+)\]?(?:[:/]|$)/i.exec(textAt(value, "URL") ?? "")?.[1]);
  const http = (textAt(value, "RunType") ?? "HTTP") === "HTTP";
  const count = numberAt(histogram, "Count");
  const requested = textAt(value, "RequestedQPS") ?? "max";
  const part = {
    n: count ?? 1,
    of: count === undefined ? "runs" : "requests",
    conditions: {
      connections: String(numberAt(value, "NumThreads") ?? "?"),
      keepalive: member(value, "DisableKeepAlive") === true || member(value, "HTTPOptions", "DisableKeepAlive") === true ? "no" : "yes",
      "asked rate": requested === "0" ? "max" : requested,
    },
    notes: notesOf(value),
    identity: `fortio ${String(count)} ${rate.toFixed(1)}`,
  };
  const at = (text: string): Line => ({ number: document.firstLine, text });
  output.figure({ ...part, metric: http ? "http" : "rr.tcp", value: rate, line: at(`ActualQPS: ${String(rate)}`) });
  const time = http ? "http.time" : "latency.rr.tcp";
  const mean = numberAt(histogram, "Avg");
  if (mean !== undefined) output.figure({ ...part, metric: time, value: mean * 1e6, line: at(`DurationHistogram.Avg: ${String(mean)} s`) });
  const percentiles = member(histogram, "Percentiles");
  for (const one of Array.isArray(percentiles) ? percentiles.slice(0, 100) : []) {
    const suffix = percentileSuffix(numberAt(one, "Percentile") ?? -1);
    const seconds = numberAt(one, "Value");
    if (suffix === undefined || seconds === undefined) continue;
    output.figure({
      ...part,
      metric: `${time}${suffix}`,
      value: seconds * 1e6,
      line: at(`Percentiles ${suffix.slice(1)}: ${String(seconds)} s`),
    });
  }
  return true;
}

function notesOf(value: unknown): readonly string[] {
  const codes = member(value, "RetCodes");
  if (typeof codes !== "object" || codes === null) return [];
  return Object.entries(codes)
    .filter(([code]) => code !== "200" && code !== "OK" && code !== "SERVING")
    .slice(0, 5)
    .map(([code, count]) => `${String(count)} answers were ${code}`);
}

const START = /^\W*Fortio \S+ running at ([\d.]+) queries per second.*?:\s*(?:https?:\/\/([^/:\s]+))?/;
/** Where the banner was left out. */
const FRAGMENT = /^\W*(?:Starting at ([\d.]+|max) qps with \d+ thread|Aggregated Function Time : count \d)/;
const THREADS = /Starting at .*? with (\d+) thread\(s\)/;
const FUNCTION_TIME = /Aggregated Function Time : count (\d+) avg ([\d.e+-]+)/;
const TARGET = /^\W*# target ([\d.]+)% ([\d.e+-]+)/;
const DONE = /\bAll done (\d+) calls.*?,\s*([\d.]+) qps/;

/** Reads what fortio prints on a terminal. */
export const fortioText: LineRecogniser = {
  kind: "lines",
  name: "fortio text",
  reads: "fortio text",
  open: (sink) => new FortioReader(sink),
};

class FortioReader implements LineReader {
  #output: Output | undefined;
  #threads = "?";
  #asked = "max";
  #count = 0;
  #times: { readonly line: Line; readonly metric: string; readonly value: number }[] = [];

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    if (this.#output !== undefined && this.#isOfAnother(line.text)) this.end();
    const start = START.exec(line.text);
    if (start !== null) {
      this.end();
      this.#output = new Output("fortio", line.number, this.sink);
      this.#output.address(start[2]);
      this.#asked = Number(start[1]) === 0 ? "max" : (start[1] ?? "max");
      return true;
    }
    if (this.#output !== undefined) return this.#inside(this.#output, line);
    if (line.text.includes("All done")) return this.#lastLine(line);
    const fragment = FRAGMENT.exec(line.text);
    if (fragment === null) return false;
    this.#output = new Output("fortio", line.number, this.sink);
    this.#asked = Number(fragment[1] ?? 0) === 0 ? "max" : (fragment[1] ?? "max");
    return this.#inside(this.#output, line);
  }

  /** Whether a line is of another run, whose banner was left out: each run says once how it starts and what its times are, and has as many calls at its end. */
  #isOfAnother(text: string): boolean {
    const fragment = FRAGMENT.exec(text);
    if (fragment !== null) return this.#count > 0 || (fragment[1] !== undefined && this.#threads !== "?");
    const calls = DONE.exec(text)?.[1];
    return calls !== undefined && this.#count > 0 && Number(calls) !== this.#count;
  }

  /** The last line alone has the rate and the mean. */
  #lastLine(line: Line): boolean {
    const done = DONE.exec(line.text);
    if (done === null) return false;
    this.#meanOf(line);
    this.#finish(new Output("fortio", line.number, this.sink), line, Number(done[2]), Number(done[1]));
    return true;
  }

  #meanOf(line: Line): void {
    const mean = /\s([\d.]+) ms avg/.exec(line.text)?.[1];
    if (mean !== undefined) this.#times.push({ line, metric: "http.time", value: Number(mean) * 1000 });
  }

  /** Lines between the first and the last one: the histogram begins its own with the signs of headings and quotations. */
  #inside(output: Output, line: Line): boolean {
    const { text } = line;
    this.#threads = THREADS.exec(text)?.[1] ?? this.#threads;
    const time = FUNCTION_TIME.exec(text);
    const target = TARGET.exec(text);
    const done = DONE.exec(text);
    if (time !== null) {
      this.#count = Number(time[1]);
      this.#times.push({ line, metric: "http.time", value: Number(time[2]) * 1e6 });
    }
    const suffix = percentileSuffix(Number(target?.[1]));
    if (target !== null && suffix !== undefined) this.#percentile(line, `http.time${suffix}`, Number(target[2]) * 1e6);
    if (done !== null && !this.#times.some(({ metric }) => metric === "http.time")) this.#meanOf(line);
    if (done !== null) this.#finish(output, line, Number(done[2]), Number(done[1]));
    if (
      time !== null ||
      target !== null ||
      done !== null ||
      /^\W*(?:Starting at|Ended after|Code \d|Sockets used|# (?:range|target|Socket)|>=? [\d.e+-]+ <=? |\[\d+\]|Connection time|Uniform:|IP addresses|Response |Error cases|All done|[\d.]+:\d+: \d)/.test(
        text,
      )
    ) {
      output.own();
      return true;
    }
    if (output.foreign(line)) this.end();
    return false;
  }

  /** A second one of the same name is of the answers that were errors. */
  #percentile(line: Line, metric: string, value: number): void {
    if (this.#times.length < 10 && !this.#times.some((one) => one.metric === metric)) this.#times.push({ line, metric, value });
  }

  #finish(output: Output, line: Line, rate: number, calls: number): void {
    const part = this.#part(calls, rate.toFixed(1));
    output.figure({ ...part, metric: "http", value: rate, line });
    this.#giveTimes(output, part);
  }

  #part(calls: number, rate: string): Omit<FigurePart, "metric" | "value" | "line"> {
    return {
      n: this.#count > 0 ? this.#count : calls,
      of: "requests",
      conditions: { ...(this.#threads === "?" ? {} : { connections: this.#threads }), keepalive: "yes", "asked rate": this.#asked },
      identity: `fortio ${String(this.#count)} ${rate}`,
    };
  }

  #giveTimes(output: Output, part: Omit<FigurePart, "metric" | "value" | "line">): void {
    for (const time of this.#times) output.figure({ ...part, ...time });
    this.#forget();
  }

  /** An output that was cut short has its times, and no rate. */
  end(): void {
    if (this.#output === undefined) this.#forget();
    else this.#giveTimes(this.#output, this.#part(1, `cut short at ${String(this.#output.firstLine)}`));
  }

  #forget(): void {
    this.#output = undefined;
    this.#threads = "?";
    this.#asked = "max";
    this.#count = 0;
    this.#times = [];
  }
}
