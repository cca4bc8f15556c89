/**
 * ping of iputils (in any language that it speaks) and of busybox: replies, loss and the summary of round trips.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import { microseconds } from "../../rates.js";
import type { Line, LineRecogniser } from "../../recogniser.js";

const HEADER = /\bPING\s+(\S+?)\s*\(([\da-fA-F.:]+)\)\D*?(\d+)/;
const REPLY =
  /\b(\d+)\s*\S+\s.*?([\da-fA-F.:]*[.:][\da-fA-F.:]*\d)\)?:\s*(?:icmp_)?seq=(\d+)\s+(?:hlim|ttl)=\d+\s+\S+?[=<]\s*([\d.,]+)\s*(\S+)/i;
const COUNTS = /(\d+)\D{1,60}?(\d+)\D{1,80}?(\d+(?:[.,]\d+)?)\s?%/;
const SUMMARY = /\b(?:rtt|round-trip)\s+min\/avg\/max(?:\/(?:mdev|stddev))?\s*=\s*([\d.]+)\/([\d.]+)\/([\d.]+)(?:\/([\d.]+))?\s*(ms|us)?/;
const TRANSMITTED = /\d+ packets transmitted, \d+ (?:packets )?received/;
const TITLE = /^(?:\W*\^?C)?\W*---\s+(\S+)\s.*---\s*$/;

/** Reads ping. */
export const ping: LineRecogniser = {
  kind: "lines",
  name: "ping",
  reads: "ping replies and summaries (iputils, busybox)",
  open: (sink) => new PingReader(sink),
};

interface Replies {
  readonly first: Line;
  count: number;
  sum: number;
}

class PingReader extends OutputReader {
  #target = "";
  #size: string | undefined;
  #replies: Replies | undefined;
  #lastSequence = -1;
  #titled = false;
  #received: number | undefined;

  protected override take(line: Line): boolean {
    const { text } = line;
    if (text.includes("PING") && this.#header(line)) return true;
    if (text.includes("seq=")) return this.#reply(line);
    if (text.includes("---")) return this.#title(line);
    if (text.includes("%") && (this.#titled || TRANSMITTED.test(text))) return this.#counts(line);
    return text.includes("min/avg/max") && this.#summary(line);
  }

  override end(): void {
    const replies = this.#replies;
    if (replies !== undefined && this.output !== undefined) {
      this.output.figure({
        metric: "latency.icmp",
        value: replies.sum / replies.count,
        n: replies.count,
        of: "replies",
        line: replies.first,
        conditions: this.#conditions(),
        notes: ["there is no summary: mean of the replies"],
      });
    }
    this.output = undefined;
    this.#replies = undefined;
    this.#titled = false;
    this.#received = undefined;
    this.#size = undefined;
    this.#target = "";
    this.#lastSequence = -1;
  }

  #conditions(): Readonly<Record<string, string>> {
    return this.#size === undefined ? {} : { "payload bytes": this.#size };
  }

  #begin(line: Line, target: string): void {
    this.end();
    this.output = new Output("ping", line.number, this.sink);
    this.#target = target;
    this.output.address(target);
  }

  #header(line: Line): boolean {
    const match = HEADER.exec(line.text);
    if (match === null) return false;
    this.#begin(line, match[2] ?? "");
    this.#size = match[3];
    return true;
  }

  #reply(line: Line): boolean {
    const match = REPLY.exec(line.text);
    if (match === null) return /icmp_seq=\d+/.test(line.text);
    const [, size = "", target = "", sequence = "", time = "", unit = ""] = match;
    if (this.output === undefined || this.#titled || this.#target !== target || Number(sequence) < this.#lastSequence)
      this.#begin(line, target);
    this.#lastSequence = Number(sequence);
    // Replies count the ICMP header of 8 bytes, the header line does not.
    this.#size ??= String(Math.max(0, Number(size) - 8));
    const value = microseconds(Number(time.replace(",", ".")), unit);
    if (value === undefined || !Number.isFinite(value)) return true;
    this.#replies ??= { first: line, count: 0, sum: 0 };
    this.#replies.count += 1;
    this.#replies.sum += value;
    return true;
  }

  #title(line: Line): boolean {
    const match = TITLE.exec(line.text);
    if (match === null || !/ping/i.test(line.text)) return false;
    if (this.output === undefined || this.#titled) this.#begin(line, match[1] ?? "");
    this.#titled = true;
    return true;
  }

  #counts(line: Line): boolean {
    const match = COUNTS.exec(line.text);
    if (match === null) return false;
    // The title may be missing.
    if (this.output === undefined) this.#begin(line, "");
    const [, sent = "", received = "", loss = ""] = match;
    this.#received = Number(received);
    const percent = Number(loss.replace(",", "."));
    this.output?.figure({ metric: "ping.loss", value: percent, n: Number(sent), of: "packets", line, conditions: this.#conditions() });
    if (this.#received === 0) {
      this.sink.failure({ tool: "ping", line: line.number, text: line.text.trim(), why: "no reply came, so there is no round trip time" });
      this.end();
    }
    return true;
  }

  #summary(line: Line): boolean {
    const match = SUMMARY.exec(line.text);
    if (match === null) return false;
    if (this.output === undefined) this.#begin(line, "");
    const value = microseconds(Number(match[2]), match[5] ?? "ms");
    const n = this.#received ?? this.#replies?.count;
    this.#replies = undefined;
    if (value !== undefined) {
      this.output?.figure({
        metric: "latency.icmp",
        value,
        n: n ?? 1,
        of: n === undefined ? "summary, replies not said" : "replies",
        line,
        conditions: this.#conditions(),
        identity: `ping ${this.#target} ${match[0]}`,
      });
    }
    this.end();
    return true;
  }
}
