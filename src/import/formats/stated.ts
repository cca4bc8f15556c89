/**
 * Figures that people write themselves: `between pods: 933 Mbits/sec`, `pods get 465 of the hosts' 934 Mbit/s`, tables of such, `90 % of the host`.
 * @packageDocumentation
 */
import { Output } from "../output.js";
import { microseconds, prefixFactor } from "../rates.js";
import { excerpt, type Line, type LineReader, type LineRecogniser, type Sink } from "../recogniser.js";
import { type Role, roleOf, roleWords, subjectOf, subjectWords } from "../words.js";
import { readNumber } from "./written-number.js";

const NUMBER = "(?<![\\d.,\\p{L}_/:-])(\\d[\\d.,]*\\d|\\d)";
const UNITS: readonly (readonly [kind: "rate" | "bytes" | "requests" | "packets" | "time", source: string])[] = [
  ["rate", "([kKMGT])i?(?:bits?|b)(?:\\s?\\/\\s?(?:s(?:ec(?:onds?)?)?|sek(?:unde)?|秒)|ps)"],
  ["rate", "([kKMGT])bit(?:s)? per second"],
  ["bytes", "([kKMGT])i?(?:Bytes?|B)(?:\\s?\\/\\s?(?:s(?:ec(?:onds?)?)?|sek(?:unde)?|秒)|ps)"],
  [
    "requests",
    "([kKM]?)(?:req(?:uests?)?|rps|anfragen|abfragen|peticiones|solicitudes|requêtes|richieste|requisições|запрос\\p{L}*|请求|次请求)(?:\\s?(?:\\/|per|pro|por|par|al|в|每)\\s?(?:s(?:ec(?:onds?)?)?|sekunde|segundo|seconde|secondo|секунду|秒)|ps)?",
  ],
  [
    "packets",
    "([kKM]?)(?:pps|(?:packets|frames|pakete|paquetes|paquets|пакет\\p{L}*|包)\\s?(?:\\/|per|pro|por|par|每)\\s?(?:s(?:ec(?:onds?)?)?|sekunde|segundo|seconde|秒))",
  ],
  ["time", "(ms|us|µs|μs|usec|msec|毫秒|微秒)"],
];
const VALUES = UNITS.map(([kind, source]) => ({ kind, pattern: new RegExp(`${NUMBER}\\s?${source}(?![\\p{Script=Latin}\\p{N}/])`, "gu") }));
const PLAIN = new RegExp(
  `${NUMBER}(?=\\s?(?:of|von|de|out of|/|из|占|对|der|des|del|gegen|versus|vs\\.?|against|frente a|而)(?![\\p{Script=Latin}]))`,
  "gu",
);
const PERCENT = /(\d{1,3}(?:[.,]\d+)?)\s?(?:%|percent|prozent|por ciento)\s?/iu;
const OF_HOST = /(?:of|von|der|des|de|del|da|do|dello|от|的|than|as)/iu;
const LATENCY = /latenc|latenz|rtt|round[- ]?trip|ping|umlaufzeit|antwortzeit|delay|延迟|时延|往返|latência|задержк/iu;
const HTTP = /nginx|http|req|anfrage|petici|solicit|requête|请求|rps/iu;
const UDP = /(?<!\p{L})udp(?!\p{L})/iu;
const TCP = /(?<!\p{L})tcp(?!\p{L})|iperf/iu;
const NOMINAL =
  /(?<!\p{L})(?:switch(?:es)?|nics?|links?|uplinks?|adapters?|cards?|cables?|ethernet|netzwerkkarten?|netzkarten?|leitung(?:en)?|anbindung|tarjetas?|enlaces?|liens?|cartes?)(?!\p{L})|网卡|交换机|链路/iu;
const HOPED =
  /(?<!\p{L})(?:should|expect\p{L}*|theoretical\p{L}*|limit\p{L}*|up to|at most|capped|sollte\p{L}*|erwart\p{L}*|theoretisch\p{L}*|höchstens|begrenzt|debería\p{L}*|esper\p{L}*|teóric\p{L}*|devrait|théorique)(?!\p{L})|应该|理论|限速/iu;
/** A number with what may be a unit, before anything costlier is tried. */
const QUICK =
  /\d\s?(?:[kmgt]i?b|[km]?(?:req|rps|pps|anfr|abfr|petic|solic|rich|запрос|请求|次请求|packets|frames|pak|paq|пак|包)|ms|us|µs|μs|毫秒|微秒|%|percent|prozent|por ciento)/iu;

/** Reads what people wrote. It comes last: what a tool printed is not prose. */
export const stated: LineRecogniser = {
  kind: "lines",
  name: "stated",
  reads: "lines such as `between pods: 933 Mbits/sec`, in several languages",
  open: (sink) => new StatedReader(sink),
};

