/**
 * Why a quantity that someone wrote is no measurement: a bound, a target, a device's speed, what someone expects.
 * @packageDocumentation
 */
import { COUNTED } from "../where/vocabulary.js";
import type { Quantity } from "./quantities.js";

const wordly = (alternatives: string): string => `(?<!\\p{L})(?:${alternatives})(?!\\p{L})`;

/** A chapter of what is expected, as issue templates have it. */
const EXPECTATION =
  /(?<!\p{L})(?:expect(?:ed|ations?)?|should be|erwart(?:et\p{L}*|ung\p{L}*)|soll(?:zustand|wert)?|esperad[oa]s?|esperaba\p{L}*|attendu\p{L}*|ожида\p{L}*)(?!\p{L})|预期|期望|期待される|期待する/iu;

/** `Quotas per namespace:`, `Requirements`, `SLA of the provider`. */
const ALLOWED =
  /^\W*(?!(?:with|without|after|before|no|under|mit|ohne|nach|vor|unter|con|sin|avec|sans|с|без)\s)(?:[\p{L}\d]+[ -]){0,3}?(?:quotas?|limits|slas?|slos?|targets?|goals?|requirements?|allowances?|budgets?|contracts?|tariffs?|thresholds?|alert rules|anforderungen|grenzwerte?|ziele|kontingente?|vertrag|límites|cuotas|objetivos|requisitos|limites|objectifs|exigences|лимиты|квоты|требования|цели)(?:[ ,(]+[\p{L}\d]+\)?){0,4}\s*[:：]?[\s*_]*$|^\W*(?:限制|限速|配额|目标|要求|规格|需求)\s*[:：]?\W*$/iu;

/** Whether a heading is over what someone expects, allows or quotes, and not over what is. */
export const headsExpectations = (text: string): boolean =>
  (ALLOWED.test(text) && !KEY_OF_MANIFEST.test(text)) || QUOTED.test(text) || isExpectation(text);

const KEY_OF_MANIFEST = /^\s+[a-z]+:\s*$/i;

/** `From the Foobar blog:`, `Vendor's numbers`, 来自官方文档: figures of others follow. */
const QUOTED =
  /^\W*(?:(?:from|according to|as per|per|source|taken from|quot(?:e|ed|ing)(?: from)?|copied from|published (?:by|in|at))(?!\p{L})\W*(?:\p{L}[\w.'’-]*\s){0,4}(?:blogs?|docs?|documentation|articles?|papers?|vendors?|datasheets?|posts?|website|readme|brochure|benchmarks? of)(?!\p{L})|(?:(?:the )?vendor|manufacturer|official|published|marketing|documented)(?:['’]s)? (?:numbers?|figures?|results?|benchmarks?|values?|data)(?!\p{L})|(?:aus|laut) (?:dem |der |einem )?(?:blog|artikel|dokumentation|datenblatt|hersteller)|(?:según|del|de la) (?:blog|documentación|fabricante)|из (?:блога|документации|статьи)|(?:来自|摘自|引用)?(?:官方|厂商|博客)(?:文档|数据|测试|博客)?[:：])/iu;

/** Whether a line begins with whose figures it quotes. */
export const beginsWithSource = (text: string): boolean => QUOTED.test(text);

const isExpectation = (text: string): boolean =>
  EXPECTATION.test(text.replace(OPINION, " ")) &&
  !/(?<!\p{L})(?:actual(?:ly)?|measured|got|ist-?wert|tatsächlich\p{L}*|real)(?!\p{L})|实际|実際/iu.test(text);

