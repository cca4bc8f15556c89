/**
 * Sentences whose quantities are no measurement of this network, whatever stands beside the number: of storage or memory, from someone else's
 * report, of what machines are made of, of a shaper's configuration.
 * @packageDocumentation
 */

import { isAuthorsMeasurement, saysMeasured } from "../words/measuring.js";
import { beginsWithSource } from "./doubts.js";

const wordly = (alternatives: string): string => `(?<!\\p{L})(?:${alternatives})(?!\\p{L})`;

const STORAGE = new RegExp(
  `${wordly(
    "triad|mbw|sysbench|randread|randwrite|seq(?:uential)? (?:read|write)|ebs|efs|gp[23]|block storage|nvme|ssds?|hdds?|disks?|raid\\d*|nfs|ceph|longhorn|rook|iscsi|iops|fio|dd|volumes?|pvcs?|mt\\/s|ddr\\d|dimms?|memcpy|memory bandwidth|ram|pcie|usb|backups?|(?:image |container )?registry|image pulls?|s3|rsync to disk|festplatten?|platten?|speicher(?:bandbreite)?|disco|disque|диск\\p{L}*",
  )}|磁盘|硬盘|存储|内存|ディスク|メモリ`,
  "iu",
);
/** Words that say that a network was measured after all. */
const NETWORK = new RegExp(
  `${wordly("iperf\\d?|netperf|qperf|tcp|udp|throughput between|pod[- ]to[- ]pod|node[- ]to[- ]node|host[- ]to[- ]host|between (?:the |two )?(?:pods|nodes|hosts|containers)")}|带宽|吞吐`,
  "iu",
);
const HEARSAY = new RegExp(
  `${wordly(
    [
      "(?:a|another|my|some|their) (?:colleague|friend|blog|post|article|user|customer|vendor|paper|team|company|benchmark of)s?",
      "(?:other|some) (?:people|users|folks|teams|companies|reports?|benchmarks?|blogs?)|others(?= (?:get|got|report|see|saw|reach|have|measure|claim|say|write|do)(?!\\p{L}))|(?:somebody|someone)(?! asked| suggested)|somewhere|elsewhere",
      "(?:an?|some|one|an? (?:old|older|earlier)|this|that) (?:benchmarks?|stud(?:y|ies)|comparisons?|surveys?|tests?)(?: (?:from|of|by|in) [^,.;]{1,40})? (?:saw|showed?|shows|found|says|said|claims?|reports?|reported)(?! (?:us|me)(?!\\p{L}))",
      "(?:according to|as per|based on) (?!our|my|iperf|netperf|qperf|sockperf|ping|wrk|the (?:test|measurement|iperf|result|output|log))\\p{L}+|(?:the |their |a )?(?:vendor|official|published|manufacturer|upstream|marketing)(?:['’]s)? (?:\\p{L}+ )?(?:benchmarks?|numbers?|figures?|results?|docs?|documentation|datasheet|data sheet|blog)",
      "(?:the|their|(?:the |our |my )(?=(?:provider|vendor|hoster|customer|isp|predecessor|previous))) ?(?:\\p{L}+ )?(?:teams?|provider|vendor|hoster|customers?|isp|predecessor|admins?|support|guys|people|maintainers?)(?:['’]s?(?: \\p{L}+){1,2})? (?:measured|measures|shows?|showed|said|says|saw|got|gets|reported|reports?|claims?|claimed|told(?: (?:me|us))?|reached|found|promised)",
      "(?:your|deine|eure|tus|vuestros|vos|ваши) (?:numbers?|figures?|results?|values?|measurements?|zahlen|werte|ergebnisse|messungen|cifras|resultados|valores|chiffres|résultats|valeurs|цифры|результаты)(?! (?:match|agree|are the same))",
      "(?:in|on|at|with|bei|auf|en|dans) (?:your|deine[mr]|eure[mr]|tu|vuestro|votre) (?:cluster|setup|environment|network|case|lab|machines|hardware|umgebung|netz|entorno|clúster|environnement)",
      "(?:i|we) (?:read|heard|saw (?:a|somewhere|reports?))|(?:blog|article|post|paper|datasheet|data sheet|documentation|docs|readme) (?:says?|states?|claims?|shows?|reports?|mentions?|quotes?|lists?|promises?)",
      "laut (?!iperf|netperf|qperf|ping|wrk|messung|unserer)\\p{L}+|(?:ein|andere) (?:kollege|blog|artikel|nutzer|anbieter|leute)n?|im netz liest man",
      "según (?!iperf|netperf|nuestr)\\p{L}+|selon (?!iperf|netperf|nos|notre)\\p{L}+|segundo (?:o|a) (?:blog|fabricante|documentação)|по (?:данным|словам|утверждению)|у (?:других|коллег)|(?:в|на) (?:блоге|статье|интернете|форуме|документации) (?:пишут|написано|говорят)|im (?:blog|forum|internet) (?:steht|heißt es)|en el (?:blog|foro|artículo) (?:dicen|dice|pone)|dicen que|on dit que",
    ].join("|"),
  )}|[(—–-]\\s?(?:from (?:the )?)?(?:documentation|docs|source|blog|quelle|datasheet|data sheet)[^)]{0,30}\\)?\\s*$|(?:根据|据)(?:官方|厂商|文档|网上|博客)|官方(?:数据|文档|测试|给出|宣称|说|称|表示|宣传)|网上(?:说|有人)|别人|有人(?:说|测)|同事|他社|公式(?:ドキュメント|ベンチ)`,
  "iu",
);
/** What applications and people use at the moment: traffic, not what the network can do. */
const USAGE = new RegExp(
  `${wordly("(?:node|container|pod|kubelet)_(?!(?:to|node|pod|host)_)[a-z]+_[a-z_]+|firing|saturated|replicat\\p{L}*|alertmanager|thresholds?|grafana|prometheus|kiali|datadog|zabbix|dashboards?|monitoring|videos?|audio|cameras?|transcod\\p{L}*|streams? video|viewers?|production|our (?:usual|normal|typical|daily)|(?:normal|usual|typical|peak|daily|everyday) (?:load|traffic)|at peak|peak hours|user traffic|at night|during the day|per (?:user|viewer|customer)|kameras?|auslastung im betrieb|видео|камер\\p{L}*")}|监控|视频|直播|業務流量|业务流量`,
  "iu",
);
const PRICE =
  /\d\s?(?:(?:eur|usd|chf|gbp)(?!\p{L})|€|\$|£|元|円|руб)|[$€£]\s?\d|(?<!\p{L})(?:per|a|each|pro|im|al|par|por) (?:month|year|monat|jahr|mes|mois|mês)(?!\p{L})|每月|每年|в месяц/iu;
