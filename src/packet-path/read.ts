/**
 * Reads what `ip`, `bridge`, `tc`, `sysctl` and the rules' tools printed in a namespace.
 * @packageDocumentation
 */
import { joined, type KernelTexts, kernelRulesets } from "../ruleset/live.js";
import {
  ELSEWHERE,
  type FdbEntry,
  type FilterProgram,
  type Link,
  type NamespaceFacts,
  type Neighbour,
  type PodRouting,
  type QueueCount,
  type Queueing,
  type Route,
} from "./facts.js";
import { podProgramOf } from "./pod-programs.js";

/** What the tools printed in one namespace, JSON where they have it. */
export interface NamespaceTexts {
  /** `ip -details -json address show`. */
  readonly links: string;
  /** `ip -json neighbour show`. */
  readonly neighbours: string;
  /** `bridge -json fdb show`. */
  readonly fdb: string;
  /** `tc -statistics -json qdisc show`. */
  readonly queueing: string;
  /** By device and direction: `tc -json filter show dev DEVICE ingress|egress`. */
  readonly filters: readonly { readonly device: string; readonly direction: FilterProgram["direction"]; readonly text: string }[];
  /** `podwire-ebpf tcx`; absent where podwire has loaded no programs. */
  readonly tcx?: string;
  /** `podwire-ebpf show`; absent where no program of pod-routing hangs on a device. */
  readonly podRouting?: string;
  readonly rules: KernelTexts;
  /** `ip -json netns list-id`. */
  readonly peers: string;
  /** `sysctl net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables`, of which the kernel may lack the second. */
  readonly settings: string;
}

/**
 * The facts of a namespace.
 * @param nameOf - a namespace's name in the wiring from its full one; undefined for others
 * @throws RulesetError where a ruleset cannot be read
 */
export function readNamespace(name: string, texts: NamespaceTexts, nameOf: (full: string) => string | undefined): NamespaceFacts {
  const ids = new Map(
    (parsed(texts.peers) as readonly { readonly nsid?: number; readonly name?: string }[]).map((one) => [one.nsid, one.name ?? ""]),
  );
  return {
    name,
    links: (parsed(texts.links) as readonly RawLink[]).flatMap((raw) => linkOf(raw, (id) => nameOf(ids.get(id) ?? ""))),
    neighbours: (parsed(texts.neighbours) as readonly RawNeighbour[]).map(neighbourOf),
    fdb: (parsed(texts.fdb) as readonly RawFdb[]).map(fdbOf),
    queueing: (parsed(texts.queueing) as readonly RawQdisc[]).filter(({ root }) => root === true).map(queueingOf),
    programs: programsOf(texts),
    ...(texts.podRouting === undefined ? {} : { podRouting: readPodRouting(texts.podRouting) }),
    ruleset: joined(kernelRulesets(texts.rules)),
    forwards: /^net\.ipv4\.ip_forward = [12]$/m.test(texts.settings),
    bridgeCalls: /^net\.bridge\.bridge-nf-call-iptables = 1$/m.test(texts.settings),
  };
}

/** Indexes of devices, and which of them are one end of a veth, from the same text as the links. */
export const linkIndexes = (links: string): ReadonlyMap<string, { readonly index: number; readonly isVeth: boolean }> =>
  new Map(
    (parsed(links) as readonly RawLink[]).flatMap(({ ifname, ifindex, linkinfo }) =>
      ifname === undefined || ifindex === undefined ? [] : [[ifname, { index: ifindex, isVeth: linkinfo?.info_kind === "veth" }] as const],
    ),
  );

/** iproute2 prints nothing at all where a list is empty. */
const parsed = (text: string): unknown => (text.trim() === "" ? [] : JSON.parse(text));

interface RawLink {
  readonly ifindex?: number;
  readonly ifname?: string;
  readonly flags?: readonly string[];
  readonly address?: string;
  readonly mtu?: number;
  readonly master?: string;
  readonly link?: string | null;
  readonly link_index?: number;
  readonly link_netnsid?: number;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: Readonly<Record<string, unknown>>;
    readonly info_slave_data?: { readonly state?: string };
  };
  readonly addr_info?: readonly { readonly local?: string }[];
}

function linkOf(raw: RawLink, namespaceOf: (id: number) => string | undefined): Link[] {
  const { ifindex, ifname, flags = [], address, mtu = 0, master, linkinfo } = raw;
  // `ip` prints an empty object for what its filter leaves out.
  if (ifindex === undefined || ifname === undefined) return [];
  const portState = linkinfo?.info_slave_data?.state;
  const belowIn = raw.link_netnsid === undefined ? undefined : (namespaceOf(raw.link_netnsid) ?? ELSEWHERE);
  const below = belowOf(raw);
  return [
    {
      index: ifindex,
      name: ifname,
      ...(linkinfo?.info_kind === undefined ? {} : { kind: linkinfo.info_kind }),
      flags,
      ...(address === undefined ? {} : { mac: address }),
      mtu,
      ...(master === undefined ? {} : { master }),
      ...(portState === undefined ? {} : { portState }),
      ...(below === undefined ? {} : { below }),
      ...(belowIn === undefined ? {} : { belowIn }),
      addresses: (raw.addr_info ?? []).flatMap(({ local }) => (local === undefined ? [] : [local])),
      settings: linkinfo?.info_data ?? {},
    },
  ];
}

