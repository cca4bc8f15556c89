/**
 * The result line that iperf2 and iperf3 share: `[  5]   0.00-2.00   sec  4.18 GBytes  17.9 Gbits/sec ...`.
 * @packageDocumentation
 */
import { iperfRate } from "../rates.js";
import type { Line } from "../recogniser.js";

const RESULT =
  /\[\s*(SUM|\d+)\](?:\[([TR]X)-[CS]\])?\s+([\d.]+)\s*-\s*([\d.]+)\s+s(?:ec)?\s+[\d.]+\s+[KMGT]?Bytes\s+([\d.]+)\s+([KMGT]?)(bits|Bytes)\/s(?:ec)?(.*)$/;
const LOSS = /(\d+)\/\s*(\d+)\s+\(([\d.e+-]+)%\)/;

/** One result line of a stream or of the sum of streams. */
export interface IperfResult {
  readonly line: Line;
  /** The number of the stream, or `SUM`. */
  readonly stream: string;
  /** Direction in a bidirectional test. */
  readonly direction: string | undefined;
  /** Seconds from the start of the test. */
  readonly from: number;
  readonly to: number;
  readonly bitsPerSecond: number;
  readonly loss: { readonly lost: number; readonly total: number } | undefined;
  /** The columns after the rate. */
  readonly rest: string;
}

/** Reads a result line; undefined for any other line. */
export function iperfResult(line: Line): IperfResult | undefined {
  if (!line.text.includes("/s") || !line.text.includes("[")) return undefined;
  const match = RESULT.exec(line.text);
  if (match === null) return undefined;
  const [, stream = "", direction, from, to, rate, letter = "", unit = "", rest = ""] = match;
  const loss = LOSS.exec(rest);
  return {
    line,
    stream,
    direction,
    from: Number(from),
    to: Number(to),
    bitsPerSecond: iperfRate(Number(rate), letter, unit),
    loss: loss === null ? undefined : { lost: Number(loss[1]), total: Number(loss[2]) },
    rest,
  };
}

const CONNECTION = /local ([\da-fA-F.:]+)(?:%\S+)? port (\d+) connected (to|with) ([\da-fA-F.:]+) port (\d+)/;

/** The two ends of a connection as iperf prints them. */
export interface IperfConnection {
  readonly by: "iperf2" | "iperf3";
  readonly local: string;
  readonly remote: string;
  /** Both ends in an order that client and server agree on. */
  readonly identity: string;
}

/** Reads a line that names both ends of a connection. iperf3 is connected to, iperf2 is connected with. */
export function iperfConnection(line: Line): IperfConnection | undefined {
  if (!line.text.includes("connected ")) return undefined;
  const match = CONNECTION.exec(line.text);
  if (match === null) return undefined;
  const [, local = "", localPort = "", preposition, remote = "", remotePort = ""] = match;
  const ends = [`${local}:${localPort}`, `${remote}:${remotePort}`].sort();
  return { by: preposition === "to" ? "iperf3" : "iperf2", local, remote, identity: ends.join(" ") };
}
