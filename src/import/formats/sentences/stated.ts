/**
 * Figures that people write themselves: `between pods: 933 Mbits/sec`, `pods get 465 of the hosts' 934 Mbit/s`, `90 % of the host`.
 * @packageDocumentation
 */
import { DEVICE_SPEED } from "../../quantities/doubts.js";
import { bareQuantity, type Quantity, quantitiesIn, unitNamed } from "../../quantities/quantities.js";
import { excerpt, type Line, type LineReader, type LineRecogniser, type Sink } from "../../recogniser.js";
import { namedConditions } from "../../where/conditions.js";
import { conditionLabel } from "../../where/headings.js";
import { modeOf, modeWords } from "../../where/modes.js";
import { networkChangeIn, networkChangesIn, withoutOpenChanges } from "../../where/network-change.js";
import { placeOf, placeWords, type Role } from "../../where/places.js";
import { saysMeasured } from "../../words/measuring.js";
import { strangersIn } from "../../words/strangers.js";
import { notUnderstood } from "../statements/not-understood.js";
import { readShares } from "../statements/stated-shares.js";
import { giveStatement, tellUnused } from "../statements/statement.js";
import { TableReader } from "../tables/tables.js";
import { bindingsOf } from "./binding.js";
import type { Bound } from "./bound.js";
import { type Clause, conditionsAhead, protocolWords, sentenceAt, trailingRole, wordsAround } from "./clauses.js";
import { doubtOf } from "./evidence.js";
import { PRONOUN, TURNED } from "./going-on.js";
import { withUnits } from "./units-ahead.js";

/** A number behind a colon at the end of a line, whose unit a heading names. */
const BARE_NUMBER = /^[^\d]{2,60}?[:：=|]\s*~?(\d[\d.,]*)\s*$/u;
const NO_RESULTS = /speak of (?:a limit|what should be|what is planned|prices)|the load under which|beside a number that is no/;
const ACTUAL =
  /(?<!\p{L})(?:actual(?:ly)?|real(?:ly)?|now|we|i|received?|arrives?|wir|es sind|tatsächlich|derzeit|actual|current|aber|but|pero|mais|но)(?!\p{L})|实际|实测|目前/iu;
const CONTINUED = /[.:!?。：！？|)]\s*$/u;

/** Reads what people wrote. It comes last: what a tool printed is not prose. */
export const stated: LineRecogniser = {
  kind: "lines",
  name: "stated",
  reads: "lines such as `between pods: 933 Mbits/sec`, in several languages",
  open: (sink) => new StatedReader(sink),
};

class StatedReader implements LineReader {
  readonly #table: TableReader;
  /** The line before, where its sentence may go on. */
  #before: Line | undefined;

  /** The sentence in which a number that is no measurement stood last. */
  #none = { place: "", kind: "", end: 0 };

  /** The sentence in which a device's speed was named last. */
  #device = "";

  constructor(readonly sink: Sink) {
    this.#table = new TableReader(sink);
  }

  line(line: Line): boolean {
    const { text } = line;
    if (this.#table.line(line)) {
      this.#before = undefined;
      return true;
    }
    if (!/\d/.test(text)) return this.#rememberEnd(line, false);
    return this.#rememberEnd(line, this.#underUnit(line) || this.#read(line));
  }

