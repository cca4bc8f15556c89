/**
 * A wiring is a network mode made concrete: namespaces and ordered steps as plain data, each with its reason.
 * It is what `lab plan` prints, what the lab builds, and what an oracle test compares with the real implementation.
 * @packageDocumentation
 */
import type { BitsPerSecond, Milliseconds } from "../units/quantity.js";
import type { PathName } from "./path.js";
import type { Service } from "./service.js";

/** A namespace's name inside one wiring: `node-a`, `pod-a`, `node-b`, `pod-b`, `router`, `switch`, ... */
export type NamespaceName = string;

/** The node that a pod is on, by the names that wirings give; of a node itself, and of what is on none, nothing. */
export const nodeOf = (name: NamespaceName): NamespaceName | undefined => {
  const letter = /^pod-([a-z])/.exec(name)?.[1];
  return letter === undefined ? undefined : `node-${letter}`;
};

/** One network namespace of a wiring. */
export interface NamespaceSpec {
  readonly name: NamespaceName;
  readonly kind: "node" | "pod" | "fabric";
  readonly reason: string;
}

interface StepBase {
  /** The namespace in which the step is carried out. */
  readonly in: NamespaceName;
  /** Why the step exists, in one sentence; names its source where it is not obvious. */
  readonly reason: string;
  /** Name by which a layer finds the step, unique in its namespace: `cable`, `bridge`, `tunnel`, `rules`. */
  readonly id?: string;
  /** How long the step's command may take, or a daemon until it is ready, where the lab's own limit does not fit. */
  readonly timeout?: Milliseconds;
}

/** `ip link add NAME type TYPE OPTIONS`; a veth names its peer and the peer's namespace. */
export interface LinkStep extends StepBase {
  readonly kind: "link";
  readonly name: string;
  readonly type: "veth" | "bridge" | "vxlan" | "macvlan" | "ipvlan" | "vlan" | "ipip" | "dummy";
  /** Words placed before `type`, e.g. `["link", "eth0"]` for a macvlan's parent, `["address", "02:..."]`, `["mtu", "1450"]`. */
  readonly common?: readonly string[];
  /** Words placed after the type, e.g. `["id", "1", "dstport", "8472"]`. */
  readonly options?: readonly string[];
  /** Where the link is moved to when it is not meant to stay in `in` (macvlan and ipvlan children). */
  readonly moveTo?: NamespaceName;
  readonly peer?: { readonly name: string; readonly in: NamespaceName; readonly common?: readonly string[] };
}
/** `ip link set dev NAME SETTINGS`. */
export interface LinkSetStep extends StepBase {
  readonly kind: "link-set";
  readonly name: string;
  readonly settings: readonly string[];
}
/** `ip address add ADDRESS dev DEVICE OPTIONS`; the address has its prefix length. */
export interface AddressStep extends StepBase {
  readonly kind: "address";
  readonly device: string;
  readonly address: string;
  readonly options?: readonly string[];
}
/** `ip route replace TO OPTIONS`: replace, since the kernel has made the connected routes already. E.g. to `198.19.2.0/24`, options `["via", "198.18.0.12", "dev", "eth0"]`. */
export interface RouteStep extends StepBase {
  readonly kind: "route";
  /** A prefix or `default`, optionally led by a route type (`blackhole 198.19.1.0/24`). */
  readonly to: string;
  readonly options: readonly string[];
}
/** `ip rule add SELECTOR`, e.g. `["iif", "cni0", "lookup", "100"]`. */
export interface PolicyRuleStep extends StepBase {
  readonly kind: "policy-rule";
  /** Which packets, and what is done with them. */
  readonly selector: readonly string[];
}
/** `ip neighbour add ADDRESS lladdr MAC dev DEVICE nud permanent`. */
export interface NeighbourStep extends StepBase {
  readonly kind: "neighbour";
  readonly device: string;
  readonly address: string;
  readonly mac: string;
}
/** `bridge fdb append MAC dev DEVICE OPTIONS`, e.g. options `["dst", "198.18.0.12", "self", "permanent"]`. */
export interface FdbStep extends StepBase {
  readonly kind: "fdb";
  readonly device: string;
  readonly mac: string;
  readonly options: readonly string[];
}
/** `sysctl -w NAME=VALUE`, the name with dots (`net.ipv4.ip_forward`); `/` separates where a device name holds a dot. */
export interface SysctlStep extends StepBase {
  readonly kind: "sysctl";
  readonly name: string;
  readonly value: string;
  /** The setting belongs to a feature that the kernel may lack, without which it does not matter. */
  readonly mayBeUnknown?: true;
}
/** Rules by table and chain, added to what is there (`iptables-restore --noflush`). */
export interface RulesetStep extends StepBase {
  readonly kind: "ruleset";
  /** Without a suffix: whatever this machine's iptables is. */
  readonly tool: "iptables" | "ip6tables" | "iptables-legacy" | "iptables-nft";
  readonly tables: readonly RuleTable[];
}
/** One table of a ruleset. */
export interface RuleTable {
  readonly name: "raw" | "mangle" | "nat" | "filter";
  readonly chains: readonly RuleChain[];
}
/** A chain and its rules, in order. */
export interface RuleChain {
  readonly name: string;
  /** Of a built-in chain; absent where it stays as it is. */
  readonly policy?: "ACCEPT" | "DROP";
  /** Each as `iptables-save` prints it behind `-A CHAIN`. */
  readonly rules: readonly string[];
}
/** `ethtool -K DEVICE FEATURE on|off ...`, by the names that ethtool takes. */
export interface OffloadStep extends StepBase {
  readonly kind: "offload";
  readonly device: string;
  readonly features: readonly string[];
  readonly on: boolean;
}
/** The CPUs that take what arrives on a device's queue (`rps_cpus`, Linux Documentation/networking/scaling.rst). */
export interface SteeringStep extends StepBase {
  readonly kind: "steering";
  readonly device: string;
  /** From 0. */
  readonly queue: number;
  /** As the kernel's hexadecimal mask. */
  readonly cpus: string;
}
/** `tc qdisc add dev DEVICE OPTIONS`, e.g. options `["root", "tbf", "rate", "1000000000bit", ...]`. */
export interface QdiscStep extends StepBase {
  readonly kind: "qdisc";
  readonly device: string;
  readonly options: readonly string[];
}
/**
 * `tc filter add dev DEVICE ingress ... action mirred egress redirect dev TO`: whatever arrives by one device leaves by another, and the node's own stack
 * never sees it. The device has a `clsact` queueing discipline.
 */
