/**
 * ApacheBench.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import { percentileSuffix } from "../../rates.js";
import type { Line, LineRecogniser } from "../../recogniser.js";

const START = /This is ApacheBench|^\W*Server Hostname:|^\W*Concurrency Level:/;
const FIELD =
  /^\W*(Server Hostname|Server Port|Document Path|Document Length|Concurrency Level|Time taken for tests|Complete requests|Failed requests|Non-2xx responses|Keep-Alive requests|Requests per second|Time per request):\s+(\S+)(.*)$/;
const PERCENTILE = /^\W*(50|90|99)%\s+(\d+)\s*$/;
const OWN =
  /^\W*(?:Copyright|Licensed to|Benchmarking |Completed \d+ requests|Finished \d+|Server Software|Total transferred|HTML transferred|Transfer rate|Connection Times|\s*min\s+mean|Connect:|Processing:|Waiting:|Total:|Percentage of the requests|Write errors|\s*\(Connect:|Keep-Alive|\d+%)/;

/** Reads ApacheBench. */
export const ab: LineRecogniser = { kind: "lines", name: "ab", reads: "ApacheBench (ab)", open: (sink) => new AbReader(sink) };

class AbReader extends OutputReader {
  #fields = new Map<string, { readonly line: Line; readonly value: string }>();
  #percentiles: { readonly line: Line; readonly percent: number; readonly milliseconds: number }[] = [];
  #serving = false;

  protected override take(line: Line): boolean {
    const { text } = line;
    if (START.test(text) && (this.output === undefined || text.includes("ApacheBench"))) {
      this.end();
      this.output = new Output("ab", line.number, this.sink);
    }
    if (/\bapr_\w+: |^\W*apr_/.test(text) && this.output !== undefined) return this.#failed(line);
    const field = FIELD.exec(text);
    if (field !== null) return this.#field(line, field);
    if (this.output === undefined) return false;
    if (text.includes("Percentage of the requests")) this.#serving = true;
    const percentile = this.#serving ? PERCENTILE.exec(text) : null;
    if (percentile !== null) this.#percentiles.push({ line, percent: Number(percentile[1]), milliseconds: Number(percentile[2]) });
    if (/^\W*100%/.test(text) && this.#serving) {
      this.end();
      return true;
    }
    return percentile !== null || OWN.test(text);
  }

  #field(line: Line, match: RegExpExecArray): boolean {
    const [, name = "", value = "", rest = ""] = match;
    // A rate alone, cut out of its output, is still ab's: nothing else words it so.
    if (name === "Requests per second" && !rest.includes("[#/sec]")) return false;
    if (name === "Time per request" && !rest.includes("[ms]")) return false;
    this.output ??= new Output("ab", line.number, this.sink);
    if (name === "Server Hostname") this.output.address(value);
    const key = name === "Time per request" && rest.includes("across") ? "across" : name;
    if (this.#fields.has(key) && (key === "Requests per second" || key === "Complete requests")) {
      this.end();
      this.output = new Output("ab", line.number, this.sink);
    }
    this.#fields.set(key, { line, value });
    return true;
  }

  #failed(line: Line): boolean {
    this.sink.failure({ tool: "ab", line: line.number, text: line.text.trim(), why: "ab gave up before it had a result" });
    return true;
  }

  override end(): void {
    if (this.output !== undefined) this.#finish(this.output);
    this.output = undefined;
    this.#fields = new Map();
    this.#percentiles = [];
    this.#serving = false;
  }

  #finish(output: Output): void {
    const rate = this.#fields.get("Requests per second");
    const mean = this.#fields.get("Time per request");
    if (rate === undefined && mean === undefined) return;
    const count = Number(this.#fields.get("Complete requests")?.value);
    const counted = Number.isFinite(count) && count > 0;
    const part = {
      n: counted ? count : 1,
      of: counted ? "requests" : "runs",
      conditions: this.#conditions(),
      notes: this.#notes(),
      identity: `ab ${rate?.value ?? mean?.value ?? ""} ${this.#fields.get("Time taken for tests")?.value ?? ""}`,
    };
    if (rate !== undefined) output.figure({ ...part, metric: "http", value: Number(rate.value), line: rate.line });
    if (mean !== undefined) output.figure({ ...part, metric: "http.time", value: Number(mean.value) * 1000, line: mean.line });
    for (const { line, percent, milliseconds } of this.#percentiles) {
      const notes = [...part.notes, "whole milliseconds"];
      output.figure({ ...part, metric: `http.time${percentileSuffix(percent) ?? ""}`, value: milliseconds * 1000, line, notes });
    }
  }

  #conditions(): Readonly<Record<string, string>> {
    const text = (name: string): string | undefined => this.#fields.get(name)?.value;
    const connections = text("Concurrency Level");
    const size = text("Document Length");
    return {
      ...(connections === undefined ? {} : { connections }),
      ...(connections === undefined ? {} : { keepalive: Number(text("Keep-Alive requests") ?? 0) > 0 ? "yes" : "no" }),
      ...(size === undefined ? {} : { "response bytes": size }),
    };
  }

  #notes(): readonly string[] {
    const told = (name: string): number => Number(this.#fields.get(name)?.value ?? 0);
    return [
      ...(told("Failed requests") > 0 ? [`${String(told("Failed requests"))} requests failed`] : []),
      ...(told("Non-2xx responses") > 0 ? [`${String(told("Non-2xx responses"))} answers were not 2xx`] : []),
    ];
  }
}