function belowOf({ link, link_index: index }: RawLink): Link["below"] {
  if (typeof link === "string") return { name: link };
  return index === undefined || index === 0 ? undefined : { index };
}

interface RawNeighbour {
  readonly dst?: string;
  readonly dev?: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

const neighbourOf = ({ dst = "", dev = "", lladdr, state = [] }: RawNeighbour): Neighbour => ({
  address: dst,
  device: dev,
  ...(lladdr === undefined ? {} : { mac: lladdr }),
  state: state.join(" "),
});

interface RawFdb {
  readonly mac?: string;
  readonly ifname?: string;
  readonly master?: string;
  readonly dst?: string;
  readonly state?: string;
}

const fdbOf = ({ mac = "", ifname = "", master, dst, state }: RawFdb): FdbEntry => ({
  mac,
  device: ifname,
  ...(master === undefined ? {} : { master }),
  ...(dst === undefined ? {} : { remote: dst }),
  ...(state === undefined || state === "" ? {} : { state }),
});

interface RawQdisc {
  readonly kind?: string;
  readonly dev?: string;
  readonly root?: boolean;
  readonly packets?: number;
  readonly drops?: number;
}

const queueingOf = ({ kind = "", dev = "" }: RawQdisc): Queueing => ({ device: dev, kind });

/** Counters of the root queueing disciplines by device, from `tc -statistics -json qdisc show`. */
export const queueCounts = (text: string): ReadonlyMap<string, QueueCount> =>
  new Map(
    (parsed(text) as readonly RawQdisc[])
      .filter(({ root }) => root === true)
      .map(({ dev = "", packets = 0, drops = 0 }) => [dev, { packets, drops }]),
  );

/** Devices on which filters may hang, from the same text. */
export const filteredDevices = (text: string): readonly string[] =>
  (parsed(text) as readonly RawQdisc[]).filter(({ kind }) => kind === "clsact" || kind === "ingress").map(({ dev = "" }) => dev);

interface RawFilter {
  readonly kind?: string;
  readonly options?: { readonly bpf_name?: string; readonly prog?: { readonly name?: string }; readonly handle?: unknown };
}

type HookTexts = Pick<NamespaceTexts, "filters" | "tcx">;

/** In the order in which a packet meets them at a device (Linux net/core/dev.c, sch_handle_ingress and sch_handle_egress). */
const programsOf = ({ filters, tcx = "" }: HookTexts): FilterProgram[] => [...tcxPrograms(tcx), ...filters.flatMap(filterPrograms)];

const tcxPrograms = (text: string): FilterProgram[] =>
  [...text.matchAll(/^(\S+) (ingress|egress) (.*)$/gm)].map(([, device = "", direction, name = ""]) => ({
    device,
    direction: direction === "ingress" ? direction : "egress",
    name,
  }));

function filterPrograms({ device, direction, text }: NamespaceTexts["filters"][number]): FilterProgram[] {
  return (parsed(text) as readonly RawFilter[]).flatMap(({ kind, options }) =>
    // Each filter is preceded by a line of its chain, which has no options.
    options === undefined ? [] : [{ device, direction, name: options.bpf_name ?? options.prog?.name ?? kind ?? "filter" }],
  );
}

/** Whether a program of pod-routing hangs on one of the devices. */
export const namesPodRouting = (texts: HookTexts): boolean => programsOf(texts).some(({ name }) => podProgramOf(name) !== undefined);

/** What `podwire-ebpf show` printed, line by line. */
function readPodRouting(text: string): PodRouting {
  const lines = text.split("\n").map((line) => line.split(" "));
  const of = (kind: string): string[][] => lines.filter(([word]) => word === kind).map(([, ...words]) => words);
  const [tunnel] = of("tunnel");
  return {
    card: of("card")[0]?.[0] ?? "",
    ...(tunnel === undefined ? {} : { tunnel: { device: tunnel[0] ?? "", id: Number(tunnel[1]) } }),
    pods: new Map(of("pod").map(([address = "", device = ""]) => [address, device])),
    ranges: of("range").map(([prefix = "", node = ""]) => ({ prefix, node })),
  };
}

interface RawRoute {
  readonly type?: string;
  readonly dst?: string;
  readonly dev?: string;
  readonly gateway?: string;
  readonly via?: { readonly host?: string };
  readonly prefsrc?: string;
}

/**
 * A route from what `ip -json route get` printed, with the entry that `fibmatch` says it is from.
 * @returns undefined where the text holds none
 */
export function readRoute(text: string, matched: string): Route | undefined {
  const [route] = parsed(text) as readonly RawRoute[];
  if (route?.dev === undefined) return undefined;
  const [entry] = parsed(matched) as readonly RawRoute[];
  const gateway = route.gateway ?? route.via?.host;
  return {
    ...(route.type === undefined ? {} : { type: route.type }),
    device: route.dev,
    ...(gateway === undefined ? {} : { gateway }),
    ...(route.prefsrc === undefined ? {} : { source: route.prefsrc }),
    ...(entry === undefined ? {} : { entry: entryText(entry) }),
  };
}

const entryText = ({ type, dst = "", gateway, via, dev }: RawRoute): string => {
  const next = gateway ?? via?.host;
  return [type ?? "", dst, ...(next === undefined ? [] : ["via", next]), ...(dev === undefined ? [] : ["dev", dev])]
    .filter((word) => word !== "")
    .join(" ");
};
