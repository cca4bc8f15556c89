/**
 * What is known of a network's namespaces: the live kernel's state as it was read, and by how much counters grew meanwhile.
 * @packageDocumentation
 */
import type { Ruleset } from "../ruleset/ruleset.js";

/** In place of a namespace's name: one of which nothing is known. */
export const ELSEWHERE = "";

/** A network device, as `ip -details -json address show` has it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** `veth`, `bridge`, `vxlan`, ...; absent of a plain device and the loopback. */
  readonly kind?: string;
  readonly flags: readonly string[];
  readonly mac?: string;
  readonly mtu: number;
  /** The bridge whose port it is, and the port's state. */
  readonly master?: string;
  readonly portState?: string;
  /** Its other end, or the device that it stands on. */
  readonly below?: { readonly index: number } | { readonly name: string };
  /** The namespace of that, where it is another one; {@link ELSEWHERE} where it is not known which. */
  readonly belowIn?: string;
  readonly addresses: readonly string[];
  /** Of its kind: `id`, `local`, `remote`, `port`, `mode`, ... */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** An entry of `ip -json neighbour show`. */
export interface Neighbour {
  readonly address: string;
  readonly device: string;
  readonly mac?: string;
  readonly state: string;
}

/** An entry of `bridge -json fdb show`. */
export interface FdbEntry {
  readonly mac: string;
  readonly device: string;
  readonly master?: string;
  readonly remote?: string;
  readonly state?: string;
}

/** A queueing discipline at a device's root, and programs that filters hang on the device. */
export interface Queueing {
  readonly device: string;
  readonly kind: string;
}

/** A program at a device, by TCX or as a filter of tc. */
export interface FilterProgram {
  readonly device: string;
  readonly direction: "ingress" | "egress";
  readonly name: string;
}

/** What podwire's own programs of a node know of pods (bpf/pod-routing.bpf.c), as `podwire-ebpf show` prints it. */
export interface PodRouting {
  readonly card: string;
  readonly tunnel?: { readonly device: string; readonly id: number };
  /** The node's end of the link of each of its pods, by the pod's address. */
  readonly pods: ReadonlyMap<string, string>;
  /** Ranges of addresses that lie behind other nodes. */
  readonly ranges: readonly { readonly prefix: string; readonly node: string }[];
}

/** A namespace. */
export interface NamespaceFacts {
  readonly name: string;
  readonly links: readonly Link[];
  readonly neighbours: readonly Neighbour[];
  readonly fdb: readonly FdbEntry[];
  readonly queueing: readonly Queueing[];
  readonly programs: readonly FilterProgram[];
  /** Absent where none of its programs is one of pod-routing. */
  readonly podRouting?: PodRouting;
  readonly ruleset: Ruleset;
  /** Why its rules could not be read; absent where they were. */
  readonly rulesUnread?: string;
  /** Whether it forwards, and whether its bridges show IPv4 to the rules. */
  readonly forwards: boolean;
  readonly bridgeCalls: boolean;
}

/** What was counted between two looks. */
export interface Counts {
  /** By namespace and device. */
  readonly devices: ReadonlyMap<string, DeviceCount>;
  readonly queues: ReadonlyMap<string, QueueCount>;
  /** By {@link ruleKey} within a namespace. */
  readonly rules: ReadonlyMap<string, number>;
}

/** Packets of a device, cumulative or between two looks. */
export interface DeviceCount {
  readonly rxPackets: number;
  readonly rxDropped: number;
  readonly txPackets: number;
  readonly txDropped: number;
}

/** Packets of a device's root queueing discipline, cumulative or between two looks. */
export interface QueueCount {
  readonly packets: number;
  readonly drops: number;
}

/** Everything that a packet's way is found in. */
export interface NetworkFacts {
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>;
  readonly counts: Counts;
  /** Of a cluster; absent in a lab, whose links are all known. */
  readonly between?: BetweenNodes;
}

/** Nodes whose cards lead to a network that no one can look into from here. */
export interface BetweenNodes {
  /** The card of each node, by the node's namespace. */
  readonly cards: ReadonlyMap<string, string>;
  /** The node's namespace for each pod's. */
  readonly homes: ReadonlyMap<string, string>;
}

/** A device as a key. */
export const deviceKey = (namespace: string, device: string): string => `${namespace} ${device}`;

/** A rule as a key: its line where the tool prints lines, its text otherwise. */
export const ruleKey = (namespace: string, table: string, chain: string, rule: string | number): string =>
  `${namespace} ${table} ${chain} ${String(rule)}`;

/** A question to the kernel's routing, asked in a namespace. */
export interface RouteQuestion {
  readonly in: string;
  readonly to: string;
  /** Absent where a socket has not chosen yet. */
  readonly from?: string;
  /** The device by which the packet came; absent for what the namespace itself sends. */
  readonly arrivedBy?: string;
  readonly mark?: bigint;
}

/** What it answers: where the packet goes, or the kernel's words. */
export type RouteAnswer = Route | { readonly refused: string };

/** A route as `ip route get` tells it. */
export interface Route {
  /** `local`, `blackhole`, ...; absent of an ordinary one. */
  readonly type?: string;
  readonly device: string;
  readonly gateway?: string;
  readonly source?: string;
  /** The entry of the table that matched, in the words of `ip route`. */
  readonly entry?: string;
}
