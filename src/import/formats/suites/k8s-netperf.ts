/**
 * k8s-netperf (cloud-bulldozer): its result tables, its JSON documents and its CSV file. It says itself what ran on the host network.
 * @packageDocumentation
 */

import { Output } from "../../output.js";
import type { JsonDocument, JsonRecogniser, Line, LineReader, LineRecogniser, Sink } from "../../recogniser.js";
import { csvCells } from "../../text/csv-cells.js";
import { member, numberAt, textAt } from "../../text/json-documents.js";
import type { Role } from "../../where/places.js";

const NAME = "k8s-netperf";

/** One result, however it was printed. */
interface Result {
  readonly driver: string;
  readonly profile: string;
  readonly hostNetwork: boolean;
  readonly service: boolean;
  readonly sameNode: boolean;
  readonly parallelism: string;
  readonly messageSize: string;
  readonly samples: number;
  readonly notes: readonly string[];
}

interface Value {
  readonly value: number;
  readonly unit: string;
  readonly line: Line;
  /** p99 of the transaction time instead of the rate. */
  readonly latency: boolean;
}

function report(output: Output, result: Result, { value, unit, line, latency }: Value): void {
  const metric = metricOf(result.profile, latency);
  if (metric === undefined) return;
  const factor = latency ? 1 : /^([KMG])b\/s$/i.test(unit) ? 10 ** (3 * " KMG".indexOf(unit[0]?.toUpperCase() ?? " ")) : 1;
  const role: Role = result.hostNetwork ? "host" : result.sameNode ? "same-node" : result.service ? "service" : "pod";
  output.figure({
    metric,
    value: value * factor,
    n: Math.max(1, result.samples),
    of: "samples",
    line,
    conditions: { driver: result.driver, streams: result.parallelism, "message bytes": result.messageSize },
    notes: result.notes,
    identity: [NAME, result.driver, result.profile, role, result.parallelism, result.messageSize, result.samples, value.toFixed(3)].join(
      " ",
    ),
    stated: {
      role,
      how: `k8s-netperf says host network ${String(result.hostNetwork)}, service ${String(result.service)}, same node ${String(result.sameNode)}`,
    },
  });
}

function metricOf(profile: string, latency: boolean): string | undefined {
  const kinds: Readonly<Record<string, string>> = {
    TCP_STREAM: "tcp",
    UDP_STREAM: "udp",
    TCP_RR: "rr.tcp",
    UDP_RR: "rr.udp",
    TCP_CRR: "crr.tcp",
  };
  const kind = kinds[profile.toUpperCase()];
  if (kind === undefined || !latency) return kind;
  return kind.includes("rr") ? `latency.${kind}.p99` : undefined;
}

/** Reads k8s-netperf's tables and CSV. */
export const k8sNetperfTable: LineRecogniser = {
  kind: "lines",
  name: `${NAME} table`,
  reads: "k8s-netperf result tables and CSV",
  open: (sink) => new TableReader(sink),
};

class TableReader implements LineReader {
  #columns: readonly string[] | undefined;
  #csv: readonly string[] | undefined;
  #output: Output | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const { text } = line;
    if (/\|\s*RESULT TYPE\s*\|/i.test(text)) return this.#open(line, tableCells(text));
    if (/^\W*Driver,Profile,/.test(text)) {
      this.#open(line, undefined);
      this.#csv = csvCells(text);
      return true;
    }
    const columns = this.#columns;
    if (columns !== undefined && text.includes("|")) return this.#row(line, columns, tableCells(text));
    if (columns !== undefined && /^\s*\+[-+]+\+\s*$/.test(text)) return true;
    if (this.#csv !== undefined && text.includes(",")) return this.#csvRow(line, this.#csv, csvCells(text));
    if (this.#output?.foreign(line) === true) this.end();
    return false;
  }

  end(): void {
    this.#columns = undefined;
    this.#csv = undefined;
    this.#output = undefined;
  }

  #open(line: Line, columns: readonly string[] | undefined): boolean {
    this.end();
    this.#columns = columns?.map((cell) => cell.toLowerCase());
    this.#output = new Output(NAME, line.number, this.sink);
    return true;
  }

