/**
 * Words for host, pod and Service, and for network modes, in the languages that tickets come in.
 * @packageDocumentation
 */

/**
 * What a measurement ran between. `pod-host` is a path with a pod at one end only and `same-node` one that never leaves a node: no
 * host-to-host figure answers to either. `unclear` are words that name both hosts and pods without saying which was measured.
 */
export type Role = "host" | "pod" | "service" | "pod-host" | "same-node" | "unclear";

/** Words with letters need word boundaries that know all alphabets; `\b` knows only the Latin one without accents. */
const word = (alternatives: string): string => `(?<![\\p{L}\\p{N}_])(?:${alternatives})(?![\\p{L}\\p{N}_])`;

const HOST_WORDS = `${word(
  [
    "hosts?|nodes?|machines?|vms?|bare[- ]?metal|physical|hypervisors?|host ?network",
    "knoten|rechnern?|rechner|maschinen?|wirtssystem\\p{L}*",
    "anfitri[oó]n(?:es)?|nodos?|m[aá]quinas?",
    "h[oô]tes?|n(?:œ|oe)uds?",
    "hospedeiros?|n[oó]s",
    "nodi|macchin[ae]",
    "w[eę]z[lł]\\p{L}*",
    "хост\\p{L}*|уз(?:ел|л)\\p{L}*|нод[аыуе]\\p{L}*",
    "düğüm\\p{L}*",
  ].join("|"),
)}|宿主机|主机|节点|物理机|宿主機|主機|節點|ホスト|ノード|호스트|노드`;

const POD_WORDS = `${word(
  [
    "pods?|containers?",
    "containern?",
    "contenedor(?:es)?",
    "conteneurs?",
    "cont[eê]iner(?:es)?",
    "contenitor[ei]",
    "kontener\\p{L}*",
    "поды|подами|подов|подах|подам|контейнер\\p{L}*",
    "konteyner\\p{L}*",
  ].join("|"),
)}|容器|ポッド|コンテナ|파드|포드|컨테이너`;

const SERVICE_WORDS = `${word("cluster ?ips?|node ?ports?|service[- ]?ips?|service[- ]vips?|pod to service|pod2svc")}|服务 ?ip`;

const HOST = new RegExp(HOST_WORDS, "giu");
const POD = new RegExp(POD_WORDS, "giu");
const SERVICE = new RegExp(SERVICE_WORDS, "giu");

/** A quick look before the costly ones: letters that any of the words needs. */
const ANY = new RegExp(`${HOST_WORDS}|${POD_WORDS}|${SERVICE_WORDS}`, "iu");

/** Names that contain a role word and mean something else. */
const NAMES = /host-?gw|host-local|host-device|host-port|hostname|localhost|nodelocal|node\.js|kube-node|\S+@\S+|https?:\/\/\S+/giu;

/** "on two nodes", "auf verschiedenen Knoten", "en nodos distintos": where the pods are, not what was measured. */
const PLACES = new RegExp(
  `(?:(?<![\\p{L}])(?:on|across|between (?:two|different)|auf|über|en|sur|su|na|em|на|cross|inter|different|each|per)[- ]+(?:\\p{L}+[ -]){0,2}(?:${HOST_WORDS}))|(?:不同|跨|各|同一)(?:个|台)?(?:主机|节点|宿主机|物理机)(?:上?的?)`,
  "giu",
);

const PATH = new RegExp(
  `(?:${POD_WORDS})\\s*(?:to|->|→|=>|nach|zu|zum|a|al|vers|到|至|-to-|2)\\s*(?:the |a |an |den |el |la |le )?(?:${HOST_WORDS})|(?:${HOST_WORDS})\\s*(?:to|->|→|=>|nach|zu|zum|a|al|vers|到|至|-to-|2)\\s*(?:the |a |an |den |el |la |le )?(?:${POD_WORDS})`,
  "iu",
);

/** Pods on one node: their traffic never sees the wire. */
const SAME_NODE = new RegExp(
  `(?:same|single|one)[ -](?:${HOST_WORDS})|(?:intra)-?(?:node|host)|(?:gleichen?|selben|einem)[ -](?:${HOST_WORDS})|(?:mismo|mesmo|stesso|m[eê]me) (?:${HOST_WORDS})|同一(?:个|台)?(?:主机|节点|宿主机)`,
  "iu",
);
const HOST_NETWORK = /host ?network/iu;

/** Where in a text a role is named. */
export interface RoleWord {
  readonly role: "host" | "pod" | "service";
  readonly at: number;
  readonly end: number;
}

