/**
 * The result line that iperf2 and iperf3 share: `[  5]   0.00-2.00   sec  4.18 GBytes  17.9 Gbits/sec ...`.
 * @packageDocumentation
 */
import { iperfRate } from "../../rates.js";
import type { Line } from "../../recogniser.js";

/** The number of the stream may be missing: some forums take what stands in brackets for a link. */
const RESULT =
  /(?:\[\s*(SUM|\*?\d+)\](?:\[([TR]X)-[CS]\])?\s+|^\W*(?=\d+\.\d+\s*-))([\d.]+)\s*-\s*([\d.]+)\s+s(?:ec)?\s+[\d.]+\s+[KMGT]?Bytes\s+([\d.]+)\s+([KMGT]?)(bits|Bytes)\/s(?:ec)?(.*)$/;
const LOSS = /(\d+)\/\s*(\d+)\s+\(([\d.e+-]+)%\)/;

/** One result line of a stream or of the sum of streams. */
export interface IperfResult {
  readonly line: Line;
  /** The number of the stream, `SUM`, or `*2` where iperf 2 marks a stream of the other direction. */
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
  if (!line.text.includes("/s") || !line.text.includes("Bytes")) return undefined;
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

/** Mean rate of interval rows, each by the time that it took. */
export function weightedRate(rows: readonly IperfResult[]): number {
  const time = rows.reduce((sum, { from, to }) => sum + (to - from), 0);
  return time > 0 ? rows.reduce((sum, { from, to, bitsPerSecond }) => sum + bitsPerSecond * (to - from), 0) / time : Number.NaN;
}

/** Rows of one stream without a row over all of them: that row, or undefined where it is not there. */
export function wholeRow(rows: readonly IperfResult[]): IperfResult | undefined {
  const last = Math.max(...rows.map(({ to }) => to));
  const first = Math.min(...rows.map(({ from }) => from));
  return rows.length === 1 ? rows[0] : rows.findLast(({ from, to }) => from === first && to === last);
}

/** Datagrams lost and sent over several rows. */
export function lossOf(rows: readonly IperfResult[]): { readonly lost: number; readonly total: number } | undefined {
  const counted = rows.map(({ loss }) => loss).filter((one) => one !== undefined);
  const sum = (pick: (one: { lost: number; total: number }) => number): number => counted.reduce((all, one) => all + pick(one), 0);
  return counted.length === 0 ? undefined : { lost: sum(({ lost }) => lost), total: sum(({ total }) => total) };
}

/** The two ends of a connection as iperf prints them. */
export interface IperfConnection {
  readonly by: "iperf2" | "iperf3";
  readonly local: string;
  readonly remote: string;
  readonly localPort: number;
  readonly remotePort: number;
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
  return {
    by: preposition === "to" ? "iperf3" : "iperf2",
    local,
    remote,
    localPort: Number(localPort),
    remotePort: Number(remotePort),
    identity: ends.join(" "),
  };
}
