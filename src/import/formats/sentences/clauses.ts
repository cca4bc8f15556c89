/**
 * The clauses of a line, and which of their words belong to which of their quantities.
 * @packageDocumentation
 */
import { type Quantity, quantitiesIn } from "../../quantities/quantities.js";
import { readNumber } from "../../quantities/written-number.js";
import { namedConditions } from "../../where/conditions.js";
import { conditionLabel, MEASURED } from "../../where/headings.js";
import { modeWords } from "../../where/modes.js";
import { placeFrom, placeWords, type Role } from "../../where/places.js";
import { remembered } from "../../words/remembered.js";
import { lastTool } from "../../words/tools.js";
import { isApposition, roleMeant } from "./comparands.js";

/** A part of a line that says one thing. */
export interface Clause {
  readonly at: number;
  readonly end: number;
  readonly text: string;
  readonly values: readonly Quantity[];
}

const BREAK =
  /[;；，、。！]|,(?!\d)|(?<!\d),|(?<=[\p{L}\d)%*`])(?<!(?<!\p{L})(?:vs|ca|approx|e\.g|i\.e|z\.b|bzw))[.!?]\s|(?<!\p{L})(?:while|whereas|when|whenever|where|although|though|yet|obwohl|wenn|cuando|aunque|quand|когда|хотя|versus|vs\.?|but|instead of|rather than|compared (?:to|with)|against|während|dagegen|hingegen|aber|statt|gegenüber|mientras(?: que)?|frente a|pero|contre|terwijl|tandis que|mentre|invece|mais|enquanto|contra|тогда как|а|но|против|вместо)(?!\p{L})|而不是|相比|而|但/giu;
const AND = /\s(?:and|und|y|et|e|и|i|&|\/|\|)\s|和|与|以及|及/giu;

/** The clauses of a line, in order, each with its quantities. */
export const clausesOf = remembered((text): readonly Clause[] => {
  const all = quantitiesIn(text);
  const inside = (at: number): boolean => all.some((one) => at > one.at && at < one.end);
  // "(Calico, VXLAN)" says one thing.
  const remarks = Array.from(
    text.matchAll(/[(（][^()（）]{0,80}[)）]/gu),
    (match) => [match.index, match.index + match[0].length] as const,
  ).filter(([from, to]) => !all.some(({ at }) => at > from && at < to));
  const remarked = (at: number): boolean => remarks.some(([from, to]) => at > from && at < to);
  const breaks = [...text.matchAll(BREAK)]
    .filter((match) => !inside(match.index) && !remarked(match.index))
    .map((match) => [match.index, match.index + match[0].length] as const);
  const brackets = [...text.matchAll(/[(（[]([^()（）[\]]*)[)）\]]/gu)].flatMap((match): (readonly [number, number])[] => {
    const end = match.index + match[0].length;
    const own = all.filter(({ at, end: last }) => at > match.index && last < end);
    const besides = all.some(({ at, end: last }) => last <= match.index || at >= end);
    return own.length > 0 && besides
      ? [
          [match.index, match.index + 1],
          [end - 1, end],
        ]
      : [];
  });
  const ands = [...text.matchAll(AND)]
    .filter((match) => !inside(match.index) && partsTwoResults(text, match.index, all))
    .map((match) => [match.index, match.index + match[0].length] as const);
  const cuts = [...breaks, ...brackets, ...ands].sort(([a], [b]) => a - b);
  const clauses: Clause[] = [];
  let start = 0;
  for (const [at, end] of [...cuts, [text.length, text.length] as const]) {
    if (at > start && text.slice(start, at).trim() !== "") {
      const from = start;
      clauses.push({ at: from, end: at, text: text.slice(from, at), values: all.filter((one) => one.at >= from && one.at < at) });
    }
    start = Math.max(start, end);
  }
  return clauses;
});

/** "and pods are much slower" says something of its own. */
const SAYS_SOMETHING =
  /(?<!\p{L})(?:is|are|was|were|get|gets|only|much|way|ist|sind|nur|es|son|está|van|solo|est|sont|são|é|fica)(?!\p{L})/iu;

/** "Fuera del contenedor 9,4 Gbit/s y dentro 3,2 Gbit/s". */
const INSIDE_OR_OUTSIDE =
  /^\s?(?:and|und|y|et|e|и|&)\s+(?:only |nur |solo |só )?(?:inside|outside|within|innen|außen|drinnen|draußen|dentro|fuera|fora|dedans|dehors|внутри|снаружи|fuori)(?!\p{L})/iu;

/** Whether both sides of an "and" have ends of their own, and a quantity or a verb. */
function partsTwoResults(text: string, at: number, all: readonly Quantity[]): boolean {
  const words = placeWords(text);
  const before = (one: { readonly at: number }): boolean => one.at < at;
  if (all.some(before) && !all.every(before) && INSIDE_OR_OUTSIDE.test(text.slice(at))) return true;
  if (!all.some(before) || !words.some(before) || words.every(before)) return false;
  return !all.every(before) || SAYS_SOMETHING.test(text.slice(at));
}

/** The ends that the words of a clause give to one of its quantities; undefined where none are near it. */
export function roleBeside(text: string, clause: Clause, index: number): Role | undefined {
  const value = clause.values[index];
  if (value === undefined) return undefined;
  const own = placeWords(text).filter(({ at }) => at >= clause.at && at < clause.end);
  if (clause.values.length === 1) return roleMeant(text, own, clause, value);
  const within = (from: number, to: number): Role | undefined =>
    roleMeant(
      text,
      own.filter(({ at }) => at >= from && at < to),
      clause,
      value,
    );
  const before = (at: number): Role | undefined =>
    within(at === 0 ? clause.at : (clause.values[at - 1]?.end ?? clause.at), clause.values[at]?.at ?? clause.end);
  const behind = (at: number): Role | undefined => within(clause.values[at]?.end ?? clause.end, clause.values[at + 1]?.at ?? clause.end);
  const last = clause.values.length - 1;
  // "465 Mbit/s between pods 934 Mbit/s between hosts": where nothing precedes the first, the words follow.
  if (before(0) === undefined) return behind(index) ?? (index > 0 && behind(last) === undefined ? before(index) : undefined);
  return before(index) ?? (index === last ? behind(index) : undefined);
}

const INSTEAD =
  /(?:instead of|rather than|anstatt|statt|en vez de|en lugar de|au lieu d[eu']|вместо|而不是|代わりに)\s*(?:the |der |den |die )?$/iu;
const OUT_OF = /^\s*(?:out of|of|von|de|из)\s+(?:the |possible |available |theoretical )*$/iu;

/** Whether a quantity is only what the one before it is compared with: "2 Gbit/s instead of 9 Gbit/s", "9.3 of 9.4 Gbit/s". */
export function isComparand(text: string, clause: Clause, index: number): boolean {
  const value = clause.values[index];
  const before = clause.values[index - 1];
  if (value === undefined) return false;
  if (before !== undefined) return OUT_OF.test(text.slice(before.end, value.at));
  return INSTEAD.test(text.slice(0, value.at)) || (INSTEAD.test(text.slice(0, clause.at)) && /\d/.test(text.slice(0, clause.at)));
}

const LABEL = /^\W*(\p{L}[\p{L}\d -]{0,30}?)\s?[:=：]\s*[~≈]?$/u;

/** `Pods: 40 Mbit/s, Pis: 61 Mbit/s`: a label that is neither an end nor a condition names an end that is not known. */
export function hasOwnLabel(clause: Clause, index: number): boolean {
  const value = clause.values[index];
  const label = value === undefined || index > 0 ? undefined : LABEL.exec(clause.text.slice(0, value.at - clause.at))?.[1];
  if (
    label === undefined ||
    /(?<!\p{L})(?:on|off|enabled|disabled|an|aus)$/iu.test(label) ||
    MEASURED.test(label) ||
    Object.keys(namedConditions(label)).length > 0
  )
    return false;
  return conditionLabel(label) !== "" && modeWords(label).length === 0;
}

/** The part of a line in which the words of one quantity of a clause stand. */
export function wordsAround(text: string, clause: Clause, index: number): string {
  const [from, to] = [clause.values[index - 1]?.end ?? clause.at, clause.values[index + 1]?.at ?? clause.end];
  return text.slice(from, to);
}

const PROTOCOL_BEHIND =
  /^\s*(?:with|over|using|for|via|in|on|mit|bei|über|con|avec|com|по)?\s*[(（]?(?:tcp|udp)(?![\p{L}\d]|[ -]backend)/iu;

/** The words that name the protocol of a quantity: right behind it (`2.2 Gbit/s with TCP`), else before it. */
export function protocolWords(text: string, clause: Clause, index: number): string {
  const [value, before, behind] = [clause.values[index], clause.values[index - 1], clause.values[index + 1]];
  if (value === undefined) return "";
  const own = PROTOCOL_BEHIND.exec(text.slice(value.end, behind?.at ?? clause.end));
  if (own !== null) return own[0];
  const from = before === undefined ? clause.at : before.end;
  return text.slice(from, value.at).replace(before === undefined ? /$^/ : PROTOCOL_BEHIND, " ");
}

/** Names of the ends in a text, for a role that goes on into the next clause. */
export function lastRole(text: string, from: number, to: number): Role | undefined {
  return placeFrom(
    placeWords(text).filter(({ at }) => at >= from && at < to),
    text,
  );
}

const PLAIN =
  /(?<![\d.,:\p{Script=Latin}/-])(\d[\d.,]*\d|\d)(?=\s?(?:of|von|de|out of|из|占|对|der|des|del|gegen|against|frente a|而)(?![\p{Script=Latin}]))/gu;

/** The sentence of a text in which something stands. */
export function sentenceAt(text: string, at: number): { readonly at: number; readonly end: number } {
  const ends = sentenceEnds(text);
  return { at: ends.findLast((end) => end <= at) ?? 0, end: ends.find((end) => end > at) ?? text.length };
}

const sentenceEnds = remembered((text): readonly number[] =>
  Array.from(
    text.matchAll(
      /(?<=[\p{L}\d)%*`])(?<!(?<!\p{L})(?:vs|ca|approx|etc|bzw|e\.g|i\.e|z\.b|resp|incl|bspw|sog|тыс|млн|т\.е))[.!?](?=\s)|[。！？;；]/giu,
    ),
    ({ index }) => index + 1,
  ),
);