  #rememberEnd(line: Line, read: boolean): boolean {
    this.#before = line.text.trim() !== "" && !CONTINUED.test(line.text) ? line : undefined;
    return read;
  }

  end(): void {
    this.#table.end();
    this.#before = undefined;
  }

  #read(line: Line): boolean {
    const before = this.#before?.number === line.number - 1 ? trailingRole(this.#before.text) : undefined;
    const text = withUnits(line.text);
    if (isRowOfNumbers(text)) {
      tellUnused(line, ROW, this.sink);
      return true;
    }
    const { bound, rows } = bindingsOf(text, { heading: this.sink.surroundings().role?.what, before });
    const figures = bound.filter((one) => this.#give(line, text, one)).length;
    if (rows > 0) tellUnused(line, ROW, this.sink);
    const shared =
      figures === 0 &&
      readShares(line, this.sink, (why) => {
        tellUnused(line, why, this.sink);
      });
    if (bound.length > 0 || rows > 0 || shared) return true;
    const why = notUnderstood(line.text);
    if (why !== undefined) tellUnused(line, why, this.sink);
    return why !== undefined;
  }

  /** Hands over a figure, or why it is none; true for a figure. */
  #give(line: Line, text: string, { value, clause, index, role }: Bound): boolean {
    const above = this.sink.surroundings();
    const doubt =
      this.#stillDevice(line, value, clause) ?? doubtOf({ text, clause, index, value }, above) ?? this.#besideNone(line, value, clause);
    // "pods 0.98 Gbit/s (limited to 1 Gbit/s), hosts ...": the bracket ends it.
    const bracketed = /[(（][^()（）]*$/u.test(text.slice(0, value.at));
    if (doubt !== undefined && !bracketed && NO_RESULTS.test(doubt))
      this.#none = { place: placeOfSentence(line, value), kind: value.kind, end: value.end };
    if (doubt === DEVICE_SPEED) this.#device = placeOfSentence(line, value);
    return giveStatement(
      {
        line,
        value,
        about: [protocolWords(text, clause, index), wordsAround(text, clause, index), clause.text, text, above.topic],
        doubt,
        role,
        subject: subjectOf(text, clause, value, role),
        conditions: conditionsOf(text, { value, clause, index, role }),
        how: `the words beside it: ${excerpt(clause.text)}`,
      },
      this.sink,
    );
  }

  /** "300 Mbit/s a pod at most, 9 Gbit/s a host": what stands beside a limit or a load, and is not said to be measured, is one, too. */
  #besideNone(line: Line, value: Quantity, clause: Clause): string | undefined {
    const { place, kind, end } = this.#none;
    const beside = place === placeOfSentence(line, value) && kind === value.kind && end < value.at;
    const between = line.text.slice(end, value.at);
    return beside && !saysMeasured(clause.text) && !saysMeasured(between) && !ACTUAL.test(between)
      ? "it stands beside a number that is no measurement"
      : undefined;
  }

  /** "our uplink has 500 Mbit/s down, 50 Mbit/s up": a clause without ends goes on about the device that its sentence named. */
  #stillDevice(line: Line, value: Quantity, clause: Clause): string | undefined {
    const goesOn = this.#device === placeOfSentence(line, value) && placeWords(clause.text).length === 0;
    return goesOn && !saysMeasured(clause.text) ? DEVICE_SPEED : undefined;
  }

  /** `pods: 465` below a heading that names the unit. */
  #underUnit(line: Line): boolean {
    const match = BARE_NUMBER.exec(line.text);
    const unit = match === null ? undefined : unitNamed(this.sink.surroundings().topic);
    if (match === null || unit === undefined || placeWords(line.text).length === 0 || quantitiesIn(line.text).length > 0) return false;
    const number = match[1] ?? "";
    const quantity = bareQuantity(number, unit, { at: line.text.lastIndexOf(number), end: line.text.length, written: number });
    const clause: Clause = { at: 0, end: line.text.length, text: line.text, values: [quantity] };
    this.#give(line, line.text, { value: quantity, clause, index: 0, role: placeOf(line.text) });
    return true;
  }
}

const ROW = "numbers without words between them: a row whose columns are not known";

/** `50%    1.20ms`: quantities and other numbers, and no word: no one's statement. */
function isRowOfNumbers(text: string): boolean {
  const values = quantitiesIn(text);
  if (values.length === 0) return false;
  const rest = values.reduceRight((left, { at, end }) => left.slice(0, at) + left.slice(end), text);
  return /\d/.test(rest) && !/\p{L}/u.test(rest);
}

const placeOfSentence = (line: Line, { at }: Quantity): string => `${String(line.number)} ${String(sentenceAt(line.text, at).at)}`;

