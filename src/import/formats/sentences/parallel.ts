/**
 * Lists that answer each other: `hosts and pods reach 9.4 and 6.1 Gbit/s respectively`, `host vs pod: 9.4 vs 6.1 Gbit/s, 80 vs 130 us`,
 * 宿主机和 pod 分别为 9.4Gbps 和 6.2Gbps. As many numbers as ends, in their order; where the counts differ, no number has an end.
 * @packageDocumentation
 */
import { type Quantity, quantitiesIn } from "../../quantities/quantities.js";
import { namesService } from "../../where/paths.js";
import { placeOf, type Role } from "../../where/places.js";
import type { Bound } from "./bound.js";
import { type Clause, sentenceAt } from "./clauses.js";

const IN_ORDER =
  /(?<!\p{L})(?:respectively|respectivamente|respectivement|rispettivamente|соответственно|respektive|odpowiednio|sırasıyla)(?!\p{L})|分别|分別|各自|それぞれ|각각/iu;
const VERSUS = "\\s(?:vs\\.?|versus|gegen(?:über)?|against|против|contra|contre)\\s|\\s?\\/\\s?";
const AND = "\\s*(?:[、，]|,(?=\\s))\\s*(?:(?:and|und|y|et|e|и|bzw\\.?)\\s)?|\\s(?:and|und|y|e|et|и|bzw\\.?)\\s|\\s?(?:和|与|與|及|と)\\s?";
const NUMBER = "(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\d.,-])[~≈]?\\d+(?:[.,]\\d+)?(?!\\d)";
const UNIT = "(?:\\s{0,2}[\\p{L}µ]{1,16}(?:\\s?\\/\\s?\\p{L}{1,8})?)?";
/** A unit, which is no word that joins. */
const unitBefore = (join: string): string => `(?:(?!${join})${UNIT})?`;
/** Two numbers or more with what joins them, up to the unit of the last one; and the places where such a list is cut. Commas never join what "vs" joins. */
const LISTS = [VERSUS, AND].map((join) => ({
  list: new RegExp(`${NUMBER}${unitBefore(join)}(?:(?:${join})${NUMBER}${unitBefore(join)}){1,3}`, "giu"),
  cut: new RegExp(`(?:${join})(?=[~≈]?\\d)`, "giu"),
}));
const ENDS_APART = new RegExp(`${VERSUS}|${AND}|\\s(?:than|as|als|que|чем)\\s|\\s[-–—|]\\s|[,;，；]`, "giu");
const MOST = 4;
/** A label that may name several ends, or brackets behind two that are compared. */
const MAY_BE_PARALLEL = /[:：=(（]\s*[~≈]?\d/u;

/** Joins two results as well as two lists. */
const MAYBE_IN_ORDER = /(?<!\p{L})(?:bzw\.|jeweils(?!\p{L}))/iu;

/** What a line's parallel lists give, and which parts of it they take. */
export interface Parallel {
  readonly bound: readonly Bound[];
  readonly taken: readonly { readonly at: number; readonly end: number }[];
}

/** The parallel lists of a line. A sentence that says "respectively" and cannot be read so is taken, too: its numbers have no ends. */
export function parallelIn(text: string): Parallel {
  const bound: Bound[] = [];
  const taken: { at: number; end: number }[] = [];
  if (![MAY_BE_PARALLEL, IN_ORDER, MAYBE_IN_ORDER].some((words) => words.test(text))) return { bound, taken };
  for (let at = 0; at < text.length; ) {
    const sentence = sentenceAt(text, at);
    const own = text.slice(sentence.at, sentence.end);
    const inOrder = IN_ORDER.test(own);
    if (inOrder || MAY_BE_PARALLEL.test(own) || MAYBE_IN_ORDER.test(own)) {
      const found = quantitiesIn(own).length === 0 ? undefined : listsOf(own, sentence.at, inOrder);
      if (found !== undefined) {
        bound.push(...found);
        taken.push(sentence);
      }
    }
    at = Math.max(sentence.end, at + 1);
  }
  return { bound, taken };
}

/** The numbers of a sentence with their ends; undefined where it holds no such lists. */
function listsOf(sentence: string, offset: number, inOrder: boolean): readonly Bound[] | undefined {
  const lists =
    LISTS.map(({ list, cut }) =>
      Array.from(sentence.matchAll(list), (match) => itemsOf(match[0], match.index, cut)).filter((items) => items.length > 1),
    ).find((all) => all.length > 0) ?? [];
  const roles = rolesOf(sentence, lists, inOrder || MAYBE_IN_ORDER.test(sentence));
  const whole = quantitiesIn(sentence).every(({ at, end }) => lists.some((items) => inItems(items, at, end)));
  const reads = lists.length > 0 && whole && roles !== undefined && lists.every((items) => items.length === roles.length);
  if (!reads) return inOrder && quantitiesIn(sentence).length > 0 ? unplaced(sentence, offset) : undefined;
  const values = lists.flat().map((one) => moved(one, offset));
  const clause: Clause = { at: offset, end: offset + sentence.length, text: sentence, values };
  return values.map((value, index): Bound => ({ value, clause, index, role: roles[index % roles.length] }));
}

const inItems = (items: readonly Quantity[], at: number, end: number): boolean =>
  at >= (items[0]?.at ?? 0) && end <= (items.at(-1)?.end ?? 0);
const moved = (one: Quantity, by: number): Quantity => ({ ...one, at: one.at + by, end: one.end + by });

/** "Respectively" with other counts of ends and numbers: whose they are is not sure. */
function unplaced(sentence: string, offset: number): readonly Bound[] {
  const values = quantitiesIn(sentence).map((one) => moved(one, offset));
  const clause: Clause = { at: offset, end: offset + sentence.length, text: sentence, values };
  return values.map((value, index): Bound => ({ value, clause, index, role: "unclear" }));
}

/** The numbers of a list; those without a unit have that of the last. None where they are of several kinds or can be read in two ways. */
function itemsOf(list: string, at: number, cut: RegExp): readonly Quantity[] {
  const cuts = Array.from(list.matchAll(cut), ({ index, 0: found }) => ({ at: index, end: index + found.length }));
  const pieces = [...cuts, { at: list.length, end: list.length }].map((one, index) => {
    const from = index === 0 ? 0 : (cuts[index - 1]?.end ?? 0);
    return { from, text: list.slice(from, one.at) };
  });
  const last = pieces.at(-1);
  const [unit] = quantitiesIn(last?.text ?? "");
  if (last === undefined || unit === undefined || pieces.length > MOST) return [];
  const written = unit.written.replace(/^[~≈]?[\d.,]+\s*/u, "");
  const items = pieces.flatMap(({ from, text }): readonly Quantity[] => {
    const trimmed = text.trimEnd();
    const [own] = /\p{L}/u.test(trimmed) ? quantitiesIn(trimmed) : quantitiesIn(`${trimmed} ${written}`);
    if (own?.value === undefined || own.kind !== unit.kind) return [];
    return [{ ...own, at: at + from, end: at + from + trimmed.length, written: trimmed }];
  });
  return items.length === pieces.length ? items : [];
}

/** The ends that a sentence names outside of its numbers, in their order; undefined where they are not all plain ends of one side. */
function rolesOf(sentence: string, lists: readonly (readonly Quantity[])[], inOrder: boolean): readonly Role[] | undefined {
  const first = lists[0]?.[0];
  if (first === undefined) return undefined;
  const head = sentence.slice(0, first.at);
  // Without a word that says so, the ends must stand in a label, or be compared right before.
  const compared = COMPARED.test(head);
  if (!inOrder && !/[:：=]\s*$/u.test(head) && !compared) return undefined;
  const outside = inOrder
    ? lists.reduce((text, items) => text.slice(0, items[0]?.at) + " ".repeat(spanOf(items)) + text.slice(items.at(-1)?.end), sentence)
    : head;
  const roles = outside.split(ENDS_APART).flatMap((part): readonly (Role | undefined)[] => {
    const role = placeOf(part) ?? (namesService(part) ? "service" : undefined);
    return role === undefined || role === "topology" ? [] : [role === "host" || role === "pod" || role === "service" ? role : undefined];
  });
  const clear = roles.filter((role) => role !== undefined);
  const plain = clear.length === roles.length && clear.length > 1 && clear.length <= MOST;
  return plain && (!compared || isAsSaid(head, lists)) ? clear : undefined;
}

/** "Pod to pod is 3 times slower than host to host (": the numbers in the brackets follow the order of the sentence. */
const COMPARED = /(?<!\p{L})(?:than|as|als|que|чем)(?!\p{L})[^()（）]*[(（]\s*$/iu;
const SLOWER = /(?<!\p{L})(?:slower|lower|less|worse|langsamer|weniger|lent[oa]s?|menos|lents?|moins|медленнее|ниже|хуже)(?!\p{L})/iu;
const FASTER = /(?<!\p{L})(?:faster|higher|more|better|schneller|mehr|rápid[oa]s?|rapides?|быстрее|выше|лучше)(?!\p{L})/iu;

/** Whether two numbers are as the words before them say: of rates the slower one is the smaller, of times the larger. */
function isAsSaid(head: string, lists: readonly (readonly Quantity[])[]): boolean {
  const [slower, faster] = [SLOWER.test(head), FASTER.test(head)];
  return lists.every(([a, b, ...more]) => {
    if (a?.value === undefined || b?.value === undefined || more.length > 0 || slower === faster) return false;
    return slower === (a.kind === "time" ? a.value > b.value : a.value < b.value);
  });
}

const ONLY_VERSUS = /^[\s(（]*(?:vs\.?|versus|gegen(?:über)?|against|против|contra|contre)\s*$/iu;

/** "3.9 Gbit/s (pods) vs. 9.4 Gbit/s (hosts), 120 us vs. 80 us": two that are joined alike follow the order of the two before them. */
export function inTheSameOrder(text: string, bound: readonly Bound[]): readonly Bound[] {
  return bound.map((one, index) => {
    const first = index % 2 === 1 ? index - 1 : index;
    const [a, b] = [bound[first], bound[first + 1]];
    const [c, d] = [bound[first - 2], bound[first - 1]];
    if (a === undefined || b === undefined || c === undefined || d === undefined) return one;
    const open = [a, b].every(({ role }) => role === undefined || role === "unclear") && a.value.kind === b.value.kind;
    const sides = new Set([c.role, d.role]);
    const known = sides.has("host") && sides.has("pod") && c.value.kind === d.value.kind && sentenceAt(text, c.value.at).end > b.value.at;
    const alike = ONLY_VERSUS.test(text.slice(a.value.end, b.value.at)) && JOINS.test(text.slice(c.value.end, d.value.at));
    return open && known && alike ? { ...one, role: index === first ? c.role : d.role } : one;
  });
}
const JOINS = /(?<!\p{L})(?:vs\.?|versus|gegen(?:über)?|against|против|contra|contre)(?!\p{L})/iu;

const spanOf = (items: readonly Quantity[]): number => (items.at(-1)?.end ?? 0) - (items[0]?.at ?? 0);
