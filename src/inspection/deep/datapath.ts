/**
 * Which datapath a node's eBPF programs make: what is attached where, and what follows from it. Sources: cilium/cilium bpf/ (bpf_lxc.c, bpf_host.c, bpf_overlay.c,
 * bpf_sock.c: names of programs; include/bpf/config/node.h: enable_bpf_host_routing), pkg/maps (names of maps), Linux net/core/filter.c (bpf_redirect_peer).
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import type { DeepFact, KubeProxyMode } from "../../model/inspection.js";
import { listed } from "../../units/listed.js";
import type { Question } from "../pods/look.js";
import { written } from "../pods/look.js";
import { fields, list } from "../sift.js";
import type { Seen } from "../traits.js";
import {
  type Attached,
  cgroupPrograms,
  constantsIn,
  ELSEWHERE,
  filterPrograms,
  linkPrograms,
  loaded,
  netPrograms,
  xdpPrograms,
} from "./ebpf.js";
import * as ask from "./questions.js";
import { nftSizes } from "./rulesets.js";

/** What a command printed on the node; undefined where it failed. */
export type PrintedBy = (question: Question) => string | undefined;

/** What follows from a node's programs and rules. */
export interface Datapath {
  readonly facts: readonly DeepFact[];
  readonly seen: Seen;
  /** Who enforces network policies, by the chains that it keeps. */
  readonly enforces?: string;
  /** kube-proxy's mode by the rules that it keeps, and none without any; absent where rules could not be read. */
  readonly kubeProxy?: Exclude<KubeProxyMode, "unknown">;
}

/** A program, and the question whose answer told of it. */
interface Told extends Attached {
  readonly by: Question;
}

/** Programs at devices and cgroups, and what they make of the node's datapath. `devices` are those whose filters were asked for. */
export function datapathOf(printed: PrintedBy, devices: readonly string[]): Datapath {
  const attached = attachedIn(printed, devices);
  const sockets = connectsIn(attached);
  const packets = attached.filter(({ at, hook }) => at !== ELSEWHERE && /^(?:tcx|netkit|clsact|xdp|tc\b)/.test(hook));
  const kubeProxy = kubeProxyIn(printed);
  const seen: Seen = {
    ...servicesSeen(printed, sockets, packets),
    ...hostRoutingSeen(printed, packets),
    ...masqueradeSeen(printed),
    ...bandwidthSeen(printed),
    ...encryptionSeen(printed),
  };
  const enforces = enforcerIn(savedRules(printed) ?? "");
  return {
    facts: [...conclusions(seen, printed, attached), ...programFacts(attached)],
    seen,
    ...(enforces === undefined ? {} : { enforces }),
    ...(kubeProxy === undefined ? {} : { kubeProxy }),
  };
}

/** Its chain, its table or its device: all Services are behind one of them (k8s.io/kubernetes pkg/proxy). The kubelet's own chains are not kube-proxy's. */
function kubeProxyIn(printed: PrintedBy): Datapath["kubeProxy"] {
  const [rules, nft, links] = [savedRules(printed), printed(ask.NFT_RULES), printed(ask.DEEP_LINKS)];
  if (links?.includes('"kube-ipvs0"') === true) return "ipvs";
  if (nftSizes(nft ?? "")?.some(({ table }) => table === "ip kube-proxy") === true) return "nftables";
  if (rules !== undefined && /^:KUBE-SERVICES /m.test(rules)) return "iptables";
  return rules === undefined || nft === undefined || links === undefined ? undefined : "none";
}

/** By the chain that each keeps in the filter table while it enforces policies. */
const ENFORCERS: readonly (readonly [chain: RegExp, who: string])[] = [
  [/^:KUBE-ROUTER-FORWARD /m, "kube-router"],
  [/^:cali-FORWARD /m, "Calico"],
  [/^:WEAVE-NPC /m, "Weave"],
  [/^:AZURE-NPM /m, "Azure Network Policy Manager"],
];

const enforcerIn = (rules: string): string | undefined => ENFORCERS.find(([chain]) => chain.test(rules))?.[1];

/** Programs that see each connection of a cgroup's processes as it is opened. */
const connectsIn = (attached: readonly Told[]): readonly Told[] => attached.filter(({ hook }) => /^connect[46]$/.test(hook));

const isCilium = ({ name }: Attached): boolean => name?.startsWith("cil_") === true;

