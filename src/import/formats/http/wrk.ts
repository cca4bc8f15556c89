/**
 * wrk and wrk2.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import { microseconds, percentileSuffix } from "../../rates.js";
import type { Line, LineRecogniser } from "../../recogniser.js";

const START = /\bRunning [\d.]+\w+ test @ https?:\/\/([^/:\s]+)/;
const THREADS = /^\W*(\d+) threads? and (\d+) connections?/;
const LATENCY = /^\W*Latency\s+([\d.]+)(us|ms|s|m)\s/;
const PERCENTILE = /^\W*(50|75|90|99|99\.9)(?:\.0+)?%\s+([\d.]+)(us|ms|s|m)\s*$/;
const COUNT = /^\W*(\d+) requests in [\d.]+\w+, /;
const RATE = /^\W*Requests\/sec:\s+([\d.]+)/;
/** The head of wrk's statistics, or its row of latencies: mean, deviation, maximum and a percentage. */
const STATISTICS = /^\W*(?:Thread Stats\s+Avg|Latency(?:\s+[\d.]+(?:us|ms|s|m)){3}\s+[\d.]+%|Latency Distribution(?:\s|$))/;
const OWN =
  /^\W*(?:Thread Stats|Req\/Sec|Thread calibration: |Initiali[sz]ed \d+ threads|Latency Distribution|\d+(?:\.\d+)?%\s|Transfer\/sec:)/;
const TROUBLE = /^\W*(Non-2xx or 3xx responses: \d+|Socket errors: .*)/;

/** Reads wrk. */
export const wrk: LineRecogniser = { kind: "lines", name: "wrk", reads: "wrk and wrk2", open: (sink) => new WrkReader(sink) };

class WrkReader extends OutputReader {
  #connections: string | undefined;
  #count: number | undefined;
  #latencies: { readonly line: Line; readonly metric: string; readonly value: number }[] = [];
  #rate: { readonly line: Line; readonly value: number } | undefined;
  #notes: string[] = [];

  protected override take(line: Line): boolean {
    const { text } = line;
    const start = text.includes(" test @ ") ? START.exec(text) : null;
    if (start !== null) {
      this.end();
      this.output = new Output("wrk", line.number, this.sink);
      this.output.address(start[1]);
      return true;
    }
    // The first lines may be missing.
    if (this.output === undefined && (THREADS.test(text) || STATISTICS.test(text))) this.output = new Output("wrk", line.number, this.sink);
    return this.output !== undefined && this.#inside(line);
  }

  #inside(line: Line): boolean {
    const { text } = line;
    const threads = THREADS.exec(text);
    const count = COUNT.exec(text);
    const rate = RATE.exec(text);
    const trouble = TROUBLE.exec(text);
    if (threads !== null) this.#connections = threads[2];
    else if (count !== null) this.#count = Number(count[1]);
    else if (rate !== null) this.#rate = { line, value: Number(rate[1]) };
    else if (trouble !== null) this.#notes.push(trouble[1] ?? "");
    else if (text.includes("Transfer/sec:")) this.end();
    else return this.#latency(line) || OWN.test(text);
    return true;
  }

  #latency(line: Line): boolean {
    const mean = LATENCY.exec(line.text);
    if (mean !== null) return this.#keep(line, "http.time", mean[1], mean[2]);
    const percentile = PERCENTILE.exec(line.text);
    const suffix = percentileSuffix(Number(percentile?.[1]));
    return percentile !== null && suffix !== undefined && this.#keep(line, `http.time${suffix}`, percentile[2], percentile[3]);
  }

  #keep(line: Line, metric: string, number: string | undefined, unit: string | undefined): boolean {
    const value = microseconds(Number(number), unit ?? "");
    // wrk prints 0.00us for a percentile that it has no sample of.
    if (value === 0) this.#notes.push(`no sample at ${metric.replace("http.time.", "")}: wrk prints 0`);
    else if (value !== undefined) this.#latencies.push({ line, metric, value });
    return true;
  }

  override end(): void {
    const output = this.output;
    if (output !== undefined && (this.#rate !== undefined || this.#latencies.length > 0)) {
      const part = {
        n: this.#count ?? 1,
        of: this.#count === undefined ? "runs" : "requests",
        // It keeps connections unless a header tells it to close them, which only words can say.
        conditions: {
          keepalive: output.conditions["keepalive"] ?? "yes",
          ...(this.#connections === undefined ? {} : { connections: this.#connections }),
        },
        notes: this.#notes,
        ...(this.#rate === undefined || this.#count === undefined
          ? {}
          : { identity: `wrk ${String(this.#count)} ${String(this.#rate.value)}` }),
      };
      if (this.#rate !== undefined) output.figure({ ...part, metric: "http", value: this.#rate.value, line: this.#rate.line });
      for (const { line, metric, value } of this.#latencies) output.figure({ ...part, metric, value, line });
    }
    this.output = undefined;
    this.#connections = undefined;
    this.#count = undefined;
    this.#latencies = [];
    this.#rate = undefined;
    this.#notes = [];
  }
}
