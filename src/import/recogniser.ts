/**
 * The contract of recognisers: each knows what one tool prints, reads it line by line, and hands over figures with where they stand.
 * @packageDocumentation
 */
import type { Role } from "./where/places.js";

/** One line of a file. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Without its end, escape sequences and control characters. */
  readonly text: string;
}

/** Words of the text that say something about what follows them. */
export interface Mention<What> {
  /** Set for a network mode that is the pods', so that no hosts' figure is under it: a line of the environment, a sentence or a heading of pods names it. */
  readonly ofPods?: boolean;
  readonly what: What;
  readonly line: number;
  readonly text: string;
}

/** What the words and commands above a place in the text say about it. */
export interface Surroundings {
  /** The last words that named hosts or pods. */
  readonly role: Mention<Role> | undefined;
  /** Set where these words put pods on the host's network. */
  readonly hostNetwork: boolean;
  /** What the command line that printed this says, e.g. `kubectl exec`. */
  readonly command: Mention<Role> | undefined;
  /** The last network mode that was named. */
  readonly subject: Mention<string> | undefined;
  /** The headings of the section, without places, modes and numbers of runs: what stands under another section is another condition. */
  readonly section: string;
  /** What the words that named the ends, and the headings below them, say beside that. */
  readonly label: string;
  /** Conditions that headings or options of the command name: MTU, message size, window. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Message sizes that the command goes through, in order. */
  readonly sweep: readonly string[];
  /** The last heading that says what is measured, e.g. `Latency (us):`. */
  readonly topic: string;
  /** Set below a heading of what someone expects. */
  readonly expected: boolean;
}

/** One figure as a tool printed it, or as someone wrote it. */
export interface Figure {
  /** Name of an import metric. */
  readonly metric: string;
  /** In the metric's unit. */
  readonly value: number;
  /** How many of `of` are behind the value. */
  readonly n: number;
  /** What is counted by `n`: runs, replies, requests, samples. */
  readonly of: string;
  /** The tool, as people call it. Figures of different tools are not compared. */
  readonly tool: string;
  /** The line of the value. */
  readonly line: number;
  /** The first line of the output that it belongs to. */
  readonly firstLine: number;
  /** The line of the value as it stands there, shortened. */
  readonly text: string;
  readonly surroundings: Surroundings;
  /** What must be equal for two figures to be comparable: streams, connections, sizes. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Addresses that the output names, of either end. */
  readonly addresses: readonly string[];
  /** Set where the output itself, or the same line, says what was measured. */
  readonly stated?: {
    readonly role?: Role;
    /** Null where it says that no mode above counts. */
    readonly subject?: string | null;
    readonly how: string;
  };
  /** Equal for two prints of the same measurement, such as client and server of one iperf3 run. */
  readonly identity?: string;
  /** What weakens the figure: an interrupted run, rounded times, failed requests. */
  readonly notes?: readonly string[];
  /** Where it stands within its text, equal for figures that belong together, such as those of one row: repeats are looked for within it. */
  readonly group?: string;
}

/** A share of the host that someone states without the numbers behind it. */
export interface StatedShare {
  /** 0.9 for 90 %. */
  readonly ratio: number;
  readonly metric: string;
  readonly line: number;
  readonly text: string;
  readonly subject: Mention<string> | undefined;
}

/** A known trouble that a log line or a ruleset shows. */
export interface Trouble {
  readonly id: string;
  readonly cause: string;
  readonly fix: string;
  readonly line: number;
  readonly text: string;
}

/** An address or network that the text assigns to hosts, pods or Services. */
export interface AddressClaim {
  /** `10.244.0.0/16` or a single address. */
  readonly network: string;
  readonly role: "host" | "pod" | "service";
  readonly how: string;
  readonly line: number;
}

/** One printed packet filter. */
export interface Ruleset {
  readonly line: number;
  readonly lastLine: number;
  /** Which program printed it. */
  readonly printedBy: "iptables -L" | "iptables-save";
  /** Undefined where `-L` does not say it. */
  readonly table: string | undefined;
  readonly chains: number;
  readonly rules: number;
  /** Rules in KUBE-SERVICES: one or more for each Service port. */
  readonly serviceRules: number;
  /** Products whose chains these are. */
  readonly writtenBy: readonly string[];
  /** False for rules that were quoted without their table. */
  readonly complete: boolean;
  /** Policy by built-in chain. */
  readonly policies: Readonly<Record<string, string>>;
}

/** Output of a tool that has no figure: a refused connection, an empty result. */
export interface Failure {
  readonly tool: string;
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** Where recognisers put what they find, and what they may ask. */
export interface Sink {
  figure(figure: Figure): void;
  share(share: StatedShare): void;
  trouble(trouble: Trouble): void;
  address(claim: AddressClaim): void;
  ruleset(ruleset: Ruleset): void;
  failure(failure: Failure): void;
  /** What the text above the current line says. */
  surroundings(): Surroundings;
}

/** Reads the lines of one file. */
export interface LineReader {
  /** Takes the next line; true when the line is this tool's output, and so no one's prose. */
  line(line: Line): boolean;
  /** The file has ended. */
  end(): void;
}

/** Knows one tool's text. */
export interface LineRecogniser {
  readonly kind: "lines";
  readonly name: string;
  /** What it reads, for people who ask what could be imported. */
  readonly reads: string;
  open(sink: Sink): LineReader;
}

/** A JSON document within a text. */
export interface JsonDocument {
  readonly value: unknown;
  readonly firstLine: number;
  readonly lastLine: number;
  /** As of the first line. */
  readonly surroundings: Surroundings;
}

/** Knows one tool's JSON. */
export interface JsonRecogniser {
  readonly kind: "json";
  readonly name: string;
  readonly reads: string;
  /** Reads a document; false when it is not this tool's. */
  read(document: JsonDocument, sink: Sink): boolean;
}

/** Knows what one tool prints. */
export type Recogniser = LineRecogniser | JsonRecogniser;

/** Longest excerpt of a line that is kept as evidence, in characters. */
const EXCERPT = 160;

/** A line as evidence: trimmed and shortened. */
export function excerpt(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= EXCERPT ? trimmed : `${trimmed.slice(0, EXCERPT - 3)}...`;
}
