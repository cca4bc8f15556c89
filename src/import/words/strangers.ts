/**
 * Words of a text that name something the import does not know: neither an end, a mode, a condition or a unit nor a word that results are
 * written with. What such words are about is not known, so they take no side from the words before them.
 * @packageDocumentation
 */
import { quantitiesIn } from "../quantities/quantities.js";
import { conditionSpans } from "../where/conditions.js";
import { MODE_NAMES, modeWords } from "../where/modes.js";
import { placeNames } from "../where/places.js";
import { COUNTED, MACHINE, POD, RUNTIME } from "../where/vocabulary.js";
import { isKnownWord, unknownCjk } from "./lexicon.js";
import { saysMeasured } from "./measuring.js";
import { remembered } from "./remembered.js";
import { TOOL_WORD } from "./tools.js";

/** A word that is not known, at its place in the text. */
export interface Stranger {
  readonly at: number;
  readonly word: string;
}

const WORD =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Mn}][\p{Script=Latin}\p{Script=Cyrillic}\p{Mn}\d]*(?:[-'’.][\p{Script=Latin}\p{Script=Cyrillic}\p{Mn}\d]+)*|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/gu;
const SPELLED = /[\p{Script=Latin}\p{Script=Cyrillic}]/u;
/** Letters and numbers that tell one machine or run from another: `A`, `b2`, `v1.29`, `eth0`. */
const NAME = /^(?:\p{L}\d{0,3}|v?\d[\w.]*)$/u;

/** Ends that words for places leave out: counted machines, addresses, what runs containers. */
const KNOWN_PHRASES = new RegExp(`${COUNTED}|${MACHINE}|${POD}|${RUNTIME}|${MODE_NAMES}`, "giu");

/** The words of a text that are not known, in order. */
export const strangersIn = remembered(search);

/** The same for a part of a text, whose words are read as those of the whole. */
export const strangersBetween = (text: string, from: number, to: number): readonly Stranger[] =>
  strangersIn(text).filter(({ at }) => at >= from && at < to);

function search(text: string): readonly Stranger[] {
  let rest = text;
  const blank = (at: number, end: number): void => {
    rest = rest.slice(0, at) + " ".repeat(end - at) + rest.slice(end);
  };
  for (const { at, end } of quantitiesIn(text)) blank(at, end);
  for (const { at, end } of placeNames(text)) blank(at, end);
  for (const { at, end } of modeWords(text)) blank(at, end);
  for (const { at, end } of conditionSpans(text)) blank(at, end);
  rest = rest.replace(KNOWN_PHRASES, (found) => " ".repeat(found.length));
  rest = rest.replace(TOOL_WORD, (found) => " ".repeat(found.length));
  return Array.from(rest.matchAll(WORD)).flatMap((match): readonly Stranger[] => {
    const [word] = match;
    if (SPELLED.test(word)) return NAME.test(word) || isKnownWord(word) || saysMeasured(word) ? [] : [{ at: match.index, word }];
    const unknown = unknownCjk(word);
    return unknown === "" ? [] : [{ at: match.index, word: unknown }];
  });
}
