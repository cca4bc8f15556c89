/**
 * One file from bytes to what was recognised in it. Memory stays bounded: every kind of finding has a limit, and each limit that was
 * reached is reported.
 * @packageDocumentation
 */
import { Context } from "./above/context.js";
import { type CountedTrouble, FILE_LIMITS, type FileFindings, Limited, type ReachedLimit, type Recognised } from "./findings.js";
import { JSON_RECOGNISERS, LINE_RECOGNISERS, PROSE_RECOGNISER } from "./formats/index.js";
import type { AddressClaim, Failure, JsonDocument, Line, LineReader, Ruleset, Sink, StatedShare, Trouble } from "./recogniser.js";
import { excerpt } from "./recogniser.js";
import { isCsvRow } from "./text/csv-cells.js";
import { LineDecoder, LONGEST_LINE } from "./text/decode.js";
import { JsonDocuments, LARGEST_DOCUMENT } from "./text/json-documents.js";
import { labelledOutput } from "./text/labelled-output.js";
import { plainLine, quoteDepth } from "./text/plain-line.js";
import { readCommand } from "./where/commands.js";
import { hasQuantity, isLog, kindOf, type LineKind } from "./where/headings.js";
import { placeOf, placeWords } from "./where/places.js";

/** Only this much of a line is searched, in characters; JSON documents are read whole. */
export const LONGEST_SEARCHED = 4096;
/** Longer prose is read by its sentences; a sentence longer than that is not read. */
const LONGEST_SENTENCE = 1000;

/** Words that lead from a command to its result: `iperf3 -c 10.0.0.1 gave us 612 Mbit/s`. */
const RESULT_BEHIND =
  /(?:\s(?:gives?|gave|shows?|showed|reports?|reported|prints?|yields?|results?|gets?|got|=>)|结果|得到|显示|->|→|[:=：])\s.*\d/iu;

interface Named {
  readonly name: string;
  readonly reader: LineReader;
}

