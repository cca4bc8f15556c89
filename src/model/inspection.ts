/**
 * What a cluster's network is made of: what its API says and, where pods were asked, the kernel inside them.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version of an inspection that stands alone. */
export const INSPECTION_SCHEMA = "podwire/inspection@1";

/** The word for what could not be determined. A claim is this rather than a guess, and `unknown` in the inspection says why. */
const UNKNOWN = "unknown";

/** How kube-proxy programs Services. `none`: there is no kube-proxy; who carries Services instead is in `servicesBy`. */
const KUBE_PROXY_MODES = ["iptables", "nftables", "ipvs", "none", UNKNOWN] as const;
/** One of {@link KUBE_PROXY_MODES}. */
export type KubeProxyMode = (typeof KUBE_PROXY_MODES)[number];

/**
 * What leads from one node to another node's pods. `fabric`: the network routes each PodCIDR; `peers`: each node has a route to each other
 * node; `tunnel`: packets are wrapped; `segment`: pods have addresses of the nodes' own segment.
 */
const POD_ROUTES = ["fabric", "peers", "tunnel", "segment", UNKNOWN] as const;
const evidenceSchema = z.object({
  /** What the evidence speaks for, e.g. `mode`, `kubeProxy`, `mtu.pod`. */
  claim: z.string(),
  /** What was read. */
  value: z.string(),
  /** Where it was read: an object of the API, or a command in a pod. */
  from: z.string(),
});
/** One thing that was read and that a claim rests on. */
export type Evidence = z.infer<typeof evidenceSchema>;

const findingSchema = z.object({
  /** What it is about, e.g. `podRoutes`, `services`. */
  claim: z.string(),
  /** A sentence. */
  text: z.string(),
  /** Where it was read; absent where it follows from several things. */
  from: z.string().optional(),
});
/** Something that is amiss, or that two witnesses tell differently. */
export type Finding = z.infer<typeof findingSchema>;

/** Aspects of a product's datapath. */
export const TRAITS = ["version", "routing", "services", "hostRouting", "masquerade", "encryption", "bandwidthManager"] as const;
const traitSchema = z.object({
  trait: z.enum(TRAITS),
  /** What links, routes, programs and rules show; absent where they were not looked at or do not show it. */
  seen: z.string().optional(),
  /** What the product's configuration says, its defaults included; absent where it could not be read. */
  configured: z.string().optional(),
});
/** One trait of a datapath, with both witnesses. */
export type Trait = z.infer<typeof traitSchema>;

const policySchema = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() });
/** A network policy. */
export type PolicyName = z.infer<typeof policySchema>;

const untoldSchema = z.object({
  claim: z.string(),
  /** Why it could not be determined and what would tell it. */
  why: z.string(),
});
/** One thing that could not be determined. */
export type Untold = z.infer<typeof untoldSchema>;

/** Nodes that are alike in everything that is listed here. */
const nodeKindSchema = z.object({
  count: z.number().int().positive(),
  /** Names of up to three of them. */
  examples: z.array(z.string()),
  kernel: z.string(),
  runtime: z.string(),
  kubelet: z.string(),
  architecture: z.string(),
  os: z.string(),
});
/** Nodes that are alike in kernel, runtime, kubelet, architecture and operating system. */
export type NodeKind = z.infer<typeof nodeKindSchema>;

/** What the privileged look at a node reads. */
export const DEEP_TOPICS = ["datapath", "ebpf", "ruleset", "sysctl", "offload", "qdisc", "irq", "rps", "conntrack", "drops"] as const;
const deepFactSchema = z.object({
  topic: z.enum(DEEP_TOPICS),
  /** What it is, e.g. `nft rules`, `net.core.rmem_max`, `eth0 tx-udp_tnl-segmentation`. */
  name: z.string(),
  /** As it was read; for counters in the first of two readings. */
  value: z.string(),
  /** A counter's value in the second reading, some seconds later; absent for what is no counter. */
  after: z.string().optional(),
  /** The command or file it was read from. */
  from: z.string(),
});
/** One fact of the privileged look at a node. */
export type DeepFact = z.infer<typeof deepFactSchema>;

