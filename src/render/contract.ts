/**
 * What a target of `podwire render` is: a product or a format that a measured variant can be written down for.
 * @packageDocumentation
 */
import type { Tuning } from "../model/closed-loop.js";
import type { Variant } from "../variants/variant.js";
import type { Mtus } from "./addressing/mtu.js";
import type { HostAddress, Prefix } from "./addressing/prefix.js";
import type { Cluster, ClusterField } from "./inputs/cluster-file.js";
import type { NodeEntry } from "./inputs/nodes-file.js";

/** Kubernetes versions that documents are rendered for. */
export const KUBERNETES_VERSIONS = ["1.2", "1.29", "1.30", "1.31", "1.32", "1.33", "1.34"] as const;
/** One of {@link KUBERNETES_VERSIONS}. */
export type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];
/** The version that documents are rendered for where none is named, and the only one of today's that they are checked against. */
export const CHECKED_VERSION = "1.34";

/** A node with its place in the pods' network. */
export interface PlacedNode extends Omit<NodeEntry, "podCIDRs"> {
  /** One for each family of the pods; in modes on the nodes' own segment the node's slice of it. Empty where pods have none. */
  readonly podCIDRs: readonly Prefix[];
}

/** What targets render from. All of it is checked. */
export interface RenderInput {
  readonly variant: Variant;
  readonly kubernetes: KubernetesVersion;
  /** Empty where no nodes were given; a target that needs them says so in {@link Target.needs}. */
  readonly nodes: readonly PlacedNode[];
  readonly cluster: Cluster;
  readonly mtus: Mtus;
  /** What a closed loop found. Where its result was named in place of a variant, the variant is the one that it was found on. */
  readonly tuning?: Tuning;
}

/** What a reader of a document has to know, beside what its mode says already; a sentence each. */
export interface About {
  /** What must hold before it does anything, beyond what the mode requires of the network. */
  readonly needs?: readonly string[];
  /** What it leaves out of what was measured, and what it takes away. */
  readonly givesUp?: readonly string[];
  /** How to see that it works, beside what the head of every document says where pods are seen by other nodes: `cluster inspect`, and one packet. */
  readonly check: readonly string[];
  /** How to go back. */
  readonly back: readonly string[];
}

/** A document. */
export interface RenderedFile {
  /** Below the output folder: `NODE/etc/...`, `router/...` or `cluster/...`. */
  readonly path: string;
  /** What a line of comment begins with; absent where the format has none, and what a reader must know goes into a file beside it. */
  readonly comment?: "#";
  /** Its first line must stay first: the interpreter's. */
  readonly shebang?: string;
  readonly text: string;
  /** Permissions; 0644 where nothing is said. */
  readonly mode?: 0o600 | 0o644 | 0o755;
  /** It has an MTU that was made of the cards': where nodes.yaml does not say one, its head says what was assumed. */
  readonly hasMtu?: boolean;
  /** It holds one: its mode is 0600, and it is never printed. */
  readonly secret?: true;
  readonly about: About;
}

/** How documents take effect where others are in force. */
export interface Activation {
  /** What makes the product read them, a command or a deed, without a full stop. */
  readonly restart: string;
  /** `made anew`: pods keep what they have until they are made anew, and lose others meanwhile, so that nodes are drained first. */
  readonly pods: "made anew" | "go on";
}

/** What was done to find out whether documents are right. `run`: what they are for was started from them here. */
export type Checked = "parsed" | "run" | "not here";

/** A target. One file each below `targets/`, and one line in `targets/index.ts`. */
export interface Target {
  readonly name: string;
  /** What it is, one clause without a full stop. */
  readonly title: string;
  /** Modes that it can express. */
  readonly modes: readonly string[];
  /** Layers that it renders, by name without number; it refuses all others. */
  readonly layers: readonly string[];
  /** It has nothing to say of a mode without one of its layers. */
  readonly onlyLayers?: true;
  /**
   * It also renders what a closed loop found: in place of a variant, and then it says nothing of pods' addresses; or beside one, among its own files.
   * Absent: not at all.
   */
  readonly takesTuning?: "in place of a variant" | "beside a variant";
  /** The one version that it has documents for; absent: all of today's. */
  readonly only?: KubernetesVersion;
  /** Who accepts its documents, and what was done with them here. */
  readonly checker: string;
  readonly checked: Checked;
  /** Why no more than that; one sentence without a full stop. */
  readonly why?: string;
  readonly activation: Activation;
  /** Fields of cluster.yaml, or the nodes, that it cannot do without in this mode. */
  needs(mode: string): readonly Need[];
  /**
   * The documents. Pure: the same input gives the same documents.
   * @throws RenderError where the input asks for what the target cannot express
   */
  render(input: RenderInput): readonly RenderedFile[];
}

/** What a target may need of its input. */
export type Need = "nodes" | "prefix lengths" | ClusterField;

/** Addresses of a node in the families that it has. */
export const addressesOf = ({ address, address6 }: Pick<NodeEntry, "address" | "address6">): readonly HostAddress[] =>
  address6 === undefined ? [address] : [address, address6];

/** Whether nodes.yaml says the MTU of any card. */
export const saysMtu = ({ nodes }: Pick<RenderInput, "nodes">): boolean => nodes.some(({ mtuSaid }) => mtuSaid);
