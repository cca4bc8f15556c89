/**
 * Words for what a measurement ran between (hosts, pods, Services, the outside) and for where its ends were, in the languages that tickets come in.
 * @packageDocumentation
 */

/**
 * Words with letters need boundaries that know all alphabets but the ones written without blanks: in `两个pod之间` the Latin word is a word.
 * A letter of another script beside it ends it, too.
 */
const SPELLED = "\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Mn}\\p{N}_";
export const word = (alternatives: string): string => `(?<![${SPELLED}])(?:${alternatives})(?![${SPELLED}])`;

/** Nouns for a machine, without which one; the parts of {@link HOST} that topology words and negations may stand beside. */
const MACHINE_LATIN = [
  "(?:node|host)['’](?:lar|ler)\\p{L}*|hosts?|nodes?|machines?|vms?|hypervisors?|servers?(?=\\W{0,3}(?:to|->|→)\\W{0,3}servers?)",
  "workers?(?=\\W{0,3}(?:to|->|→|-|and)\\W{0,3}(?:another )?workers?)|(?:worker|cluster) nodes?|(?<!wrk |nginx |\\d |gunicorn )workers|(?:two|both|three|our|these|those|physical|dedicated|bare[- ]metal|root|raw) servers|(?<=between (?:the |two |both |our )?)(?:servers|instances)|instances(?= themselves)|instance(?= (?:to|->) instance)|(?<=(?:on|within|inside|from) (?:one |a single |the same |each )?)server(?=\\s?(?:[:：]|directly|itself|$))|server(?= (?:to|->|→) server)|(?<=server (?:to|->|→) )server",
  "servern|(?<=zwischen (?:zwei |den |beiden |unseren )?)workern|(?<=(?<!\\p{L})(?:des|auf de[mn]|zwischen (?:den|zwei|beiden)|durchsatzes der|rate der) )server|(?<=(?<!\\p{L})(?:entre|de|fra|tra)(?: los| les| os| dos| deux| i| due)* )(?:servidores|serveurs|servidores|server(?: fisici)?)|serveurs physiques|servidores físicos|server fisici|(?<=между (?:двумя )?)серверами",
  "hosten?|knotens?|nodes?|rechnern?|rechner|maschinen?|wirtssystem\\p{L}*",
  "anfitri[oó]n(?:es)?|nodos?|m[aá]quinas?",
  "h[oô]tes?|n(?:œ|oe)uds?",
  "hospedeiros?|nós?",
  "nodi|macchin[ae]",
  "w[eę]z[lł]\\p{L}*|węze[lł]",
  "хост\\p{L}*|уз(?:ел|л)\\p{L}*|нод(?:а|ы|у|е|ой|ами|ах|ам)?|машин\\p{L}*",
  "düğüm\\p{L}*|sunucu\\p{L}*",
  // What is a pod has been blanked by then.
  "server(?=\\s?(?:to|->|→|-)\\s?(?:\\u0000|pod|container|server))|(?<=(?:\\u0000|pod|container)s? (?:to|->|→) (?:a |the )?)server|(?<!client.*)server(?=\\s?[:=]?\\s?\\d[\\d.,]*\\s?(?:ms|us|µs|[kmg]?bit|[kmg]bps|gb|mb))(?!.*client)",
  "(?<=(?:the|that|this|a|one|each|from|on|den|dem|el|la|le) )worker(?! (?:process|thread|count|pool|conn)\\p{L}*)",
].join("|");
const MACHINE_CJK =
  "服务器(?=之间|间|到|上直接|直连)|サーバー?(?=間|同士)|宿主机|主机|节点|物理机|虚拟机|机器|宿主機|主機|節點|母机|實體機|實體主機|虛擬機|伺服器(?=之間|間|上)|ホスト|ノード|호스트|노드";

/** A machine of the cluster. */
export const MACHINE = `${word(MACHINE_LATIN)}|${MACHINE_CJK}`;

