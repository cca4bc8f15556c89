/**
 * Lines that name the unit once, before a list of results: `in Gbit/s: host to host 9.4, pod to pod 6.1`.
 * @packageDocumentation
 */
import { quantitiesIn, unitNamed } from "../../quantities/quantities.js";
import { placeWords } from "../../where/places.js";

const AHEAD = /^(?<head>[^:：]{2,80})[:：]\s*(?=\p{L})/u;
/** The unit as the head names it. */
const UNIT =
  /(?<![\p{L}\d])(?:[kmgt]i?(?:bits?|b)(?:\/s(?:ec)?|ps)|[kmgt](?:bit|byte)s?(?:\/s(?:ec)?)|mb\/s|(?:req|requests)\/s|[rq]ps|pps|us|µs|ms)(?![\p{L}\d])/iu;
/** A label and its number, up to a comma or the end. */
const ITEM = /^(?<label>[^\d,;，；]*\p{L}[^\d,;，；]*?)\s?[:=：]?\s?(?<number>\d[\d.]*)\s*\.?\s*$/u;

/** `pod_to_pod_gbps=4.4`: the unit is the end of the key. */
const KEY = /^\s*(?<key>[a-z][a-z\d_.]{2,60}?)_(?<unit>[gmk]bps|us|ms|[rqp]ps)\s?[=:]\s?(?<number>\d[\d.]*)\s*$/iu;

/** The line with its unit behind each number; the line as it is where it has no such list. */
export function withUnits(text: string): string {
  const keyed = KEY.exec(text)?.groups;
  if (keyed !== undefined) return `${(keyed["key"] ?? "").replaceAll(/[_.]/g, " ")}: ${keyed["number"] ?? ""} ${keyed["unit"] ?? ""}`;
  const head = AHEAD.exec(text);
  const unit = UNIT.exec(head?.groups?.["head"] ?? "")?.[0];
  if (head === null || unit === undefined || unitNamed(head[0]) === undefined || quantitiesIn(text).length > 0) return text;
  const list = text.slice(head[0].length);
  const items = list.split(/(?<=[,;，；])/u);
  const told = items.map((item) => ITEM.exec(item.replace(/[,;，；]\s*$/u, "")));
  const clear = items.length > 1 && told.every((one) => one !== null && placeWords(one.groups?.["label"] ?? "").length > 0);
  if (!clear) return text;
  return head[0] + items.map((item) => item.replace(/(\d[\d.]*\d|\d)(?=\s*\.?\s*[,;，；]?\s*$)/u, `$1 ${unit}`)).join("");
}