/** What the words of the sentence and those around a number say of its conditions. A limit that other words set is none of the hosts'. */
function conditionsOf(text: string, { value, clause, index, role }: Bound): Readonly<Record<string, string>> {
  const own = namedConditions(wordsAround(text, clause, index));
  const ahead = Object.fromEntries(Object.entries(conditionsAhead(text, value)).filter(([name]) => name !== "limit"));
  const sentence = sentenceAt(text, value.at);
  // "The pods have a limit. Between them ..." goes on about these.
  const { limit } = namedConditions(text.slice(PRONOUN.test(text.slice(sentence.at, value.at)) ? 0 : sentence.at, value.at));
  const quota = QUOTA.test(text.slice(0, value.at)) ? "yes" : undefined;
  // "pods 0.98 Gbit/s (limited to 1 Gbit/s)"
  const bracket = /^\s?[(（]([^()（）]{2,60})[)）]/u.exec(text.slice(value.end))?.[1] ?? "";
  const bounded = limit ?? quota ?? namedConditions(bracket)["limit"];
  const limited = bounded === undefined || role === "host" ? {} : { limit: bounded };
  const near = wordsAround(text, clause, index);
  // "with mTLS 1.9 Gbit/s between pods, without 7.9, hosts 9.4": once switched off it stays so.
  const first = quantitiesIn(text).find(({ at }) => at >= sentence.at) ?? value;
  const since = first.end < value.at ? text.slice(first.end, clause.end) : near;
  const all = { ...labelOfStranger(text, value), ...remarkBehind(text, value), ...ahead, ...limited, ...own };
  const said = Object.entries(all).filter(
    ([name, named]) =>
      named !== "ipv4" && !(own[name] === undefined && (ORDINARY[name]?.test(near) === true || (SWITCHED.has(name) && TURNED.test(since)))),
  );
  return Object.fromEntries(said);
}

const QUOTA = /(?<!\p{L})(?:\p{L}*quotas?|kontingent\p{L}*|cuotas?|квот\p{L}*)(?!\p{L})|配额|限额/iu;
/** What ends a condition that a sentence named for another of its numbers. */
const ORDINARY: Readonly<Record<string, RegExp>> = {
  statistic: /(?<!\p{L})(?:mean|average|avg|mittel\p{L}*|durchschnitt\p{L}*|media|promedio|moyenne|средн\p{L}*)(?!\p{L})|平均/iu,
  way: /(?<!\p{L})(?:round[- ]?trips?|rtt|ping)(?!\p{L})|往返/iu,
};
/** Conditions that "without it" switches off. */
const SWITCHED = new Set(["encryption", "feature", "limit", "keepalive"]);

/** `Velumnet: 3 Gbit/s between pods`: what the label of a sentence names and no one knows is a condition of all its numbers. */
function labelOfStranger(text: string, { at }: Quantity): Readonly<Record<string, string>> {
  const sentence = sentenceAt(text, at);
  const label = /^[^\p{L}]*([^:：\d]{2,40}?)[\s*_]*[:：](?=\s)/u.exec(text.slice(sentence.at, at))?.[1];
  if (label === undefined || strangersIn(label).length === 0 || saysMeasured(label) || ACTUAL.test(label)) return {};
  const known = placeWords(label).length > 0 || modeWords(label).length > 0 || Object.keys(namedConditions(label)).length > 0;
  return known ? {} : { label: conditionLabel(label) };
}

/** "22 Gbit/s from pod to pod, 23 Gbit/s from host to host (25G links, 9000 bytes)": a remark at a sentence's end is about all of it. */
function remarkBehind(text: string, { at }: Quantity): Readonly<Record<string, string>> {
  const sentence = sentenceAt(text, at);
  const remark = /[(（]([^()（）]{2,60})[)）]\s*[.。]?\s*$/u.exec(text.slice(sentence.at, sentence.end));
  const inside = remark?.[1] ?? "";
  const ofAll = remark !== null && quantitiesIn(inside).length === 0 && placeWords(inside).length === 0;
  return ofAll && sentence.at + remark.index > at ? namedConditions(inside) : {};
}

/**
 * The mode that a quantity is about. A mode that is named only behind a hosts' figure is that of what follows it, and one that the network was
 * changed to is that of what follows for pods; null where no mode above counts for hosts any more.
 */
function subjectOf(text: string, clause: Clause, value: Quantity, role: Role | undefined): string | null | undefined {
  const near = modeWords(text).findLast(({ at }) => at >= clause.at && at < value.at);
  // "Before we switched to Calico pods got ..."
  if (near !== undefined && networkChangesIn(text).some(({ done, end }) => !done && end === near.end)) return undefined;
  const rest = withoutOpenChanges(text);
  const own = near?.subject ?? modeOf(rest.slice(clause.at, clause.end));
  if (own !== undefined) return own;
  const change = networkChangeIn(text);
  if (change !== undefined && change.end <= value.at) return role === "host" ? null : change.subject;
  const only = modeOf(rest);
  if (change !== undefined && only === change.subject) return undefined;
  return role === "host" && only !== undefined ? modeOf(rest.slice(sentenceAt(text, value.at).at, value.at)) : only;
}
