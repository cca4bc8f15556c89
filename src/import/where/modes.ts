/**
 * Names of network modes, as texts call them.
 * @packageDocumentation
 */

/** Behind `udp`: it is a word of its own. */
const ALONE = "(?![\\p{Script=Latin}\\d])";
const TO = "(?:\\s(?:to|auf|zu|à|na|на)\\s|到|成|为)\\s?";
/** flannel's backend of the name `udp`. It says nothing of the protocol that was measured. A mode that is blanked already may stand before it. */
const UDP_BACKEND = new RegExp(
  [
    `(?<!\\p{Script=Latin})flannel(?:['’]s)?[\\s-]{0,2}[(（]["'\`]?udp(?=["'\`]?\\s?[)）]|[ -](?:backend|mode|modus|modo|后端|模式))`,
    `(?<!\\p{Script=Latin})flannel(?:['’]s)?[ -]udp${ALONE}(?!\\s?(?:/|&|,|and|und|y|et)\\s?tcp)`,
    `(?<=(?:flannel|\\u0000)[^.;,:，。\\n]{0,24})(?:udp[ -]?(?:mode|modus|modo|模式)|(?:mode|modus|modo) udp)${ALONE}`,
    `(?:udp[ -]?(?:mode|modus|modo|模式)|(?<!\\p{L})(?:mode|modus|modo) udp)(?=\\s(?:of|von|de|del|du|in|bei)\\s(?:\\p{L}{2,4}\\s)?flannel)`,
    "udp[ -]?(?:backend|后端)",
    `(?:--)?backend["'\`]?(?:\\s?[:=：]?\\s?\\{?\\s?["'\`]?(?:type|is|ist|est|es|was|war|为|是)["'\`]?)?\\s?[:=：]?\\s?["'\`(]?udp${ALONE}(?!\\s(?:and |und )?tcp)`,
    `后端(?:类型)?(?:是|为|用)?\\s?[:=：]?\\s?["'\`]?udp${ALONE}`,
    `(?<=(?:flannel|\\u0000)[^.;,:，。\\n]{0,24}${TO})udp${ALONE}`,
  ].join("|"),
  "giu",
);

const MODES: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["flannel host-gw", /(?<![A-Za-z])host-?gw(?![A-Za-z])/giu],
  ["flannel vxlan", /(?<![A-Za-z])flannel(?:[^.;,:|\n]{0,24}|, )vxlan/giu],
  ["flannel ipip", /(?<![A-Za-z])flannel(?:[^.;,:|\n]{0,24}|, )ip-?(?:in-?)?ip(?![A-Za-z])/giu],
  ["flannel udp", UDP_BACKEND],
  ["flannel", /(?<![A-Za-z])flannel(?![A-Za-z])/giu],
  ["calico ipip", /(?<![A-Za-z])calico(?:[^.;,:|\n]{0,24}|, )ip-?(?:in-?)?ip/giu],
  ["calico vxlan", /(?<![A-Za-z])calico(?:[^.;,:|\n]{0,24}|, )vxlan/giu],
  ["calico bgp", /(?<![A-Za-z])calico(?:[^.;,:|\n]{0,24}|, )bgp/giu],
  ["calico", /(?<![A-Za-z])calico(?![A-Za-z])/giu],
  ["cilium vxlan", /(?<![A-Za-z])cilium(?:[^.;,:|\n]{0,24}|, )vxlan/giu],
  ["cilium geneve", /(?<![A-Za-z])cilium(?:[^.;,:|\n]{0,24}|, )geneve/giu],
  ["cilium", /(?<![A-Za-z])cilium(?![A-Za-z])/giu],
  ["weave", /(?<![A-Za-z])weave(?:[- ]?net)?(?![A-Za-z])/giu],
  ["antrea", /(?<![A-Za-z])antrea(?![A-Za-z])/giu],
  ["kube-router", /(?<![A-Za-z])kube-router(?![A-Za-z])/giu],
  ["kube-ovn", /(?<![A-Za-z])kube-ovn(?![A-Za-z])/giu],
  ["ovn-kubernetes", /(?<![A-Za-z])ovn-?(?:kubernetes|k8s)(?![A-Za-z])/giu],
  ["kindnet", /(?<![A-Za-z])kindnetd?(?![A-Za-z])/giu],
  ["gce", /(?<![A-Za-z])gce(?![A-Za-z])/giu],
  ["macvlan", /(?<![A-Za-z])macvlan(?![A-Za-z])/giu],
  ["ipvlan", /(?<![A-Za-z])ipvlan(?![A-Za-z])/giu],
  ["l2", /(?<![\p{L}\p{N}])l2(?=[ -]*(?:mode|modus|bridge|netz|network|模式|方案))|(?:modo|mode|modus) l2(?![A-Za-z])/giu],
  ["docker", /(?<![A-Za-z])docker(?:0|[- ](?:bridge|nat))(?![A-Za-z])/giu],
  ["vxlan", /(?<![A-Za-z])vxlan(?![A-Za-z])/giu],
];

