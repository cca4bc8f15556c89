/**
 * Finds the quantities of a line: a number with a unit, wherever the unit stands. Ranges, pairs that share a unit, and numbers or units that can
 * be read in two ways are found too and say that they are no single number.
 * @packageDocumentation
 */

import { remembered } from "../words/remembered.js";
import { type QuantityKind, UNIT_SOURCES, type Unit, unitOf } from "./units.js";
import { readNumber } from "./written-number.js";

/** A number with its unit, at its place in a line. */
export interface Quantity {
  readonly at: number;
  readonly end: number;
  readonly kind: QuantityKind;
  /** In bit/s, request/s, packet/s, transaction/s or us; undefined where `doubt` says why there is no single number. */
  readonly value: number | undefined;
  readonly doubt: string | undefined;
  readonly written: string;
  readonly unit: Unit;
  /** The number as it was written, without the unit. */
  readonly number: string;
}

const PLAIN_NUMBER = "\\d+(?:[.,]\\d+)*(?:[eE][+]?\\d+)?";
const GROUPED = "\\d{1,3}(?:[ \\u00a0\\u202f'’]\\d{3})+(?:[.,]\\d+)?";
const NUMBER = `(?:${GROUPED}(?![\\d.,])|${PLAIN_NUMBER})`;
const FREE = "(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\d_])(?<!\\d[.,:/^-])(?<!\\p{Script=Latin}[./^-])";
const TO = "(?:\\s?(?:-|–|—|−|~|～|〜|\\.{2,3}|…|÷|至|到)\\s?|\\s(?:to|bis|a|à|до|hasta|até|jusqu'à|and|und|y|et|e|и|or|oder|o|ou|или)\\s)";
const AFTER = "(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\d])(?!\\/\\p{L})";
const ONE = UNIT_SOURCES.map(([kind, unit]) => ({
  kind,
  pattern: new RegExp(`${FREE}(?<number>${NUMBER})[\\s\\u00a0*_\`]{0,3}(?:${unit})${AFTER}`, "giu"),
  // `940 ± 3 Mbit/s`
  spread: new RegExp(`${FREE}(?<number>${NUMBER})\\s?(?:±|\\+\\/?-|\\+\\\\-)\\s?${PLAIN_NUMBER}\\s{0,3}(?:${unit})${AFTER}`, "giu"),
  // `1–2 Mbit/s`, `900 Mbit/s to 940 Mbit/s`, `465/934 Mbit/s`
  range: new RegExp(
    `${FREE}(?<number>${NUMBER})[^\\S\\n]{0,2}(?:[kKMG]|[\\p{L}/]{2,10})?(?:${TO}|\\s?\\/\\s?)[~≈]?${PLAIN_NUMBER}\\s{0,3}(?:${unit})${AFTER}`,
    "giu",
  ),
}));
const UNIT_FIRST = UNIT_SOURCES.filter(([kind]) => kind !== "time").map(([kind, unit]) => ({
  kind,
  pattern: new RegExp(
    `(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\d-])(?<!\\d\\s?)(?:${unit})[)\\]]?\\s?(?:[:=：]|为|是|达到|约|${kind === "requests" ? "" : "(?!)"})\\s{0,8}(?:为|约|~)?\\s?(?<number>${NUMBER})(?<scaled>[kKM万]?)(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\d%/]|[.,]\\d|\\s?(?:[kKMGT]?i?[bB](?:it|yte|ps|\\/)|ms|us|µs))`,
    "giu",
  ),
}));
const CHINESE_PER_SECOND = new RegExp(
  `每秒(?:钟)?(?:处理|约|大约|可达|达到)?\\s?(?<number>${NUMBER})\\s?(?<scaled>万|千)?\\s?(?:个|次)?(?:请求|requests?)`,
  "giu",
);

