/**
 * netperf's columns for people (`-- -O P50_LATENCY,...`): up to four lines of heads, then a line of numbers a run.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import type { Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";

const COMMAND = /\bnetperf\s(?=.*\s--\s)(?:.*?-t\s?(\S+))?.*?\s--\s.*?-O\s?"?([\w,]+)/;
const ANY_COMMAND = /\bnetperf\s.*-H\s/;
const HEAD =
  /^\s*(?:(?:50th|90th|99th|percentile|latency|microseconds|mean|round|trip|transactions?|rate|trans?\/s|usec\/tran|throughput|units|minimum|maximum|stddev|elapsed|time|\(sec\)|local|remote|send|recv|socket|size|final|cpu|util|%|protocol|direction|request|response|bytes|count|interval)\s*)+$/i;
const NUMBERS =
  /^\s*(?:-?\d+(?:\.\d+)?|10\^\d+bits\/s|Trans\/s|\S*Bytes\/s)(?:\s+(?:-?\d+(?:\.\d+)?|10\^\d+bits\/s|Trans\/s|[KMG]Bytes\/s|TCP|UDP|Send|Recv))*\s*$/;
const MOST_HEADS = 5;
/** Lines of other text after which a command's numbers will not come any more. */
const PATIENCE = 4;

type Kind = "mean" | "p50" | "p90" | "p99" | "rate" | "throughput" | "units" | "other";

/** Names of `-O` in either case, and what the heads say. */
const KINDS: readonly (readonly [kind: Kind, pattern: RegExp])[] = [
  ["p50", /50th|p50/i],
  ["p90", /90th|p90/i],
  ["p99", /99th|p99/i],
  ["mean", /mean/i],
  ["rate", /transaction/i],
  ["units", /units/i],
  ["throughput", /throughput/i],
];
const kindOf = (text: string): Kind => KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";

/** Reads netperf's columns. */
export const netperfColumns: LineRecogniser = {
  kind: "lines",
  name: "netperf columns",
  reads: "netperf columns (-- -O)",
  open: (sink) => new ColumnsReader(sink),
};

class ColumnsReader implements LineReader {
  #test = "";
  #asked: readonly Kind[] | undefined;
  #heads: string[] = [];
  #output: Output | undefined;
  #strangers = 0;
  /** Whether the numbers came: what the command asked for is over with the output. */
  #told = false;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const { text } = line;
    if (text.includes("netperf") && ANY_COMMAND.test(text)) {
      this.end();
      this.#strangers = 0;
      const command = COMMAND.exec(text);
      this.#test = command?.[1] ?? (command === null ? "" : "TCP_STREAM");
      this.#asked = command?.[2]?.split(",").map(kindOf);
      return false;
    }
    const test = /(TCP|UDP) (REQUEST\/RESPONSE|CONNECT\/REQUEST\/RESPONSE|STREAM) TEST/i.exec(text);
    if (test !== null && this.#told) this.end();
    if (test !== null)
      this.#test = `${test[1] ?? ""}_${/connect/i.test(test[2] ?? "") ? "CRR" : /request/i.test(test[2] ?? "") ? "RR" : "STREAM"}`;
    if (
      text.length < 300 &&
      this.#heads.length < MOST_HEADS &&
      HEAD.test(text) &&
      (this.#heads.length > 0 || this.#asked !== undefined || /latency|percentile|50th|units|transaction/i.test(text))
    ) {
      this.#output ??= new Output("netperf", line.number, this.sink);
      this.#heads.push(text);
      return true;
    }
    if ((this.#heads.length > 0 || this.#asked !== undefined) && NUMBERS.test(text)) return this.#numbers(line);
    if (text.trim() !== "") this.#strangers += 1;
    if (this.#strangers > PATIENCE) {
      this.end();
      this.#test = "";
      this.#asked = undefined;
    }
    return false;
  }

  /** What the command asked for stands until another one, or other text, comes: this tool's first line is its command. */
  end(): void {
    if (this.#told) {
      this.#test = "";
      this.#asked = undefined;
      this.#told = false;
    }
    this.#heads = [];
    this.#output = undefined;
  }

  #numbers(line: Line): boolean {
    const cells = line.text.trim().split(/\s+/);
    const kinds = this.#asked?.length === cells.length ? this.#asked : columnsOf(this.#heads, cells.length);
    if (kinds === undefined) return false;
    this.#output ??= new Output("netperf", line.number, this.sink);
    const output = this.#output;
    this.#strangers = 0;
    this.#told = true;
    const metric = metricOf(this.#test, kinds);
    if (metric === undefined) {
      this.sink.failure({
        tool: "netperf",
        line: line.number,
        text: line.text.trim(),
        why: "nothing says which test these columns are of",
      });
      return true;
    }
    const units = cells[kinds.indexOf("units")];
    for (const [index, kind] of kinds.entries()) {
      const value = Number(cells[index]);
      const part = { n: 1, of: "runs", line, conditions: {} };
      if (kind === "rate" || (kind === "throughput" && metric.includes("rr"))) output.figure({ ...part, metric, value });
      else if (kind === "throughput") output.figure({ ...part, metric, value: value * factorOf(units) });
      else if (metric.includes("rr") && kind !== "other" && kind !== "units")
        output.figure({ ...part, metric: `latency.${metric}${kind === "mean" ? "" : `.${kind}`}`, value });
    }
    return true;
  }
}

function factorOf(units: string | undefined): number {
  const power = /10\^(\d+)bits/.exec(units ?? "")?.[1];
  if (power !== undefined) return 10 ** Number(power);
  const bytes = /([KMG])Bytes/.exec(units ?? "")?.[1];
  return bytes === undefined ? 1e6 : 8 * 1024 ** " KMG".indexOf(bytes);
}

function metricOf(test: string, kinds: readonly Kind[]): string | undefined {
  const protocol = /udp/i.test(test) ? "udp" : "tcp";
  if (/crr/i.test(test)) return "crr.tcp";
  if (/rr/i.test(test)) return `rr.${protocol}`;
  if (/stream|maerts|omni/i.test(test)) return protocol;
  return kinds.includes("throughput") && !kinds.includes("rate") && kinds.length <= 2 ? "tcp" : undefined;
}

/** What each column is, by the words that stand above one another; by the first line alone where blanks were taken out. */
function columnsOf(heads: readonly string[], count: number): readonly Kind[] | undefined {
  const starts = (text: string): readonly number[] => Array.from(text.matchAll(/\S+/g), ({ index }) => index);
  const [first = ""] = heads;
  const at = starts(first);
  if (at.length !== count) return undefined;
  return at.map((from, index) => {
    const until = at[index + 1] ?? Number.POSITIVE_INFINITY;
    return kindOf(heads.map((text) => text.slice(from, until)).join(" "));
  });
}
