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
  [
    "keepalive",
    /(?<!\p{L})((?:without |no |ohne |kein(?:e[nm]?)? |sin |sans |sem |senza |без |w\/o )?keep-?alives?(?: (?:off|disabled))?)(?!\p{L})/iu,
  ],
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
    /(?<!\p{L})(before|after)(?= (?:the |this |a |our )?(?:changes?|fix|upgrade|updat|tuning|patch|re\p{L}+|migration|enabling|disabling|setting|turning|mov))|(?<!\p{L})(before|after|vorher|nachher|danach|davor|antes|después|avant|après)\s?[:：]|(?<!\p{L})(previously|formerly|initially|originally|at first|used to (?:be|get|reach)|vorher|zuvor|früher|anfangs|(?:vor|nach) (?:dem|der) (?:update|upgrade|umstellung|änderung|patch|neustart|tuning|umbau|migration)|vor (?:dem|der) (?:wechsel|umstieg)|antes de(?:l| la)?|después de(?:l| la)?|last (?:week|month|year|summer|winter)|(?:\d+|two|three|a few|some) (?:days|weeks|months|years) ago|letzte[nrs]? (?:woche|monat|jahr)|(?:la semana|el mes|el año) pasad[oa]|(?:la semaine|le mois|l['’]an) derni(?:er|ère)|на прошлой неделе|в прошлом (?:месяце|году)|раньше|до обновления|после обновления)(?!\p{L})|((?:优化|升级|修改|调整|更新)(?:之)?[前后]|上个?月|上周|去年|先週|先月)/iu,
  ],
];

/** HTTP with a connection of its own for each request, in words that tell no rate per connection. */
const ONE_A_CONNECTION = new RegExp(
  [
    "(?<!\\p{L})(?:one|1|a|single|each|every) (?:single )?(?:http )?requests? per (?:tcp )?connection(?!\\p{L})",
    "(?<!\\p{L})(?:one|1|each|every) (?:http )?request (?:on|over|in|with|gets|uses|opens) (?:its own|an own|a new|a fresh|a separate) (?:new )?(?:tcp )?connection(?!\\p{L})",
    "(?<!\\p{L})(?:no|without) (?:connection )?reuse(?! of)(?!\\p{L})|(?<!\\p{L})connections? (?:(?:is|are|was|were) )?not reused(?!\\p{L})",
    "(?<!\\p{L})(?:(?:a|one|1|each|every|its) )?(?:(?:new|fresh|separate|own|one|1) )(?:tcp )?connections? (?:per|every|each|(?:for|on|with) (?:each|every|a|any)) (?:single |http )?request(?!\\p{L})",
    "(?<!\\p{L})(?:one|1|a) connection (?:per|for (?:each|every)) request(?!\\p{L})|(?<!\\p{L})connection:? close(?!\\p{L})",
    "(?<!\\p{L})(?:je |nur |jeweils )?(?:eine[rn]?|ein|1) (?:http-?)?(?:anfrage|request) (?:pro|je|auf jede[nr]?) (?:tcp-?)?verbindung(?!\\p{L})",
    "(?<!\\p{L})(?:je |jeweils )?(?:(?:eine[rn]?|1) )?(?:(?:neue[rn]?|eigene[rn]?|frische[rn]?) )?(?:tcp-?)?verbindung (?:pro|je|für jede[nr]?|bei jede[mr]|zu jede[mr]) (?:http-?)?(?:anfrage|request)(?!\\p{L})",
    "(?<!\\p{L})jede (?:http-?)?(?:anfrage|request) (?:mit|über|auf|in|öffnet|bekommt) (?:(?:einer?|ihrer?) )?(?:eigene[rn]?|neue[rn]?|frische[rn]?) (?:tcp-?)?verbindung(?!\\p{L})",
    "(?<!\\p{L})(?:une|1) (?:seule )?requête par connexion(?!\\p{L})|(?<!\\p{L})(?:une )?(?:nouvelle )?connexion (?:par|(?:pour|à) chaque) requête(?!\\p{L})",
    "(?<!\\p{L})(?:una|1) (?:sola )?(?:petici[oó]n|solicitud) por conexi[oó]n(?!\\p{L})|(?<!\\p{L})(?:una )?(?:nueva )?conexi[oó]n (?:nueva )?(?:por|(?:para|en) cada) (?:petici[oó]n|solicitud)(?!\\p{L})",
    "(?<!\\p{L})(?:uma requisição por conexão|(?:nova )?conexão (?:nova )?(?:por|(?:a|para) cada) requisição|una richiesta per connessione|(?:nuova )?connessione per (?:ogni )?richiesta)(?!\\p{L})",
    "(?<!\\p{L})(?:один запрос (?:на|в) (?:одно )?соединени[ея]|(?:нов\\p{L}+ |отдельн\\p{L}+ )?соединени[ея] на (?:каждый )?запрос)(?!\\p{L})",
    "(?:每个?|一个?|单个?)(?:tcp ?)?连接(?:只|仅)?(?:发送?|处理|承载)?(?:一|1)?(?:个|次)?请求|(?:每个?|每次|一个?)请求(?:都|均)?(?:用|使用|新建|建立|建|开)?(?:一个?|1个?)?(?:新的?)?(?:tcp ?)?连接|短连接|(?:不|未|没有?|关闭|禁用)(?:使用|用|开启?|启用|走)?了?(?:长连接|keep-?alive)",
  ].join("|"),
  "giu",
);
/** What counts connections, and not requests over HTTP. */
const OF_CONNECTIONS =
  /crr|netperf|connection rates?|connections?(?: per |\/)s(?:ec(?:ond)?)?(?!\p{L})|verbindungen (?:pro|je) sekunde|连接率|每秒连接/iu;

/** How a tool was run, which "the same between the hosts" does not change. */
const OF_THE_TOOL = new Set(["keepalive", "connections", "streams", "size", "direction", "window"]);
/** Those of some conditions that say how a tool was run. */
export const conditionsOfTool = (conditions: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(conditions).filter(([name]) => OF_THE_TOOL.has(name)));

interface Found {
  readonly name: string;
  readonly value: string;
}

/** The conditions of a text by their names. */
export const namedConditions = remembered(
  (text): Readonly<Record<string, string>> => Object.fromEntries(conditionsIn(text).map(({ name, value }) => [name, value])),
);

/** In the order of the conditions. */
const EVERYWHERE = CONDITIONS.map(([, pattern]) => new RegExp(pattern, `${pattern.flags}g`));
const ALL_WORDS = [...EVERYWHERE, ONE_A_CONNECTION];

/** Where words for conditions stand in a text. */
export const conditionSpans = (text: string): readonly { readonly at: number; readonly end: number }[] =>
  ALL_WORDS.flatMap((pattern) => Array.from(text.matchAll(pattern), ({ index, 0: found }) => ({ at: index, end: index + found.length })));

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
  const rest = OF_CONNECTIONS.test(text) ? text : text.replace(ONE_A_CONNECTION, " ");
  const single = rest === text ? [] : [{ name: "keepalive", value: "no" }];
  return [...back, ...single, ...wordsIn(rest)];
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
    if (value === undefined) return [];
    return [{ name, value: name === "keepalive" ? (/^keep-?alives?$/iu.test(value) ? "yes" : "no") : normal(value) }];
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
