/**
 * A wiring is a network mode made concrete: namespaces and ordered steps as plain data, each with its reason.
 * It is what `lab plan` prints, what the lab builds, and what an oracle test compares with the real implementation.
 * @packageDocumentation
 */
import type { BitsPerSecond, Milliseconds } from "../units/quantity.js";
import type { PathName } from "./path.js";

/** A namespace's name inside one wiring: `node-a`, `pod-a`, `node-b`, `pod-b`, `router`, `switch`, ... */
export type NamespaceName = string;

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
  /** How long the step's command may take, where the lab's own limit is too short for it. */
  readonly timeout?: Milliseconds;
}

/** `ip link add NAME type TYPE OPTIONS`; a veth names its peer and the peer's namespace. */
export interface LinkStep extends StepBase {
  readonly kind: "link";
  readonly name: string;
  readonly type: "veth" | "bridge" | "vxlan" | "macvlan" | "ipvlan" | "vlan" | "ipip";
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
  readonly tool: "iptables" | "ip6tables";
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
/** `tc qdisc add dev DEVICE OPTIONS`, e.g. options `["root", "tbf", "rate", "1000000000bit", ...]`. */
export interface QdiscStep extends StepBase {
  readonly kind: "qdisc";
  readonly device: string;
  readonly options: readonly string[];
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
/** What shows that a program of a mode does its work. */
export type Readiness =
  /** This device exists in the program's namespace and has a carrier. */
  | { readonly device: string }
  /** This command, run in the program's namespace again and again, ends with exit code 0. */
  | { readonly command: readonly [string, ...string[]] };

/** One planned action with its reason. */
export type Step =
  | LinkStep
  | LinkSetStep
  | AddressStep
  | RouteStep
  | NeighbourStep
  | FdbStep
  | SysctlStep
  | RulesetStep
  | OffloadStep
  | QdiscStep
  | TunStep
  | DaemonStep;

/** The ports on which the measuring servers of a target are reached. They differ from the listening ports where a mode publishes ports. */
export interface ServicePorts {
  readonly http: number;
  readonly iperf3: number;
  readonly sockperf: number;
  readonly discard: number;
}

/** Ports that the measuring servers listen on. */
export const LISTENING_PORTS: ServicePorts = { http: 80, iperf3: 5201, sockperf: 11111, discard: 9 };

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
  /** MTU that both ends are meant to have, bytes: the link's, less what a tunnel of the path takes. */
  readonly mtu: number;
}

/** Names of the paths that a wiring makes. */
export type WiredPath = Extract<PathName, "host-host" | "pod-pod">;

/** Everything that makes one network mode between nodes. */
export interface Wiring {
  readonly namespaces: readonly NamespaceSpec[];
  /** In order; steps of different namespaces may run side by side except that all veth links come first. */
  readonly steps: readonly Step[];
  /** `host-host` runs between the mode's own nodes, with their rules; `host` itself has only that one. */
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
}
