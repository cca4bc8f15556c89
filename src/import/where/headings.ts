/**
 * What kind of line a line of text is, and what a heading says beside places and modes.
 * @packageDocumentation
 */
import { MAY_HOLD_QUANTITY, quantitiesIn, unitNamed } from "../quantities/quantities.js";
import { remembered } from "../words/remembered.js";
import { readCommand } from "./commands.js";
import { MODE_NAMES, modeWords, withoutBackends } from "./modes.js";
import { placeWords } from "./places.js";
import { HOST, POD } from "./vocabulary.js";

/** Lines of logs name nodes and pods all the time and say nothing about what was measured. */
const LOG_LINE =
  /^\s*(?:[IWEF]\d{4} \d\d:\d\d|\w{3}\s+\d+ \d\d:\d\d:\d\d \S+ \S+|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d|time="|\{"|\[\s*\d+\.\d+\]|level=)/;
/** Columns: what `kubectl get` and `ip route` print. */
const COLUMNS = /\S(?:\s{2,}|\t)\S.*(?:\s{2,}|\t)\S/;
/** A pod's setting that says what follows it when it heads an output. */
const HOST_NETWORK_LINE = /^(?:[-*#]+ |\*\*)?`?hostNetwork`?\s?[:=]\s?(?:true|false)\W*$/i;
/** Members of JSON and YAML, and code fences. */
const MARKUP =
  /^\s*(?:[\w.-]+:\s+\S+\s+#\s|Transfer\/sec:|%?Cpu\(s\)|Usage:|"[^"]*"\s*:|```|~~~|[-*=_~#+]{3,}\s*$|(?:- )?[A-Za-z][\w./-]*:\s+[^\d\s]\S*\s*$|[}\])])/;

/** What kind of text a line is. */
export type LineKind = "prose" | "table" | "command" | "other";

/** A tool's output that a journal has put its own words before. */
const TOOL_IN_LOG = /its\/s|Bytes\/s|seq=|Bitrate|sockperf|requests? per/;

/** A log of measurements: `tool=iperf3 result=7.61 Gbits/sec`. */
const RESULT_IN_LOG = /(?<!\w)(?:result|throughput|bandwidth|bitrate|latency)\s?=\s?\d/i;

/** Whether a line is of a log and holds no tool's output. */
export const isLog = (text: string): boolean => LOG_LINE.test(text) && !TOOL_IN_LOG.test(text) && !RESULT_IN_LOG.test(text);

/** Tells prose, which may name what was measured, from command lines and from everything else. */
export function kindOf(text: string): LineKind {
  const command = readCommand(text);
  if (command !== undefined) return command.prompt === "" && /[:：]\s*$/u.test(text) && placeWords(text).length > 0 ? "prose" : "command";
  if (HOST_NETWORK_LINE.test(text)) return "prose";
  if ((LOG_LINE.test(text) && !RESULT_IN_LOG.test(text)) || MARKUP.test(text)) return "other";
  return text.startsWith("|") || COLUMNS.test(text.trim()) ? "table" : "prose";
}

/** Words of a heading that say what was measured, not where. */
export const MEASURED =
  /(?<!\p{L})(?:tcp|udp|icmp|http|https|latency|latencies|rtt|round[- ]?trip|ping|throughput|bandwidth|iperf\d?|nginx|requests?|packets?|latenz|durchsatz|latencia|rendimiento|débit|latence|задержк\p{L}*|mtu)(?!\p{L})|延迟|时延|带宽|吞吐|[(（](?:单位|units?|einheit|unidad|(?:all )?in)?\s?[:：]?\s?(?:[kmgt]i?b|us|µs|ms|req)[^)）]*[)）]/iu;
/** Whether a heading says what is measured, or in which unit. */
export const saysWhat = (text: string): boolean =>
  withoutBackends([text]).some((one) => MEASURED.test(one)) || (unitNamed(text) !== undefined && !/\d\s*$/.test(text));
/** A heading's rank: 1 to 6 for Markdown's, 7 for a bold line, 0 for none of these. */
export function rankOf(text: string): number {
  const marks = /^\s{0,3}(#{1,6})\s+\S/.exec(text)?.[1];
  if (marks !== undefined) return marks.length;
  return /^\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*:?\s*$/.test(text) ? 7 : 0;
}

/** Whether a line heads what follows it: Markdown's headings, lines that end with a colon, short lines that are no sentence. */
export function headsWhatFollows(text: string): boolean {
  const bare = text.trim();
  if (rankOf(text) > 0 || /[:：]\s*[*_`]*$/.test(bare)) return true;
  return bare.length <= 60 && !/[.!?;,。！？；，]$/u.test(bare) && !hasQuantity(bare) && bare.split(/\s+/).length <= 8;
}

/** Whether a line holds a quantity, and so tells a result itself. */
export const hasQuantity = (text: string): boolean => MAY_HOLD_QUANTITY.test(text) && quantitiesIn(text).length > 0;

const LISTS =
  /^\W*(?:(?:number|count|total|list) of \p{L}+|(?:an)?zahl (?:der )?\p{L}+|número de \p{L}+|nombre de \p{L}+|количество \p{L}+|\p{L}+(?:数量|数)|(?:\p{L}+ ){0,2}(?:hosts?|nodes?|machines?|vms?|pods?|workers?|servers?|knoten|nodos|узлов)(?: count)?(?=\s?[:：]\s?\d{1,4}(?:\s?[x×]|\s*(?:$|[(,;]))))[^:：]{0,40}[:：]|^\W*(?:environment|setup|hardware|software|versions?|(?:host |node )?os|kernel|cpus?|memory|ram|disks?|cloud(?: provider)?|instance|flavou?r|umgebung|aufbau|betriebssystem|entorno|hardware|environnement|ambiente|окружение|стенд|环境|配置|系统|内核|版本|环境信息|硬件|환경|구성|사양|構成)\b[^:：]{0,40}[:：]|(?<!\p{L})cpu(?:s| usage| load| utili[sz]ation)?\s(?:on|of|at|auf|en|sur|use)(?!\p{L})|%\s?cpu|(?:hosts?|nodes?|machines?|servers?|knoten|nodos)(?:\s\p{L}+){0,2}\s(?:were|was|are|is|at|under)\s(?:at |under |about )?(?:\d+ ?%|(?:full |heavy |high )?load)|^\W*[\p{L}'’ ]{0,30}(?<!\p{L})(?:nics?|network cards?|uplinks?|disks?|ram|memory|cpus?|storage|netzwerkkarten?|tarjetas?|cartes?)\s?[:：]/iu;
const INVENTORY =
  /(?<!\p{L})(?:host os|node os|os image|centos|ubuntu|debian|rhel|rocky|coreos|fedora|vcpus?|xeon|epyc|ryzen|\d+ ?gi?b(?: of)? (?:ram|memory|ddr)|\d+ ?cores?|uname|kernel version|x86_64|gnu\/linux)(?!\p{L})|内存/iu;

/** Whether a line lists what machines are made of: it names hosts and says nothing about what was measured. */
export const isInventory = (text: string): boolean =>
  (LISTS.test(text) || (INVENTORY.test(text) && !/[:：]\s*[*_`]*$/u.test(text.trim()))) &&
  !/^\s*#{1,6}\s+(?!environment|setup|hardware|umgebung|环境)/iu.test(text);

const RUN_WORDS =
  /(?<![\p{L}\p{N}])(?:run|try|test|attempt|round|repeat|again|iteration|lauf|versuch|prueba|intento|essai|раз|попытка|once more|and|the|a|an|we|i|get|got|is|are|was|were|it|this|that|here|now|then|same|with|from|inside|within|outside|two|zwei|dos|deux|dois|два|directly|only|just|both|my|our|their|those|these|its|running|through|over|by|innerhalb|außerhalb|dentro|fuera|dans|entre|внутри|вне|между|auf|im|mit|von|vom|de|del|du|do|da|dos|das|em|no|na|nos|nas|os|as|os|en|con|une?|tcp|udp|icmp|https?|ips?|addresses|address|directly|direct|iptables|throughput|bandwidth|bitrate|speed|rate|average|avg|mean|performance|durchsatz|bandbreite|rendimiento|ancho|banda|débit|latency|latenz|latencia|in|on|of|to|between|for|at|zwischen|den|der|die|und|entre|los|las|el|la|y|les|des|между|results?|output|gives?|shows?|measured?|measurements?|first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|erste[rs]?|zweite[rs]?|dritte[rs]?|iperf3?|ping|netperf|qperf|sockperf|wrk|hey|ab|fortio|nginx)(?![\p{L}\p{N}])|第[一二三四五六七八九十\d]次|之间|直连|直接|测试|结果|网络|吞吐量?|带宽|延迟|时延|頻寬|延遲|スループット|帯域幅?|遅延|대역폭|지연|(?<!\p{L})(?:przepustowość|prędkość|opóźnieni[ea]|débits?|latence|velocidade|velocidad|tasa|taxa|vazão|atraso|velocità|latenza|ritardo|скорость|пропускная способность|задержк[аи]|hız|gecikme|mittel(?:wert)?|medi[ao]|moyenne|średnia|среднее)(?!\p{L})|到|间|的|上|内|里|外|之|から|(?:에서|까지|간|사이|의|를|로)(?=\s|[:：]|$)|(?<!\p{L})(?:k8s|kubernetes)(?!\p{L})|(?<!\p{L})networks?(?!\p{L})/giu;
const LONE_NUMBER =
  /(?<![\p{L}\d.,])#?\(?\d{1,2}\)?[.:)]?(?![\p{L}\d.,]|\s?[kmg]?b|\s(?:streams?|threads?|bytes?|connections?|parallel))/giu;

/** What a heading says beside places, modes and the number of the run: equal for two headings over repeats of one condition. */
export const conditionLabel = remembered(labelOf);

const ANY_NAME_OF_MODE = new RegExp(`(?<!\\p{L})(?:${MODE_NAMES})(?!\\p{L})`, "giu");
/** Also where they say where the ends are: "on those nodes". */
const ENDS = new RegExp(`(?:${HOST}|${POD})(?:[\\s-]?[a-d](?![\\p{L}\\d]))?`, "giu");
/** A letter behind an end tells it from the others of its kind. */
const LETTERED = /\ufffc[\s-]?[a-d](?![\p{L}\d])/giu;

function labelOf(text: string): string {
  let rest = text.toLowerCase();
  for (const { at, end } of placeWords(text)) rest = rest.slice(0, at) + "\ufffc".repeat(end - at) + rest.slice(end);
  rest = rest.replace(LETTERED, (found) => " ".repeat(found.length)).replaceAll("\ufffc", " ");
  for (const { at, end } of modeWords(text)) rest = blanked(rest, at, end);
  return rest
    .replace(ANY_NAME_OF_MODE, " ")
    .replace(ENDS, " ")
    .replace(RUN_WORDS, " ")
    .replace(RUN_WORDS, " ")
    .replace(LONE_NUMBER, " ")
    .replace(/[^\p{L}\p{N}/]+/gu, " ")
    .trim();
}

const blanked = (text: string, at: number, end: number): string => text.slice(0, at) + " ".repeat(end - at) + text.slice(end);