/** Lines of an author's address, name and employer. */
const MOST_OF_A_SIGNATURE = 5;
/** Lines of these stand alone and may lie within the output of a tool. */
const STANDALONE = new Set(["log lines", "addresses", "test logs"]);
/** So many lines of a log end the output of a tool that they stand in. */
const MOST_LOG_LINES = 4;

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
  readonly #alone: readonly Named[];
  #logs = 0;
  #signature = 0;
  /** Columns that the keys of a manifest are indented by more than; undefined outside of one. */
  #manifestBelow: number | undefined;
  #active: Named | undefined;
  #recogniser = "";
  #longLines = 0;
  /** How often the current lines are quoted, and since which line. */
  #quote = { depth: 0, from: 1 };

  constructor(readonly file: string) {
    this.#readers = LINE_RECOGNISERS.map((one) => ({ name: one.name, reader: one.open(this.#sinkOf(one.name)) }));
    this.#alone = this.#readers.filter(({ name }) => STANDALONE.has(name));
    const standing = { ...this.#sinkOf(PROSE_RECOGNISER.name), surroundings: () => this.#context.standing() };
    this.#prose = { name: PROSE_RECOGNISER.name, reader: PROSE_RECOGNISER.open(standing) };
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

  #line(raw: Line, binary: boolean): void {
    this.#quotes(raw);
    const whole = plainLine(raw);
    this.#documents.line(whole);
    const long = whole.text.length > LONGEST_SEARCHED;
    if (long) this.#longLines += 1;
    const line = long ? { number: whole.number, text: whole.text.slice(0, LONGEST_SEARCHED) } : whole;
    if (!isLog(line.text)) this.#text(line, binary);
    else if (!this.#alone.some(({ reader }) => reader.line(line))) this.#betweenLogs();
    else this.#logs = 0;
  }

  #quotes(line: Line): void {
    const depth = quoteDepth(line);
    if (depth === undefined || depth === this.#quote.depth) return;
    if (depth < this.#quote.depth) this.#context.leavesQuote(this.#quote.from);
    this.#quote = { depth, from: line.number };
  }

  /** Between a tool's lines a log may print some of its own; after more of them the tool's output has ended. */
  #betweenLogs(): void {
    this.#logs += 1;
    if (this.#logs <= MOST_LOG_LINES || this.#active === undefined) return;
    this.#active.reader.end();
    this.#active = undefined;
  }

  #text(whole: Line, binary: boolean): void {
    const labelled = labelledOutput(whole.text);
    if (labelled !== undefined) this.#words({ number: whole.number, text: labelled.label }, "prose");
    const line = labelled === undefined ? whole : { number: whole.number, text: labelled.output };
    for (const named of this.#readers) {
      if (!named.reader.line(line)) continue;
      this.#claimed(named);
      return;
    }
    // Chance makes words and units of random bytes now and then.
    const kind =
      binary || this.#manifest(line.text) || this.#signed(line.text) ? "other" : isResultOfCommand(line.text) ? "prose" : kindOf(line.text);
    for (const part of kind === "prose" ? sentencesOf(line) : [line]) this.#words(part, kind);
  }

  /** Keys of a manifest name pods, containers and limits, and measure nothing; it ends at a line that is of another form. */
  #manifest(text: string): boolean {
    if (this.#manifestBelow === undefined && !text.includes(":")) return false;
    const indent = text.search(/\S/);
    if (/^\s*(?:- )?(?:apiVersion|kind):\s+\S/.test(text)) this.#manifestBelow = -1;
    else if (/^\s*(?:resources|limits|requests|annotations|metadata|spec):\s*$/.test(text))
      this.#manifestBelow = Math.min(indent, this.#manifestBelow ?? indent);
    else if (!/^\s*(?:- |#|---)|^\s*["']?[\w./-]+["']?:(?:\s|$)/.test(text) || indent <= (this.#manifestBelow ?? indent))
      this.#manifestBelow = undefined;
    return this.#manifestBelow !== undefined;
  }

  /** What stands below `--` at a mail's end is its author's address. */
  #signed(text: string): boolean {
    if (this.#signature === 0 && !text.startsWith("--")) return false;
    if (/^-- ?$/.test(text)) this.#signature = MOST_OF_A_SIGNATURE;
    else if (text.trim() === "" || placeWords(text)[0]?.at === text.search(/\p{L}/u)) this.#signature = 0;
    else if (this.#signature > 0) this.#signature -= 1;
    return this.#signature > 0;
  }

  /** Takes what no tool printed. What stands below a new heading or command is another output. */
  #words(line: Line, kind: LineKind): void {
    if (line.text.length > LONGEST_SENTENCE) return;
    const read = (kind === "prose" || kind === "table") && this.#prose.reader.line(line);
    if (kind === "command" && RESULT_BEHIND.test(line.text) && hasQuantity(line.text))
      this.#failures.add({
        tool: "stated",
        line: line.number,
        text: excerpt(line.text),
        why: "a result beside a command line is not read",
      });
    // What was read as a row names the ends of its own values only.
    if (!this.#context.take(line, read && isOfTable(line.text) ? "table" : kind)) return;
    this.#active?.reader.end();
    this.#active = undefined;
  }

  /** When another tool's output begins, the one before it has ended. */
  #claimed(by: Named): void {
    this.#logs = 0;
    if (STANDALONE.has(by.name)) return;
    this.#context.output();
    if (this.#active === by) return;
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

/** A row or a head of a table that the reader of prose has read: what it names is of its own values. */
const isOfTable = (text: string): boolean => isCsvRow(text) || (text.includes("|") && placeOf(text) !== undefined && !hasQuantity(text));

/** `iperf3 -t 30: pods 6.6 Gbit/s`: a line that begins like a command and tells its results with the ends between which they were measured. */
function isResultOfCommand(text: string): boolean {
  const command = readCommand(text);
  const told = command !== undefined && command.place === undefined && RESULT_BEHIND.test(text) && hasQuantity(text);
  return told && placeOf(text) !== undefined && !/^\W/.test(text);
}

/** A paragraph that is one long line is read by its sentences. */
function sentencesOf(line: Line): readonly Line[] {
  if (line.text.length <= LONGEST_SENTENCE) return [line];
  const parts: string[] = [];
  for (const sentence of line.text.split(/(?<=[.!?。！？])(?=\s|\p{Lo})/u)) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + sentence.length <= LONGEST_SENTENCE) parts[parts.length - 1] = last + sentence;
    else parts.push(sentence);
  }
  return parts.map((text) => ({ number: line.number, text }));
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
