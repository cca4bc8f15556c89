/**
 * What a piece of text says about the ends of a measurement: hosts, pods, a Service, one of each. Words for where the ends are
 * ("different hosts", 跨主机) never say what they are.
 * @packageDocumentation
 */
import { remembered } from "../words/remembered.js";
import {
  COUNTED,
  COUNTED_PODS,
  HOST,
  HOST_NETWORK,
  HOST_NETWORK_OFF,
  NAMED_MACHINE,
  NAMES,
  NEGATION_BEFORE,
  NEGATION_BEHIND,
  OTHER_MACHINE,
  OUTSIDE,
  POD,
  REFERENCE,
  RUNTIME,
  SAME_MACHINE,
  SERVICE,
} from "./vocabulary.js";

/**
 * What a measurement ran between. `pod-host` is a path with a pod at one end only, `same-node` one that never leaves a machine, `outside` one
 * with an end outside of the cluster: no host-to-host figure answers to any of them. `unclear` are words that name both hosts and pods without
 * saying which was measured, `topology` words that say only where the ends are.
 */
export type Role = "host" | "pod" | "service" | "pod-host" | "same-node" | "outside" | "unclear" | "topology";

/** What one word names. `host-network` are words that put a pod on the host's network. */
type WordKind = "host" | "pod" | "service" | "outside" | "host-network" | "same" | "other" | "named";

/** A word that names an end or where it is. */
export interface PlaceWord {
  readonly kind: WordKind;
  readonly at: number;
  readonly end: number;
}

const pattern = (source: string): RegExp => new RegExp(source, "giu");
/** In this order: what an earlier one took is no part of a later one. `undefined` takes and says nothing. */
const KINDS: readonly (readonly [kind: WordKind | undefined, pattern: RegExp])[] = [
  ["pod", /(?<![\p{L}\d])(?:pods?|containers?)@[\w.-]+/giu],
  [undefined, /(?<!(?:between|zwischen|entre|между) )the same (?:hosts|nodes|vms|machines|servers|workers|instances|boxes)/giu],
  [undefined, NAMES],
  ["pod", pattern(`${NEGATION_BEFORE}(?:${HOST_NETWORK})|${HOST_NETWORK_OFF}`)],
  ["same", /same host[- ]?network/giu],
  ["host-network", pattern(HOST_NETWORK)],
  ["same", pattern(SAME_MACHINE)],
  ["other", pattern(OTHER_MACHINE)],
  ["host", pattern(`${NEGATION_BEFORE}(?:${POD}|${RUNTIME})|(?:${POD})${NEGATION_BEHIND}|non-containeri[sz]ed`)],
  [undefined, pattern(`${NEGATION_BEFORE}(?:${HOST})|(?:${HOST})${NEGATION_BEHIND}`)],
  [undefined, REFERENCE],
  [undefined, pattern(COUNTED)],
  [undefined, pattern(COUNTED_PODS)],
  ["service", pattern(SERVICE)],
  ["outside", pattern(OUTSIDE)],
  ["named", pattern(NAMED_MACHINE)],
  ["host", pattern(`(?:${POD})[- ]hosts?(?![\\p{L}\\p{N}])`)],
  ["pod", pattern(POD)],
  ["host", pattern(HOST)],
];
/** A quick look before the costly ones. */
const ANY = new RegExp(
  `${HOST}|${POD}|${SERVICE}|${OUTSIDE}|${HOST_NETWORK}|${NAMED_MACHINE}|${RUNTIME}|intra|loopback|localhost|127\\.\\d|übergreifend|межузл|containeri|\\p{L}[2_]\\p{L}`,
  "iu",
);

/** The words of a text that name ends or say where they are, in their order. */
export const placeWords = remembered((text): readonly PlaceWord[] => (ANY.test(text) ? search(text) : []));

function search(text: string): readonly PlaceWord[] {
  const sorted = placeNames(text);
  const kept = withoutLocations(sorted, text);
  return onOneMachine(sorted, kept, text) ? [...kept, { kind: "same", at: sorted[0]?.at ?? 0, end: sorted[0]?.at ?? 0 }] : kept;
}

