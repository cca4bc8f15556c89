/**
 * A change: one tuning of a node, as plain data and a pure function of the node's facts. Whoever carries it out (`apply`, `auto`, a layer of the lab) reads
 * what it sets from here, and nothing acts on a node that does not stand in a change's steps.
 * @packageDocumentation
 */
import type { NodeFacts } from "./facts.js";

/**
 * How far a change reaches: one network device, one network namespace, or the whole machine with every namespace on it. Lab nodes share the machine's kernel,
 * so that a change of the machine is refused anywhere but in the first network namespace (`guard.ts`).
 */
export const SCOPES = ["device", "namespace", "machine"] as const;
/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/** What a change may cost when it goes wrong: nothing but speed; a path or a peer; connections of the node. In this order. */
export const RISKS = ["low", "medium", "high"] as const;
/** One of {@link RISKS}. */
export type Risk = (typeof RISKS)[number];

/** What has to be made anew before a change acts. Generators and servers that are measured under it are restarted as this says. */
export const ACTS = ["at once", "new connections", "reopened listeners", "re-created devices"] as const;
/** One of {@link ACTS}. */
export type Acts = (typeof ACTS)[number];

/** Where a value is set for the packets of a pod: in the node's namespace, in the pod's own, or in whichever of them podwire runs in. */
export type Side = "node" | "pod" | "either";

/** A value of `/proc/sys`, by its name with dots; `/` separates where a device's name holds a dot (sysctl(8)). */
export interface SysctlKnob {
  readonly kind: "sysctl";
  readonly name: string;
}
/** A file below `/sys/class/net/DEVICE/`, in the sysfs of the node's own network namespace. */
export interface DeviceFileKnob {
  readonly kind: "device-file";
  readonly device: string;
  /** Relative: `queues/rx-0/rps_cpus`. */
  readonly file: string;
}
/** A file that belongs to the machine: `/proc/irq/24/smp_affinity_list`, a module's parameter. */
export interface MachineFileKnob {
  readonly kind: "machine-file";
  readonly path: string;
}
/** One feature of `ethtool -k`, by its long name; the value is `on` or `off`. */
export interface OffloadKnob {
  readonly kind: "offload";
  readonly device: string;
  readonly feature: string;
}
/** Entries of a ring (`ethtool -g`). */
export interface RingKnob {
  readonly kind: "ring";
  readonly device: string;
  readonly ring: "rx" | "tx";
}
/** One parameter of `ethtool -c`: `adaptive-rx`, `rx-usecs`. */
export interface CoalescingKnob {
  readonly kind: "coalescing";
  readonly device: string;
  readonly parameter: string;
}
/** One attribute of a link, as `ip -details link` has it; a whole number. */
export interface LinkKnob {
  readonly kind: "link";
  readonly device: string;
  readonly attribute: "mtu" | "txqueuelen" | "gso_max_size";
}
/** A device's root qdisc, its kind first and its options as tc prints them; `default` is what the kernel gave the device by itself. */
export interface QdiscKnob {
  readonly kind: "qdisc";
  readonly device: string;
}
/** One piece of podwire's own nft table: the chains and flowtables whose names begin with it. The value is their text as nft prints it, and `absent` where there is none. */
export interface OwnRulesKnob {
  readonly kind: "own-rules";
  readonly piece: string;
}
/** A place that holds one value of the node. Values are texts in the kernel's own form. */
export type Knob =
  | SysctlKnob
  | DeviceFileKnob
  | MachineFileKnob
  | OffloadKnob
  | RingKnob
  | CoalescingKnob
  | LinkKnob
  | QdiscKnob
  | OwnRulesKnob;

/** One value that a change sets. Its exact undo is the same knob with the value that was read before. */
export interface PlannedStep {
  readonly knob: Knob;
  /** What the node has now, in the kernel's own form. */
  readonly now: string;
  /** What it will have. */
  readonly wanted: string;
  /** What the kernel changes with it: read before, and restored by the undo. */
  readonly coupled?: readonly Knob[];
}

/** How much speaks for a change on this node: a counter that grows or a value that is known to cost; a value that differs from what is usual; nothing yet. */
export const WEIGHTS = ["strong", "some", "none"] as const;
/** One of {@link WEIGHTS}. */
export type Weight = (typeof WEIGHTS)[number];

/** What was seen on this node that speaks for a change, in a sentence, and how much it counts. `auto` tries the strong first. */
export interface Evidence {
  readonly weight: Weight;
  readonly says: string;
}

/** What a change comes to on a node. */
export type Proposal =
  /** It sets these. */
  | { readonly kind: "steps"; readonly evidence: Evidence; readonly steps: readonly [PlannedStep, ...PlannedStep[]] }
  /** All that it would set is so already. */
  | { readonly kind: "so" }
  /** It has no meaning or no way here: a clause, `no device has rings that can be set`. */
  | { readonly kind: "not here"; readonly because: string }
  /** Read and advised only: what a person would do, and by which commands or documents. */
  | { readonly kind: "advice"; readonly evidence: Evidence; readonly says: string };

/** What a program writes by itself, so that podwire would be its second writer. */
export interface Writer {
  /** One of {@link NodeFacts.owners}. */
  readonly owner: string;
  /** By which setting of the owner this knob is to be set instead. */
  readonly instead: string;
  /** Whether the owner has been told to leave all of these values; absent where it cannot be told, or podwire cannot see it. */
  readonly leaves?: (node: NodeFacts, steps: readonly PlannedStep[]) => boolean;
}

/** A tuning. One file each in `changes/`, and one line in its `index.ts`. */
export interface Change {
  /** As `--only` takes it. */
  readonly name: string;
  /** What it sets, as a noun phrase. */
  readonly sets: string;
  /** Why that helps, in a sentence or two. */
  readonly why: string;
  readonly scope: Scope;
  readonly risk: Risk;
  /** What it may break, in a sentence. */
  readonly breaks: string;
  readonly acts: Acts;
  /** Set where it acts on transfers of many packets alone: a load of pages of one packet cannot show what it gains. */
  readonly bulkOnly?: true;
  readonly side: Side;
  /** How the value is read back, and in which form the kernel gives it. */
  readonly readBack: string;
  /** What changes with it, and what its undo restores; `none` where nothing does. */
  readonly sideEffects: string;
  /** Programs that are known to write the same values. */
  readonly writers: readonly Writer[];
  /** Documents and source files that it is taken from. */
  readonly sources: readonly string[];
  /** Pure: what it comes to on a node with these facts. */
  propose(node: NodeFacts): Proposal;
}