/** What only ever means the machines themselves. */
const BARE = `${word("bare[- ]?metal|(?:гол|чист)\\p{L}{2,3} (?:желез\\p{L}{1,3}|металл\\p{L}*)|(?:nackte|blanke)[nrms]? (?:hardware|metall?|blech|eisen)|(?:metal|hardware) desnud[oa]|métal nu|physical|host(?: ?os)? network|underlay|ec2 instances?|ec2(?=\\s?(?:to|->|→|-)\\s?ec2)|(?<=ec2\\s?(?:to|->|→|-)\\s?)ec2|droplets?|(?:docker|container|pod)[- ]hosts?")}|裸机|裸金属|ベアメタル|物理(?:サーバー?|マシン|機)|物理网络|베어메탈`;

/** A numbered machine: `node1`, `host-2`. A name may stand for the pod that runs there. */
export const NAMED_MACHINE = word(
  "(?:(?!(?:pod|container|svc|service)[-_])[a-z][a-z\\d]{0,15}-){0,2}(?:node|host|vm|worker|server|srv|machine|knoten|nodo|rechner)[-_]?\\d{1,3}|(?:node|host|worker|server)[a-d]",
);

/** Words for hosts. */
export const HOST = `${BARE}|${MACHINE}`;

/** Words for pods and containers. */
export const POD = `${word(
  [
    "pod['’](?:lar|ler)\\p{L}*|kubevirt (?:vms?|virtual machines?)|pods?|containers?|pod[-_]?\\d{1,3}|container[-_]?\\d{1,3}|pod[-_]?[a-d]",
    "containern?",
    "contenedor(?:es)?",
    "conteneurs?",
    "cont[eê]iner(?:es)?|cont[aâ]iner(?:es)?",
    "contenitor[ei]",
    "kontener\\p{L}*",
    "(?<=^[\\s|*\\-•\\d.)]*)под(?=\\s*(?:[:：|]|$))|под(?=(?:\\s?[-–—→]\\s?|\\s(?:в|к|на)\\s)(?:под|\\u0000|сервис|узел|хост|нода))|(?<=(?:под|\\u0000|узел|хост|нода)(?:\\s?[-–—→]\\s?|\\s(?:в|к|на)\\s))под|поды|подами|подов|подах|подам|пода|поде|контейнер\\p{L}*",
    "konteyner\\p{L}*",
    "podami|podów|podach|podem|podom|podlar\\p{L}*",
    "inside (?:of )?(?:kubernetes|k8s|k3s)|in(?:side)?(?: a)? docker|im docker|en docker|dans docker|within docker|dockeri[sz]ed|containeri[sz]ed",
  ].join("|"),
)}|容器|ポッド|コンテナー?|파드|포드|컨테이너`;

const TO_A_SERVICE =
  "(?<=(?<!\\p{L})(?:to|towards|via|through|behind|zu|zum|nach|über|hinter|al?|à|hacia|vers|par|au|do|к|в|через|за)\\s(?:the |a |le |el |dem |den |einen? )?(?:k8s |kubernetes )?|(?:->|→|=>|↔|<->|—|–)\\s?|(?:-to|-2|pod|container|host|node|под|контейнер)\\s?[-–—]\\s?|\\p{L}2)";
/** Words for a Service's address. */
export const SERVICE = `${word("cluster ?ips?|node ?ports?|service[- ]?ips?|service[- ]vips?|k8s services?|pod2svc|load ?balancers?|svc")}|${TO_A_SERVICE}(?:services?|svc|servicios?|dienst|serviço|сервис\\p{L}*|servis\\p{L}*|usług\\p{L}*|serwis\\p{L}*|servizio)(?![${SPELLED}])|(?<=(?:^|[,;.]\\s|\\|\\s?))service(?=\\s?(?:[(（][^()（）]{1,30}[)）]\\s?)?(?:[:：]\\s?[^\\n]*\\d|\\|))|服务 ?ip|(?:通过|经过|访问|到|→) ?(?:service|svc|服务)|サービス`;

