/**
 * iperf3 -J.
 * @packageDocumentation
 */

import { Output } from "../../output.js";
import { excerpt, type JsonDocument, type JsonRecogniser, type Sink } from "../../recogniser.js";
import { member, numberAt, textAt } from "../../text/json-documents.js";

/** Reads iperf3's JSON. */
export const iperf3Json: JsonRecogniser = { kind: "json", name: "iperf3 JSON", reads: "iperf3 JSON (-J)", read };

function read(document: JsonDocument, sink: Sink): boolean {
  const { value } = document;
  const version = textAt(value, "start", "version");
  const end = member(value, "end");
  if (typeof end !== "object" || end === null || (version === undefined && member(value, "start", "test_start") === undefined))
    return false;
  const error = textAt(value, "error");
  const received = numberAt(end, "sum_received", "bits_per_second") ?? numberAt(end, "sum", "bits_per_second");
  const sent = numberAt(end, "sum_sent", "bits_per_second");
  if (received === undefined && sent === undefined) {
    sink.failure({
      tool: "iperf3",
      line: document.firstLine,
      text: excerpt(error ?? "no end section"),
      why: error === undefined ? "the test has no result" : `iperf3 says: ${error}`,
    });
    return true;
  }
  figures(document, sink, { received, sent, error });
  return true;
}

/** The rate that was asked for; UDP's own default is none that anybody asked. */
function askedBy(value: unknown, udp: boolean): Readonly<Record<string, string>> {
  const asked = numberAt(value, "start", "test_start", "target_bitrate") ?? 0;
  return asked === 0 || (udp && asked === 1_048_576) ? {} : { "asked rate": `${String(asked)} bit/s` };
}

interface Rates {
  readonly received: number | undefined;
  readonly sent: number | undefined;
  readonly error: string | undefined;
}

function figures(document: JsonDocument, sink: Sink, rates: Rates): void {
  const { value } = document;
  const output = new Output("iperf3", document.firstLine, { ...sink, surroundings: () => document.surroundings });
  const connections = member(value, "start", "connected");
  const first: unknown = Array.isArray(connections) ? connections[0] : undefined;
  const ends = [
    ["local_host", "local_port"],
    ["remote_host", "remote_port"],
  ].map(([host = "", port = ""]) => [textAt(first, host), numberAt(first, port)] as const);
  for (const [host] of ends) output.address(host);
  output.address(textAt(value, "start", "connecting_to", "host"));
  const udp = textAt(value, "start", "test_start", "protocol") === "UDP";
  const reverse = numberAt(value, "start", "test_start", "reverse") === 1;
  const streams = numberAt(value, "start", "test_start", "num_streams") ?? (Array.isArray(connections) ? connections.length : 1);
  const at = rates.received === undefined ? rates.sent : rates.received;
  const notes = [
    ...(rates.received === undefined ? ["the sender's figure: the receiver's is not there"] : []),
    ...(rates.error === undefined ? [] : [`iperf3 says: ${rates.error}`]),
  ];
  const part = {
    n: 1,
    of: "runs",
    line: { number: document.firstLine, text: `end.sum_received.bits_per_second: ${String(at)}` },
    conditions: { streams: String(streams), ...askedBy(value, udp), ...(reverse ? { direction: "reverse" } : {}) },
    ...(ends.every(([host, port]) => host !== undefined && port !== undefined)
      ? {
          identity: `iperf3 ${ends
            .map(([host, port]) => `${host ?? ""}:${String(port)}`)
            .sort()
            .join(" ")} `,
        }
      : {}),
  };
  output.figure({ ...part, metric: udp ? "udp" : "tcp", value: at ?? 0, notes });
  const lost = numberAt(value, "end", "sum", "lost_percent");
  const packets = numberAt(value, "end", "sum", "packets");
  if (udp && lost !== undefined && packets !== undefined) {
    output.figure({
      ...part,
      metric: "udp.loss",
      value: lost,
      n: packets,
      of: "datagrams",
      line: { number: document.firstLine, text: `end.sum.lost_percent: ${String(lost)}` },
    });
  }
}