export interface RedirectStep extends StepBase {
  readonly kind: "redirect";
  readonly device: string;
  readonly to: string;
}
/** `ip tuntap add dev NAME mode tun`. */
export interface TunStep extends StepBase {
  readonly kind: "tun";
  readonly name: string;
}
/** A program that keeps running as part of the mode (a user-space proxy). It is started last and must be ready before the mode is used. */
export interface DaemonStep extends StepBase {
  readonly kind: "daemon";
  readonly argv: readonly [string, ...string[]];
  /** When the mode may be used; absent: at once. */
  readonly ready?: Readiness;
}
/**
 * What a layer loads into a node once everything else stands: rules of thousands of Services, far more than a mode's own. Loads have no time limit, are no
 * part of the measuring budget, run alone with those of the variant's other nodes, and their time is reported.
 */
export interface LoadStep extends StepBase {
  readonly kind: "load";
  /** The layer that it belongs to, by its name without the number. */
  readonly layer: string;
  /** What is loaded, in words: `10,000 Services as 80,036 rules`. */
  readonly what: string;
  /** Whether it makes the kernel track connections in the namespace. */
  readonly tracks: boolean;
  readonly argv: readonly [string, ...string[]];
  /**
   * Texts for the command's standard input: it runs once for each, in order. They are made when they are asked for, the same ones each time, since those of
   * 30,000 Services take 30 MB a node.
   */
  readonly inputs: Iterable<string>;
  /**
   * The same in more and smaller texts, for an ordinary user: a netlink transaction must fit into the socket's send buffer, which only root may raise above
   * net.core.wmem_max (SO_SNDBUFFORCE). Absent where size is no matter.
   */
  readonly smallInputs?: Iterable<string>;
}

/** One command by which what carries Services follows a change of theirs. */
export interface ServiceChange {
  readonly in: NamespaceName;
  readonly argv: readonly [string, ...string[]];
  readonly stdin: string;
  /** It may find nothing that it could delete, which its exit code then says. */
  readonly mayFindNothing?: true;
  readonly reason: string;
}