/** Words for an end that is no part of the cluster. */
export const OUTSIDE = `${word("internet|wan|(?:our|my|the|home|branch) offices?|home office|laptops?|notebooks?|macbooks?|smartphones?|external (?:clients?|servers?|hosts?|networks?)|outside world|outside (?:of )?(?:the |our |my )?(?:k8s |kubernetes )?cluster|north[- ]south|(?:through|via) (?:the |an )?ingress(?: controller)?|außerhalb des clusters|fuera del cl[uú]ster|en dehors du cluster|public internet|интернет\\p{L}*")}|(?<=(?<!\\p{L})(?:to|nach|zu|vers|al?|à|para|к|на|w|do)\\s(?:the |an? |l'|el )?|(?:->|→|=>)\\s?)(?:extern\\p{L}*|outside|außen|außerhalb|exterior|extérieur|внешн\\p{L}*|наружу|dışarı\\p{L}*)(?![${SPELLED}])|(?<=(?<!\\p{L})(?:from|to|and|with|von|vom|zu|zum|nach|und|de|desde|a|al|y|del?|vers|depuis|et|от|с|к|до|и)\\s(?:my |our |the |an? |meinem |unserer? |einer? |der |dem |mi |la |el |mon |ma |le )?|(?:->|→|=>)\\s?)(?:laptops?|notebooks?|macbooks?|desktops?|workstations?|nas|databases?|db servers?|routers?|gateways?|phones?|bastions?|jump ?hosts?|load generators?|registry|datenbank|portátil|base de datos|ноутбук\\p{L}*|баз\\p{L}+ данных)(?![${SPELLED}])|(?<=\\u0000 )from (?:the )?outside(?! (?:of )?(?:the |an? )?(?:pods?|containers?)(?!\\p{L}))|外网|公网|互联网|インターネット|인터넷`;

/** What runs containers: said to be absent, it leaves the machines. */
export const RUNTIME = word("kubernetes|k8s|k3s|microk8s|minikube|rke2?|openshift|docker|swarm|kubelet|cni|overlay");

