/**
 * One file from bytes to what was recognised in it. Memory stays bounded: every kind of finding has a limit, and each limit that was
 * reached is reported.
 * @packageDocumentation
 */
import { Context, kindOf } from "./context.js";
import { LineDecoder, LONGEST_LINE } from "./decode.js";
import { JSON_RECOGNISERS, LINE_RECOGNISERS, PROSE_RECOGNISER } from "./formats/index.js";
import { JsonDocuments, LARGEST_DOCUMENT } from "./json-documents.js";
import type { AddressClaim, Failure, Figure, JsonDocument, Line, LineReader, Ruleset, Sink, StatedShare, Trouble } from "./recogniser.js";

/** What one file may contribute at most. */
export const FILE_LIMITS = { figures: 2000, shares: 200, addresses: 500, rulesets: 100, failures: 200, placesOfTrouble: 3 } as const;
/** Only this much of a line is searched, in characters; JSON documents are read whole. */
export const LONGEST_SEARCHED = 4096;

/** A figure with the recogniser that read it. */
export interface Recognised extends Figure {
  readonly recogniser: string;
}

/** A trouble with how often it was seen. */
export interface CountedTrouble extends Omit<Trouble, "line" | "text"> {
  count: number;
  /** The first places. */
  readonly places: { readonly line: number; readonly text: string }[];
}

/** A limit that was reached. */
export interface ReachedLimit {
  readonly what: string;
  readonly limit: number;
  /** How many were left out. */
  readonly dropped: number;
}

/** Everything that was recognised in one file. */
export interface FileFindings {
  readonly file: string;
  readonly bytes: number;
  readonly lines: number;
  readonly encoding: string;
  /** Lines with control characters, as binary data has them. */
  readonly controlLines: number;
  readonly figures: readonly Recognised[];
  readonly shares: readonly StatedShare[];
  readonly troubles: readonly CountedTrouble[];
  readonly addresses: readonly AddressClaim[];
  readonly rulesets: readonly Ruleset[];
  readonly failures: readonly Failure[];
  readonly limits: readonly ReachedLimit[];
  /** Set when the file could not be read to its end. */
  readonly interrupted?: string;
}

/** A list that keeps its first members and counts the others. */
class Limited<Item> {
  readonly kept: Item[] = [];
  dropped = 0;
  constructor(
    readonly what: string,
    readonly limit: number,
  ) {}

  add(item: Item): void {
    if (this.kept.length < this.limit) this.kept.push(item);
    else this.dropped += 1;
  }

  reached(): readonly ReachedLimit[] {
    return this.dropped === 0 ? [] : [{ what: this.what, limit: this.limit, dropped: this.dropped }];
  }
}

interface Named {
  readonly name: string;
  readonly reader: LineReader;
}

/** Lines of these stand alone and may lie within the output of a tool. */
const STANDALONE = new Set(["log lines", "addresses"]);