/** Every word for an end or a place, also those that only say where another end is ("pods on three nodes"). */
export const placeNames = remembered((text): readonly PlaceWord[] => {
  // pod2pod
  let rest = text
    .replaceAll(/(?<=\p{L})_(?=\p{L})/gu, "-")
    .replaceAll(/(?<=pod|node|host|vm|container)2(?=(?:pod|node|host|vm|container|svc|service)(?!\p{L}))/giu, "→");
  const found: PlaceWord[] = [];
  for (const [kind, one] of KINDS) {
    rest = rest.replace(one, (match: string, ...more: unknown[]) => {
      const at = more.find((part) => typeof part === "number") ?? 0;
      if (kind !== undefined) found.push({ kind, at, end: at + match.length });
      return "\u0000".repeat(match.length);
    });
  }
  const twice = ON_ONE.exec(text);
  if (twice !== null) found.push({ kind: "same", at: twice.index, end: twice.index });
  return found.sort((a, b) => a.at - b.at);
});

/** `Pod auf A → Pod auf A`. */
const ON_ONE =
  /(?<!\p{L})(?:on|at|auf|en|sur|su|na|на)\s(?:(?:node|host|knoten|nodo)\s)?(\S{1,20}?)\s*(?:->|→|=>|to|nach|zu|a|à|<->|↔)\s*\p{L}+\s(?:on|at|auf|en|sur|su|na|на)\s(?:(?:node|host|knoten|nodo)\s)?\1(?![\p{L}\d])/iu;

/** "two pods on node3": pods, and the one machine that they are on. */
function onOneMachine(all: readonly PlaceWord[], kept: readonly PlaceWord[], text: string): boolean {
  const dropped = all.filter((one) => one.kind === "named" && !kept.includes(one));
  const names = new Set(dropped.map(({ at, end }) => text.slice(at, end).toLowerCase()));
  const plural = kept.some(
    ({ kind, at, end }) =>
      kind === "pod" && /^(?:pods|containers?n|containers|contenedores|conteneurs|поды|подами)$/iu.test(text.slice(at, end)),
  );
  return names.size === 1 && (plural || dropped.length > 1) && kept.every(({ kind }) => kind === "pod");
}