/** hostNetwork in its spellings: a pod that has it is on the host's network. */
export const HOST_NETWORK = `(?:--net(?:work)?[= ]host|${word('host[- ]?network(?:ing|ed)?(?:["\'`*]*\\s?[:=]\\s?["\'`*]*true)?|network_mode:? ?"?host|host[- ]?netzwerk\\p{L}*|réseau (?:de l.)?hôte|red (?:del? )?(?:host|anfitrión|nodo)|rede (?:do )?host|rete (?:dell.)?host|сет(?:ь|и|ью) хоста|хостов\\p{L}* сет\\p{L}*|hostnet|host[- ]mode|net=host')}|(?:(?:containers?|pods?|docker)|容器) ?[(（](?:host|主机|宿主机)[)）]|(?:主机|宿主机|host)\\s?网络(?:模式)?|host ?模式|(?:ホスト|host ?)ネットワーク)`;
/** hostNetwork switched off. */
export const HOST_NETWORK_OFF = `host[- ]?network["'\`*]*\\s?[:=]\\s?["'\`*]*false`;

const BEFORE = word(
  [
    "(?:with)?out|w/o|outside(?: of)?|non|bypassing|neither(?: (?:end|side|of them|one|is|was|the (?:client|server) nor the (?:client|server)))*(?: running)?(?: in| inside| within)?|none(?: of (?:them|these|it|the two))?(?: (?:is|was|are|were|ran|runs|running))?(?: in| inside| within)?|no|not?(?: running| inside| within| using)?(?: in| on| inside| within)?",
    "ohne|au(?:ß|ss)erhalb(?: von)?|nicht(?: in| im)?|keine?n?",
    "sin|fuera de(?:l)?|no(?: en)?",
    "sans|en dehors d(?:es|u|e)|hors(?: d(?:es|u|e))?",
    "sem|fora d(?:[oa]s?|e)|n[aã]o(?: em)?",
    "senza|fuori da(?:i|l|gli|lle)?",
    "bez|poza",
    "вне|без|снаружи|не (?:в|на)|за пределами",
  ].join("|"),
);
const ARTICLE =
  "(?:(?:a|an|any|the|our|of|using|between|zwischen|entre|между|der|den|des|dem|einem|einer|eines|el|la|los|las|un|una|le|les|l'|os?|as?|d'un|d'une|i|gli) ?){0,2}[`'\"*]*";
/** What stands before a word and turns it: `without`, `outside of the`, `außerhalb der`, `не в`. */
export const NEGATION_BEFORE = `(?:${BEFORE}\\s+${ARTICLE}|(?:non-)|(?:不(?:使用|用|经过|走|在|通过)|没有(?:使用|用)?|非|无|未(?:使用|用)?|脱离|绕过)\\s?)`;
/** What stands behind a word and turns it: `pod外`, `容器以外`. */
export const NEGATION_BEHIND = "\\s?(?:(?:之|以|の)?外(?:部|面|側|侧)?(?!网|網)|なし|を使わ|밖|외부)";

const SAME =
  "same|single|gleiche[nrms]?|selbe[nrm]?|demselben|derselben|mism[oa]s?|même|mesm[oa]s?|stess[oa]|одном|одной|том же|тот же|та же|тем же|одного|того же|aynı|tym samym";
const OTHER =
  "different|separate|distinct|another|other|multiple|several|various|neighbou?ring|remote|verschiedene[nr]?|unterschiedliche[nr]?|andere[nrms]?|getrennte[nr]?|mehrere[nr]?|otr[oa]s?|distint[oa]s?|diferentes?|vari[oa]s|autres?|plusieurs|outr[oa]s?|разн(?:ых|ыми|ые)|друг(?:ом|ой|их)|divers[ie]|altr[oiae]|farklı|różnych|inn(?:y|ym|ych|ego|a)|drugi\\p{L}*";
const FILLER = "(?:(?:one|physical|worker|cluster|kubernetes|k8s|two|2|и) ?)?";
const STUCK = "cross|inter|multi|across|über|entre distint[oa]s";
/** The ends share a machine. Plural "the same nodes" says that machines were used again, not that there is one. */
export const SAME_MACHINE = `${word(`(?:${SAME})[ -]${FILLER}(?:${singular(MACHINE_LATIN)}|server|box|worker|blade)|intra[- ]?(?:node|host|vm)|(?:within|inside|innerhalb) (?:an?|each|eines?) (?:host|node|machine|knotens?|rechners?)|(?:on|within|inside|auf|innerhalb) (?:just )?(?:one|a single|einem(?: einzigen)?) (?:host|node|machine|vm|server|worker|box|knoten|rechner)|(?<=[(（] ?)one (?:host|node|machine|server|hypervisor|vm|box)|node[- ]local|loopback|localhost|127\\.\\d+\\.\\d+\\.\\d+|same-(?:node|host)`)}|(?<!不)(?:同一?|相同|单|本|同じ|同一の?|같은 ?)(?:个|台|一个|一台|一)? ?(?:${MACHINE_CJK}|host|node)s?`;
/** The ends are on different machines. */
export const OTHER_MACHINE = `${word(
  [
    `(?:${OTHER})[ -]${FILLER}(?:${MACHINE_LATIN}|servers?|boxes|workers?|blades|racks?)`,
    `(?:${STUCK})[- ]?(?:the )?(?:${MACHINE_LATIN})`,
    "(?:nodos|hosts|m[aá]quinas|n[oó]s|nodi|n(?:œ|oe)uds|h[oô]tes|machines) (?:distint[oa]s|diferentes|separad[oa]s|divers[ie]|différent[es]*|distinct[es]*)",
    "(?:knoten|host|rechner|node)s?übergreifend\\p{L}*",
    "межузлов\\p{L}*",
    "diff[- ](?:node|host)s?",
  ].join("|"),
)}|(?:不同的?|跨|异|另一|各|多|他の|異なる|別の?|다른 ?)(?:个|台|一个|一台)? ?(?:${MACHINE_CJK}|host|node)s?|两(?:个|台)? ?(?:${MACHINE_CJK}|host|node)s?(?!之间|间|直接|互|到|上(?:直接|跑|测))`;

/** The singular of the languages in which it matters here. */
function singular(alternatives: string): string {
  return alternatives.replaceAll(/(hosts|nodes|machines|vms|nodos|hypervisors)\?/g, (found) => found.slice(0, -2));
}

/** Counted machines are an inventory: `4 nodes`, `three machines`, `a 3-node cluster`. */
export const COUNTED = `(?<!\\d:\\d*)(?<!(?:between|from|zwischen|entre|между|tra|fra|między) (?:the |den |los |les |our |my |these |those |i |gli |os |las |mes |nos |mis |nuestr[oa]s |meus |minhas |nossos |nossas |meinen |unseren |diesen |моими |нашими |этими )?)${word(`(?:\\d+|both|two|three|four|five|six|eight|ten|zwei|beiden?|dos|deux|dois|duas|due|два|две|двух|drei|vier|fünf|sechs|tres|cuatro|cinco|seis|trois|quatre|cinq|três|quatro|три|четыре|пять)[- ](?:physical |worker |bare[- ]metal |virtual |dedicated |x )?(?:${MACHINE_LATIN}|servers|boxes|workers|(?:ec2 |cloud |aws |vm |gce |azure )?instances|droplets|vms)(?! (?:themselves|directly|selbst|direkt)(?!\\p{L}))`)}|(?:\\d+|[一两三四五六七八九十])(?:个|台)(?:${MACHINE_CJK})(?!之?间|上(?:直接|跑|测))`;

/** Pods by their number are an inventory, too, unless something is said to run between or in them. */
export const COUNTED_PODS = `(?<!(?:between|from|in|inside|across|of|zwischen|in|entre|en|между|в|tra|fra) (?:the |den |los |our )?)${word(`(?:\\d{1,5}|a few|several|many|some|hundreds of|dozens of|viele|mehrere|muchos|varios|много|несколько) (?:pods|containers|containern|contenedores|conteneurs|подов|контейнеров)(?= (?:on|per|in|running|run|are|auf|pro|por|par|на|en|sur)(?!\\p{L}))(?: (?:running |spread )?(?:on|over|in|auf|en|sur|на)(?: \\p{L}+){0,3} (?:${MACHINE_LATIN}))?`)}`;

/** Names that hold a role word and mean something else. */
export const NAMES =
  /host-?gw|host[- ](?:routing|firewall|reachable|based|scope|policy|endpoints?|path|aliases|keys?)|-[cHs] (?:host|server|node|pod(?![\w-]))|<(?:host|node|server)>|host-local|host-device|host-?ports?|hostpath|host ?names?|localhost\\.\\w+|nodelocal|node\.js|nodejs|kube-node|node[- _]exporter|container[- ]?(?:runtime|image|engine)s?|pod(?:[- ]network)?[- ]?cidr|(?:pod|container)s? (?:specs?|manifests?|yaml|templates?|security|definitions?|images?|runtimes?|logs?|events?|status|counts?|resources?|limits?|overview|registry|registries|cpus?|memory|ram)(?![\p{L}\p{N}])|(?:host|node)(?:'s)? (?:os|kernel|cpus?|memory|ram|specs?|hardware|ip(?:s| address(?:es)?)?|image|type|pools?|groups?|version|name|selector|affinity)(?![\p{L}\p{N}])|(?:per|each|every) (?:pod|container)s?(?: (?:on|of|in|per) (?:a|an|the|each|every|that|this|one) (?:node|host|machine|vm|server)s?)?|(?:per|each|every) (?:host|node|machine|vm)s?|all (?:the )?(?:hosts|nodes|machines|vms)|(?<=%\s)cpus?(?: usage| load| time)? (?:of|on) (?:the |each |both |one |every |that )?(?:host|node|machine|vm|server)s?|(?:auf )?jede[mrn] (?:host|knoten|rechner|pod)|cada (?:nodo|host|n[oó])|chaque (?:n(?:œ|oe)ud|h[oô]te)|["']?host:\s?[a-z][\w-]*(?:\.[\w-]+)+|\S+@\S+|https?:\/\/\S+/giu;

/** `90 % of the host's`, `of the bare metal performance`: what something is measured against, not where. */
export const REFERENCE = new RegExp(
  `(?:%|percent|prozent|por ?ciento|pour ?cent|процент\\p{L}*)\\s?(?:of|von|der|des|de|del|do|da|от)\\s(?:\\p{L}+\\s){0,2}(?:${HOST})(?:['’]s?)?`,
  "giu",
);
