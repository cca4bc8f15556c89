/**
 * Ends that a clause only compares with ("unlike the hosts", 比物理机), and short words behind a result that name its ends ("3 Gbit/s, pod to pod").
 * @packageDocumentation
 */
import { type PlaceWord, placeFrom, placeWords, type Role } from "../../where/places.js";
import { REFERENCE } from "../../where/vocabulary.js";

/** A part of a text. */
interface Part {
  readonly at: number;
  readonly end: number;
}

const ARTICLES =
  "(?:\\s*(?<!\\p{L})(?:on|in|at|from|between|with|using|the|our|my|two|both|bare|zwischen|auf|der|dem|den|die|mit|en|entre|los|las|el|la|l|les|des|nos|os|as|na|no|между|на|в|у)(?!\\p{L}))*[\\s'’`*_]*$";
/** Words before what something is compared with. */
const COMPARED = new RegExp(
  `(?:(?<!\\p{L})(?:than|unlike|(?:as )?compared (?:to|with)|in comparison (?:to|with)|relative to|as opposed to|contrary to|instead of|rather than|versus|vs\\.?|against|im (?:vergleich|gegensatz|unterschied) zu[mr]?|verglichen mit|gegenüber|anders als|(?:\\p{L}+er|weniger|mehr) als|anstatt|statt|(?:más|menos|mejor|peor|mayor|menor)(?: \\p{L}+)? que|a diferencia de|en comparación con|comparado con|frente a|respecto a|en vez de|en lugar de|contrairement (?:à|aux?)|par rapport (?:à|aux?)|comparé (?:à|aux?)|(?:plus|moins)(?: \\p{L}+)? que?|au lieu de|em comparação com|comparado (?:a|ao|aos|com)|ao contrário d[eoa]s?|em vez de|rispetto (?:a|ai|al|alla)|a differenza d\\p{L}+|чем|в отличие от|по сравнению с|вместо|против)(?!\\p{L})|相比(?:于)?|相对于?|比起|不如|比|不像)${ARTICLES}`,
  "iu",
);
/** What may be compared with behind these only where other ends are named before: "as" and "que" mean other things, too. */
const ALSO_COMPARED = new RegExp(`(?<!\\p{L})(?:as|like|als|wie|que|di|как)(?!\\p{L})${ARTICLES}`, "iu");
/** `ホストに比べて`, `与宿主机相比`. */
const COMPARED_BEHIND = /^\s?(?:之间|网络|間)?(?:と比べ|に比べ|と比較|より|相比|보다|에 비해)/u;
/** Another subject between an end and a number: `compared to the hosts I only get`. */
const NEW_SUBJECT = /(?<!\p{L})(?:i|we|it|they|ich|wir|es|sind es|yo|je|nous|on|eu|nós|я|мы)(?!\p{L})|[,，]/iu;
/** Nothing but these stands between an end and a number that is its own: `the hosts' 9.4 Gbit/s`, `the hosts (9.4 Gbit/s)`. */
const ITS_OWN = /^(?:['’]s?|s['’])?\s*(?:(?:mit|with|con|avec|com|с)\s)?[(（]?\s*(?:~|≈|about |around |rund |ca\. )?$/iu;

/** The number of what is compared with stands in brackets right behind it. */
const BRACKET = /^\s?(?:\p{L}+\s?){0,2}[(（]\s?[~≈]?\d/u;

const isEnd = ({ kind }: PlaceWord): boolean => kind !== "same" && kind !== "other";

/** Where the comparison begins that an end belongs to; undefined for one that is meant itself. */
function comparisonOf(text: string, { at, end }: PlaceWord, first: boolean): number | undefined {
  const from = Math.max(0, at - 60);
  const before = text.slice(from, at);
  const match = COMPARED.exec(before) ?? (first ? null : ALSO_COMPARED.exec(before));
  if (match !== null) return from + match.index;
  return COMPARED_BEHIND.test(text.slice(end)) ? at : undefined;
}

/** Whether a number is that of an end which something is compared with: `vs hosts: 9.4 Gbit/s`, `slower than the hosts' 9.4 Gbit/s`. */
function isItsOwn(text: string, one: PlaceWord, began: number, clause: Part, value: Part): boolean {
  const between = text.slice(one.end, value.at);
  if (began < clause.at && began !== one.at) return value.at < one.at || !NEW_SUBJECT.test(between);
  return value.at >= one.end && ITS_OWN.test(between);
}

/** "I ran the server on the host: ...", "then I moved it into a pod": where one end is; of the other only the story tells. */
const ONE_END =
  /(?<!\p{L})(?:(?:ran|run|start(?:ed)?|put|plac(?:e|ed)|deploy(?:ed)?)\s(?:(?:the|an?)\s)?(?:iperf\d?\s)?(?:server|client)|mov(?:e|ed)\s(?:it|(?:the\s)?(?:iperf\d?\s)?(?:server|client)))\s(?:on|in|into|onto|to|inside)(?!\p{L})/iu;

/** What joins the two ends of one path. */
const ONE_PATH = /^(?:[\s-]?(?:to|2|-|–|->|→|zu|nach|al?|à|к|到)[\s-]?)$/iu;

/** The ends that some words of a clause give to one of its numbers: `unclear` where it is only compared with these. */
export function roleMeant(text: string, words: readonly PlaceWord[], clause: Part, value: Part): Role | undefined {
  const ends = words.filter(isEnd);
  let before: number | undefined;
  const meant = ends.filter((one, index) => {
    // "slower than node to node": what is compared with is the whole path.
    const last = ends[index - 1];
    const goesOn = last !== undefined && ONE_PATH.test(text.slice(last.end, one.at));
    const began = goesOn ? before : comparisonOf(text, one, index === 0);
    before = began;
    return began === undefined || isItsOwn(text, one, began, clause, value);
  });
  if (ends.length > 0 && meant.length === 0) return "unclear";
  if (ends.length === 1 && ONE_END.test(text.slice(clause.at, clause.end))) return "unclear";
  return placeFrom(
    words.filter((one) => !isEnd(one) || meant.includes(one)),
    text,
  );
}

/** What a part of a text without numbers leaves to what follows it; undefined where it names no ends, `unclear` where it only compares with them. */
export function roleLeft(text: string, from: number, to: number): Role | undefined {
  const words = placeWords(text).filter(({ at }) => at >= from && at < to);
  const meant = words.filter(
    (one, index) => !isEnd(one) || comparisonOf(text, one, index === 0) === undefined || BRACKET.test(text.slice(one.end)),
  );
  const reference = Array.from(text.slice(from, to).matchAll(REFERENCE)).at(-1);
  if (reference !== undefined && !words.some(isEnd))
    return BRACKET.test(text.slice(from + reference.index + reference[0].length)) ? "host" : "unclear";
  if (!words.some(isEnd)) return undefined;
  return meant.some(isEnd) ? placeFrom(meant, text) : "unclear";
}

const SMALL =
  /(?<!\p{L})(?:between|in|on|inside|within|from|of|for|to|the|a|an|two|both|over|via|through|all|and|these|those|ends|that is|i\.?e\.?|zwischen|in|im|auf|den|der|dem|die|zwei|beiden|von|zu|entre|los|las|el|la|les|des|de|en|dans|sur|à|deux|dos|nos|os|as|между|на|в|двумя)(?!\p{L})|[之间的上内里中間の]|で|から/giu;

/** Whether a clause does nothing but name ends: `3 Gbit/s, between two pods`. */
export function isApposition(text: string): boolean {
  const words = placeWords(text);
  let rest = text;
  for (const { at, end } of words) rest = rest.slice(0, at) + " ".repeat(end - at) + rest.slice(end);
  return words.some(isEnd) && !/[\p{L}\d]/u.test(rest.replace(SMALL, " "));
}
