/**
 * The conditions that words name: MTU, streams, sizes, direction, percentile, encryption, before or after a change.
 * @packageDocumentation
 */
import { remembered } from "../words/remembered.js";

const CONDITIONS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["jumbo frames", /(?<!\p{L})((?:no|without|ohne|sin) jumbo frames?|jumbo frames?)(?!\p{L})/iu],
  ["mtu", /(?<![\p{L}\p{N}])mtu\s?(?:of|=|:|is)?\s?(\d{3,5})(?!\d)/iu],
  [
    "streams",
    /(?<![\p{L}\d.,])(\d{1,3}|one|single|two|four|eight)[ -](?:parallel |tcp |iperf3? )?(?:streams?|threads?|flows?|ströme|hilos|flux|потоков?)(?!\p{L})|-P\s?(\d+)/iu,
  ],
  [
    "connections",
    /(?<![\p{L}\d.,])(?<!(?:to|-|–|bis|~) ?)(\d{1,5})[ -](?:concurrent |parallel )?(?:connections?|verbindungen|conexiones|connexions|clients|并发)(?!\p{L})|并发(\d+)/iu,
  ],
  [
    "size",
    /(?<![\p{L}\d.,])(\d+(?:\.\d+)?\s?(?:[km]?i?b(?:ytes?)?|[km](?=[ -](?:messages?|msgs?|payloads?|packets?|buffers?)(?!\p{L}))))(?=[ -](?:packets?|messages?|msgs?|payloads?|files?|frames?|pakete|buffers?|responses?|requests?|包)|\s?[:：]|\)|\s*$)/iu,
  ],
  ["direction", /(?<!\p{L})(downloads?|uploads?|reverse|bidir(?:ectional)?|rx(?!-)|tx(?!-)|下载|上传|bajada|subida)(?!\p{L})/iu],
  [
    "statistic",
    /(?<![\p{L}\p{N}])(p\d{2}(?:\.\d+)?|\d{2}(?:\.\d+)?(?:th|st|nd|rd)? percentile|max(?:imum)?|(?<!\d\s?)min(?:imum)?|median|worst(?: case)?|best(?: case)?|schlechteste\p{L}*|beste\p{L}*|最大|最小|最低)(?!\p{L})/iu,
  ],
  [
    "encryption",
    /(?<!\p{L})(?<!(?:no|without|un|ohne|sin|sans|sem|без) ?)(?<!not )(encryption|encrypted|wireguard|ipsec|verschlüsselt|verschlüsselung|cifrado|chiffré|криптование)(?!\p{L})(?!\s?(?:mode )?[:=(]?\s?(?:off|disabled|is off|aus|no|false|关))|(?<![不未无])(加密)/iu,
  ],
  [
    "counted",
    /(?<!\p{L})((?:per|each|pro|por|par|je) (?:stream|flow|connection|thread|pod|client|core|node|host|verbindung)|in total|aggregated?|altogether|combined|together|in sum|insgesamt|(?<!(?:hallo|hi|moin|servus) )zusammen|en total|au total|no total)(?!\p{L})|(总计|合计|总共|每个?(?:流|连接|线程))/iu,
  ],
  ["way", /(?<!\p{L})(one[- ]way|einweg-?\p{L}*|connect(?:ion)? time|handshakes?|tcp connect)(?!\p{L})|(单向)/iu],
  [
    "load",
    /(?<!\p{L})((?:under|at) (?:full |heavy |high )?load|idle|unter (?:voller )?last|im leerlauf|bajo carga|en reposo|sous charge|au repos|под нагрузкой|в простое)(?!\p{L})|(满载|空闲|高负载)/iu,
  ],
  ["reuse", /(?<!\p{L})((?:without |no |ohne |sin |sans |w\/o )?keep-?alives?(?: (?:off|disabled))?)(?!\p{L})/iu],
  [
    "encapsulation",
    /(?<!\p{L})((?:disabl(?:e|ed|ing)|turn(?:ed|ing)? off|switch(?:ed|ing)? off|deactivat(?:ed|ing)|отключ\p{L}*|desactiva\p{L}*|désactiv\p{L}*) (?:the )?(?:ip-?(?:in-?)?ip|vxlan|geneve|encapsulation|tunnel(?:ing)?)|(?:ip-?(?:in-?)?ip|vxlan|geneve|encapsulation|tunnel(?:ing)?) (?:is |was |turned |switched )?(?:off|disabled|aus|abgeschaltet|deaktiviert|отключ[её]н\p{L}*|desactivad[oa]|désactivée?))(?!\p{L})|((?:关闭|禁用|去掉|关掉|取消)了?\s?(?:ip-?ip|vxlan|geneve|封装|隧道)|(?:ip-?ip|vxlan|geneve|封装|隧道)\s?(?:已|被)?(?:关闭|禁用|关掉))/iu,
  ],
  ["window", /(?<![\d.])(\d+ ?[km]i?b)(?:ytes?)? (?:tcp |socket )?(?:windows?|fenster|ventana)(?!\p{L})/iu],
  [
    "limit",
    /(?<!\p{L})(?<!(?:no|without|ohne|kein|sin|sans|sem|без|speed|memory|cpu) )(limit(?:ed)?|annotations?|(?:in|e)gress-bandwidth|capped|throttled|gedrosselt|begrenzt)(?!\p{L})(?! (?:off|removed|disabled|lifted))|(?<![不无])(限速|限流)/iu,
  ],
  [
    "link",
    /(?<![\p{L}\d.,/])(\d{1,3} ?g(?:b|be|bit)?)(?:[ -](?:hosts?|nodes?|clusters?|networks?|links?|lan|hardware|machines?|servers?|setup|switch(?:es)?))(?!\p{L})/iu,
  ],
  ["family", /(?<!\p{L})(ipv[46])(?![\p{L}\d])/iu],
  [
    "system",
    /(?<!\p{L})(windows(?! size)|linux(?= (?:nodes?|hosts?|pods?|vms?|machines?|workers?|side)(?!\p{L}))|arm64|aarch64|arm|raspberry pi)(?![\p{L}\d])(?!\s?(?:size|scal))/iu,
  ],
  [
    "feature",
    /(?<!\p{L})(?<!(?<!\p{L})(?:no|without|w\/o|ohne|sin|sans|sem|без) (?:(?:the|a|any|den|das|el|le|la|o) )?)(istio|linkerd|service mesh|sidecars?|envoy|m?tls|network ?polic(?:y|ies)|hubble|(?:tx-|rx-)?checksum(?:ing|s)? (?:on|off|enabled|disabled)|(?:checksum |tx |rx )*off-?load(?:ing|s)?(?: (?:on|off|enabled|disabled))?|(?:tso|gso|gro|lro)(?: (?:on|off|enabled|disabled))?|cross[- ](?:zone|az|region|rack)|(?:different|other|another|same|two) (?:zones?|azs?|regions?|racks?)|(?:rack|zone|az|site|standort|zona) (?:[a-z]\d{0,2}|\d{1,3}[a-z]?)(?![\p{L}\d])(?:(?: to |-|->| ?→ ?)(?:rack |zone |az |site )?(?:[a-z]\d{0,2}|\d{1,3}[a-z]?)(?![\p{L}\d]))?|ipvs|e?bpf|xdp|bbr|cubic|dpdk|sr-?iov|numa|pinned|hyper-?threading|irqbalance)(?!\p{L})/iu,
  ],
  [
    "setup",
    /(?<!\p{L})((?:old|new|previous|current|former|original|other|first|second|third|staging|prod(?:uction)?|dev|test)(?:er|e|en)? (?:cluster|setup|environment|hardware|kernel|release|datacenter|data center|site|one|cni)|(?:alte[nrms]?|neue[nrms]?) (?:cluster|umgebung|kernel)|(?:viejo|nuevo|otro) (?:cluster|clúster|entorno)|(?:старый|новый|старом|новом) кластер\p{L}*|cluster [a-d\d])(?!\p{L})|((?:旧|新|另一个|老)(?:集群|环境|内核|版本))/iu,
  ],
  [
    "stage",
    /(?<!\p{L})(before|after)(?= (?:the |this |a |our )?(?:changes?|fix|upgrade|updat|tuning|patch|re\p{L}+|migration|enabling|disabling|setting|turning|mov))|(?<!\p{L})(before|after|vorher|nachher|antes|después|avant|après)\s?[:：]|(?<!\p{L})(previously|formerly|initially|originally|at first|used to (?:be|get|reach)|vorher|zuvor|früher|anfangs|(?:vor|nach) (?:dem|der) (?:update|upgrade|umstellung|änderung|patch|neustart|tuning|umbau|migration)|antes de(?:l| la)?|después de(?:l| la)?|last (?:week|month|year|summer|winter)|(?:\d+|two|three|a few|some) (?:days|weeks|months|years) ago|letzte[nrs]? (?:woche|monat|jahr)|(?:la semana|el mes|el año) pasad[oa]|(?:la semaine|le mois|l['’]an) derni(?:er|ère)|на прошлой неделе|в прошлом (?:месяце|году)|раньше|до обновления|после обновления)(?!\p{L})|((?:优化|升级|修改|调整|更新)(?:之)?[前后]|上个?月|上周|去年|先週|先月)/iu,
  ],
];

interface Found {
  readonly name: string;
  readonly value: string;
}

/** The conditions of a text by their names. */
export const namedConditions = remembered(
  (text): Readonly<Record<string, string>> => Object.fromEntries(conditionsIn(text).map(({ name, value }) => [name, value])),
);

const EVERYWHERE = CONDITIONS.map(([, pattern]) => new RegExp(pattern, `${pattern.flags}g`));

/** Where words for conditions stand in a text. */
export const conditionSpans = (text: string): readonly { readonly at: number; readonly end: number }[] =>
  EVERYWHERE.flatMap((pattern) => Array.from(text.matchAll(pattern), ({ index, 0: found }) => ({ at: index, end: index + found.length })));

/** `node 2 to node 1`, `pod-b -> pod-a`: ends of one kind by their numbers or letters. */
const NUMBERED =
  /(?<![\p{L}\d])(?<kind>node|host|vm|server|worker|machine|pod|container|knoten|nodo)[\s_-]?(?<one>\d{1,2}|[a-d])(?![\p{L}\d])\s?(?:to|->|-->|→|=>|nach|zu|a|à)\s?(?:\k<kind>)[\s_-]?(?<other>\d{1,2}|[a-d])(?![\p{L}\d])/iu;

/** From the later of two to the earlier is the other direction than from 1 to 2. */
function goesBack(text: string): boolean {
  const groups = NUMBERED.exec(text)?.groups;
  const [one, other] = [groups?.["one"] ?? "", groups?.["other"] ?? ""];
  return /\d/.test(one) === /\d/.test(other) && (/\d/.test(one) ? Number(one) > Number(other) : one.toLowerCase() > other.toLowerCase());
}

function conditionsIn(text: string): readonly Found[] {
  const back = goesBack(text) ? [{ name: "way back", value: "yes" }] : [];
  return [...back, ...wordsIn(text)];
}

function wordsIn(text: string): readonly Found[] {
  return CONDITIONS.flatMap(([name, pattern], index): readonly Found[] => {
    // "from cluster A to cluster B" is neither of A nor of B.
    if (name === "setup") {
      const named = [...new Set(Array.from(text.matchAll(EVERYWHERE[index] ?? pattern), ([found]) => normal(found)))];
      return named.length === 0 ? [] : [{ name, value: named.join(" and ") }];
    }
    const match = pattern.exec(text);
    const value = match?.slice(1).find((one) => (one as string | undefined) !== undefined);
    return value === undefined ? [] : [{ name, value: normal(value) }];
  });
}

const SAME: Readonly<Record<string, string>> = {
  limit: "yes",
  limited: "yes",
  annotation: "yes",
  annotations: "yes",
  "egress-bandwidth": "yes",
  "ingress-bandwidth": "yes",
  capped: "yes",
  throttled: "yes",
  gedrosselt: "yes",
  begrenzt: "yes",
  限速: "yes",
  限流: "yes",
  encryption: "yes",
  encrypted: "yes",
  wireguard: "yes",
  ipsec: "yes",
  verschlüsselt: "yes",
  verschlüsselung: "yes",
  cifrado: "yes",
  chiffré: "yes",
  加密: "yes",
  downloads: "download",
  下载: "download",
  bajada: "download",
  uploads: "upload",
  上传: "upload",
  subida: "upload",
  one: "1",
  single: "1",
  two: "2",
  four: "4",
  eight: "8",
  maximum: "max",
  minimum: "min",
  最大: "max",
  最小: "min",
};
const normal = (value: string): string => SAME[value.toLowerCase()] ?? value.toLowerCase().replaceAll(/\s+/g, " ");
