/**
 * Looks at the namespaces of a path in a cluster: nodes by their privileged pods, pods by their own agents, which may read all but rules.
 * @packageDocumentation
 */
import { attachedIn } from "../../inspection/deep/datapath.js";
import { BPF_CGROUPS, BPF_LINKS, BPF_NET, BPF_PROGRAMS, DEEP_LINKS } from "../../inspection/deep/questions.js";
import type { Question } from "../../inspection/pods/look.js";
import type { NamespaceCounters } from "../../packet-path/counts.js";
import type { DeviceCount, FilterProgram, NamespaceFacts } from "../../packet-path/facts.js";
import { joinedOnNodes } from "../../packet-path/pods-on-nodes.js";
import { linkIndexes, queueCounts, readNamespace } from "../../packet-path/read.js";
import { RulesetError } from "../../ruleset/ruleset.js";
import type { ClusterAgents } from "../../venues/cluster/cluster-session.js";
import { devicesIn } from "../../venues/cluster/exchange-places.js";
import type { RunOnNode } from "../../venues/cluster/facts/deep-look.js";
import { networkOf } from "../../venues/cluster/objects/layout.js";
import { type PodAgent, runIn } from "../../venues/cluster/pod-agent.js";
import { oneLine } from "../errors.js";
import { type LookIn, ruleTexts, stateTexts } from "../namespace-look.js";

/** A node of the path. */
interface NodePlace {
  readonly name: string;
  readonly address: string;
  readonly look: LookIn;
  /** The agent of a pod on the node's own network, which counts its devices. */
  readonly counting: PodAgent;
}

/** A pod of the path with a network of its own. */
interface PodPlace {
  readonly name: string;
  readonly node: string;
  readonly look: LookIn;
  readonly counting: PodAgent;
}

/** Everything that is looked at. */
export interface Places {
  readonly nodes: readonly NodePlace[];
  readonly pods: readonly PodPlace[];
  /** How commands are run in one of them. */
  readonly lookIn: (name: string) => LookIn;
}

/** A look at all of them. */
export interface ClusterLook {
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>;
  readonly counters: ReadonlyMap<string, NamespaceCounters>;
  /** What could not be read, a sentence each. */
  readonly unread: readonly string[];
}

/** The name by which a pod's network namespace goes: its node's where it has none of its own. */
export const namespaceOf = ({ pod: { role, node } }: PodAgent): string => (networkOf(role) === "host" ? node : `${role} on ${node}`);

/** The namespaces of a path between two pods. */
export function placesOf(
  agents: ClusterAgents,
  runners: readonly { readonly node: string; readonly run: RunOnNode }[],
  ends: readonly PodAgent[],
): Places {
  const all = [...agents.agents.values()];
  const nodes = runners.flatMap(({ node, run }): NodePlace[] => {
    const counting = all.find(({ pod }) => pod.node === node && networkOf(pod.role) === "host");
    return counting === undefined ? [] : [{ name: node, address: counting.pod.hostAddress, look: run, counting }];
  });
  const pods = [...new Set(ends)]
    .filter(({ pod }) => networkOf(pod.role) === "pod")
    .map((end): PodPlace => ({ name: namespaceOf(end), node: end.pod.node, look: async (argv) => runIn(end.client, argv), counting: end }));
  const looks = new Map([...nodes, ...pods].map(({ name, look }) => [name, look] as const));
  return {
    nodes,
    pods,
    lookIn: (name) => {
      const look = looks.get(name);
      if (look === undefined) throw new Error(`nothing can be run in ${name}`);
      return look;
    },
  };
}

/**
 * Looks at every namespace.
 * @param devices - which is read next to the traffic: the devices' counters are the ones that traffic of other kinds changes
 * @throws RunError with the command that failed
 */
export async function lookAtCluster(places: Places, devices: "first" | "last"): Promise<ClusterLook> {
  const early = devices === "first" ? await deviceCounts(places) : undefined;
  const pods = await Promise.all(places.pods.map(lookAtPod));
  const ownLinks = new Set(
    pods.flatMap(({ facts }) => facts.links.flatMap(({ below }) => (below !== undefined && "index" in below ? below.index : []))),
  );
  const nodes = await Promise.all(places.nodes.map(async (node) => lookAtNode(node, ownLinks)));
  const counted = early ?? (await deviceCounts(places));
  const looks = [...nodes, ...pods];
  return {
    namespaces: joinedOnNodes(
      looks.map(({ facts }) => facts),
      places.pods.map(({ name, node }) => ({ pod: name, node })),
    ),
    counters: new Map(
      looks.map(({ facts: { name, ruleset }, queues }) => [name, { devices: counted.get(name) ?? {}, queues, ruleset }] as const),
    ),
    unread: [...(pods.length === 0 ? [] : [PODS_RULES]), ...looks.flatMap(({ unread }) => unread)],
  };
}

const PODS_RULES =
  "Rules inside of pods are not read, which takes rights that pods do not have: the way is shown as if there were none, as is usual but for the sidecars of a service mesh.";

