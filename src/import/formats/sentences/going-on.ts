/**
 * Words that say that a clause without ends of its own does not simply go on about those of the clause before.
 * @packageDocumentation
 */

import { POD, RUNTIME } from "../../where/vocabulary.js";

/** `node IP 9.4 Gbit/s`: names an end by its address, and so no end of its own. */
export const ADDRESS_WORD = /(?<!\p{L})(?:node|host)(?:'s)?[- ]ips?(?!\p{L})/iu;
/** The other end is that of the path before. */
export const SAME_END =
  /(?<!\p{L})(?:same|that|this) (?:external )?(?:server|target|destination|endpoint|host|client|machine|url|site)(?!\p{L})|(?:demselben|mism[oa]|même|mesm[oa]|того же|同一)/iu;
/** "Between them": between the ends that the sentence before names. */
export const PRONOUN =
  /(?<!\p{L})(?:between|zwischen|entre|между|tra)\s(?:them|these(?: two)?|the two|ihnen|beiden|ellos|ellas|ambos|eux|elles|les deux|eles|elas|ними|loro)(?=\s|[,:])|(?:它们|他们|两者|二者)之?间/iu;
/** "without it", "otherwise", "disabled": what was said before is turned, and only its opposite would be meant. */
export const TURNED =
  /(?<!\p{L})(?:with(?:in)? (?:it|that|this|them)|mit (?:ihm|ihr|ihnen|diesem|dieser)|con (?:ello|él|eso)|avec (?:lui|ça|cela)|с (?:ним|ней|ними)|without(?: (?:it|that|this|them))?|w\/o|otherwise|disabled|turned off|switched off|removed|if not|the other way|ohne|sonst|abgeschaltet|sin (?:ello|él|eso)|sans|sinon|sem (?:isso|ele)|без (?:него|неё|этого|них)|иначе)(?!\p{L})|不(?:用|开|使用|启用)|没有|关闭|なし|無効/iu;
/** Words that may name an end which the words for places leave out. */
export const OTHER_END =
  /(?<!\p{L})(?:boxes|box|servers?|workers?|machines?|metal|vms?|laptops?|gateways?|routers?|firewalls?|proxy|proxies|vpns?|tunnels?|rechner|server[ns]|servidor(?:es)?|serveurs?|сервер\p{L}*)(?!\p{L})|服务器|网关|路由器|サーバ/iu;
export const VERSUS = /(?:vs\.?|versus|gegen(?:über)?|against|против|contre|contra)\s*$/iu;
export const LABEL = /[:：=]\s*[~≈(*_`]*$/u;
export const POD_WORD = new RegExp(POD, "iu");
export const INSIDE =
  /^\W*(?:but |only |aber |nur |pero |solo |mais |mas |а |но )*(?:inside|within|drinnen|innen|innerhalb|dentro|à l'intérieur|dedans|внутри|dentro)(?!\p{L})|^\W*(?:里面|内部?|中では)/iu;
export const OUTSIDE_WORD =
  /^\W*(?:but |only |aber |nur |pero |solo |mais |mas |а |но )*(?:outside|draußen|außen|außerhalb|fuera|fora|dehors|à l'extérieur|снаружи|вне|fuori)(?!\p{L})|^\W*(?:外面|外部|外では)/iu;
/** Networks of containers, said against the host's. */
export const BRIDGED = /(?<!\p{Script=Latin})(?:bridge[ds]?|overlay|vxlan|docker0|default network)(?!\p{Script=Latin})|网桥|桥接|默认/iu;
/** "Using the flannel interface from the hosts": the pods' network, reached from a host. */
export const TUNNEL_OF_HOST =
  /(?<!\p{L})(?:flannel|overlay|vxlan|tunnel|weave|calico|cni)\S{0,8} (?:interface|device|address|ips?|bridge)(?!\p{L})/iu;
export const RUNTIME_WORD = new RegExp(RUNTIME, "iu");
/** "... so your 2 Gbit/s is not normal": the figure of whoever is answered, of ends that the answer does not name. */
export const YOURS =
  /(?<!\p{L})(?:your|yours|dein(?:e[nmrs]?)?|eure?[nmrs]?|tus?|vuestr[oa]s?|votre|vos|teus?|ваш\p{L}*|твой|твои)\s(?:\p{L}+\s){0,2}[~≈(]*$/iu;
/** One thing that varies: "sometimes 9.6, sometimes 19.1 Gbit/s". */
export const SOMETIMES = /(?<!\p{L})(?:sometimes|at times|mal|manchmal|a veces|parfois|às vezes|иногда)(?!\p{L})|有时/iu;
/** "... while the CPU of the hosts sits at 100 %": about the machines' load, not about what was measured between them. */
export const LOAD_OF_MACHINES =
  /(?:(?:while|with|at|and|where|während|bei|mit|mientras|con|avec|pendant que|при|при этом)\s)?(?:the |a |die |der |la |el |les? )?(?<!\p{L})(?:cpus?|load|cores?|memory|softirq|auslastung|carga|charge|загрузка)(?!\p{L})[^.;,。；，]*\d\s?%[^.;,。；，]*/giu;
/** "The pods, which share the card of their host, reach ...": the sentence goes on about what stood before. */
export const RELATIVE = /^\s*(?:which|who|whose|welche[rsnm]?|qui|lesquel(?:le)?s|которы\p{L}*)(?!\p{L})/iu;