/** Every program once, with its name where any of the commands knows it. */
export function attachedIn(printed: PrintedBy, devices: readonly string[]): readonly Told[] {
  const names = new Map(loaded(printed(ask.BPF_PROGRAMS)).map(({ id, name }) => [id, name] as const));
  const told = (by: Question, read: (text: string | undefined) => readonly Attached[]): readonly Told[] =>
    read(printed(by)).map((one) => {
      // The name of a tc filter is what it was given when it was added; the program has one of its own.
      const own = one.id === undefined ? undefined : names.get(one.id);
      return { ...one, by, name: own === undefined || own === "" ? one.name : own };
    });
  const filters = devices.flatMap((device) =>
    ask.DIRECTIONS.flatMap((direction) => told(ask.filtersOf(device, direction), (text) => filterPrograms(text, device, direction))),
  );
  const here = told(ask.BPF_NET, netPrograms);
  const links = told(ask.BPF_LINKS, linkPrograms);
  return once([
    ...here,
    ...filters,
    ...told(ask.DEEP_LINKS, xdpPrograms),
    ...(printed(ask.BPF_NET) === undefined ? links : links.map((one) => placed(one, here))),
    ...told(ask.BPF_CGROUPS, cgroupPrograms),
  ]);
}

/**
 * A link's device by name, where the list of this namespace's devices has the same program there: the number that the name was looked up by may be that of
 * another namespace's device.
 */
function placed(link: Told, here: readonly Told[]): Told {
  const { at, hook, id } = link;
  const isDevice = at !== undefined && /^(?:tcx|netkit)/.test(hook);
  return isDevice && !here.some((one) => one.at === at && one.hook === hook && one.id === id) ? { ...link, at: ELSEWHERE } : link;
}

/** Two commands may tell one program at one place, and one of them may not know the place. */
function once(all: readonly Told[]): readonly Told[] {
  const named = all.filter(({ at }) => at !== undefined);
  const known = new Set(named.map(({ id }) => id));
  const unnamed = all.filter(({ at, id }) => at === undefined && !known.has(id));
  // One command names a cgroup by its number, the other by its path.
  const placeOf = ({ at, hook, id, name }: Attached): string =>
    `${at?.startsWith("cgroup") === true ? "cgroup" : (at ?? "")} ${hook} ${String(id ?? name)}`;
  return [...new Map([...named, ...unnamed].map((one) => [placeOf(one), one] as const)).values()];
}

/** Cilium's programs translate at each packet of a pod where none does at the socket, whether there is a kube-proxy or not (bpf_lxc.c: ENABLE_PER_PACKET_LB). */
function servicesSeen(printed: PrintedBy, sockets: readonly Told[], packets: readonly Told[]): Seen {
  if (sockets.some(isCilium)) return { services: "eBPF at the socket" };
  // That none is at the socket is known from a list of cgroups' programs alone.
  const listed = printed(ask.BPF_LINKS) !== undefined && printed(ask.BPF_CGROUPS) !== undefined;
  return packets.some(isCilium) && listed ? { services: "eBPF, packet by packet" } : {};
}

function hostRoutingSeen(printed: PrintedBy, packets: readonly Told[]): Seen {
  if (!packets.some(isCilium)) return {};
  const said = constantsIn(printed(ask.CILIUM_CONSTANTS)).get("enable_bpf_host_routing");
  if (said === undefined || said.size !== 1) return {};
  const [only] = said;
  return { hostRouting: only === true || only === 1 ? "eBPF" : "the kernel's stack" };
}

const savedRules = (printed: PrintedBy): string | undefined => {
  const [modern, legacy] = [printed(ask.IPTABLES_RULES), printed(ask.LEGACY_RULES)];
  return modern === undefined && legacy === undefined ? undefined : `${modern ?? ""}\n${legacy ?? ""}`;
};

/**
 * Cilium's chain exists either way, and so does its map of translated sources. A rule tells, and so do its programs at cards, which were loaded with the address
 * that they translate to (pkg/datapath: bpfMasqAddrs; only with enable-bpf-masquerade).
 */
function masqueradeSeen(printed: PrintedBy): Seen {
  if (/^-A CILIUM_POST_nat .*-j (?:MASQUERADE|SNAT)/m.test(savedRules(printed) ?? "")) return { masquerade: "iptables" };
  const constants = constantsIn(printed(ask.CILIUM_CONSTANTS));
  const addresses = ["nat_ipv4_masquerade", "nat_ipv6_masquerade"].flatMap((name) => [...(constants.get(name) ?? [])]);
  return addresses.some((one) => list(fields(one)["addr"]).some((byte) => byte !== 0)) ? { masquerade: "eBPF" } : {};
}