/** The tool that the words before a quantity name last. */
function namedTool(before: string, of: Quantity): Readonly<Record<string, string>> {
  const tool = lastTool(before);
  return tool === undefined || (tool === "iperf" && of.kind === "time") ? {} : { "named tool": tool };
}

/** Conditions that say nothing of the next sentence: "with the sidecar: ... Hosts: ...". */
const OF_ONE_SENTENCE = new Set(["setup", "limit", "feature", "encryption", "counted"]);

/** The same, unless they stand in the label that the line begins with: "Under load: pods 0.4 ms; hosts 0.2 ms". */
const OF_ONE_SENTENCE_OR_LABEL = new Set(["family", "way", "load", "keepalive"]);
const FIRST_LABEL = /^[^:：]{0,60}[:：]/u;

/** Conditions that a sentence names before its first quantity hold for all of its quantities: "after the upgrade: hosts ..., pods ...". */
export function conditionsAhead(text: string, of: Quantity): Readonly<Record<string, string>> {
  const sentence = sentenceAt(text, of.at);
  const all = quantitiesIn(text);
  const [first = of] = all;
  const here = all.find(({ at }) => at >= sentence.at) ?? of;
  // What an earlier sentence says holds on, but another sentence may be of another cluster, or of another time.
  const earlier = text.slice(0, Math.min(first.at, sentence.at));
  const lasting = Object.entries(namedConditions(earlier)).filter(
    ([name]) =>
      !OF_ONE_SENTENCE.has(name) &&
      (!OF_ONE_SENTENCE_OR_LABEL.has(name) || namedConditions(FIRST_LABEL.exec(earlier)?.[0] ?? "")[name] !== undefined) &&
      (name !== "stage" || /[:：]/.test(earlier)),
  );
  const ahead = Object.entries(namedConditions(text.slice(sentence.at, here.at))).filter(
    ([name, value]) =>
      here === of ||
      (name !== "counted" && (name !== "statistic" || /^p\d/.test(value) || lastRole(text, sentence.at, here.at) === undefined)),
  );
  // "p99 3 ms between pods and 2 ms between hosts, p50 0.9 ms between pods and 0.7 ms ...": the last one counts.
  const last = [...text.slice(sentence.at, of.at).matchAll(/(?<![\p{L}\p{N}])p\d{2}(?:\.\d+)?(?!\p{L})/giu)].at(-1)?.[0];
  const statistic = last === undefined || here === of ? {} : { statistic: last.toLowerCase() };
  return { ...Object.fromEntries([...lasting, ...ahead]), ...statistic, ...namedTool(text.slice(sentence.at, of.at), of) };
}

