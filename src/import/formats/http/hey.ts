/**
 * hey. It prints neither its target nor its connections, so those conditions stay unknown.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import { percentileSuffix } from "../../rates.js";
import type { Line, LineRecogniser } from "../../recogniser.js";

const SECONDS = /^\W*(Total|Slowest|Fastest|Average):\s+([\d.]+) secs/;
const RATE = /^\W*Requests\/sec:\s+([\d.]+)\s*$/;
const PERCENTILE = /^\W*(\d+(?:\.\d+)?)%%? in ([\d.]+) secs/;
const STATUS = /^\W*\[(\d{3})\]\s+(\d+) responses/;
const ERRORS = /^\W*\[(\d+)\]\s+(\w+ "?https?:.*)/;
const OWN =
  /^\W*(?:Summary:|Total data:|Size\/request:|Response time histogram:|[\d.]+ \[\d+\]|Latency distribution:|Details \(|DNS\+dialup|DNS-lookup|req write|resp wait|resp read|Status code distribution|Error distribution)/;

/** Reads hey. */
export const hey: LineRecogniser = { kind: "lines", name: "hey", reads: "hey", open: (sink) => new HeyReader(sink) };

class HeyReader extends OutputReader {
  #rate: { readonly line: Line; readonly value: number } | undefined;
  #times: { readonly line: Line; readonly metric: string; readonly value: number }[] = [];
  #answers = 0;
  #bad: string[] = [];

  protected override take(line: Line): boolean {
    const { text } = line;
    const seconds = SECONDS.exec(text);
    if (seconds?.[1] === "Total" && this.#rate !== undefined) this.end();
    if (seconds !== null) this.output ??= new Output("hey", line.number, this.sink);
    if (this.output === undefined) return false;
    if (seconds !== null) {
      if (seconds[1] === "Average") this.#keep(line, "http.time", seconds[2]);
      return true;
    }
    const rate = RATE.exec(text);
    if (rate !== null) this.#rate = { line, value: Number(rate[1]) };
    const percentile = PERCENTILE.exec(text);
    const suffix = percentileSuffix(Number(percentile?.[1]));
    if (percentile !== null && suffix !== undefined) this.#keep(line, `http.time${suffix}`, percentile[2]);
    return rate !== null || percentile !== null || this.#status(text) || OWN.test(text);
  }

  #status(text: string): boolean {
    const status = STATUS.exec(text);
    const error = ERRORS.exec(text);
    if (status !== null) {
      this.#answers += Number(status[2]);
      if (!(status[1] ?? "").startsWith("2")) this.#bad.push(`${status[2] ?? ""} answers were ${status[1] ?? ""}`);
    } else if (error !== null && this.#bad.length < 5) this.#bad.push(`${error[1] ?? ""} requests failed`);
    return status !== null || error !== null;
  }

  #keep(line: Line, metric: string, secondsText: string | undefined): void {
    this.#times.push({ line, metric, value: Number(secondsText) * 1e6 });
  }

  override end(): void {
    const output = this.output;
    if (output !== undefined && this.#rate !== undefined) {
      const counted = this.#answers > 0;
      const part = {
        n: counted ? this.#answers : 1,
        of: counted ? "requests" : "runs",
        conditions: {},
        notes: this.#bad,
        identity: `hey ${String(this.#answers)} ${String(this.#rate.value)}`,
      };
      output.figure({ ...part, metric: "http", value: this.#rate.value, line: this.#rate.line });
      for (const { line, metric, value } of this.#times) output.figure({ ...part, metric, value, line });
    }
    this.output = undefined;
    this.#rate = undefined;
    this.#times = [];
    this.#answers = 0;
    this.#bad = [];
  }
}