/** The bandwidth manager paces by fq and keeps its rates in a map that nothing else makes. */
function bandwidthSeen(printed: PrintedBy): Seen {
  const maps = loaded(printed(ask.BPF_MAPS));
  if (!maps.some(({ name }) => name.startsWith("cilium_"))) return {};
  return { bandwidthManager: maps.some(({ name }) => name.startsWith("cilium_throttle")) ? "on" : "off" };
}

function encryptionSeen(printed: PrintedBy): Seen {
  const text = printed(ask.DEEP_LINKS) ?? "";
  if (/"ifname":"cilium_wg\d+"/.test(text)) return { encryption: "WireGuard" };
  const states = /SAD count (\d+)/.exec(printed(ask.XFRM_STATES) ?? "")?.[1];
  if (states === undefined) return {};
  return { encryption: Number(states) > 0 ? "IPsec" : "none" };
}

const fact = (topic: DeepFact["topic"], name: string, value: string, from: string): DeepFact => ({ topic, name, value, from });

/** Programs by hook: those of the node's own devices each, those of pods' links counted. */
function programFacts(attached: readonly Told[]): readonly DeepFact[] {
  const byPlace = groupBy(attached, ({ at = "devices", hook }) =>
    isPodLink(at) ? `pods' links ${hook}` : at.startsWith("cgroup") ? `cgroup ${hook}` : `${at} ${hook}`,
  );
  return [...byPlace].map(([place, programs]) =>
    fact("ebpf", place, countedNames(programs.map(({ name, id }) => name ?? `program ${String(id)}`)), toldBy(programs)),
  );
}

/** The commands that told of programs, as evidence names them. */
const toldBy = (programs: readonly Told[]): string => [...new Set(programs.map(({ by }) => written(by)))].join(", ");

const isPodLink = (name: string): boolean => /^(?:lxc|cali|veth|azv|eni)/.test(name);

function countedNames(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${String(count)})`)).join(", ");
}

/** What the programs amount to, in sentences. */
function conclusions(seen: Seen, printed: PrintedBy, attached: readonly Told[]): readonly DeepFact[] {
  const { hostRouting, services } = seen;
  const told = (name: string, value: string | undefined, from: string): readonly DeepFact[] =>
    value === undefined ? [] : [fact("datapath", name, value, from)];
  const sockets = connectsIn(attached);
  const hooks = [...new Set(sockets.map(({ hook }) => hook))];
  const unknownSockets =
    services === undefined && hooks.length > 0
      ? `programs at ${listed(hooks)} see connections before any rule does, and may translate Services`
      : undefined;
  const carrying = sockets.some(isCilium) ? sockets.filter(isCilium) : attached.filter(isCilium);
  // That there is none takes every list: of devices, of links, which TCX and cgroups have, and of cgroups.
  const none = attached.length === 0 && EVERYWHERE.every((question) => printed(question) !== undefined);
  return [
    ...told("host routing", hostRouting === undefined ? undefined : (ROUTING[hostRouting] ?? hostRouting), written(ask.CILIUM_CONSTANTS)),
    ...told("Services", services === undefined ? undefined : servicesText(services, savedRules(printed)), toldBy(carrying)),
    ...told("sockets", unknownSockets, toldBy(sockets)),
    ...told("eBPF", none ? NO_PROGRAM : undefined, EVERYWHERE.map(written).join(", ")),
  ];
}

const EVERYWHERE: readonly Question[] = [ask.BPF_NET, ask.BPF_LINKS, ask.BPF_CGROUPS];
const NO_PROGRAM = "no program is at a device or a cgroup: packets take the kernel's stack";

const ROUTING: Readonly<Record<string, string>> = {
  eBPF: "by eBPF: packets of pods go past the node's IP stack and its rules",
  "the kernel's stack": "through the kernel's stack, with its rules",
};

/** What carries Services, and what iptables has to do with it. */
function servicesText(services: string, rules: string | undefined): string {
  const count = rules?.match(/^-A KUBE-(?:SERVICES|SVC-|SEP-)/gm)?.length ?? 0;
  if (rules === undefined) return services;
  return count === 0
    ? `${services}: iptables does not carry them, and has no rule of theirs`
    : `${services}: connections of pods do not meet the ${String(count)} iptables rules of kube-proxy's kind that are there too`;
}