  #row(line: Line, columns: readonly string[], cells: readonly string[]): boolean {
    if (this.#output === undefined || cells.length !== columns.length) return false;
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const latency = /latency/i.test(cell("result type"));
    const value = /^([\d.]+) \(([^)]+)\)/.exec(
      latency && columns.includes("avg 99%tile value") ? cell("avg 99%tile value") : cell("avg value"),
    );
    if (value !== null && /stream|rr/i.test(cell("result type")) && !/retrans|loss/i.test(cell("result type"))) {
      const interval = cell("95% confidence interval");
      const notes = interval === "" ? [] : [`its own 95 % interval of the mean: ${interval}`];
      report(this.#output, result(cell, { profile: "scenario", size: "message size", samples: "samples", notes }), {
        value: Number(value[1]),
        unit: value[2] ?? "",
        line,
        latency,
      });
    }
    this.#output.own();
    return true;
  }

  #csvRow(line: Line, header: readonly string[], cells: readonly string[]): boolean {
    if (this.#output === undefined || cells.length !== header.length) return false;
    const columns = header.map((cell) => cell.toLowerCase());
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const one = result(cell, { profile: "profile", size: "message size", samples: "# of samples", notes: [] });
    report(this.#output, one, { value: Number(cell("avg throughput")), unit: cell("throughput metric"), line, latency: false });
    const latency = Number(cell("99%tile observed latency"));
    if (latency > 0) report(this.#output, one, { value: latency, unit: cell("latency metric"), line, latency: true });
    this.#output.own();
    return true;
  }
}

function tableCells(text: string): readonly string[] {
  return text
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

function result(
  cell: (name: string) => string,
  names: { profile: string; size: string; samples: string; notes: readonly string[] },
): Result {
  return {
    driver: cell("driver"),
    profile: cell(names.profile),
    hostNetwork: cell("host network") === "true",
    service: cell("service") === "true",
    sameNode: cell("same node") === "true",
    parallelism: cell("parallelism"),
    messageSize: cell(names.size),
    samples: Number(cell(names.samples)) || 1,
    notes: names.notes,
  };
}

/** Reads k8s-netperf's JSON. */
export const k8sNetperfJson: JsonRecogniser = { kind: "json", name: `${NAME} JSON`, reads: "k8s-netperf JSON", read };

/** Most results of one document. */
const MOST = 2000;

function read(document: JsonDocument, sink: Sink): boolean {
  const all: readonly unknown[] = Array.isArray(document.value) ? document.value.slice(0, MOST) : [document.value];
  const ours = all.filter((one) => textAt(one, "tputMetric") !== undefined && textAt(one, "profile") !== undefined);
  if (ours.length === 0) return false;
  const output = new Output(NAME, document.firstLine, { ...sink, surroundings: () => document.surroundings });
  for (const one of ours) {
    const known: Result = {
      driver: textAt(one, "driver") ?? "netperf",
      profile: textAt(one, "profile") ?? "",
      hostNetwork: member(one, "hostNetwork") === true,
      service: member(one, "service") === true,
      sameNode: member(one, "local") === true,
      parallelism: String(numberAt(one, "parallelism") ?? 1),
      messageSize: String(numberAt(one, "messageSize") ?? ""),
      samples: numberAt(one, "samples") ?? 1,
      notes: [],
    };
    const throughput = numberAt(one, "throughput");
    const latency = numberAt(one, "latency");
    const line = (text: string): Line => ({ number: document.firstLine, text: `${known.profile}: ${text}` });
    if (throughput !== undefined && throughput > 0) {
      report(output, known, {
        value: throughput,
        unit: textAt(one, "tputMetric") ?? "",
        line: line(`throughput ${String(throughput)}`),
        latency: false,
      });
    }
    if (latency !== undefined && latency > 0)
      report(output, known, { value: latency, unit: "usec", line: line(`latency ${String(latency)}`), latency: true });
  }
  return true;
}