interface Value {
  readonly at: number;
  readonly end: number;
  readonly metric: string;
  /** Undefined where the number can be read in two ways. */
  readonly value: number | undefined;
  readonly written: string;
  /** What another value is a part of: `934` in `465 of 934 Mbit/s`. */
  readonly joined: boolean;
}

class StatedReader implements LineReader {
  #header: { readonly cells: readonly string[]; readonly roles: readonly (Role | undefined)[]; readonly unitText: string } | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const { text } = line;
    if (text.includes("|") && text.split("|").length > 2) return this.#tableRow(line);
    if (text.trim() !== "") this.#header = undefined;
    if (!QUICK.test(text) || text.length > 1000) return false;
    const found = this.#sentences(line);
    return found > 0 || this.#share(line);
  }

  end(): void {
    this.#header = undefined;
  }

  /** The figures of a line, each placed by the nearest words of its clause, else by those before it; number of figures found. */
  #sentences(line: Line): number {
    const opening = this.#opening(line);
    let carried: Role | undefined;
    let found = 0;
    for (const clause of clausesOf(line.text)) {
      const values = withPlain(clause, valuesOf(clause, line.text));
      for (const [index, value] of values.entries()) {
        const own = roleBeside(clause, values, index);
        const role = own ?? (value.joined ? "unclear" : (carried ?? opening));
        carried = role ?? carried;
        this.#give(line, value, role, `the words beside it: ${excerpt(clause)}`, this.#subjectOf(clause, line, value), doubtOf(clause));
      }
      carried = roleWords(clause).at(-1)?.role ?? carried;
      found += values.length;
    }
    return found;
  }

  /** The role of figures that no words precede: an unfinished sentence goes on, else the line's own role unless the words above differ. */
  #opening(line: Line): Role | undefined {
    const whole = roleOf(line.text);
    const above = this.sink.surroundings().role;
    if (above !== undefined && above.line === line.number - 1 && !/[.:!?。：！？|]\s*$/u.test(above.text))
      return roleWords(above.text).at(-1)?.role ?? above.what;
    if (whole === undefined || above === undefined || above.what === whole) return whole;
    return "unclear";
  }

  #subjectOf(clause: string, line: Line, value: Value): string | undefined {
    const near = subjectWords(clause)
      .filter(({ at }) => at < value.at)
      .at(-1)?.subject;
    return near ?? subjectOf(clause) ?? subjectOf(line.text);
  }

  #give(line: Line, value: Value, role: Role | undefined, how: string, subject: string | undefined, doubt: string | undefined): void {
    if (value.value === undefined || doubt !== undefined) {
      const why =
        value.value === undefined ? `${value.written} can be read as a decimal or as thousands` : `${value.written}: ${doubt ?? ""}`;
      this.sink.failure({ tool: "stated", line: line.number, text: excerpt(line.text), why });
      return;
    }
    new Output("stated", line.number, this.sink).figure({
      metric: value.metric,
      value: value.value,
      n: 1,
      of: "statements",
      line,
      notes: ["written by a person: the tool and its settings are not known"],
      stated: {
        ...(role === undefined ? {} : { role }),
        ...(subject === undefined ? {} : { subject }),
        how,
      },
    });
  }

  /** `| flannel | 934 Mbit/s | 465 Mbit/s |` under a head that names hosts and pods. */
  #tableRow(line: Line): boolean {
    const cells = line.text
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
    if (cells.every((cell) => /^:?-*:?$/.test(cell))) return this.#header !== undefined;
    const header = this.#header;
    if (header === undefined || header.cells.length !== cells.length) return this.#tableHead(cells);
    const first = cells[0] ?? "";
    let found = false;
    for (const [index, cell] of cells.entries()) {
      const head = header.cells[index] ?? "";
      const own =
        valuesOf(cell, `${head} ${first}`)[0] ?? valuesOf(`${cell} ${/\(([^)]+)\)/.exec(head)?.[1] ?? ""}`, `${head} ${first}`)[0];
      const role = header.roles[index] ?? roleOf(first);
      if (own === undefined || (role === undefined && index === 0)) continue;
      found = true;
      this.#give(line, own, role, `the table's words: ${excerpt(`${head} / ${first}`)}`, subjectOf(first) ?? subjectOf(head), undefined);
    }
    return found || header.roles.some((role) => role !== undefined);
  }

  #tableHead(cells: readonly string[]): boolean {
    const roles = cells.map((cell) => roleOf(cell));
    this.#header =
      roles.some((role) => role !== undefined) || cells.some((cell) => /\(.*\/s.*\)/.test(cell))
        ? { cells, roles, unitText: cells.join(" ") }
        : undefined;
    return this.#header !== undefined;
  }

  /** A share of the host without the numbers behind it. */
  #share(line: Line): boolean {
    const match = PERCENT.exec(line.text);
    const words = roleWords(line.text);
    if (match === null || !words.some(({ role, at }) => role === "host" && at > match.index)) return false;
    const between = line.text.slice(match.index + match[0].length, words.find(({ role, at }) => role === "host" && at > match.index)?.at);
    if (!OF_HOST.test(between) || between.length > 60) return false;
    const ratio = Number((match[1] ?? "").replace(",", ".")) / 100;
    if (!(ratio > 0 && ratio < 10)) return false;
    const subject = subjectOf(line.text);
    this.sink.share({
      ratio,
      metric: kindOfShare(line.text),
      line: line.number,
      text: excerpt(line.text),
      subject: subject === undefined ? this.sink.surroundings().subject : { what: subject, line: line.number, text: excerpt(line.text) },
    });
    return true;
  }
}