const ON =
  /(?:^|[\s(,])(?:on|in|at|of|across|inside|within|per|over|auf|in|im|en|sur|su|sul|na|em|no|nos|на|в)\s+(?:(?:the|that|this|each|one|another|those|these|its|their|a|our|my|[\w.-]*\d[\w.-]*|den|der|dem|denselben|diesen|beiden|unseren|zwei|einem|mismos|estos|mêmes|ces|mesmos|тех|же|этих|los|las|el|la|le|les|un|os|as|do|different|two|both|same|separate|three|bare|physical)\s+){0,2}$/iu;

/** "Pod A (node 1)": in brackets behind a pod stands where it is. */
const IN_BRACKETS = /^\s?[\w-]{0,12}\s?[(（](?:on |auf |en |@)?$/iu;
const BRACKET_END = /^[^()（）:：=]{0,40}[)）]/u;

/** "between the nodes pods reach ...": where the pods' ends are. */
const BETWEEN_MACHINES = /(?<!\p{L})(?:between|across|zwischen|entre|между)\s(?:(?:the|two|our|den|zwei|los|les|двумя)\s)?$/iu;

/** What is said between two ends, so that the second is not where the first is. */
const ANOTHER_STATEMENT =
  /(?<![\p{L}\d-])\d|[,;:，；：。]|[.!?]\s|(?<!\p{L})(?:than|als|que|but|and|while|y|und|aber|and|we|i|get|gets|got|is|are|vs|чем|и|но|et|mais)(?!\p{L})/iu;

/** "pods on the nodes", `节点上的容器`: where the pods are. The same words without pods before them say what was measured. */
function withoutLocations(words: readonly PlaceWord[], text: string): readonly PlaceWord[] {
  return words.filter((one, index) => {
    if (one.kind !== "host" && one.kind !== "named") return true;
    const before = words[index - 1];
    const behind = words[index + 1];
    if (
      behind?.kind === "pod" &&
      /^\s?(?:[A-Za-z\d]{1,2}(?=[上内中里的]))?(?:上|内|中|里)?(?:の|上の|에 있는|的)?\s?$/u.test(text.slice(one.end, behind.at))
    )
      return !/[上内中里の的에]/u.test(text.slice(one.end, behind.at)) && !BETWEEN_MACHINES.test(text.slice(0, one.at));
    if (before?.kind !== "pod" && before?.kind !== "host-network") return true;
    const between = text.slice(before.end, one.at);
    if (
      IN_BRACKETS.test(between) &&
      BRACKET_END.test(text.slice(one.end)) &&
      /\d|\b(?:on|in|different|same)\b/.test(text.slice(before.end, one.end + 30))
    )
      return false;
    return !(ON.test(` ${between}`) && between.length < 40 && !ANOTHER_STATEMENT.test(between));
  });
}

/** What joins the two ends of a path. */
export const ARROW =
  /(?:^|[\s`"')\]])(?:to|->|-->|→|=>|<->|↔|nach|zu|zum|zur|a|al|vers|à|para|к|в|на)(?:[\s`"'([]|$)|^[-_ ]?(?:2|to|->|→|到|至|から|⇒)[-_ ]?$|到|至|→|->/iu;

/** What a text is about, or undefined where it names no ends. */
export function placeOf(text: string): Role | undefined {
  return placeFrom(placeWords(text), text);
}

/** What some words of a text are about together. */
export function placeFrom(words: readonly PlaceWord[], text: string): Role | undefined {
  const has = (kind: WordKind): boolean => words.some((one) => one.kind === kind);
  const ends = words.filter(({ kind }) => kind !== "same" && kind !== "other");
  const first = ends[0];
  if (HOST_PORT.test(text) && first !== undefined) return "unclear";
  if (first === undefined) return has("same") || has("other") ? "topology" : undefined;
  if (towardsOther(words, text)) return "unclear";
  if (isHalfKnown(ends, text)) return "unclear";
  if (VMS_IN_PODS.test(text) && ends.some(({ kind, at, end }) => kind === "host" && VM.test(text.slice(at, end)))) return "unclear";
  const role = endsOf(ends, text);
  const alone = (role === "pod" || role === "host" || role === "service") && has("same") && !has("other");
  return alone ? "same-node" : role;
}

const END_BEFORE = /(?<![\p{L}\d.-])(?<end>\p{L}[\p{L}\d.-]{2,30})[`"')\]]?\s*(?:-{1,2}>|→|=>|⇒|➜|➔)\s*(?:the |an? )?$/u;
const END_BEHIND = /^[`"']?\s*(?:-{1,2}>|→|=>|⇒|➜|➔)\s*(?:the |an? )?(?<end>\p{L}[\p{L}\d.-]{2,30})/u;

const NO_MACHINE = /^(?:ingress|egress|gateway|router|firewall|proxy|client|lb|nas|registry|switch)\b/iu;

/** `ingress -> pod`: a path with one end that is a pod or a host, and another that no one knows. */
function isHalfKnown(ends: readonly PlaceWord[], text: string): boolean {
  const [only, ...others] = ends;
  if (only === undefined || others.length > 0 || !/[>→⇒➜➔]/u.test(text)) return false;
  const before = END_BEFORE.exec(text.slice(0, only.at));
  const behind = END_BEHIND.exec(text.slice(only.end));
  const isEnd = (from: number, to: number): boolean => placeWords(text).some(({ at, end }) => at < to && end > from);
  const stranger =
    before !== null && !isEnd(before.index, only.at)
      ? before.groups?.["end"]
      : behind !== null && !isEnd(only.end, only.end + behind[0].length)
        ? behind.groups?.["end"]
        : undefined;
  // A machine may go by any name: `master -> worker1`.
  return stranger !== undefined && (only.kind === "pod" || NO_MACHINE.test(stranger));
}

/** What runs machines within pods: a VM there is no machine of the cluster. */
const VMS_IN_PODS = /(?<!\p{L})(?:kube-?virt|virt-launcher|harvester)(?!\p{L})/iu;
const VM = /^(?:vms?|virtual.*|虚拟机|虛擬機)$/iu;

/** `pod -> hostPort`: a port of a machine behind which a pod is. */
const HOST_PORT = /(?:->|→|=>|\sto)\s*(?:the |a )?host-?ports?(?!\p{L})|(?<!\p{L})host-?ports?\s*(?:->|→|=>)/iu;

/** "from a pod to another node": the other machine is an end itself, not where a second pod is. */
function towardsOther(words: readonly PlaceWord[], text: string): boolean {
  const [pod, ...others] = words.filter(({ kind }) => kind === "pod");
  const other = words.find(({ kind }) => kind === "other");
  if (pod === undefined || other === undefined || others.length > 0 || other.at < pod.end) return false;
  return (
    /^\s*(?:to|->|→|=>|nach|zu|a|à|к)\s+(?:an? |the |einem )?$/iu.test(text.slice(pod.end, other.at)) &&
    !/s$/iu.test(text.slice(other.at, other.end))
  );
}

function endsOf(ends: readonly PlaceWord[], text: string): Role {
  const has = (kind: WordKind): boolean => ends.some((one) => one.kind === kind);
  const [hosts, pods] = [has("host") || has("named"), has("pod")];
  if (has("outside")) return "outside";
  const onHosts = ends.filter(({ kind }) => kind === "host-network").length;
  if (onHosts > 1 && onHosts >= ends.filter(({ kind }) => kind === "pod").length) return "host";
  if (has("host-network") && comparesWithHostNetwork(ends, text)) return "unclear";
  if (has("host-network")) return pathBetween(ends, text, ["host-network", "pod"], true) ? "pod-host" : "host";
  if (has("service")) return hosts && !pods ? "unclear" : "service";
  if (hosts && pods) return pathBetween(ends, text, ["host", "pod"]) || pathBetween(ends, text, ["named", "pod"]) ? "pod-host" : "unclear";
  return pods ? "pod" : "host";
}

/** "Pod network slower than host network": the two are compared, and no pod is put on the host's network. */
function comparesWithHostNetwork(ends: readonly PlaceWord[], text: string): boolean {
  const [pod, other] = [ends.find(({ kind }) => kind === "pod"), ends.find(({ kind }) => kind === "host-network")];
  if (pod === undefined || other === undefined) return false;
  return COMPARING.test(text.slice(Math.min(pod.end, other.end), Math.max(pod.at, other.at)));
}
const COMPARING = /(?<!\p{L})(?:than|vs\.?|versus|compared|against|als|gegenüber|que|чем|против)(?!\p{L})|比/iu;

/** Whether two neighbouring words of these kinds are the two ends of one path. */
function pathBetween(ends: readonly PlaceWord[], text: string, kinds: readonly [WordKind, WordKind], strict = false): boolean {
  return ends.some((one, index) => {
    const next = ends[index + 1];
    if (next === undefined || one.kind === next.kind || !kinds.includes(one.kind) || !kinds.includes(next.kind)) return false;
    const between = text.slice(one.end, next.at);
    return between.length < (strict ? 16 : 40) && ARROW.test(between);
  });
}

/** Whether the words of a text put what ran in a pod on the host's network. */
export const namesHostNetwork = (text: string): boolean => placeWords(text).some(({ kind }) => kind === "host-network");

/** Whether the only ends that a text names are numbered machines: these may stand for the pods on them. */
export function onlyNamedMachines(text: string): boolean {
  const ends = placeWords(text).filter(({ kind }) => kind !== "same" && kind !== "other");
  return ends.length > 0 && ends.every(({ kind }) => kind === "named");
}

/** What words for where the ends are add to what the ends are. */
export function composed(parent: Role | undefined, text: string): Role {
  if (parent !== "pod" && parent !== "host") return "topology";
  const words = placeWords(text);
  return words.some(({ kind }) => kind === "same") && !words.some(({ kind }) => kind === "other") ? "same-node" : parent;
}

/** The role that a file's name says, e.g. `host.txt`, `pod-to-pod.log`. Only its last part counts: folders are named after machines. */
export function roleOfFileName(file: string): Role | undefined {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  return placeOf(base.replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[_.-]+|(?<=[a-z])2(?=[a-z])/g, " "));
}
