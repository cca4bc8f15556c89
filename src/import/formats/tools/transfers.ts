/**
 * What is no measurement between hosts or pods alone: the speed of a link as ethtool prints it (told, never used), and transfers by speedtest and
 * curl, whose direction makes them a condition of their own.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import { excerpt, type Line, type LineReader, type LineRecogniser, type Sink } from "../../recogniser.js";

const SPEED = /^\W*Speed: (\d+)\s?([MG])b\/s\s*$/i;
const BANNER =
  /^\W*Hosted by .{1,80}\[[\d.]+ km\]|Speedtest by Ookla|Retrieving speedtest\.net configuration|Testing (?:download|upload) speed/i;
/** What Ookla's own client prints beside its results; its banner is often cut off. */
const OOKLA =
  /^\s*(?:Server: .*\(id\s?[:=]\s?\d+\)|ISP: |(?:Idle )?Latency:\s+[\d.]+ ms\s+\(|Packet Loss:\s|Result URL:|[\d.]+ ms\s+\(jitter: )/;
const OOKLA_BEGINS = /^\s*(?:Server: .*\(id\s?[:=]\s?\d+\)|Idle Latency:\s+[\d.]+ ms\s+\()/;
const IDLE = /^\s*(?:Idle )?Latency:\s+([\d.]+ ms)/;
const RESULT = /^\W*(Download|Upload):\s+([\d.]+)\s?([KMG])(bit|bits|b|Byte|B)(?:\/s|ps)/i;
const CURL_HEAD = /%\s+Total\s+%\s+Received\s+%\s+Xferd\s+Average\s+Speed/;
const CURL_ROW = /^\s*100\s+([\d.]+[kMGT]?)\s+(\d+)\s+[\d.]+[kMGT]?\s+(\d+)\s+[\d.]+[kMGT]?\s+([\d.]+)([kMGT]?)\s+([\d.]+)([kMGT]?)\s/;
const CURL_FORMAT = /\bspeed_(download|upload)["']?\s*[:=]\s*([\d.]+)/i;
const PREFIX = " kmgt";

/** Reads speeds of links, speedtest and curl. */
export const transfers: LineRecogniser = {
  kind: "lines",
  name: "transfers",
  reads: "speedtest and curl transfers, a link's speed by ethtool",
  open: (sink) => new TransferReader(sink),
};

class TransferReader implements LineReader {
  #speedtest = false;
  #curl: { readonly line: Line; output: Output } | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const { text } = line;
    if (text.includes("Speed: ") && this.#link(line)) return true;
    if (BANNER.test(text)) {
      this.#speedtest = true;
      return true;
    }
    if (!this.#speedtest) this.#speedtest = (text.includes("Latency: ") || text.includes("Server: ")) && OOKLA_BEGINS.test(text);
    if ((this.#speedtest || text.includes("ISP: ")) && OOKLA.test(text)) return this.#beside(line);
    const result = this.#speedtest ? RESULT.exec(text) : null;
    if (result !== null) return this.#result(line, result);
    if (text.includes("% Total") && CURL_HEAD.test(text)) {
      this.#curl = { line, output: new Output("curl", line.number, this.sink) };
      return true;
    }
    if (text.includes("speed_")) return this.#format(line);
    return this.#curl !== undefined && this.#transferred(line, this.#curl.output);
  }

  end(): void {
    this.#speedtest = false;
    this.#curl = undefined;
  }

  /** What stands beside a speedtest's results: its round trip is that to a server of the Internet. */
  #beside(line: Line): boolean {
    this.#speedtest = true;
    const time = IDLE.exec(line.text)?.[1];
    const why = `${time ?? ""}: the round trip to a server in the Internet`;
    if (time !== undefined) this.sink.failure({ tool: "speedtest", line: line.number, text: excerpt(line.text), why });
    return true;
  }

  #link(line: Line): boolean {
    const match = SPEED.exec(line.text);
    if (match === null) return false;
    this.sink.failure({
      tool: "ethtool",
      line: line.number,
      text: excerpt(line.text),
      why: `the link's speed, ${match[1] ?? ""} ${match[2] ?? ""}bit/s: what the device can do, not a measurement`,
    });
    return true;
  }

  #result(line: Line, [, way = "", number, prefix = "", unit = ""]: RegExpExecArray): boolean {
    const bytes = unit.startsWith("B") && unit !== "Bit" && unit !== "Bits";
    this.#give(
      new Output("speedtest", line.number, this.sink),
      line,
      way,
      Number(number) * 1000 ** PREFIX.indexOf(prefix.toLowerCase()) * (bytes ? 8 : 1),
    );
    return true;
  }

  /** curl counts bytes, by 1024; of a transfer that received something the download counts. */
  #transferred(line: Line, output: Output): boolean {
    if (/^\s*(?:Dload\s+Upload|\d+\s+[\d.]+[kMGT]?\s+\d+\s)/.test(line.text) || line.text.trim() === "") {
      const match = CURL_ROW.exec(line.text);
      if (match === null) return line.text.trim() !== "";
      const upload = Number(match[3]) === 100 && Number(match[2]) !== 100;
      const [number, prefix = ""] = upload ? [match[6], match[7]] : [match[4], match[5]];
      const value = Number(number) * 1024 ** Math.max(0, PREFIX.indexOf(prefix.toLowerCase() || " ")) * 8;
      if (value > 0) this.#give(output, line, upload ? "upload" : "download", value);
      this.#curl = undefined;
      return true;
    }
    return false;
  }

  #format(line: Line): boolean {
    const match = CURL_FORMAT.exec(line.text);
    if (match === null || /%\{/.test(line.text)) return false;
    this.#give(new Output("curl", line.number, this.sink), line, match[1] ?? "", Number(match[2]) * 8);
    return true;
  }

  #give(output: Output, line: Line, way: string, value: number): void {
    output.figure({ metric: "throughput", value, n: 1, of: "runs", line, conditions: { direction: way.toLowerCase() } });
  }
}
