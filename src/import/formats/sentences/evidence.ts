/**
 * Whether a quantity of a sentence is a measurement of this network. Something has to say so: a word for measuring or a tool, a label that names
 * ends, a path between two machines, or a clause in which nothing but the words of results stands.
 * @packageDocumentation
 */
import { DEVICE_SPEED, doubtAbout, doubtAhead, headsATest, isOfDeviceBefore } from "../../quantities/doubts.js";
import { noMeasurementIn } from "../../quantities/not-network.js";
import type { Quantity } from "../../quantities/quantities.js";
import type { Surroundings } from "../../recogniser.js";
import { modeWords } from "../../where/modes.js";
import { namesPath } from "../../where/paths.js";
import { placeNames, placeWords } from "../../where/places.js";
import { RUNTIME } from "../../where/vocabulary.js";
import { isAuthorsMeasurement, saysMeasured } from "../../words/measuring.js";
import { strangersBetween } from "../../words/strangers.js";
import { EXPECTED } from "../statements/statement.js";
import { type Clause, clausesOf, sentenceAt } from "./clauses.js";

/** Said of a quantity beside which nothing speaks of measuring. */
const NOT_SAID = "nothing says that this was measured";

/** A label and its number: `pods with Zephyr: 3 Gbit/s`. */
const LABELLED = /(?:[:：=|>→]|\s[-–—])\s*[~≈(*_`]*$/u;
/** From one machine to another: `srv-a -> srv-b`, `h2h`. */
const PATH =
  /\p{L}[\w.-]*\s*(?:->|-->|→|<->|↔|=>|<=>|⇒)\s*\p{L}[\w.-]*|(?<![\p{L}\d])\p{L}+2\p{L}+(?![\p{L}\d])|(?<!\p{L})(?:from|von|vom)\s.{2,50}\s(?:to|zu|zum|nach)\s|(?<!\p{L})(?:desde|de)\s.{2,40}\s(?:a|al|hasta|à|au|vers)\s|从.{1,20}到|から.{1,20}(?:へ|まで)/iu;
/** `20 MB/s of logs`: what was moved, not how fast it could be. */
const OF = /^\s?(?:of|worth of|for|von|für|de|pour|para|di|per)\s/iu;
const RUNTIME_WORD = new RegExp(RUNTIME, "iu");
const namesEnds = (text: string): boolean => placeNames(text).length > 0 || modeWords(text).length > 0 || RUNTIME_WORD.test(text);
/** A device at the end of a clause. */
const DEVICE_END =
  /(?:网卡|交换机|链路|带宽上限|(?<!\p{L})(?:nics?|links?|uplinks?|switch(?:es)?|cards?|karten?|netzwerkkarten?|anbindung|tarjetas?|enlaces?|cartes?|placas?|карты?|карта))\s*$/iu;
const LABEL_BEGINS = /[:：=(（|]|\s[-–—]\s|->|→/gu;

/** Where a quantity stands. */
export interface Position {
  readonly text: string;
  readonly clause: Clause;
  readonly index: number;
  readonly value: Quantity;
}

/** Why a quantity is no measurement, by what the words beside it say; undefined where something says that it is one. */
export function doubtOf(position: Position, above: Surroundings): string | undefined {
  if (above.expected) return EXPECTED;
  const { text, clause, value } = position;
  const [at, end] = [value.at - clause.at, value.end - clause.at];
  const sentence = sentenceAt(text, value.at);
  return (
    doubtAbout(value, clause.text, at, end, clause.values.length === 1) ??
    doubtAhead(text.slice(Math.max(sentence.at, previousEnd(text, value.at)), clause.at), clause.text) ??
    (/\p{L}/u.test(text.slice(clause.at, value.at) + text.slice(value.end, clause.end))
      ? undefined
      : deviceBefore(position, sentence.at)) ??
    noMeasurementIn(text.slice(sentence.at, sentence.end), value.at - sentence.at, text) ??
    (isOfDeviceBefore(text.slice(sentence.at, value.at)) ? DEVICE_SPEED : undefined) ??
    (headsATest(clause.text, at, end) ? "it heads a test: what was asked for, not a result" : undefined) ??
    (isSaidToBeMeasured(position, text.slice(sentence.at, sentence.end), above) ? undefined : NOT_SAID)
  );
}

function isSaidToBeMeasured(position: Position, sentence: string, above: Pick<Surroundings, "role" | "topic">): boolean {
  const { text, clause, index, value } = position;
  const path = PATH.test(text.slice(clause.at, value.at));
  if (!path && !namesEnds(text) && above.role === undefined && ![text, above.topic].some(saysMeasured)) return false;
  const begin = clause.values[index - 1]?.end ?? clause.at;
  // "The storage network is separate (40 Gbit/s)": a number alone in brackets is of the words before these.
  const lone = index === 0 && text[clause.at - 1] === "(" && !/\p{L}/u.test(text.slice(clause.at, value.at));
  const from = lone ? Math.max(sentenceAt(text, value.at).at, previousEnd(text, value.at)) : labelBegin(text, begin, value.at);
  const ahead = strangersBetween(text, from, value.at);
  const behind = strangersBetween(text, value.end, clause.values[index + 1]?.at ?? clause.end);
  if (isOfAnApplication(text, clause, value) && !isAuthorsMeasurement(sentence)) return false;
  const other = behind.length > 0 && OF.test(text.slice(value.end));
  if (
    path ||
    (namesPath(text, clause.at, clause.values[index + 1]?.at ?? clause.end) && !other) ||
    saysMeasured(sentence) ||
    ahead.length + behind.length === 0
  )
    return true;
  if ((!lone && !LABELLED.test(text.slice(from, value.at))) || other) return false;
  // "pods, tx-checksum off: 940 Mbit/s"
  if (clause.values.length === 1 && previousEnd(text, value.at) === 0 && placeWords(text)[0]?.at === text.search(/[\p{L}\d]/u)) return true;
  const [first] = placeWords(text).filter((one) => one.at >= from && one.at < value.at);
  if (first !== undefined) return ahead.every(({ at }) => first.at < at);
  if (lone) return false;
  if (hasSibling(position)) return true;
  // `Zephyrnet: 8.3 Gbit/s` below a heading that names ends, or that says what was measured.
  return above.role !== undefined || saysMeasured(above.topic);
}

const ARTICLE_ONLY = /^\W*(?:(?:the|an?|our|my|each|every|this|that|der|die|das|ein|unser|el|la|un|le|une)\s)?(?:\p{L}+\s)?$/iu;
/** `The registry pod serves layers at 80 MB/s`: a pod that is named for what it does, in a sentence about that. */
function isOfAnApplication(text: string, clause: Clause, value: Quantity): boolean {
  if (LABELLED.test(text.slice(clause.at, value.at))) return false;
  const strangers = strangersBetween(text, clause.at, value.at);
  return placeWords(text).some(
    ({ kind, at }) =>
      kind === "pod" &&
      at > clause.at &&
      at < value.at &&
      strangers.some((one) => /^\s$/.test(text.slice(one.at + one.word.length, at)) && ARTICLE_ONLY.test(text.slice(clause.at, one.at))),
  );
}

/** Where the last quantity before a place ends. */
const previousEnd = (text: string, at: number): number =>
  clausesOf(text)
    .flatMap(({ values }) => values)
    .findLast(({ end }) => end <= at)?.end ?? 0;

/** `宿主机都是万兆网卡，10Gbps`: a clause that is a number alone is about what the clause before it ends with. */
function deviceBefore({ text, clause, value }: Position, from: number): string | undefined {
  const [before] = clausesOf(text)
    .filter((one) => one.end <= clause.at && one.at >= from && one.values.length === 0)
    .slice(-1);
  return before !== undefined && DEVICE_END.test(before.text) && value.kind === "rate" ? DEVICE_SPEED : undefined;
}

/** `Pods: 40 Mbit/s, Pis: 61 Mbit/s`: another label beside one that names ends. */
function hasSibling({ text, value }: Position): boolean {
  return clausesOf(text).some(
    (one) =>
      one.values.some((other) => other.kind === value.kind && other !== value) &&
      LABELLED.test(text.slice(one.at, one.values[0]?.at)) &&
      placeWords(text).some(({ at }) => at >= one.at && at < (one.values[0]?.at ?? 0)),
  );
}

/** Where the label of a number begins: behind the last mark that has words behind it. */
function labelBegin(text: string, from: number, to: number): number {
  const marks = Array.from(text.slice(from, to).matchAll(LABEL_BEGINS), (match) => from + match.index + match[0].length);
  return marks.findLast((at) => /\p{L}/u.test(text.slice(at, to))) ?? from;
}