/** Right before the number. */
const BOUND_BEFORE = new RegExp(
  `(?:${wordly(
    [
      "at (?:least|most|best)|up to|(?:no )?(?:more|less|greater|lower|fewer) than|over|under|above|below|exceed(?:s|ing)?|maximum(?: of)?|max\\.?(?: of)?|minimum(?: of)?|peak(?:s|ed|ing)?(?: (?:at|of))?",
      "mindestens|höchstens|maximal|bis zu|mehr als|weniger als|über|unter|knapp unter",
      "al menos|como (?:mucho|máximo|mínimo)|hasta|m[aá]s de|menos de",
      "au (?:moins|plus|maximum)|jusqu'[àa]|plus de|moins de",
      "pelo menos|no máximo|até|mais de",
      "не (?:менее|более|меньше|больше)(?: чем)?|до|более|менее|свыше|больше|меньше",
    ].join("|"),
  )}|(?:至少|最多|最高|高达|可达|低至|最低|可支持|支持|不到|不足|超过|大于|小于|不超过|以上の)|(?<!^\\s*)(?<![-=]|<[\\w-]{1,20})(?:>=?|<=?|≥|≤))\\s?(?:~|≈|about|around|etwa|circa)?\\s?[(*\`_]*$`,
  "iu",
);
/** "The pods do not reach 5 Gbit/s": how much they reach is not said. */
const NOT_REACHED =
  /(?<!\p{L})(?:do|does|did|can|could|would)(?:n['’]t| not) (?:even |quite |really |ever )?(?:reach|get|exceed|achieve|see|hit|go|come|manage|make|pass)\p{L}*(?!\p{L})|(?<!\p{L})(?:cannot|never) (?:reach|get|exceed|achieve|see|hit|go|come|pass)\p{L}*|(?:erreich|schaff|komm)\p{L}* (?:\p{L}+ ){0,3}(?:nicht|keine)(?!\p{L})|(?<!\p{L})no (?:alcanz|lleg|pas|super|consig)\p{L}*|(?<!\p{L})n(?:e |['’])\p{L}+ (?:pas|jamais)(?!\p{L})|(?<!\p{L})não (?:alcanç|cheg|pass|conseg)\p{L}*|(?<!\p{L})не (?:достиг|дотяг|превыш|получ|выда)\p{L}*|[达跑]不到|到不了|无法达到|没有达到|未达到|超不过/iu;
/** `pods use 100 Mbit/s`: what is used at the moment. */
const USED_BEFORE =
  /(?<!\p{L})(?:cores?|cpus?|threads)(?!\p{L})[^.;:]{0,40}(?<!\p{L})(?:to|for) (?:push|reach|send|do|move|get|handle|sustain|forward|saturate)?\s?$|(?<!\p{L})(?:uses?|used|carr(?:y|ies|ied)|consum(?:e|es|ed|ing)|verbrauch\p{L}*|nutzt|nutzen|usan|consom\p{L}*|использу\p{L}*|потребля\p{L}*)\s(?:about |around |~|rund |etwa |only |nur )?$/iu;
/** `every 200 ms`, `a timeout of 1000 ms`. */
const SETTING_BEFORE =
  /(?:(?<!\p{L})(?:every|each|alle|cada|toutes les|каждые|timeouts?|intervals?|intervall|interval[o]?|within|wait(?:s|ed|ing)?|sleep|after|deadline|pause|wartet?)(?: (?:is|of|for|set to|=|von|de))?|超时|间隔|每隔)\s?[:=]?\s?(?:about )?$/iu;
/** `went up by 1.2 Gbit/s`, `we lose 5 Gbit/s`, `the difference is 3 Gbit/s`. */
const DIFFERENCE_BEFORE = new RegExp(
  `(?:${wordly("(?:up|down|increas\\p{L}*|decreas\\p{L}*|improv\\p{L}*|r[oi]se[sn]?|fell|falls?|drop(?:s|ped)?|reduc\\p{L}*|lower(?:ed)?|higher|faster|slower|more|less|gain(?:s|ed)?|differs?) by|los(?:e|es|t|ing)|cost(?:s|ing)? us|gain(?:s|ed|ing)?|sav(?:e|es|ed|ing)|adds?|additional|extra|um|verlieren|gewinnen|kostet|perdemos|ganamos|упал[аои]? на|снизил\\p{L}* на|вырос\\p{L}* на|теряем")}|(?:下降|减少|增加|提高|提升|损失|少|多)了?)\\s?(?:about |around |roughly |etwa |rund |约|大约|~)?$|${wordly("std ?dev(?:iation)?|standard deviation|standardabweichung|desviación|variance|jitter|schwankung\\p{L}*|loss(?:es)?|verlust\\p{L}*|pérdida\\p{L}*|perte\\p{L}*|perda\\p{L}*|потер\\p{L}*|differences?|delta|gap|overhead|penalty|unterschied|differenz|diferencia|différence|diferença|разниц\\p{L}*")}[^.;:：]{0,60}$|(?:标准差|抖动|波动|差距|差异|相差|差了?)[^。；]{0,10}$`,
  "iu",
);
const DIFFERENCE_BEHIND =
  /^\s?(?:(?:more|less|faster|slower|higher|lower|fewer|of (?:overhead|difference)|overhead|difference|mehr|weniger|schneller|langsamer|m[aá]s|menos|de diferencia|plus|moins|mais|больше|меньше|быстрее|медленнее)(?!\p{L})|的?(?:差距|差异|损耗))/iu;
