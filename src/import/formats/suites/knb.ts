/**
 * knb (InfraBuilder's k8s-bench-suite): its text, YAML and JSON. It has no host baseline: its figures pair with host figures from elsewhere.
 * @packageDocumentation
 */

import { Output } from "../../output.js";
import { OutputReader } from "../../output-reader.js";
import type { JsonDocument, JsonRecogniser, Line, LineRecogniser, Sink } from "../../recogniser.js";
import { member, textAt } from "../../text/json-documents.js";
import type { Role } from "../../where/places.js";

const PATHS: readonly (readonly [pattern: RegExp, role: Role | "idle"])[] = [
  [/^\s*(?:Pod to pod :|pod2pod:)\s*$/, "pod"],
  [/^\s*(?:Pod to Service :|pod2svc:)\s*$/, "service"],
  [/^\s*(?:Node to node :|node2node:|n2n:)\s*$/i, "host"],
  [/^\s*(?:Idle :|idle:)\s*$/, "idle"],
];
const PROTOCOL = /^\s+(TCP|UDP|tcp|udp)\s?:\s*$/;
const BANDWIDTH = /^\s+bandwidth(?: = |: )([\d.]+)(?: Mbit\/s)?\s*$/;
const OWN = /^\s+(?:client|server|cpu|ram|total|user|nice|system|iowait|steal)(?: cpu| ram)?(?: = |:)/;

/** Reads knb's text and YAML. */
export const knbText: LineRecogniser = { kind: "lines", name: "knb text", reads: "knb text and YAML", open: (sink) => new KnbReader(sink) };

class KnbReader extends OutputReader {
  #role: Role | "idle" | undefined;
  #protocol: "tcp" | "udp" | undefined;

  protected override take(line: Line): boolean {
    const { text } = line;
    const path = text.includes(":") ? PATHS.find(([pattern]) => pattern.test(text)) : undefined;
    if (path !== undefined) {
      this.output ??= new Output("knb", line.number, this.sink);
      this.#role = path[1];
      this.#protocol = undefined;
      return true;
    }
    if (this.output === undefined)
      return /^\W*(?:Generator\s+: knb|Discovered (?:CPU|Kernel|k8s version|MTU)\s+:|Benchmark Results$)|^\s+generator: "knb"/.test(text);
    const protocol = PROTOCOL.exec(text);
    if (protocol !== null) this.#protocol = protocol[1]?.toLowerCase() === "udp" ? "udp" : "tcp";
    const bandwidth = BANDWIDTH.exec(text);
    if (bandwidth !== null) this.#bandwidth(this.output, line, Number(bandwidth[1]));
    return protocol !== null || bandwidth !== null || OWN.test(text);
  }

  #bandwidth(output: Output, line: Line, megabits: number): void {
    const role = this.#role;
    if (role === undefined || role === "idle" || this.#protocol === undefined) return;
    output.figure({
      metric: this.#protocol,
      value: megabits * 1e6,
      n: 1,
      of: "runs",
      line,
      conditions: { streams: "1" },
      stated: { role, how: `knb says ${role === "pod" ? "pod to pod" : role === "host" ? "node to node" : "pod to Service"}` },
    });
  }

  override end(): void {
    this.output = undefined;
    this.#role = undefined;
    this.#protocol = undefined;
  }
}

/** Reads knb's JSON. */
export const knbJson: JsonRecogniser = { kind: "json", name: "knb JSON", reads: "knb JSON (-o json)", read };

function read(document: JsonDocument, sink: Sink): boolean {
  if (textAt(document.value, "metadata", "generator") !== "knb") return false;
  const output = new Output("knb", document.firstLine, { ...sink, surroundings: () => document.surroundings });
  for (const [key, role] of [
    ["pod2pod", "pod"],
    ["pod2svc", "service"],
  ] as const) {
    for (const protocol of ["tcp", "udp"] as const) {
      const megabits = Number(member(document.value, "data", key, protocol, "bandwidth"));
      const line = { number: document.firstLine, text: `data.${key}.${protocol}.bandwidth: ${String(megabits)} Mbit/s` };
      output.figure({
        metric: protocol,
        value: megabits * 1e6,
        n: 1,
        of: "runs",
        line,
        conditions: { streams: "1" },
        stated: { role, how: `knb says ${key}` },
      });
    }
  }
  return true;
}
