/**
 * Lines that carry a number with what looks like a unit, or a percentage beside words for hosts or pods, and that nothing understood.
 * @packageDocumentation
 */
import { placeWords } from "../../where/places.js";

const PER_SECOND = /\d\s{0,3}[\p{L}µ]{0,14}\s?(?:\/\s?(?:s|sec|second|с|сек|秒)(?![\p{L}])|ps(?![\p{L}]))/iu;
const COUNT = /\d\s?(?:requests?|packets?|anfragen|请求|запрос\p{L}*|datagrams)(?!\p{L})/iu;
const LONE_PREFIX = /(?<![\p{L}\d.,-])\d[\d.,]*\s?[GM](?:B|b|ig|eg)?(?![\p{L}\d/-])/u;
const RATE_WORDS = /iperf|throughput|bandwidth|bandbreite|durchsatz|speed|rate|带宽|吞吐|速度|скорост|débit|velocidad|ancho de banda/iu;
const PERCENT = /\d\s?(?:%|％|percent|prozent)/iu;

/** Why a line's number was not used; undefined where it holds none that would matter. */
export function notUnderstood(text: string): string | undefined {
  if (COUNT.test(text) && !PER_SECOND.test(text)) return placeWords(text).length > 0 ? "a count, not a rate" : undefined;
  if (PER_SECOND.test(text)) return "a number with a unit that is not known";
  if (LONE_PREFIX.test(text) && RATE_WORDS.test(text)) return "a number whose unit does not say what it is per second";
  if (PERCENT.test(text) && !/cpu|loss|memory|丢包|util/iu.test(text) && placeWords(text).length > 0)
    return "a percentage that does not say of what";
  return undefined;
}