/** `比宿主机高 0.3 ms`. */
const CHINESE_DIFFERENCE =
  /(?:比|较|相比)[^,，。;；]{1,16}?(?:高|低|慢|快|多|少|大|小|长|短|差|增加|减少)(?:了|出)?(?:约|大约|大概|近)?\s?$|高出(?:约)?\s?$/u;
/** `At 5000 rps the pods answer in 3.1 ms`: the load, not a result. */
const LOAD_BEFORE =
  /(?:^|[.;,(]\s*)(?:at|bei|under|unter|con|avec|при|在|以)\s?(?:a (?:load|rate) of |einer last von |une charge de |una carga de |нагрузке )?(?:about )?$/iu;
/** `UDP between pods loses 4.2 % at 1 Gbit/s` */
const LOSS_AT =
  /(?<!\p{L})(?:los(?:s|t|es|e|ing)|drop(?:s|ped)?|verl[iou]\p{L}*|pérdida\p{L}*|pierd\p{L}*|perte\p{L}*|perd\p{L}*|потер\p{L}*|теря\p{L}*)(?!\p{L})(?:[^.;:]|\.(?=\d)){0,40}\s(?:at|bei|con|a|à|при)\s?$/iu;
/** `of the 900 Mbit/s sent`, `sent 900 Mbit/s, received ...`: what was offered. */
const OFFERED_BEHIND =
  /^\s?(?:(?:that|which) (?:i|we|were|was|are|is) )?(?:sent|offered|asked for|requested|gesendete?n?|angebotene?n?|angeforderte?n?|enviad[oa]s?|ofrecid[oa]s?|envoyés?|offerts?|отправл\p{L}*|послан\p{L}*|发送|發送|送信)(?!\p{L})/iu;
const OFFERED_BEFORE = /(?<!\p{L})(?:of|out of|from|von|de(?: los)?|sur|из)\s(?:the |den |los |les )?$/iu;
/** The words behind the last number. */
const LAST_CLAUSE = /(?!.*\d\s?[\p{L}µ%]).*$/u;
const MANY = /(?<![\p{L}\d.])\d{1,3}\s?[x×*]\s?$/u;
/** `goes from 0.1 ms on the nodes up to 0.3 ms in the pods`. */
const RISE = /(?<!\p{L})(?:goes|went|rises?|rose|increases?d?|grows?|grew|climbs?|jumps?|from)(?!\p{L}).*up to\s?$/iu;
/** Right behind the unit. */
const BOUND_BEHIND =
  /^\s?(?:以上|以下|以内|\+(?!\/)|(?: (?:par|per|por|pro|je) \p{L}+)? (?:au maximum|maximum|at most|como máximo|maximal|höchstens)|or (?:more|less|so more)|oder (?:mehr|weniger)|o m[aá]s|ou plus|и (?:более|выше)|at (?:most|least)|max(?:imum)?(?!\p{L})(?! rate))/iu;

const TARGET = new RegExp(
  `${wordly(
    [
      "defaults?(?: is| of| to)?(?=\\s?$)|default (?:rate|bandwidth|bitrate|limit|speed|value)s?|targets?|limit(?:s|ed|ing)? ?(?:to|of|at|is)?|rate[- ]limit\\p{L}*|allow(?:s|ed)|permit(?:s|ted)|erlaubt|permite|autorise|разрешает|capped|cap(?= (?:of|at|to))|throttl\\p{L}*|shap(?:ed|ing)|polic(?:ed|ing)|qos|asked rate|set(?:s|ting)?(?= [^.;:]{0,40}to $)|set (?:to|at)|configured|reserv\\p{L}*|guarantee\\p{L}*|reduc(?:ed?|ing) (?:the )?(?:target|bandwidth|rate|bitrate)",
      "begrenz\\p{L}*|gedrosselt\\p{L}*|limitiert\\p{L}*|zielrate",
      "limitad[oa]s?|l[íi]mites?|objetivo|contratad[oa]s?|contracted|contract|vertraglich\\p{L}*|gebucht\\p{L}*|тариф\\p{L}*",
      "limité\\p{L}*|plafonné\\p{L}*|cible",
      "ограничен\\p{L}*|лимит\\p{L}*",
    ].join("|"),
  )}|限速|限制|上限|封顶|规格|套餐|购买|(?:发送|发包|打流|压测)(?:速率|速度)?(?:为|约|是)?\\s?$|限流|目标|设为|ingress-bandwidth|egress-bandwidth|(?:^|\\s)-b\\s?$|(?<!\\p{L})(?:udp(?: traffic)?|sending|sends?|paced?(?: \\p{L}+)?|offered(?: load)?|load) (?:at|of|to) ?$|--(?:bandwidth|bitrate)`,
  "iu",
);

/** `egress-bandwidth: 50M, and iperf3 shows`: the limit has a number of its own, and a word for measuring follows. */
const TARGET_HAS_ITS_OWN =
  /(?:limit|target|capped|bandwidth|-b|rate|at|to|of)\s?[:=]?\s?\d[\d.]*\s?[kmg]?\S{0,8}\s.*(?<!\p{L})(?:shows?|gives?|get|got|measures?d?|see|reach(?:es|ed)?|arrives?|messen|erreichen|zeigt)(?!\p{L})/iu;

const NO_LIMIT =
  /(?<!\p{L})(?:(?:no|without|ohne|kein|sin|sans|sem|без)(?: the| a| any| das)? (?:rate )?(?:limit|l[íi]mite|лимит)\p{L}*|unlimited|limits? (?:off|removed|disabled|lifted|gone))(?!\p{L})|不限速|无限制/giu;

/** "as expected", "(expected)", "not expected", "than expected" say what someone thinks of a measurement. */
const OPINION =
  /(?<!\p{L})(?:not (?:quite )?)?(?:as|than|like) expected(?=\s?[:：])|(?<!\p{L})(?:just |exactly |about )?(?:as|than|like|not|un|i|we|what i|what we)[- ]?(?:one |you |i |we |was |is |would |had |have )*expect(?:ed)?(?!\p{L}|\s*:)(?! (?:about|around|a|an|at|to|it|that|\d|~|some|near))|\(\s*(?:as |not |un)?expected\s*\)|wie erwartet|(?:als )?erwartet(?= \()|como (?:era de )?esperad?[oa]?(?:ba|r)?|lo esperado|comme (?:prévu|attendu)|как (?:и )?ожидалось|符合预期|如预期|不符合预期/giu;
const HOPED = new RegExp(
  `${wordly(
    [
      "(?:a|the) baseline of|bursts?|slas?|slos?|quota|entitled|agreed|budget\\p{L}*|contract\\p{L}*|plan(?:ned)?|pay(?:ing)?|paid|payons|paie|paient|pagamos|pago|zahlen|zahle|платим|плачу|rent(?:ed)?|bought|book(?:ed)?|order(?:ed)?|leas(?:e|ed)|subscri\\p{L}*|alerts?|thresholds?|alarm\\p{L}*|schwellwert\\p{L}*|umbral|порог\\p{L}*|should|expect\\p{L}*|theor(?:y|etical\\p{L}*)|supposed|ideal(?:ly)?|advertis\\p{L}*|promis\\p{L}*|claim(?:s|ed)?|nominal\\p{L}*|rated|would (?:be|like|need|want)|want(?:ed)?|hop(?:e|ed|ing|efully)|hoffentlich|ojalá|надеюсь|needs?(?! to know)|require[sd]?|goal|spec(?:s|ification)?|documented|according to the (?:docs?|vendor|datasheet)",
      "soll(?:te\\p{L}*|en)?|bräuchte\\p{L}*|brauch(?:en?|t)|benötig\\p{L}*|garantier\\p{L}*|zugesichert\\p{L}*|sicher\\p{L}* \\p{L}+ (?:zu|\\d)|gebucht\\p{L}*|angebunden|gerechnet|rechne\\p{L}* mit|hätte\\p{L}*|gedacht|vorgestellt|erwart\\p{L}*|theoretisch\\p{L}*|müss?te\\p{L}*|hoff\\p{L}*|laut hersteller",
      "debería\\p{L}*|necesit\\p{L}*|garantiz\\p{L}*|contrat\\p{L}*|esper\\p{L}*|teóric\\p{L}*|tendría\\p{L}*",
      "devrai\\p{L}*|besoin|garanti\\p{L}*|disposent|faudrait|théorique\\p{L}*|attend\\p{L}*|espér\\p{L}*",
      "deveria\\p{L}*|precis\\p{L}* de|garant\\p{L}*|teóric\\p{L}*",
      "должн\\p{L}*|нужн\\p{L}*|требу\\p{L}*|гарантир\\p{L}*|подключен\\p{L}*|ожида\\p{L}*|теоретич\\p{L}*|обещ\\p{L}*",
    ].join("|"),
  )}|应该|应当|买了|租了|租用|要求|需要|希望|理论|预期|期望|标称|はず|欲しい|必要|たい|理論|이론|예상`,
  "iu",
);

const DEVICE =
  "(?:physical )?(?:switch(?:es)?|nics?|uplinks?|links?|adapters?|cards?|cables?|ethernet|lan|ports?|interfaces?|fib(?:er|re)|backbone|fabric|bond(?:ing|ed)?|lines?|vpns?|wan|wlan|wi-?fi|dsl|mpls|trunk|tunnel to|(?<!(?:to|via|over|through|from) (?:the )?)internet(?: access| connection)?|line rate|wire speed|connections? to|netzwerkkarten?|netzkarten?|leitung(?:en)?|anbindung|schnittstellen?|tarjetas?|enlaces?|liens?|cartes?|interfaz|placas?|сетев\\p{L}* карт\\p{L}*|порт\\p{L}*|линк\\p{L}*|свитч\\p{L}*|коммутатор\\p{L}*|канал\\p{L}*)";
const DEVICE_WORD = new RegExp(`${wordly(DEVICE)}|\\d+gbe|网卡|网口|万兆|千兆|交换机|链路|光纤|端口|スイッチ|NIC`, "iu");
/** The device that a speed belongs to stands right behind it: `10 Gbit/s NICs`, `1 Gbit/s links`. */
const DEVICE_BEHIND = new RegExp(
  `^[\\s-]?(?:\\p{L}+[\\s-]){0,2}?(?:${wordly(DEVICE)}|network(?!\\p{L}|\\s?(?:throughput|performance|speed measured))|networking|netz(?:werk)?(?!\\p{L})|red(?!\\p{L})|réseau|сет[ьи]|网络|的?网卡|的?交换机|的?链路|的?专线|的?光纤|网)`,
  "iu",
);
/** `the network is 10 Gbit/s`, `instances with 10 Gbit/s`, `have 10 Gbit/s`: what machines have, not what was measured. */
const POSSESSED = new RegExp(
  `(?:${wordly(
    "networks?(?: \\p{L}+)? (?:is|are|has|of)(?: \\p{L}+){0,3}|(?:has|have|having|shares?|sharing|with|equipped with|provides?|offers?|(?:connected|linked|joined) (?:by|with|via|at|through|to|over)|on) (?:an? |the |2x ?|dual )?|haben|hat|mit|verbunden (?:mit|über)|tienen|tiene|con|ont|имеют|имеет|имеется",
  )}|(?<!\\p{L})(?:network|link|nics?|ports?|uplink|instance|line) (?:bandwidth|speed|capacity)\\s?(?:is|of|[:=])?\\s*|连接|配备|拥有|配置)\\s?(?:\\d\\s?x\\s?|×)?(?:about |a |an |full )?$`,
  "iu",
);
/** `our uplink is 500 Mbit/s`, `NIC: 1750 Mbit/s`: whatever the number, it is the device's. */
const DEVICE_IS = new RegExp(
  `(?:${wordly(
    "uplinks?|downlinks?|(?<!(?:same|those|these|that|this) )nics?|(?:network |netz)cards?|links?|bond(?:s|ing|ed)?|lag|lacp|line|(?<!(?:to|via|over|through|from|zum|ins|al|a|vers|à|в) (?:the |das )?)internet(?: connection| access| line)?|wan|vpn|switch(?:es)?|isp|adsl|dsl|broadband|wi-?fi|wlan|netzwerkkarten?|anbindung|leitung|tarjetas?|enlaces?|placas?|cartes?|сетев\\p{L}* карт\\p{L}*|канал",
  )}|网卡(?:为|是|都是|均为)?|网口|万兆|千兆|百兆|交换机|专线|链路|NIC|(?:1|10|25|40|100)gbe?)(?: (?:speed|bandwidth|capacity))?\\s?(?:can (?:do|handle|reach)|is|are|has|have|provides?|offers?|gives?|runs? at|of|with|ist|sind|hat|haben|son|es|tiene|tienen|de|est|sont|são|é|—|-|为|是|は|[:=：])?\\s?(?:only |nur |about |de |von |a |an )*$`,
  "iu",
);
/** `the 10 Gbit/s nodes` */
const MACHINE_BEHIND =
  /^[\s-](?:(?:worker|cluster|cloud|aws|bare[- ]metal|physical|virtual) )?(?:nodes?|hosts?|machines?|servers?|vms?|instances?|workers?|boxes|droplets?|knoten|rechner|maschinen|server|nodos?|m[aá]quinas?|servidores|узл\p{L}*|сервер\p{L}*)(?!\p{L})(?!\s?(?:to|zu|nach|al?|à|vers|к|-\s?(?:to|2|zu)|->|→|=>|<->|↔|-\s?\p{L}))/iu;
const ROUND_SPEED = /^(?:1|2\.5|2|4|5|8|10|16|20|25|40|50|56|100|200|400|1000|10000|10,000|1 000|2500|25000|40000|100000)$/;

/** `4 узла (по 10 Гбит/с)`: what each of the machines has. */
const OF_COUNTED = new RegExp(`(?:${COUNTED})\\s?[(（]\\s?(?:each |with |at |je |mit |à |de |con |por |по |各|均)?\\s?$`, "iu");
const INTERFACE_BEFORE = /(?<![\p{L}\d])(?:eth|eno|ens|enp|enx|em|bond|ib)\d[\w.]{0,10}\s?[(（]\s?$/u;
/** Whether the device that a speed in brackets belongs to stands before them: `on wifi (72 Mbit/s)`. */
export const isOfDeviceBefore = (before: string): boolean =>
  OF_COUNTED.test(before) ||
  INTERFACE_BEFORE.test(before) ||
  (/[(（]\s?$/u.test(before) && DEVICE_IS.test(before.replace(/\s?[(（]\s?$/u, " ")));

/** Why a device's speed is no measurement. */
export const DEVICE_SPEED = "the words beside it speak of a device's speed, not of a measurement";

const TURN =
  /(?<!\p{L})(?:but|however|yet|instead|only|actual(?:ly)?|now|today|currently|we|i|get|got|measured?|see|aber|jedoch|sondern|nur|tatsächlich|derzeit|wir|ich|es sind|pero|sino|solo|sólo|obtengo|mais|seulement|nous|mas|apenas|но|а|однако|только|мы)(?!\p{L})|但|却|实际|实测|只有|目前|しかし|実際|が、/iu;

/** What the words of a sentence before a clause say against its quantity: "The loss, compared with the nodes, is ...". */
export function doubtAhead(lead: string, clause: string): string | undefined {
  const opinionless = lead.replace(OPINION, " ");
  const hoped = HOPED.exec(opinionless);
  if (hoped !== null && !TURN.test(opinionless.slice(hoped.index + hoped[0].length) + clause))
    return "the words beside it speak of what should be, not of a measurement";
  return DIFFERENCE_NOUN.test(lead) && !TURN.test(lead) ? "a difference, not a measurement" : undefined;
}
const DIFFERENCE_NOUN =
  /(?<!\p{L})(?:the|a|our|der|die|la|le|il|a) (?:loss|drop|difference|delta|gap|overhead|penalty|verlust|unterschied|differenz|pérdida|diferencia|perte|différence|perda|diferença)(?!\p{L})[^.;:：]{0,60}$/iu;

/** What speaks against taking a quantity for a measurement; `clause` holds it from `at` to `end`, and `alone` says that it holds no other. */
export function doubtAbout(quantity: Quantity, clause: string, at: number, end: number, alone: boolean): string | undefined {
  if (quantity.doubt !== undefined) return quantity.doubt;
  const [before, behind] = [clause.slice(0, at), clause.slice(end)];
  if ((BOUND_BEFORE.test(before) && !RISE.test(before)) || BOUND_BEHIND.test(behind)) return "a bound, not a measurement";
  if (
    quantity.kind === "time" &&
    (SETTING_BEFORE.test(before) ||
      /^\s?(?:timeout|interval|delay between|pause|apart|(?:to|until|for|before) (?:start|boot|come up|schedule|pull|create|deploy|load|compile|run|finish|complete|be(?:come)? ready)\p{L}*)(?!\p{L})/iu.test(
        behind,
      ))
  )
    return "a setting, not a measurement";
  if (MANY.test(before) && !ROUND_SPEED.test(quantity.number)) return "a product of two numbers, not one measurement";
  if (quantity.kind !== "time" && ((LOAD_BEFORE.test(before) && /\p{L}/u.test(behind)) || LOSS_AT.test(before)))
    return "the load under which something was measured, not a result";
  if (
    (quantity.kind === "requests" || quantity.kind === "packets") &&
    /(?<!\p{L})(?:at|bei) $/iu.test(before) &&
    /^\s?[:：,]/u.test(behind)
  )
    return "the load under which something was measured, not a result";
  if (OFFERED_BEFORE.test(before) && OFFERED_BEHIND.test(behind)) return "what was sent, not what arrived";
  if (NOT_REACHED.test(before.slice(before.search(LAST_CLAUSE)))) return "a bound, not a measurement";
  if (/^\s?(?:by default|standardmäßig|por defecto|par défaut|per impostazione|по умолчанию)(?!\p{L})/iu.test(behind))
    return "a setting, not a measurement";
  if (USED_BEFORE.test(before)) return "the words beside it speak of traffic in use, not of a measurement";
  if (CHINESE_DIFFERENCE.test(before) || DIFFERENCE_BEFORE.test(before) || DIFFERENCE_BEHIND.test(behind))
    return "a difference, not a measurement";
  const opinionless = clause.replace(OPINION, (found) => " ".repeat(found.length)).replace(NO_LIMIT, (found) => " ".repeat(found.length));
  if (TARGET.test(behindItsLabel(opinionless.slice(0, at)).slice(-40)))
    return "the words beside it speak of a limit or a target, not of a measurement";
  const near = alone ? opinionless : behindItsLabel(opinionless.slice(Math.max(0, at - 60), at));
  if (TARGET.test(near) && !TARGET_HAS_ITS_OWN.test(near)) return "the words beside it speak of a limit or a target, not of a measurement";
  if (HOPED.test(near)) return "the words beside it speak of what should be, not of a measurement";
  if (quantity.kind !== "rate" && quantity.kind !== "packets") return undefined;
  const device = DEVICE_SPEED;
  if (DEVICE_BEHIND.test(behind) || DEVICE_IS.test(before)) return device;
  if (!ROUND_SPEED.test(quantity.number)) return undefined;
  if (MACHINE_BEHIND.test(behind)) return device;
  if (/(?<!\p{L})(?:\d\s?[x×*]|(?:dual|quad|double|twin|zweimal)(?:[ -]port)?)\s?$/iu.test(before)) return device;
  return DEVICE_WORD.test(alone ? clause : near.slice(-40)) || POSSESSED.test(before) ? device : undefined;
}

/** "with a target of 800 Mbit/s: hosts 799": behind a colon that ends a number's label, the words are of the next number. */
const behindItsLabel = (before: string): string =>
  before.slice(/^.*\d\s?[\p{L}µ]+(?:\/\p{L}+)?\s?[:：](?=\s)/u.exec(before)?.[0].length ?? 0);

/** `Bandwidth 2 Gbps:` heads what was asked for, it is no result. */
export const headsATest = (clause: string, at: number, end: number): boolean =>
  /^\s*[:：]\s*$/.test(clause.slice(end)) &&
  /^\W*(?:(?:with|at|mit|bei)\s|bandwidth|bitrate|rate|target|speed|带宽|bandbreite|ancho de banda)?\W*$/iu.test(clause.slice(0, at));