async function deviceCounts({ nodes, pods }: Places): Promise<ReadonlyMap<string, Readonly<Record<string, DeviceCount>>>> {
  const read = async ({ name, counting }: NodePlace | PodPlace) => [name, await devicesIn(counting)] as const;
  return new Map(await Promise.all([...nodes, ...pods].map(read)));
}

interface OneLook {
  readonly facts: NamespaceFacts;
  readonly queues: NamespaceCounters["queues"];
  readonly unread: readonly string[];
}

const NO_RULES = { legacy: [], compat: [], nft: "" } as const;
/** No namespace of a node has a name by which another could be told. */
const nameless = (): undefined => undefined;

async function lookAtPod({ name, look }: PodPlace): Promise<OneLook> {
  const texts = await stateTexts(name, look);
  return { facts: readNamespace(name, { ...texts, rules: NO_RULES }, nameless), queues: queueCounts(texts.queueing), unread: [] };
}

/** Of pods' links only those on the path have their filters asked for: a node may have hundreds. */
async function lookAtNode({ name, look }: NodePlace, ownLinks: ReadonlySet<number>): Promise<OneLook> {
  const { texts: rules, complaint } = await ruleTexts(look);
  const texts = await stateTexts(name, look, (device, links) => {
    const { index, isVeth } = linkIndexes(links).get(device) ?? { index: 0, isVeth: false };
    return !isVeth || ownLinks.has(index) || /^e(?:th|n)/.test(device);
  });
  const { programs, complaint: unlisted } = await programsOn(look);
  const read = readWith(name, { ...texts, rules }, isHarmless(complaint) ? undefined : complaint);
  const placed = programs.flatMap(({ at, hook, name: program = "unnamed" }): FilterProgram[] =>
    at === undefined ? [] : directionsOf(hook).map((direction) => ({ device: at, direction, name: program })),
  );
  const known = new Set(read.programs.map(({ device, direction }) => `${device} ${direction}`));
  const more = placed.filter(({ device, direction }) => !known.has(`${device} ${direction}`));
  const unplaced = programs.filter(({ at, hook }) => at === undefined && directionsOf(hook).length > 0).length;
  return {
    facts: { ...read, programs: [...read.programs, ...more] },
    queues: queueCounts(texts.queueing),
    unread: [
      ...(read.rulesUnread === undefined ? [] : [`The rules of ${name} cannot be read: ${read.rulesUnread}.`]),
      ...(unlisted === undefined ? [] : [`The eBPF programs of ${name} cannot be listed: ${unlisted}.`]),
      ...(unplaced === 0
        ? []
        : [
            `${String(unplaced)} eBPF programs at devices of ${name}'s kernel are named without their device by the image's bpftool, and are not shown.`,
          ]),
    ],
  };
}

/** A kernel without a backend has none of its rules. */
const isHarmless = (complaint: string | undefined): boolean => complaint === undefined || /not supported/i.test(complaint);

function readWith(name: string, texts: Parameters<typeof readNamespace>[1], complaint: string | undefined): NamespaceFacts {
  const without = (reason: string): NamespaceFacts => ({
    ...readNamespace(name, { ...texts, rules: NO_RULES }, nameless),
    rulesUnread: reason,
  });
  if (complaint !== undefined) return without(complaint);
  try {
    return readNamespace(name, texts, nameless);
  } catch (error) {
    if (error instanceof RulesetError) return without(error.message);
    throw error;
  }
}

/** The hooks of a device at which a packet meets programs, by its direction: `tcx/ingress`, `clsact/egress`, `xdp`. */
const directionsOf = (hook: string): readonly FilterProgram["direction"][] =>
  hook === "xdp" ? ["ingress"] : (["ingress", "egress"] as const).filter((direction) => hook.endsWith(`/${direction}`));

interface ListedPrograms {
  readonly programs: ReturnType<typeof attachedIn>;
  /** Why bpftool lists none at devices. */
  readonly complaint?: string;
}

/** Programs that bpftool and ip list. Links and cgroups alone may be unknown to an old kernel. */
async function programsOn(look: LookIn): Promise<ListedPrograms> {
  const printed = new Map<Question, string>();
  let complaint: string | undefined;
  for (const question of [BPF_NET, BPF_LINKS, BPF_PROGRAMS, BPF_CGROUPS, DEEP_LINKS]) {
    const { exitCode, stdout, stderr, startError } = await look(question.argv);
    if (exitCode === 0) printed.set(question, stdout);
    else if (question === BPF_NET)
      complaint = `\`${question.argv.join(" ")}\`: ${oneLine(startError ?? (stderr === "" ? stdout : stderr))}`;
  }
  return { programs: attachedIn((question) => printed.get(question), []), ...(complaint === undefined ? {} : { complaint }) };
}

/** Whether a program of a product that carries Services stands at the sockets of a node's processes. */
export async function socketProgram({ nodes }: Places, node: string): Promise<boolean> {
  const look = nodes.find(({ name }) => name === node)?.look;
  if (look === undefined) return false;
  return (await programsOn(look)).programs.some(({ hook, name }) => hook === "connect4" && name?.startsWith("cil_") === true);
}