const kindOfShare = (text: string): string =>
  HTTP.test(text) ? "http" : LATENCY.test(text) ? "latency" : UDP.test(text) ? "udp" : TCP.test(text) ? "tcp" : "throughput";

/** The role that the words of a clause give to one of its values: those before it, else those after it, never across another value. */
function roleBeside(clause: string, values: readonly Value[], index: number): Role | undefined {
  const [value] = values.slice(index, index + 1);
  if (value === undefined) return undefined;
  if (values.length === 1) return roleOf(clause);
  const words = roleWords(clause);
  const previous = values[index - 1]?.end ?? 0;
  const next = values[index + 1]?.at ?? clause.length;
  const before = words.filter(({ at }) => at >= previous && at < value.at).at(-1);
  return (before ?? words.find(({ at }) => at >= value.end && at < next))?.role;
}

/** Why a figure is none: it is the speed that is printed on a device, or one that someone hopes for. */
function doubtOf(clause: string): string | undefined {
  if (NOMINAL.test(clause)) return "the words beside it speak of a device's speed, not of a measurement";
  return HOPED.test(clause) ? "the words beside it speak of what should be, not of a measurement" : undefined;
}

/** Parts of a sentence; a comma within a number is none. */
function clausesOf(text: string): readonly string[] {
  return text
    .split(
      /[;；，、。]|,(?!\d)|(?<!\d),|(?<=\p{L}|\d)\.\s|(?<!\p{L})(?:while|whereas|versus|vs\.?|but|während|dagegen|hingegen|aber|mientras(?: que)?|frente a|pero|contre|tandis que|mentre)(?!\p{L})|而|但/u,
    )
    .filter((clause) => clause.trim() !== "");
}

function valuesOf(clause: string, context: string): readonly Value[] {
  const found = VALUES.flatMap(({ kind, pattern }) =>
    Array.from(clause.matchAll(pattern), (match): Value | undefined => {
      const [written, number = "", unit = ""] = match;
      const reading = readNumber(number);
      const value = reading === undefined ? undefined : inUnit(kind, reading, unit);
      const metric = metricOf(kind, written, context);
      return metric === undefined
        ? undefined
        : { at: match.index, end: match.index + written.length, metric, value, written, joined: false };
    }),
  ).filter((one) => one !== undefined);
  return found.sort((a, b) => a.at - b.at).filter((one, index, all) => index === 0 || one.at >= (all[index - 1]?.end ?? 0));
}

/** `465 of 934 Mbit/s`: a number without a unit takes that of the next one, if they are joined by a word that says so. */
function withPlain(clause: string, values: readonly Value[]): readonly Value[] {
  const plain = Array.from(clause.matchAll(PLAIN), (match): Value | undefined => {
    const end = match.index + match[0].length;
    const next = values.find(({ at }) => at >= end && at - end < 40);
    const reading = readNumber(match[1] ?? "");
    if (next?.value === undefined || reading === undefined || values.some(({ at, end: last }) => match.index >= at && match.index < last))
      return undefined;
    const factor = next.value / (readNumber(/[\d.,]*\d/.exec(next.written)?.[0] ?? "") ?? Number.NaN);
    return { at: match.index, end, metric: next.metric, value: reading * factor, written: match[0], joined: false };
  }).filter((one) => one !== undefined);
  const wholes = new Set(plain.map(({ end }) => values.find(({ at }) => at >= end)));
  return [...values.map((one) => (wholes.has(one) ? { ...one, joined: true } : one)), ...plain].sort((a, b) => a.at - b.at);
}

function inUnit(kind: (typeof UNITS)[number][0], value: number, unit: string): number | undefined {
  if (kind === "time") return microseconds(value, unit);
  return value * prefixFactor(unit, false) * (kind === "bytes" ? 8 : 1);
}

function metricOf(kind: (typeof UNITS)[number][0], written: string, context: string): string | undefined {
  if (kind === "requests") return "http";
  if (kind === "packets") return "pps";
  if (kind === "time") return LATENCY.test(context) ? "latency" : undefined;
  if (UDP.test(context)) return "udp";
  return TCP.test(`${context} ${written}`) ? "tcp" : "throughput";
}
