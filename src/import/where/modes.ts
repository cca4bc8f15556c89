/**
 * Names of network modes, as texts call them.
 * @packageDocumentation
 */

const MODES: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["flannel host-gw", /(?<![A-Za-z])host-?gw(?![A-Za-z])/giu],
  ["flannel vxlan", /(?<![A-Za-z])flannel(?:[^.;,:|\n]{0,24}|, )vxlan/giu],
  [
    "flannel udp",
    /(?<![A-Za-z])flannel[ (-]{1,3}udp\)?(?=[ -]*(?:backend|mode|modus|modo|后端|模式)|\))|udp[- ]backend|backend:? udp(?![A-Za-z])/giu,
  ],
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
  /flannel|host-?gw|udp[- ]backend|backend:? udp|calico|cilium|weave|antrea|kube-(?:router|ovn)|ovn|kindnet|gce|vlan|l2|docker|vxlan/i;

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
  for (const [subject, pattern] of MODES) {
    rest = rest.replace(pattern, (match: string, ...more: unknown[]) => {
      const at = more.find((part) => typeof part === "number") ?? 0;
      found.push({ subject, at, end: at + match.length });
      return "\u0000".repeat(match.length);
    });
  }
  const hostGw = found.find(({ subject }) => subject === "flannel host-gw");
  // "flannel with host-gw" is one mode, named by two words.
  const merged = hostGw === undefined ? found : found.filter(({ subject, at }) => subject !== "flannel" || Math.abs(at - hostGw.at) > 30);
  return merged
    .filter(({ at, end }) => !NAMES_OTHERWISE.test(text.slice(0, at)) && !VERSION_OR_FILE.test(text.slice(end)))
    .sort((a, b) => a.at - b.at);
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