/** The role words of a text in their order; names such as host-gw and places such as "on two nodes" are not among them. */
export function roleWords(text: string): readonly RoleWord[] {
  if (!ANY.test(text)) return [];
  const bare = masked(text, NAMES);
  const found = new RegExp(POD_WORDS, "iu").test(bare) ? masked(bare, PLACES) : bare;
  const all = (
    [
      ["host", HOST],
      ["pod", POD],
      ["service", SERVICE],
    ] as const
  ).flatMap(([role, pattern]) =>
    Array.from(found.matchAll(pattern), (match) => ({ role, at: match.index, end: match.index + match[0].length })),
  );
  return all.sort((a, b) => a.at - b.at);
}

/** What a line of prose is about, or undefined where it names neither hosts nor pods. */
export function roleOf(text: string): Role | undefined {
  const words = roleWords(text);
  const roles = new Set(words.map(({ role }) => role));
  if (roles.has("pod") && SAME_NODE.test(text)) return "same-node";
  if (roles.has("host") && HOST_NETWORK.test(text)) return "host";
  if (roles.has("service") && !roles.has("host")) return "service";
  if (roles.has("host") && roles.has("pod")) return PATH.test(masked(text, NAMES)) ? "pod-host" : "unclear";
  return words[0]?.role;
}

function masked(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found) => " ".repeat(found.length));
}

/** The role that a file's name says, e.g. `host.txt`, `pod-to-pod.log`. Only its last part counts: folders are named after machines. */
export function roleOfFileName(file: string): Role | undefined {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  return roleOf(base.replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[_.-]+|(?<=[a-z])2(?=[a-z])/g, " "));
}

const SUBJECTS: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["flannel host-gw", /(?<!\p{L})host-?gw(?!\p{L})/giu],
  ["flannel vxlan", /(?<!\p{L})flannel[^.;,:\n]{0,24}vxlan/giu],
  ["flannel udp", /(?<!\p{L})flannel[ (-]{1,3}udp\)?(?=[ -]*(?:backend|mode|modus|modo|后端|模式)|\))|udp[- ]backend/giu],
  ["flannel", /(?<!\p{L})flannel(?!\p{L})/giu],
  ["calico ipip", /(?<!\p{L})calico[^.;,:\n]{0,24}ip-?(?:in-?)?ip/giu],
  ["calico vxlan", /(?<!\p{L})calico[^.;,:\n]{0,24}vxlan/giu],
  ["calico", /(?<!\p{L})calico(?!\p{L})/giu],
  ["cilium", /(?<!\p{L})cilium(?!\p{L})/giu],
  ["weave", /(?<!\p{L})weave(?:[- ]?net)?(?!\p{L})/giu],
  ["antrea", /(?<!\p{L})antrea(?!\p{L})/giu],
  ["kube-router", /(?<!\p{L})kube-router(?!\p{L})/giu],
  ["kube-ovn", /(?<!\p{L})kube-ovn(?!\p{L})/giu],
  ["kindnet", /(?<!\p{L})kindnetd?(?!\p{L})/giu],
  ["gce", /(?<!\p{L})gce(?!\p{L})/giu],
  ["macvlan", /(?<!\p{L})macvlan(?!\p{L})/giu],
  ["ipvlan", /(?<!\p{L})ipvlan(?!\p{L})/giu],
  ["l2", /(?<![\p{L}\p{N}])l2(?=[ -]*(?:mode|modus|bridge|netz|network|模式|方案))|(?:modo|mode|modus) l2(?!\p{L})/giu],
  ["docker", /(?<!\p{L})docker(?:0|[- ](?:bridge|nat))(?!\p{L})/giu],
  ["vxlan", /(?<!\p{L})vxlan(?!\p{L})/giu],
];

const ANY_SUBJECT = /flannel|host-?gw|udp[- ]backend|calico|cilium|weave|antrea|kube-(?:router|ovn)|kindnet|gce|vlan|l2|docker|vxlan/i;

/** Where in a text a network mode is named. */
export interface SubjectWord {
  readonly subject: string;
  readonly at: number;
}

/** The network modes that a text names, in their order; the longest name at a place counts. */
export function subjectWords(text: string): readonly SubjectWord[] {
  if (!ANY_SUBJECT.test(text)) return [];
  let rest = text;
  const found: SubjectWord[] = [];
  for (const [subject, pattern] of SUBJECTS) {
    for (const match of rest.matchAll(pattern)) found.push({ subject, at: match.index });
    rest = masked(rest, pattern);
  }
  const hostGw = found.find(({ subject }) => subject === "flannel host-gw");
  // "flannel with host-gw" is one mode, named by two words.
  const merged = hostGw === undefined ? found : found.filter(({ subject, at }) => subject !== "flannel" || Math.abs(at - hostGw.at) > 30);
  return merged.sort((a, b) => a.at - b.at);
}

/** The one network mode that a text names; undefined where it names none or several. */
export function subjectOf(text: string): string | undefined {
  const subjects = new Set(subjectWords(text).map(({ subject }) => subject));
  return subjects.size === 1 ? [...subjects][0] : undefined;
}
