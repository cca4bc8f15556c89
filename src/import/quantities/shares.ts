/**
 * Shares that someone states without the figures behind them: `90 % of the hosts'`, `30 % slower than the hosts`, 达到物理机性能的90%.
 * Each is given as pods over hosts. What does not say of which of the two it is the share is none.
 * @packageDocumentation
 */
import { modeWords } from "../where/modes.js";
import { placeWords } from "../where/places.js";
import { RUNTIME, word } from "../where/vocabulary.js";
import { strangersIn } from "../words/strangers.js";

/** A share of the host that a text states, or why a percentage of it cannot be one. */
export interface WrittenShare {
  /** Pods over hosts: 0.7 for "30 % slower". */
  readonly ratio: number | undefined;
  /** Why it is not used, where it is not. */
  readonly doubt: string | undefined;
  /** Where the percentage stands. */
  readonly at: number;
}

const PERCENT =
  /(?<![\d.,])(?<range>\d[\d.,]*\s?(?:%\s?)?(?:-|–|~|to|bis|至|到|a|and|und|y|et|и)\s?)?(?<number>\d{1,3}(?:[.,]\d+)?)\s?(?:%|％|percent|prozent|por ?ciento|pour ?cent|процент\p{L}*)/giu;
/** Of something else than throughput, rate or time. */
const OF_OTHERS =
  /(?<!\p{L})(?:cpu|cpus|cores?|memory|ram|load(?:ed)?|idle|util\p{L}*|usage|busy|loss|lost|drop(?:ped)? packets?|packet loss|errors?|retrans\p{L}*|disk|auslastung|speicher|verlust\p{L}*|uso|carga|pérdida\p{L}*|perte\p{L}*|charge|загруз\p{L}*|потер\p{L}*|confidence|percentile|(?:of|von|der|des|de|del) (?:the |all |los |les |die |den )?(?:packets?|pakete\p{L}*|paquetes|paquets|pacotes)|пакет(?:ов|а))(?!\p{L})|丢包|占用|利用率|使用率|负载/iu;
const WORSE =
  "slower|lower|less|worse|weaker|fewer|smaller|below|langsamer|weniger|niedriger|schlechter|geringer|m[aá]s lent[oa]s?|menos|peor|plus lents?|moins|mais lent[oa]s?|menor|più lent[oi]|meno|медленн\\p{L}*|ниже|меньше|хуже|慢|低|差|少";
const BETTER =
  "faster|higher|more|better|above|greater|schneller|höher|mehr|besser|m[aá]s rápid[oa]s?|mayor|plus (?:rapides?|élevée?s?)|mais rápid[oa]s?|быстр\\p{L}*|выше|больше|快|高";
