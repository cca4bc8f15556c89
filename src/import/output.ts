/**
 * The output of one run of a tool, while it is being read.
 * @packageDocumentation
 */
import { excerpt, type Figure, type Line, type Sink, type Surroundings } from "./recogniser.js";

/** What a figure adds to the output that it belongs to. */
export type FigurePart = Pick<Figure, "metric" | "value" | "n" | "of"> & {
  readonly line: Line;
  readonly conditions?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly identity?: string;
  readonly stated?: Figure["stated"];
  readonly group?: string;
};

/** Lines of other text, blank ones aside, after which an output that shows no end is taken to have ended. */
const PATIENCE = 4;
/** Addresses kept of one output. */
const MOST_ADDRESSES = 16;

/** One output: where it began, what stood above it, which addresses it names. */
export class Output {
  readonly #addresses = new Set<string>();
  readonly #surroundings: Surroundings;
  #foreign = 0;
  #loop: Figure["stated"];

  constructor(
    readonly tool: string,
    readonly firstLine: number,
    readonly sink: Sink,
  ) {
    this.#surroundings = sink.surroundings();
  }

  /** Conditions that headings and options of the command name. */
  get conditions(): Readonly<Record<string, string>> {
    return this.#surroundings.conditions;
  }

  /** Notes an address of either end. Names and wildcards are not kept. */
  address(text: string | undefined): void {
    if (text === undefined || !isAddress(text) || this.#addresses.size >= MOST_ADDRESSES) return;
    this.#addresses.add(text);
  }

  /** Notes both ends of a connection. Equal ones lie on one machine, whatever the words say. */
  ends(local: string, remote: string): void {
    this.address(local);
    this.address(remote);
    if (local === remote) this.#loop = { role: "same-node", how: `both ends have the address ${local}` };
  }

  /** Counts a line that is not of this output; true when the output has surely ended. */
  foreign(line: Line): boolean {
    if (line.text.trim() !== "") this.#foreign += 1;
    return this.#foreign > PATIENCE;
  }

  /** The output goes on. */
  own(): void {
    this.#foreign = 0;
  }

  /** Keeping connections is something that only clients of HTTP do. */
  #conditionsAbove({ metric }: FigurePart): Readonly<Record<string, string>> {
    const all = this.#surroundings.conditions;
    // A latency that a person wrote may be that of a request.
    if (metric.startsWith("http") || metric === "latency") return all;
    return Object.fromEntries(Object.entries(all).filter(([name]) => name !== "keepalive"));
  }

  /** Hands over a figure; one that is no finite, non-negative number is none. */
  figure(part: FigurePart): void {
    if (!Number.isFinite(part.value) || part.value < 0) return;
    const stated = part.stated ?? this.#loop;
    this.sink.figure({
      metric: part.metric,
      value: part.value,
      n: part.n,
      of: part.of,
      tool: this.tool,
      line: part.line.number,
      firstLine: this.firstLine,
      text: excerpt(part.line.text),
      surroundings: this.#surroundings,
      conditions: { ...this.#conditionsAbove(part), ...part.conditions },
      addresses: [...this.#addresses],
      ...(part.notes === undefined || part.notes.length === 0 ? {} : { notes: part.notes }),
      ...(part.identity === undefined ? {} : { identity: part.identity }),
      ...(stated === undefined ? {} : { stated }),
      ...(part.group === undefined ? {} : { group: part.group }),
    });
  }
}

/** Whether a text is an IPv4 or IPv6 address of one machine, not a wildcard. */
export function isAddress(text: string): boolean {
  if (text === "0.0.0.0" || text === "::") return false;
  return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || (/^[\da-f:.]+$/i.test(text) && text.split(":").length > 2);
}