/** Whether two quantities of one kind stand side by side, as the cells of a row do. */
export const runsOn = (text: string, one: Quantity, next: Quantity | undefined): boolean =>
  next?.kind === one.kind && /^[\s|]*$/.test(text.slice(one.end, next.at));

/** What the words behind the last quantity of a line name: a sentence may go on from there. */
export function trailingRole(text: string): Role | undefined {
  const [before, last] = [clausesOf(text).at(-2), clausesOf(text).at(-1)];
  if (last === undefined) return undefined;
  // "3 Gbit/s, pod to pod" is complete.
  const apposed = last.values.length === 0 && before !== undefined && before.values.length > 0 && isApposition(last.text);
  if (apposed && /^[\s,，、(（–-]*$/u.test(text.slice(before.end, last.at))) return undefined;
  const role = lastRole(text, last.values.at(-1)?.end ?? last.at, last.end);
  return role === "topology" ? undefined : role;
}

/** `465 of 934 Mbit/s`: a number without a unit takes that of the next one, if they are joined by a word that says so. */
export function plainBefore(text: string, clause: Clause): readonly Quantity[] {
  const [first] = clause.values;
  const factor = first?.unit.factor;
  if (first?.value === undefined || factor === undefined) return [];
  return Array.from(text.slice(clause.at, first.at).matchAll(PLAIN), (match): Quantity | undefined => {
    const at = clause.at + match.index;
    const reading = readNumber(match[1] ?? "");
    if (reading === undefined || first.at - at > 40) return undefined;
    return { ...first, at, end: at + match[0].length, value: reading * factor, written: match[0], number: match[0] };
  }).filter((one) => one !== undefined);
}