/** A digit with what may be a unit near it, before anything costlier is tried. */
export const MAY_HOLD_QUANTITY =
  /\d[\s\u00a0*_`]{0,3}(?:[kmgt]?i?b|[kmg]?\s?(?:req|rps|qps|pps|tps|pack|pkt|fram|trans|ops|hits|calls|quer|r\/)|kilo|mega|giga|tera|anfr|abfr|petic|solic|rich|requ|pedid|pak|paq|pacot|pacch|запр|пак|опер|[кмгт]?(?:бит|байт|б)|кило|мега|гига|тыс|млн|thousand|million|tausend|mil|mio|[千兆吉万萬百次个個请包事比字位リ요パ数]|[mg]\s?\/|n?s(?:ec)?\b|[muµμn]s|micro|mikro|mill|мс|мкс|毫|微|マ|ミ|キ|メ|ギ|밀|±|\+\/?-)|(?:[qrpt]ps|\/s(?:ec)?|second|每秒(?:钟)?|秒)[)\]]?\s?[:=：为是达约]?\D{0,4}\d/iu;

const OTHER_UNIT = /(?:b\/s|bit\/s|bps|ms|us|µs|[rqpt]ps|req\/s|\/s)$/iu;

/** Every quantity of a text, in order; none lies within another. */
export const quantitiesIn = remembered((text): readonly Quantity[] => (MAY_HOLD_QUANTITY.test(text) ? search(text) : []));

function search(text: string): readonly Quantity[] {
  const found: Quantity[] = [];
  const free = (at: number, end: number): boolean => found.every((one) => end <= one.at || at >= one.end);
  const take = (match: RegExpExecArray, kind: QuantityKind, doubt: string | undefined): void => {
    const [start, end] = [match.index, match.index + match[0].length];
    if (!free(start, end) || (kind === "rate" && isLone(match))) return;
    found.push(quantity(match, kind, start, end, doubt));
  };
  for (const { kind, spread } of ONE) for (const match of text.matchAll(spread)) take(match, kind, undefined);
  for (const { kind, pattern, range } of ONE)
    for (const match of text.matchAll(range)) {
      // "2.4 Gbit/s and 0.6 ms" are two of their own.
      const [first = ""] = /^\S+\s{0,2}[\p{L}/]{2,10}(?=\s)/u.exec(match[0]) ?? [];
      if (/\p{L}/u.test(first) && first.search(pattern) === -1 && OTHER_UNIT.test(first)) continue;
      take(
        match,
        kind,
        match[0].includes("/") && /^\S+\s?\/\s?\d/.test(match[0])
          ? "two numbers share one unit"
          : "a range or a change, not one measurement",
      );
    }
  for (const { kind, pattern } of ONE) for (const match of text.matchAll(pattern)) take(match, kind, undefined);
  for (const { kind, pattern } of UNIT_FIRST) for (const match of text.matchAll(pattern)) take(match, kind, undefined);
  for (const match of text.matchAll(CHINESE_PER_SECOND)) take(match, "requests", undefined);
  return found.sort((a, b) => a.at - b.at);
}

/** `512 b` and `3 Б` without a second are no rates; they match only where the second is optional. */
function isLone({ groups }: RegExpExecArray): boolean {
  return (
    groups?.["what3"] !== undefined && groups["per3"] === undefined && (!/бит/iu.test(groups["what3"]) || groups["prefix3"] === undefined)
  );
}

const SCALED: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, 万: 1e4, 千: 1e3 };

function quantity(match: RegExpExecArray, kind: QuantityKind, at: number, end: number, doubt: string | undefined): Quantity {
  const number = match.groups?.["number"] ?? "";
  const unit = unitOf(kind, match.groups);
  const before = match.input.slice(Math.max(0, at - 12), at);
  const reading = readGrouped(number, /^\s*$|(?:[:=—–-]|(?<!run|test|port|no\.?|nr\.?|№|#)(?<=\p{L}{2}))\s$/iu.test(before));
  const factor = unit.factor === undefined ? undefined : unit.factor * (SCALED[match.groups?.["scaled"] ?? ""] ?? 1);
  const written = match[0].trim();
  const grouped = kind !== "rate" && kind !== "time" && unit.factor === 1 && /^\d{1,3}\.\d{3}$/.test(number);
  const german =
    kind === "rate" && (unit.factor ?? 0) < 1e9 && /^[1-9]\d{0,2}\.\d{3}$/.test(number) && WITH_DECIMAL_COMMAS.test(match.input);
  const why = doubt ?? unit.doubt ?? (reading === undefined || grouped || german ? "can be read as a decimal or as thousands" : undefined);
  return {
    at,
    end,
    kind,
    value: why !== undefined || reading === undefined || factor === undefined ? undefined : reading * factor,
    doubt: why,
    written,
    unit,
    number,
  };
}

/** Languages in which a point may group thousands: `9.412 Mbit/s`. */
const WITH_DECIMAL_COMMAS =
  /(?<!\p{L})(?:zwischen|und|beim?|auf|den|der|die|entre|los|las|con|les|des|avec|между|в|на|tra|fra|con|między)(?!\p{L})/iu;

/** A blank groups thousands behind a word or a mark, else it may stand between two numbers; narrow blanks and apostrophes only group. */
function readGrouped(number: string, behindWord: boolean): number | undefined {
  if (/[eE]/.test(number)) return Number.isFinite(Number(number)) ? Number(number) : undefined;
  if (number.includes(" ") && !behindWord) return undefined;
  return readNumber(number.replaceAll(/[ \u00a0\u202f'’]/g, ""));
}

/** A number without a unit beside it, in a unit that a head, a label or a heading names. */
export function bareQuantity(number: string, unit: Unit, place: Pick<Quantity, "at" | "end" | "written">): Quantity {
  const reading = readNumber(number);
  const doubt = unit.doubt ?? (reading === undefined ? "can be read as a decimal or as thousands" : undefined);
  const value = reading === undefined || unit.factor === undefined ? undefined : reading * unit.factor;
  return { ...place, kind: unit.kind, value, doubt, unit, number };
}

const NAMED = UNIT_SOURCES.map(([kind, source]) => ({
  kind,
  pattern: new RegExp(`(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\d])(?<!\\d\\s?)(?:${source})${AFTER}`, "giu"),
}));

/** The unit that a text names without a number, as the head of a column or a heading does: `(Mbit/s)`, `Throughput Mb/s`, `latency, us`. */
export const unitNamed = remembered((text): Unit | undefined => {
  const found = NAMED.flatMap(({ kind, pattern }) =>
    Array.from(text.matchAll(pattern), (match) => ({
      unit: unitOf(kind, match.groups),
      lone: isLone(match),
      at: match.index,
      length: match[0].length,
    })),
  ).filter(({ lone }) => !lone);
  const [first, ...others] = found.sort((a, b) => a.at - b.at || b.length - a.length);
  if (first === undefined) return undefined;
  return others.some(({ unit, at }) => at >= first.at + first.length && unit.kind !== first.unit.kind) ? undefined : first.unit;
});