/** Schema of {@link Inspection}. */
export const inspectionSchema = z.object({
  /** The network's product or plugin in lower case, e.g. `flannel`, `calico`, `bridge`; or `unknown`. */
  cni: z.string(),
  /** How the product itself calls its setting, e.g. `Backend.Type vxlan`. */
  setting: z.string().optional(),
  /** Name of the podwire mode that is wired like it; `unknown` where it could not be determined or podwire has no such mode. */
  mode: z.string(),
  /** What the network does that the mode does not, or does otherwise, a clause each; absent where nothing is known to. */
  differs: z.array(z.string()).optional(),
  /** Where podwire has no such mode: the one that is wired most alike, and what differs, a clause each. */
  nearest: z.object({ mode: z.string(), differs: z.array(z.string()) }).optional(),
  /** What a product with a datapath of its own is set to and shows; absent for others. */
  traits: z.array(traitSchema).optional(),
  kubeProxy: z.enum(KUBE_PROXY_MODES),
  /** What carries Services where kube-proxy does not, e.g. `Cilium`. */
  servicesBy: z.string().optional(),
  mtu: z.object({
    /** Bytes; of the pod's interface. */
    pod: z.number().int().positive().optional(),
    /** Bytes; of the pod's route to other nodes' pods, or what path-MTU discovery taught it; absent where the route names none. */
    podRoute: z.number().int().positive().optional(),
    /** Bytes; the smaller of both: what the pod's kernel puts into one packet. Absent where no pod was asked. */
    podPath: z.number().int().positive().optional(),
    /** Bytes; of the interface that the node's traffic leaves by. */
    host: z.number().int().positive().optional(),
    /** Bytes that pods put into a packet less than hosts; negative where they put more. */
    overhead: z.number().int().optional(),
    /** What takes these bytes; absent where nothing that is known explains them. */
    explainedBy: z.string().optional(),
    /** What is wrong with the MTU, as a sentence. */
    problem: z.string().optional(),
  }),
  podRoutes: z.object({
    by: z.enum(POD_ROUTES),
    /** The gateway, the tunnel device or the parent interface that they go by. */
    via: z.string().optional(),
    /** What wrote the node's route, as iproute2 names it (`bird`, `zebra`, `17`); absent where that is the kernel's or a person's hand, or not known. */
    protocol: z.string().optional(),
  }),
  podCidrs: z.object({
    /** Address ranges that pods of the whole cluster get theirs from, as the network's configuration says. */
    pools: z.array(z.string()),
    /** How many nodes have a PodCIDR in their spec. */
    nodes: z.number().int().nonnegative(),
    /** PodCIDRs of up to eight nodes. */
    examples: z.array(z.object({ node: z.string(), cidrs: z.array(z.string()) })),
  }),
  ipFamilies: z.array(z.enum(["IPv4", "IPv6"])),
  /** Numbers of objects; absent where they could not be counted (`unknown` says why). */
  networkPolicies: z.number().int().nonnegative().optional(),
  /** Policies that select the pods that were asked; absent where none were asked or policies could not be read. */
  policiesInForce: z
    .object({
      policies: z.array(policySchema),
      /** Policies that select nodes whose own network was asked (Cilium's host firewall); absent where there are none. */
      onNodes: z.array(policySchema).optional(),
      /** Policies that may select pods or nodes that were asked: podwire does not evaluate their selectors; absent where there are none. */
      undecided: z.array(policySchema).optional(),
      /** Who enforces policies in this cluster; `unknown` where it could not be determined. */
      enforcedBy: z.string(),
    })
    .optional(),
  services: z.number().int().nonnegative().optional(),
  endpointSlices: z.number().int().nonnegative().optional(),
  /** Version of the API server. */
  kubernetes: z.string().optional(),
  nodes: z.array(nodeKindSchema),
  evidence: z.array(evidenceSchema),
  /** What is amiss, and what witnesses tell differently. Absent in runs from before it was looked for. */
  findings: z.array(findingSchema).optional(),
  unknown: z.array(untoldSchema),
  /** By node; present where the privileged look was asked for. */
  deep: z.array(z.object({ node: z.string(), facts: z.array(deepFactSchema), problems: z.array(z.string()) })).optional(),
});
/** What a cluster's network is. */
export type Inspection = z.infer<typeof inspectionSchema>;

/** Schema of {@link InspectionDocument}. */
export const inspectionDocumentSchema = z.object({
  schema: z.literal(INSPECTION_SCHEMA),
  podwire: z.string(),
  venue: z.literal("cluster"),
  inspection: inspectionSchema,
});
/** An inspection that stands alone. */
export type InspectionDocument = z.infer<typeof inspectionDocumentSchema>;