const LESS_THAN = new RegExp(
  `^\\s?(?:медленнее|ниже|меньше|хуже)\\s(?!чем)|^\\s?(?:(?:${WORSE})(?!\\p{L})).{0,40}?(?<!\\p{L})(?:than|as|als|que|di|чем|du|de)(?!\\p{L})`,
  "iu",
);
const MORE_THAN = new RegExp(`^\\s?(?:(?:${BETTER})(?!\\p{L})).{0,40}?(?<!\\p{L})(?:than|as|als|que|di|чем|du|de)(?!\\p{L})`, "iu");
const OF = /^\s?(?:of|von|der|des|de|du|del|da|do|dello|от|d'|des)(?!\p{L})/iu;
const OVERHEAD =
  /(?<!\p{L})(?:overhead|cost|penalty|loss(?:es)?|loses?|lost|drops?|dropped|reduc\p{L}*|decreas\p{L}*|verlust|verlier\p{L}*|pierde\p{L}*|pérdida|perd\p{L}*|perte|потер\p{L}*|теря\p{L}*)(?!\p{L})|损耗|损失|下降|降低|开销/iu;
const ADDED = /(?<!\p{L})(?:overhead|cost|penalty)(?!\p{L})|开销/iu;
const LATENCY = /latenc|latenz|rtt|round[- ]?trip|ping(?!\p{L})|umlaufzeit|antwortzeit|delay|延迟|时延|往返|latência|задержк/iu;
const BOUND = /(?:up to|at most|bis zu|hasta|jusqu'à|até|до|最多|高达|less than|under|weniger als|menos de)\s?(?:about |~|ca\.? )?$/iu;
const CHINESE_OF =
  /(?:宿主机|物理机|主机|裸机|物理网络)(?:网络)?的\s?$|(?:ノード間?|ホスト間?|物理サーバー?間?)の(?:約|およそ)?\s?$|(?:宿主机|物理机|主机|裸机|虚拟机|物理网络|宿主机网络|主机网络|host|bare ?metal)(?:网络|之间)?的?(?:网络)?(?:性能|带宽|吞吐量?|速度|请求数|QPS|吞吐率)?的?(?:约|大约|大概|差不多|近|将近)?\s?$/iu;
const CHINESE_THAN =
  /(?:比|较|相比|相对于?)(?:于)?\s?(?:宿主机|物理机|主机|裸机|host)(?:网络|之间|直连|性能|来说|而言|的|，|,|\s)*(?:(?:性能|带宽|吞吐量?|速度)\s?)?(慢|低|差|少|下降|降低|损失|损耗|减少|快|高|提高)了?(?:约|大约|大概)?\s?$/iu;

/** `相比宿主机,容器网络带宽下降了 37%`. */
const CHINESE_AGAINST =
  /(?:相比|相较|与|和)(?:于)?\s?(?:宿主机|物理机|主机|裸机|host)(?:相比)?(?:网络)?[,，、\s]?[^。;；%％]{0,24}(?:下降|降低|损失|损耗|减少|低|慢)了?(?:约|大约|大概)?\s?$/iu;

/** The shares of a clause; percentages that are about something else give nothing. */
export function sharesIn(clause: string): readonly WrittenShare[] {
  if (!/%|％|percent|prozent|ciento|cent|процент/iu.test(clause)) return [];
  const found: WrittenShare[] = [];
  for (const match of clause.matchAll(PERCENT)) {
    const share = shareAt(clause, match) ?? (found.length > 0 ? shareGoingOn(clause, match) : undefined);
    if (share !== undefined) found.push(share);
  }
  return found;
}

const LOST_BEFORE = /(?:损失|损耗|下降|降低)了?(?:约|大约|大概)?\s?$/u;
const WORSE_BEHIND = new RegExp(`^\\s?(?:${WORSE})(?!\\p{L})`, "iu");

/** "4 % slower than the hosts, with IPIP it was 31 % slower": of the same hosts, where nothing else is named. */
function shareGoingOn(clause: string, match: RegExpExecArray): WrittenShare | undefined {
  const behind = clause.slice(match.index + match[0].length);
  const fraction = Number((match.groups?.["number"] ?? "").replace(",", ".")) / 100;
  const worse = WORSE_BEHIND.test(behind) || LOST_BEFORE.test(clause.slice(0, match.index));
  if (match.groups?.["range"] !== undefined || !worse || !(fraction > 0 && fraction < 1)) return undefined;
  const elsewhere = placeWords(behind).length > 0 || OF_OTHERS.test(clause) || BOUND.test(clause.slice(0, match.index));
  return elsewhere ? undefined : { ratio: 1 - fraction, doubt: undefined, at: match.index };
}

function shareAt(clause: string, match: RegExpExecArray): WrittenShare | undefined {
  const before = clause.slice(0, match.index);
  const behind = clause.slice(match.index + match[0].length);
  const fraction = Number((match.groups?.["number"] ?? "").replace(",", ".")) / 100;
  if (!(fraction > 0 && fraction < 10)) return undefined;
  const meaning = meaningOf(clause, before, behind);
  if (meaning === undefined || !isAboutPods(clause) || OF_OTHERS.test(withoutLossVerb(clause, meaning))) return undefined;
  if (match.groups?.["range"] !== undefined) return { ratio: undefined, doubt: "a range, not one share", at: match.index };
  if (BOUND.test(before)) return { ratio: undefined, doubt: "a bound, not one share", at: match.index };
  const ratio = meaning === "of" ? fraction : meaning === "less" ? 1 - fraction : 1 + fraction;
  return ratio > 0 ? { ratio, doubt: undefined, at: match.index } : undefined;
}

const RUNTIME_WORD = new RegExp(`${RUNTIME}|${word("overlays?|vxlan|virtuali[sz]\\p{L}*")}`, "iu");

/** Whether the share is that of pods or of a network between them: "30 % of the hosts failed" is none. */
const isAboutPods = (clause: string): boolean =>
  placeWords(clause).some(({ kind }) => kind === "pod") ||
  modeWords(clause).length > 0 ||
  RUNTIME_WORD.test(clause) ||
  OVERHEAD.test(clause) ||
  strangersIn(clause).length === 0;

/** "loss" may be the verb that turns the share: 20 % loss against the host is none of packets. */
const withoutLossVerb = (clause: string, meaning: string): string =>
  meaning === "less" && !/packet|丢包|paket/iu.test(clause)
    ? clause.replaceAll(/(?<!\p{L})(?:loss(?:es)?|lost|verlust|pérdida|perte|потер\p{L}*)(?!\p{L})/giu, " ")
    : clause;

/** `inférieur de 30 % à celui des hôtes`, `slower by 30 % than the hosts`: the word for less or more stands before the number. */
const BY = "(?:de|d['’]environ|en(?: un)?|em|by|um|на)\\s(?:about |around |environ |rund |etwa |unos |примерно )?$";
const LESS_BY = new RegExp(`(?<!\\p{L})(?:${WORSE}|inférieure?s?|inferior(?:es)?|plus faibles?|plus basse?s?)\\s${BY}`, "iu");
const MORE_BY = new RegExp(`(?<!\\p{L})(?:${BETTER}|supérieure?s?|superior(?:es)?)\\s${BY}`, "iu");
const THAN_BEHIND = /^\s?(?:à|aux?|al?|than|als|que|do que|чем|compared to)(?!\p{L})/iu;

/** `90 % 的主机请求数` */
const CHINESE_BEHIND = /^\s?的\s?(?:宿主机|物理机|主机|裸机|host)/iu;

const AGAINST =
  /(?<!\p{L})(?:compared (?:to|with)|relative to|gegenüber|im vergleich zu[mr]?|verglichen mit|frente a|respecto a|par rapport (?:à|aux?)|по сравнению с)(?:\s(?:the|our|den|dem|los|las|aux?))?\s*$/iu;

/** "Compared to bare metal the containers lose ...": the hosts are what is compared with, and the pods are named, too. */
function againstHosts(before: string): boolean {
  const ends = placeWords(before).filter(({ kind }) => kind !== "same" && kind !== "other");
  const inside = ends.some(({ kind }) => kind === "pod") || modeWords(before).length > 0;
  return inside && ends.some(({ kind, at }) => kind === "host" && AGAINST.test(before.slice(0, at)));
}

function meaningOf(clause: string, before: string, behind: string): "of" | "less" | "more" | undefined {
  if (CHINESE_BEHIND.test(behind)) return "of";
  if (CHINESE_OF.test(before)) return OVERHEAD.test(before) ? "less" : "of";
  if (OVERHEAD.test(before) && againstHosts(before)) return "less";
  if (CHINESE_AGAINST.test(before)) return "less";
  const chinese = CHINESE_THAN.exec(before)?.[1];
  if (chinese !== undefined) return /[快高]/.test(chinese) ? "more" : "less";
  // "We lose 86 % of the bandwidth in pods compared to the hosts."
  if (OVERHEAD.test(before) && againstHosts(`pods ${behind}`) && placeWords(behind).at(-1)?.kind === "host") return "less";
  // What it is a share of: the words behind it must name hosts alone, and what is before it must not.
  const words = placeWords(
    behind.replace(/^\s?(?:of|von|der|des|de|du|del|da|do|dello|от)(?!\p{L})/iu, (found) => " ".repeat(found.length)),
  );
  const ends = words.filter(({ kind }) => kind !== "same" && kind !== "other");
  // "10 % lower in pods than on hosts"
  const reference = ends[0]?.kind === "pod" && (LESS_THAN.test(behind) || MORE_THAN.test(behind)) ? ends[1] : ends[0];
  if (reference === undefined || (reference.kind !== "host" && reference.kind !== "host-network") || reference.at > 70) return undefined;
  if (placeWords(before).some(({ kind }) => kind === "host" || kind === "host-network")) return undefined;
  const until = behind.slice(0, reference.at);
  if (/[;:。；]/u.test(until) || (OF.test(behind) && /[,，]/u.test(until))) return undefined;
  if (THAN_BEHIND.test(behind) && LESS_BY.test(before)) return LATENCY.test(clause) ? undefined : "less";
  if (THAN_BEHIND.test(behind) && MORE_BY.test(before)) return LATENCY.test(clause) ? undefined : "more";
  if (LESS_THAN.test(behind))
    return LATENCY.test(clause) && /(?<!\p{L})(?:slower|worse|langsamer|schlechter)(?!\p{L})|慢|差/iu.test(until) ? undefined : "less";
  if (MORE_THAN.test(behind))
    return LATENCY.test(clause) && /(?<!\p{L})(?:faster|better|schneller|besser)(?!\p{L})|快/iu.test(until) ? undefined : "more";
  // An overhead of a time makes it longer.
  if (OF.test(behind)) return !OVERHEAD.test(before) ? "of" : LATENCY.test(before) && ADDED.test(before) ? "more" : "less";
  const against =
    /(?<!\p{L})(?:compared (?:to|with)|against|vs\.?|versus|relative to|gegenüber|im vergleich zu[mr]?|verglichen mit|frente a|respecto a|par rapport (?:à|aux?)|по сравнению с)(?!\p{L})/iu.test(
      until,
    );
  return OVERHEAD.test(clause.replace(/packet loss/giu, "")) && against ? "less" : undefined;
}