/** Reads one file as it comes, chunk by chunk. */
export class FileRecogniser {
  readonly #figures = new Limited<Recognised>("figures", FILE_LIMITS.figures);
  readonly #shares = new Limited<StatedShare>("stated shares", FILE_LIMITS.shares);
  readonly #addresses = new Limited<AddressClaim>("addresses", FILE_LIMITS.addresses);
  readonly #rulesets = new Limited<Ruleset>("rulesets", FILE_LIMITS.rulesets);
  readonly #failures = new Limited<Failure>("outputs without a figure", FILE_LIMITS.failures);
  readonly #troubles = new Map<string, CountedTrouble>();
  readonly #knownAddresses = new Set<string>();
  readonly #context = new Context();
  readonly #documents: JsonDocuments;
  readonly #readers: readonly Named[];
  readonly #prose: Named;
  readonly #decoder = new LineDecoder((text, number, binary) => {
    this.#line({ number, text }, binary);
  });
  #active: Named | undefined;
  #recogniser = "";
  #longLines = 0;

  constructor(readonly file: string) {
    const open = (recogniser: (typeof LINE_RECOGNISERS)[number]): Named => ({
      name: recogniser.name,
      reader: recogniser.open(this.#sinkOf(recogniser.name)),
    });
    this.#readers = LINE_RECOGNISERS.map(open);
    this.#prose = open(PROSE_RECOGNISER);
    this.#documents = new JsonDocuments(
      () => this.#context.now(),
      (document) => {
        this.#document(document);
      },
    );
  }

  /** Takes the next chunk of the file. */
  push(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
  }

  /** The file has ended, or could not be read any further. */
  end(interrupted?: string): FileFindings {
    const report = this.#decoder.end();
    for (const { reader } of [...this.#readers, this.#prose]) reader.end();
    return {
      file: this.file,
      bytes: report.bytes,
      lines: report.lines,
      encoding: report.encoding,
      controlLines: report.controlLines,
      figures: this.#figures.kept,
      shares: this.#shares.kept,
      troubles: [...this.#troubles.values()],
      addresses: this.#addresses.kept,
      rulesets: this.#rulesets.kept,
      failures: this.#failures.kept,
      limits: [
        ...[this.#figures, this.#shares, this.#addresses, this.#rulesets, this.#failures].flatMap((list) => list.reached()),
        ...told("bytes of a line that are kept", LONGEST_LINE, report.cutLines),
        ...told("characters of a line that are searched", LONGEST_SEARCHED, this.#longLines),
        ...told("characters of a JSON document", LARGEST_DOCUMENT, this.#documents.tooLarge),
      ],
      ...(interrupted === undefined ? {} : { interrupted }),
    };
  }

  #line(whole: Line, binary: boolean): void {
    this.#documents.line(whole);
    const long = whole.text.length > LONGEST_SEARCHED;
    if (long) this.#longLines += 1;
    const line = long ? { number: whole.number, text: whole.text.slice(0, LONGEST_SEARCHED) } : whole;
    for (const named of this.#readers) {
      if (!named.reader.line(line)) continue;
      this.#claimed(named);
      return;
    }
    // Chance makes words and units of random bytes now and then.
    const kind = binary ? "other" : kindOf(line.text);
    if (kind === "prose" || kind === "table") this.#prose.reader.line(line);
    this.#context.take(line, kind);
  }

  /** When another tool's output begins, the one before it has ended. */
  #claimed(by: Named): void {
    if (STANDALONE.has(by.name) || this.#active === by) return;
    this.#active?.reader.end();
    this.#active = by;
  }

  #document(document: JsonDocument): void {
    for (const recogniser of JSON_RECOGNISERS) {
      this.#recogniser = recogniser.name;
      if (recogniser.read(document, this.#jsonSink)) return;
    }
  }

  readonly #jsonSink: Sink = this.#sinkOf(undefined);

  #sinkOf(name: string | undefined): Sink {
    return {
      figure: (figure) => {
        this.#figures.add({ ...figure, recogniser: name ?? this.#recogniser });
      },
      share: (share) => {
        this.#shares.add(share);
      },
      trouble: (trouble) => {
        this.#trouble(trouble);
      },
      address: (claim) => {
        const key = `${claim.network} ${claim.role}`;
        if (this.#knownAddresses.has(key)) return;
        if (this.#knownAddresses.size < FILE_LIMITS.addresses) this.#knownAddresses.add(key);
        this.#addresses.add(claim);
      },
      ruleset: (ruleset) => {
        this.#rulesets.add(ruleset);
      },
      failure: (failure) => {
        this.#failures.add(failure);
      },
      surroundings: () => this.#context.now(),
    };
  }

  #trouble({ line, text, ...trouble }: Trouble): void {
    const known = this.#troubles.get(trouble.id) ?? { ...trouble, count: 0, places: [] };
    known.count += 1;
    if (known.places.length < FILE_LIMITS.placesOfTrouble) known.places.push({ line, text });
    this.#troubles.set(trouble.id, known);
  }
}

const told = (what: string, limit: number, dropped: number): readonly ReachedLimit[] => (dropped === 0 ? [] : [{ what, limit, dropped }]);

/** Reads a file to its end. An error of the stream ends it: what came before is kept, and the error is reported. */
export async function recogniseFile(file: string, chunks: AsyncIterable<Uint8Array>): Promise<FileFindings> {
  const recogniser = new FileRecogniser(file);
  try {
    for await (const chunk of chunks) recogniser.push(chunk);
  } catch (error) {
    return recogniser.end(error instanceof Error ? error.message : String(error));
  }
  return recogniser.end();
}