/** Names of modes wherever they stand, also beside a version. */
export const MODE_NAMES =
  "flannel|host-?gw|calico|cilium|weave(?:[- ]?net)?|antrea|kube-router|kube-ovn|ovn-?(?:kubernetes|k8s)|kindnetd?|macvlan|ipvlan|vxlan|geneve|ip-?(?:in-?)?ip|bgp";

const ANY_MODE =
  /flannel|host-?gw|udp[ -]?(?:backend|mod|后端|模式)|(?:mod[eo]|modus) udp|backend|后端|calico|cilium|weave|antrea|kube-(?:router|ovn)|ovn|kindnet|gce|vlan|l2|docker|vxlan/i;

/**
 * A mode that a text is not about: what something is compared with ("not as good as flannel"), a version, another's word, a file's or
 * device's name.
 */
const NAMES_OTHERWISE =
  /(?:(?:than|as (?:\p{L}+ )?as|unlike|like|versus|vs\.?|compared (?:to|with)|instead of|rather than|without|not|from|instead|replac\p{L}*|moved? (?:from|away)|als|wie|statt|ohne|que|sin|frente a|чем|без|比|不如|没有)\s+(?:the |a |with |using |in |on |mit |bei |con )?|[/"'`=.-])$/iu;
const VERSION_OR_FILE =
  /^\s(?:never|off|disabled|removed|none|aus|nie|desactivado|désactivé)(?!\p{L})|^[^\S\n]?(?:version|v?\d+\.\d|[:=]\s?v?\d[\d.,]*(?![\d.,]*\s?(?:[kmgt]?i?b|req|[rqp]ps|ms|us|µs))|\/[\w.]|[:.][\w-]+\/|\.\w|-(?:test|perf|node|cni|kube|operator|config|agent|system|ds|cfg)|@)/iu;

/** Where in a text a network mode is named. */
export interface ModeWord {
  readonly end: number;
  readonly subject: string;
  readonly at: number;
}

/** The network modes that a text names, in their order; the longest name at a place counts. */
export function modeWords(text: string): readonly ModeWord[] {
  if (!ANY_MODE.test(text)) return [];
  let rest = text;
  const found: ModeWord[] = [];
  const protocols = TCP_BESIDE.test(text);
  for (const [subject, pattern] of MODES) {
    if (protocols && pattern === UDP_BACKEND) continue;
    rest = rest.replace(pattern, (match: string, ...more: unknown[]) => {
      const at = more.find((part) => typeof part === "number") ?? 0;
      found.push({ subject, at, end: at + match.length });
      return "\u0000".repeat(match.length);
    });
  }
  const backends = found.filter(({ subject }) => subject === "flannel host-gw" || subject === "flannel udp");
  // "flannel with host-gw" is one mode, named by two words.
  const merged = found.filter(({ subject, at }) => subject !== "flannel" || backends.every((one) => Math.abs(at - one.at) > 30));
  return merged
    .filter(({ at, end }) => !NAMES_OTHERWISE.test(text.slice(0, at)) && !VERSION_OR_FILE.test(text.slice(end)))
    .sort((a, b) => a.at - b.at);
}

/** `flannel (TCP)`: beside it `flannel (UDP)` names a protocol. */
const TCP_BESIDE = /flannel[\s(（-]{1,3}tcp(?![\p{Script=Latin}\d])/iu;

/** Not where a tool was run in its mode for UDP. */
const RUN_BY = "(?<!(?:iperf\\d?|netperf|sockperf|qperf|uperf|nuttcp|tests?|tested|clients?|servers?|测试)[^.,;:，。；\\n]{0,40})";
/** `udp` between the names of networks that were changed for each other, as a mode of no tool, or as what wraps packets. */
const UDP_OF_A_NETWORK = new RegExp(
  [
    "(?<!\\p{Script=Latin})udp(?=\\s?(?:to|->|→|=>|auf|zu|nach|à|vers|a|на|换成|切换[到为成]|改[成为到])\\s?(?:the |flannel )?(?:host-?gw|vxlan))",
    "(?<=(?:vxlan|host-?gw)\\s?(?:to|->|→|=>|or|oder|ou|vs\\.?|instead of|statt|auf|zu|nach|à|vers|на|换成|切换[到为成]|改[成为到]|或)\\s?)udp(?!\\p{Script=Latin})",
    `${RUN_BY}(?:udp[ -]?(?:mode|modus|modo|模式)|(?<!\\p{L})(?:mode|modus|modo) udp)${ALONE}`,
    "udp[ -]?(?:encapsul\\p{L}*|kapsel\\p{L}*|tunnel\\p{L}*|封装)",
  ].join("|"),
  "giu",
);

/** Texts about one figure without the `udp` that names a network, so that what is left of it names a protocol. */
export function withoutBackends(texts: readonly string[]): readonly string[] {
  if (texts.some((text) => TCP_BESIDE.test(text))) return texts;
  const blanks = (found: string): string => " ".repeat(found.length);
  return texts.map((text) => (/udp/iu.test(text) ? text.replace(UDP_BACKEND, blanks).replace(UDP_OF_A_NETWORK, blanks) : text));
}

/** The one network mode that a text names; undefined where it names none or several. */
export function modeOf(text: string): string | undefined {
  const subjects = new Set(modeWords(text).map(({ subject }) => subject));
  return subjects.size === 1 ? [...subjects][0] : undefined;
}

/** `CNI: Cilium 1.14 (vxlan)`, 网络插件: flannel: the network of the cluster that the text is about. */
const PLUGIN =
  /^[\s*_\-•#>]*(?:(?:(?:cluster|kubernetes|k8s|pod)[ -])?(?:cni|network(?:ing)?)(?:[ -](?:plugin|provider|solution|add-?on|driver|mode|type|backend))?|(?:cni|网络|容器网络|網路)(?:插件|方案|组件|模式)?|netzwerk-?plugin|plugin de red|plugin réseau|сетевой плагин)[*_]*\s?[:=：][*_]*\s*(?<plugin>.{2,80})$/iu;
const VERSION = /(?<![\p{L}\d])(?:version\s)?v?\d+(?:\.\d+)+[\w.+-]*/giu;

/** The mode that a heading names; a version beside it says nothing: `### Flannel v0.22`. */
export const modeOfHeading = (text: string): string | undefined => modeOf(text.replace(VERSION, " ").replaceAll(/\s+/g, " "));

/** The network mode that a line of the environment names; undefined for any other line. */
export function modeOfPlugin(text: string): string | undefined {
  const plugin = ANY_MODE.test(text) ? PLUGIN.exec(text)?.groups?.["plugin"] : undefined;
  return plugin === undefined ? undefined : modeOfHeading(plugin);
}