/** What shows that a program of a mode does its work. */
export type Readiness =
  /** This device exists in the program's namespace and has a carrier. */
  | { readonly device: string }
  /** The program has printed a line, on either of its outputs, that contains this. One that writes to a pipe may hold its lines back. */
  | { readonly line: string }
  /** This command, run in the program's namespace again and again, ends with exit code 0. */
  | { readonly command: readonly [string, ...string[]] };

/** One planned action with its reason. */
export type Step =
  | LinkStep
  | LinkSetStep
  | AddressStep
  | RouteStep
  | PolicyRuleStep
  | NeighbourStep
  | FdbStep
  | SysctlStep
  | RulesetStep
  | OffloadStep
  | SteeringStep
  | QdiscStep
  | RedirectStep
  | TunStep
  | DaemonStep
  | LoadStep;

/** The ports on which the measuring servers of a target are reached. They differ from the listening ports where a mode publishes ports. */
export interface ServicePorts {
  readonly http: number;
  readonly iperf3: number;
  readonly sockperf: number;
  readonly discard: number;
}

/** Ports that the measuring servers listen on. */
export const LISTENING_PORTS: ServicePorts = { http: 80, iperf3: 5201, sockperf: 11111, discard: 9 };

/**
 * Ports of the servers behind a Service. The HTTP server is shared with the path from pod to pod, which ends in the same pod; the others serve one client at a
 * time, and generators of both paths stay connected while they are suspended.
 */
export const SERVICE_LISTENING_PORTS: ServicePorts = { ...LISTENING_PORTS, iperf3: 5202, sockperf: 11112 };

/** A path of a wiring: from one namespace to an address that leads to a server in another. */
export interface PathSpec {
  readonly from: NamespaceName;
  /** The device by which frames leave `from`. */
  readonly device: string;
  /** The namespace in which the servers run. */
  readonly to: NamespaceName;
  /** The device by which frames arrive in `to`; its kernel counters are the truth about what was forwarded. */
  readonly toDevice: string;
  /** What a client connects to: the server's own address, or the node's when ports are published. */
  readonly address: string;
  readonly ports: ServicePorts;
  /** The ports that the servers listen on; absent: {@link LISTENING_PORTS}. */
  readonly listen?: ServicePorts;
  /** Workers of the HTTP server; one where nothing is said. */
  readonly httpWorkers?: number;
  /** Rules on the way let the servers' ports through and nothing else, so that echo requests show nothing. */
  readonly portsOnly?: true;
  /**
   * What both ends are meant to put into one packet, bytes: the smallest of their links' and routes' MTUs (`mtu`, `advmss` and headers) and of what the
   * way lets through, less what a tunnel takes.
   */
  readonly mtu: number;
}

/** Names of the paths that a wiring makes. */
export type WiredPath = Extract<PathName, "host-host" | "pod-pod" | "pod-service">;

/** Everything that makes one network mode between nodes. */
export interface Wiring {
  readonly namespaces: readonly NamespaceSpec[];
  /** In order; steps of different namespaces may run side by side except that all veth links come first. */
  readonly steps: readonly Step[];
  /** `host-host` runs between the mode's own nodes, with their rules; `host` itself has only that one. `pod-service` comes with a layer that carries Services. */
  readonly paths: Readonly<Partial<Record<WiredPath, PathSpec>>>;
}

/** Seconds of a limited link's rate that its token bucket holds when it is full. */
export const BUCKET_SECONDS = 0.01;

/** The physical side of a lab, the same for every mode. */
export interface Topology {
  /** At least 2. The measured pair is always the first two nodes, `node-a` and `node-b`. */
  readonly nodes: number;
  /** MTU of the link between the nodes, bytes. */
  readonly mtu: number;
  /** Rate limit of each node's link, both directions; absent means uncapped. */
  readonly rate?: BitsPerSecond;
  /** Pods on each node, one where nothing is said. The measured pair is the first pod of each of the first two nodes. */
  readonly pods?: readonly number[];
  /** A host outside of the cluster, behind the router of the nodes' network, and the MTU of the link between those two, bytes. Absent: there is none. */
  readonly outside?: { readonly mtu: number };
  /** Services that layers carry beside those that they are asked for by number. */
  readonly services?: readonly Service[];
}
