/**
 * Units of throughput, request and packet rates and times as people write them, in Latin, Cyrillic and Chinese, with decimal and binary
 * prefixes kept apart. A unit that can be read in two ways is known as such.
 * @packageDocumentation
 */

/** What a quantity with a unit counts. */
export type QuantityKind = "rate" | "requests" | "packets" | "transactions" | "time";

/** A unit as it was written. */
export interface Unit {
  readonly kind: QuantityKind;
  /** To bit/s, request/s, packet/s, transaction/s or us; undefined where the unit can be read in two ways. */
  readonly factor: number | undefined;
  /** Why it can be read in two ways. */
  readonly doubt?: string;
}

const SECOND = "(?:seconds?|secs?|sekunden?|sek|segundos?|seconde|secondo|сек(?:унду|унд)?|с|s|秒(?:钟)?|초)";
const PER = `\\s?(?:\\/\\s?|(?:per|pro|por|par|al|a|в|毎|每)\\s?)${SECOND}`;
const SCALE = "(?:(?<scale>k|K|M|G|тыс\\.?|thousand|tausend|mil|mille|million(?:s|en|es)?|millón|Mio\\.?|млн\\.?|百万|万|萬|千)\\s?)?";
const LATIN_RATE = `(?<prefix>kilo|mega|giga|tera|[kmgt])?(?<binary>i?)(?<what>bits?|bytes?|octets?|b)(?<per>${PER}|p(?:er)?s(?:ec)?)`;
const SPELLED_RATE = "(?<prefix2>[kmgt])(?<binary2>i?)(?<what2>bits?)";
const CYRILLIC_RATE = `(?<prefix3>кило|мега|гига|[кмгт])?(?<what3>бит(?:а|ов)?|байт(?:а|ов)?|б)(?<per3>${PER})?`;
const CHINESE_RATE =
  "(?<prefix4>千|兆|吉|キロ|メガ|ギガ|[kmgt])?(?<what4>比特|字节|位|ビット|バイト|bits?|bytes?|b)\\s?(?:每|毎|\\/)\\s?(?:秒|s)";
const LOOSE_RATE = `(?<loose>兆\\s?(?:\\/|每)\\s?秒|[MG]\\s?\\/\\s?(?:s|sec|秒)|兆bps)`;
const REQUESTS = `${SCALE}(?:(?:reqs?|requests?|queries|hits?|calls?|r|anfragen|abfragen|peticiones|solicitudes|requêtes|richieste|requisições|pedidos|запрос(?:ов|а|ы)?|(?:次|个|個)?请求|次|リクエスト|요청)${PER}|(?:rps|qps))`;
const PACKETS = `${SCALE}(?:(?:packets?|pkts?|frames?|pakete|paquetes|paquets|pacotes|pacchetti|пак(?:ет(?:ов|а)?)?|(?:个)?(?:数据)?包|パケット)${PER}|pps)`;
const TRANSACTIONS = `${SCALE}(?:(?:trans(?:actions?)?\\.?(?: rate)?|transaktionen|transacciones|ops?|операций|事务)${PER}|tps)`;
const TIME =
  "(?<time>ns|nsecs?|us|µs|μs|usecs?|µsecs?|microsec(?:ond)?s?|mikrosekunden?|microsegundos?|microsecondes?|мкс|微秒|マイクロ秒|ms|msecs?|millisec(?:ond)?s?|millisekunden?|milisegundos?|millisecondes?|millisecondi|мс(?:ек)?|毫秒|ミリ秒|밀리초)";

/** Sources of all units, each with its kind; the named groups are those of {@link unitOf}. No unit may be followed by a letter of an alphabet. */
export const UNIT_SOURCES: readonly (readonly [kind: QuantityKind, source: string])[] = [
  ["rate", LATIN_RATE],
  ["rate", SPELLED_RATE],
  ["rate", CYRILLIC_RATE],
  ["rate", CHINESE_RATE],
  ["rate", LOOSE_RATE],
  ["requests", REQUESTS],
  ["packets", PACKETS],
  ["transactions", TRANSACTIONS],
  ["time", TIME],
];

const STEPS: Readonly<Record<string, number>> = {
  "": 0,
  k: 1,
  kilo: 1,
  к: 1,
  кило: 1,
  千: 1,
  m: 2,
  mega: 2,
  м: 2,
  мега: 2,
  兆: 2,
  g: 3,
  giga: 3,
  г: 3,
  гига: 3,
  吉: 3,
  キロ: 1,
  メガ: 2,
  ギガ: 3,
  t: 4,
  tera: 4,
  т: 4,
};
const SCALES: readonly (readonly [pattern: RegExp, factor: number])[] = [
  [/^(?:k|тыс|thousand|tausend|mil$|mille|千)/iu, 1e3],
  [/^(?:百万|million|millón|mio|млн|M$)/u, 1e6],
  [/^(?:Million|Millionen|Mio)/u, 1e6],
  [/^(?:万|萬)/u, 1e4],
  [/^G$/u, 1e9],
];

type Groups = Readonly<Record<string, string | undefined>>;

/** The unit that a match of one of {@link UNIT_SOURCES} stands for. */
export function unitOf(kind: QuantityKind, groups: Groups | undefined): Unit {
  if (kind === "time") return { kind, factor: microsecondsOf(groups?.["time"] ?? "") };
  if (kind === "rate") return { kind, ...rateOf(groups ?? {}) };
  const scale = groups?.["scale"] ?? "";
  return { kind, factor: scale === "" ? 1 : (SCALES.find(([pattern]) => pattern.test(scale))?.[1] ?? 1) };
}

function rateOf(groups: Groups): Omit<Unit, "kind"> {
  if (groups["loose"] !== undefined) return { factor: undefined, doubt: "the unit does not say whether these are bits or bytes" };
  const prefix = groups["prefix"] ?? groups["prefix2"] ?? groups["prefix3"] ?? groups["prefix4"] ?? "";
  const what = groups["what"] ?? groups["what2"] ?? groups["what3"] ?? groups["what4"] ?? "";
  const per = groups["per"] ?? "";
  const binary = (groups["binary"] ?? groups["binary2"] ?? "") !== "";
  const bytes = /^(?:bytes?|octets?|байт|字节|バイト)/iu.test(what) || what === "B" || what === "Б";
  if (/^b$/iu.test(what) && /^P(?:ER)?S/.test(per) && what === "B" && prefix !== "")
    return { factor: undefined, doubt: "written in capitals it can be bits or bytes" };
  if (what === "б" || (what === "b" && /^[mgt]$/.test(prefix) && per.trimStart().startsWith("/")))
    return { factor: undefined, doubt: "in this spelling it can be bits or bytes" };
  return { factor: (binary ? 1024 : 1000) ** (STEPS[prefix.toLowerCase()] ?? 0) * (bytes ? 8 : 1) };
}

function microsecondsOf(unit: string): number {
  const name = unit.toLowerCase();
  if (name.startsWith("n")) return 0.001;
  return /^(?:ms|mil|мс|毫|ミ|밀)/u.test(name) ? 1000 : 1;
}