/** What dd prints. */
const DD = /\bbytes \([^)]*\) copied,/;
const LIMITS = /^[\s*\-•#>]*(?:limits?|grenzwerte?|límites|limites?|engagements?|compromisos|лимиты|限制|制限)\s?[:：]/iu;
/** Lists of arguments in manifests. */
const OPTIONS = /^\s*(?:- )?[\w.-]+:\s*[[{]|^\s*(?:- )?["']?--?[a-z][\w-]*[= "']/u;
const SUPPOSED =
  /(?<!\p{L})(?:simulat\p{L}*|hypothetical\p{L}*|imagine|suppos(?:e|ing)|assum(?:e|ing)|angenommen|supongamos|supposons|допустим|предположим)(?!\p{L})|假设|仮に|(?<!\p{L})(?:if|wenn|falls|si|se)\s[^.;:]{2,80}[\s,](?:would|would['’]ve|wäre[nt]?|würde[nt]?|hätte[nt]?|sería\p{L}*|estaría\p{L}*|tendría\p{L}*|serai\p{L}*|aurai\p{L}*|seria|estaria)(?!\p{L})|(?<!\p{L})если бы(?!\p{L})|如果[^。；]*就好/iu;
/** "Would I get 9 Gbit/s with host-gw?" asks for what was not measured. */
const HYPOTHETICAL =
  /^\W*(?:(?:how|what|which)(?!\p{L})[^?]{0,30}\s)?(?:would|could|can|should|will|may|könnte|würde|kann|podría|puedo|pourrai\p{L}*|может|могу)\s(?:i|we|you|ich|wir|man|yo|je|nous|on|я|мы)(?!\p{L})/iu;
/** `Namespaces get 500 Mbit/s each`: what is shared out. */
const SHARED_OUT =
  /^\W*(?:each |every |all |the )?(?:namespaces?|tenants?|teams?|customers?|users?|projects?)\s(?:gets?|has|have|receives?|(?:is|are) (?:given|allowed)|bekomm\p{L}*|erhält|erhalten)(?!\p{L})/iu;
/** What is planned or wished for, in words around a sentence's verb. */
const INTENDED = new RegExp(
  `${wordly(
    [
      "will(?! (?:not|only|never|just|barely|hardly)(?!\\p{L}))|shall|going to|whether|(?:next|coming) (?:week|month|year|quarter|sprint)|tomorrow|plan(?:ned|ning)?(?: to| for)?|intend\\p{L}*|wish\\p{L}*|would (?:like|love|be)",
      "geplant|planen|werden wir|wollen wir|nächste[nrs]? (?:woche|monat|jahr)|wünsch\\p{L}*|möchte\\p{L}*",
      "queremos|quiero|quisiera\\p{L}*|planeamos|planeado|vamos a|la próxima semana|me gustaría|gostaria\\p{L}*|queremos|pretendemos|próxima semana",
      "prévu\\p{L}*|prévoyons|voudr\\p{L}*|souhait\\p{L}*|semaine prochaine|aimerai\\p{L}*|vorremmo|vorrei|previst\\p{L}*",
      "хотелось бы|хотим|хочу|планиру\\p{L}*|будем|будет|запланирован\\p{L}*|на следующей неделе",
    ].join("|"),
  )}|计划|打算|将会|下周|想要|予定|つもり|예정`,
  "iu",
);
/** `Host: 64 GB, 16 cores, 10 Gbit/s.` */
const MADE_OF =
  /(?<![\p{L}\d.])\d+\s?(?:x\s)?(?:v?cpus?|cores?|kerne|núcleos|cœurs|ядер|核)(?![\p{L}])|(?<![\p{L}\d.])\d+\s?gi?b(?:\sof)?\s(?:ram|memory|speicher|memoria)(?!\p{L})/iu;

/** Release notes. */
const CHANGES =
  /(?<!\p{L})(?:fix(?:ed|es)?:? (?:that|a|an|the|bug|issue|where)|changelog|release notes?|(?:release|version) v?\d[\d.]*\s?:)/iu;
/** `AWS lets an instance burst to 10 Gbit/s`. */
const PROVIDER =
  /(?<!\p{L})(?:aws|azure|gcp|gce|google(?: cloud)?|hetzner|digitalocean|ovh|alibaba|(?:our |the )?(?:cloud |hosting )?provider|isp|anbieter|proveedor|fournisseur|провайдер)(?!\p{L})(?: \p{L}+){0,2} (?:lets?|allows?|guarantees?|promises?|caps?|limits?|documents?|offers?|garantiert|erlaubt|begrenzt|permite|limita|autorise|limite|ограничивает|разрешает)(?!\p{L})|(?:阿里云|腾讯云|云厂商)[^,，。]{0,10}(?:限制|允许|承诺)/iu;
const ASKING =
  /^\W*(?:is|are|does|do|did|would|could|can|should|will|how|what|which|who|has|have|any(?:one|body)|ist|sind|kann|könnte|wäre|wie|was|welche[rs]?|est-ce|peut|quel(?:le)?s?|es|son|puede|cuál|qué|é|são|pode|qual|может|как(?:ая|ой|ие)|сколько)(?!\p{L})|^\W*(?:能否|可以|是否|多少)|(?:吗|か)[?？]\s*$/iu;
/** "Is 4 Gbit/s between pods normal?" asks about what was measured. */
const USUAL =
  /(?<!\p{L})(?:normal|usual|ok|okay|typical|expected|right|common|üblich|normale?|habitual|нормально|обычно)(?!\p{L})|正常|普通/iu;
/** Questions of exams and quizzes. */
const ASKED =
  /(?<!\p{L})(?:how (?:many|much) \S+ (?:does|do|will|can|would)|wie ?viele? \S+ (?:bekommt|erhält|kann)|cuánt[oa]s? \S+ (?:recibe|puede)|combien de)(?!\p{L})/iu;
/** `Plan: 500 rps against the pod`, `Target: ...`. */
const PLANNED =
  /^\s*[-*]\s\[ \]|^[\s*\-•#>\d.)]*(?:\*\*)?(?:(?:test |load )?plan(?:ned)?|examples?|usage|beispiele?|ejemplos?|exemples?|to-?do|goals?|targets?|requirements?|wish(?:es)?|slas?|slos?|ziele?|anforderung(?:en)?|geplant|plan de pruebas|objetivos?|requisitos|objectifs?|exigences|план|цель|требования|計画|计划|目标|需求|要求|方案|产品介绍|产品特性|官方指标|予定|目標|要件)(?:\*\*)?\s?[:：]/iu;
const INVENTORY_HEAD =
  /^[\s*\-•#>]*(?:\*\*)?(?:environment|env|clusters?|кластер|集群|クラスタ|environnement|setup|hardware|hw|software|specs?|machines?|servers?|instance(?: type)?|network cards?|nics?|umgebung|aufbau|ausstattung|entorno|equipos?|environnement|matériel|ambiente|окружение|стенд|железо|оборудование|环境|测试环境|配置|机器配置|硬件|環境|構成)(?:\*\*)?\s?[:：]/iu;
/** What advertises a product. */
const PRAISE = new RegExp(
  `${wordly(
    [
      "amazing(?:ly)?|awesome|blazing(?:ly)?|lightning[- ]fast|incredibl[ey]|world[- ](?:class|leading)|best[- ]in[- ]class|industry[- ]leading|next[- ]gen(?:eration)?|revolutionary|unmatched|unbeatable|record[- ]breaking|ultra[- ](?:fast|low)|try (?:it|us)(?: (?:now|today))?|our (?:product|solution|platform|customers)|brochure|powered by|delivers up to",
      "rasend schnell|sensationell\\p{L}*|unschlagbar\\p{L}*|branchenführend\\p{L}*|weltklasse|marktführend\\p{L}*",
      "increíbles?|líder(?:es)? del|ultrarrápid\\p{L}*|incroyables?|révolutionnaires?|leader du|incrível|líder de",
      "невероятн\\p{L}*|потрясающ\\p{L}*|лучш\\p{L}* в (?:классе|отрасли)|рекордн\\p{L}*",
    ].join("|"),
  )}|业界领先|行业领先|惊人|极致|遥遥领先|业内最|圧倒的|驚異的`,
  "iu",
);
/** A label over what is allowed, bought or asked for: `ResourceQuota of the team: ...`, `SLA (gold): ...`. */
const ALLOWANCE = new RegExp(
  `^[^:：\\d]{0,40}(?:quota|${wordly(
    "slas?|slos?|allowances?|entitlements?|tariffs?|subscription|contract(?:ed)?|budgets?|bandwidth (?:limit|cap|plan)s?|rate limits?|kontingent\\p{L}*|vertrag\\p{L}*|tarif\\p{L}*|obergrenze\\p{L}*|contrato|cuota\\p{L}*|límites?|contrat|forfait|квот\\p{L}*|лимит\\p{L}*|тариф\\p{L}*|договор\\p{L}*",
  )}|配额|限额|套餐|合同|上限)[^:：]{0,40}[:：]`,
  "iu",
);

const SHAPER =
  /(?<![\p{L}\w])(?:tc\s+(?:qdisc|class|filter)|tbf|htb|netem|wondershaper|ceil|egress-bandwidth|ingress-bandwidth)(?![\p{L}\w])/iu;

/** What could be, and was not. */
const POSSIBLE =
  /(?<!\p{L})(?:would|could|should|might|may|maybe|perhaps|würde[nt]?|könnte[nt]?|sollte[nt]?|vielleicht|podría\p{L}*|debería\p{L}*|quizás?|pourrai\p{L}*|devrai\p{L}*|peut-être|poderia\p{L}*|talvez|мог(?:ло|ла|ли)?|может|возможно)(?!\p{L})|可能|或许|也许|应该|かもしれ/iu;

/** Whether a sentence says what others say, what is planned or what could be: the network that it names is not this one's for sure. */
export const tellsOfOthers = (text: string): boolean => HEARSAY.test(text) || INTENDED.test(text) || POSSIBLE.test(text);

/** "They get 9 Gbit/s, we get 4": from here on it is about this network. */
const OURS =
  /(?<!\p{L})(?:we|our|ours|us|(?<!of )mine|here|actual(?:ly)?|in practice|in reality|wir|unser\p{L}*|bei uns|gemessen werden|messen wir|hier|tatsächlich|nous|notre|nosotros|nuestr\p{L}*|aquí|nós|nosso|aqui|мы|у нас|наш\p{L}*)(?!\p{L})|实际|实测|我们|我的|我这|うち|実際/iu;

const TOOLS = /(?<!\p{L})(?:iperf\d?|netperf|qperf|tcp|udp)(?!\p{L})/iu;
/** The part of a sentence between two commas. */
function clauseOf(sentence: string, at: number): string {
  const cuts = Array.from(sentence.matchAll(/[,;，；]\s|(?<!\p{L})(?:but|while|aber|pero|mais|но)(?!\p{L})/giu), ({ index }) => index);
  return sentence.slice(cuts.findLast((cut) => cut <= at) ?? 0, cuts.find((cut) => cut > at) ?? sentence.length);
}

function isHearsay(sentence: string, at: number): boolean {
  const match = HEARSAY.exec(sentence);
  if (match === null) return false;
  const end = match.index + match[0].length;
  return !OURS.test(end <= at ? sentence.slice(end, at) : sentence.slice(at, match.index));
}

/** "Copied from the docs: ...": a label is over the whole line, other words over their sentence. */
const isOfSource = (sentence: string, line: string): boolean =>
  beginsWithSource(sentence) || (beginsWithSource(line) && /^[^:：\d]*[:：]\s/u.test(line) && !OURS.test(line));

/** A line holds several quantities, and what speaks against the whole of it is looked for once. */
let last: { readonly sentence: string; readonly line: string; readonly why: string | undefined } = {
  sentence: "",
  line: "",
  why: undefined,
};

/** Why nothing in a sentence is a measurement, wherever it stands. */
function noMeasurementAtAll(sentence: string, line: string): string | undefined {
  if (last.sentence !== sentence || last.line !== line) last = { sentence, line, why: searchAll(sentence, line) };
  return last.why;
}

const NOW =
  /(?<!\p{L})(?:status|now|current(?:ly)?|actual(?:ly)?|so far|today|measured|reality|ist|aktuell|derzeit|ahora|actual|actuellement|сейчас|по факту)(?!\p{L})|目前|现状|实际|現状/iu;
/** "Hardware: two servers. iperf3 between them shows ...", "Goal: 8 Gbit/s. Status: ...": what a head is over ends where a sentence tells of measuring. */
const heads = (head: RegExp, line: string, sentence: string): boolean =>
  head.test(line) &&
  (head.test(sentence) || !(saysMeasured(sentence) || NOW.test(line.slice(0, line.indexOf(sentence) + sentence.length))));

function searchAll(sentence: string, line: string): string | undefined {
  if (DD.test(line)) return "the words beside it speak of storage or memory, not of the network";
  if (LIMITS.test(sentence)) return "the words beside it speak of a limit or a target, not of a measurement";
  if (ALLOWANCE.test(line) && !saysMeasured(line)) return "the words beside it speak of a limit or a target, not of a measurement";
  if (SHARED_OUT.test(sentence)) return "the words beside it speak of a limit or a target, not of a measurement";
  if (PRAISE.test(line) && !isAuthorsMeasurement(sentence)) return "the words beside it praise a product, and measure nothing";
  if (OPTIONS.test(line)) return "an option or a setting, not a measurement";
  if (CHANGES.test(sentence) && !isAuthorsMeasurement(sentence)) return "the line tells what was changed, not what was measured";
  if (PROVIDER.test(line) && !isAuthorsMeasurement(sentence))
    return "the words beside it speak of what a provider allows, not of a measurement";
  if (SUPPOSED.test(sentence)) return "the words beside it suppose something, and measure nothing";
  const asks = /[?？]\s*$/u.test(sentence) && ASKING.test(sentence) && !USUAL.test(sentence);
  if (asks && (HYPOTHETICAL.test(sentence) || !isAuthorsMeasurement(sentence)))
    return "the line asks, and says nothing of what was measured";
  if (ASKED.test(line)) return "the line asks, and says nothing of what was measured";
  if (heads(PLANNED, line, sentence)) return "the line tells what is planned or wanted, not measurements";
  if (heads(INVENTORY_HEAD, line, sentence)) return "the line lists what machines are made of, not measurements";
  if (MADE_OF.test(sentence) && !saysMeasured(sentence)) return "the line lists what machines are made of, not measurements";
  if (PRICE.test(sentence) && !NETWORK.test(sentence)) return "the words beside it speak of prices, not of a measurement";
  if (STORAGE.test(sentence) && !NETWORK.test(sentence)) return "the words beside it speak of storage or memory, not of the network";
  if ([sentence, line].some((text) => USAGE.test(text) && !NETWORK.test(text)))
    return "the words beside it speak of traffic in use, not of a measurement";
  return undefined;
}

/** Why a quantity at `at` of a sentence is no measurement of this network; `line` is the whole line that it stands in. */
export function noMeasurementIn(sentence: string, at: number, line: string): string | undefined {
  const whole = noMeasurementAtAll(sentence, line);
  if (whole !== undefined) return whole;
  if (INTENDED.test(clauseOf(sentence, at))) return "the words beside it speak of what is planned or wanted, not of a measurement";
  if (
    /(?:^|[#$]\s)\s*(?:sudo )?tc\s/.test(line) ||
    (SHAPER.test(sentence) && /\b(?:rate|ceil|burst|limit)\s+(?:of )?$/i.test(sentence.slice(0, at)))
  )
    return "the words beside it speak of a limit or a target, not of a measurement";
  if (STORAGE.test(clauseOf(sentence, at)) && !TOOLS.test(sentence))
    return "the words beside it speak of storage or memory, not of the network";
  return isHearsay(sentence, at) || isOfSource(sentence, line)
    ? "the words beside it give another one's figure, not a measurement of this network"
    : undefined;
}
