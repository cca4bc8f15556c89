import { applyingFrom, EBPF_LOADER } from "../../model/ebpf.js";
import type { Service } from "../../model/service.js";
import { type LinkStep, type LoadStep, type NamespaceName, nodeOf, type Step, type Topology, type Wiring } from "../../model/wiring.js";
import { macAddress } from "../../modes/parts/addresses.js";
import { type CountedLayer, isLacking, type Lacking } from "../contract.js";
import { cardText, type NodeCard } from "./ebpf/lines.js";
import { FROM_OUTSIDE, mended } from "./expectations.js";
import { putsStraightIntoPods, type ServiceGround, type ServiceNode, serviceGround } from "./ground.js";
import { SERVICES, serviceList, servicesInWords } from "./service-list.js";

const CARD = "eth0";
/** Kinds of deterministic MAC addresses that this file gives out. */
const POD_MAC = 0x32;

/** Node ports and external addresses from outside, by tc programs on the nodes' cards. */
export const tcNodePort: CountedLayer = {
  name: "tc-nodeport",
  family: "services",
  argument: SERVICES,
  sentence:
    "Node ports and external addresses from outside, by a tc program on each node's card with a table of its own: no netfilter, no conntrack.",
  why:
    "What dials from outside has no socket here, so that socket-lb never sees it. Each packet on the card costs a look-up in two hashes, those between pods too; " +
    "a packet for an endpoint of another node leaves the card again without having seen the node's stack.",
  needs: { kernel: ["cls-bpf"], programs: [EBPF_LOADER] },
  sources: [
    "bpf/tc-nodeport.bpf.c, docs/tc-nodeport.md",
    "Linux net/core/filter.c (bpf_redirect_neigh, bpf_l4_csum_replace), kernel/bpf/tcx.c, net/sched/cls_bpf.c",
  ],
  deviations: [
    "IPv4 only; fragments, and ICMP errors about a translated connection, are left to the node's own stack.",
    "Beside pod-routing's programs it comes before them on the card; packets that it sends to an endpoint of this node then meet them.",
    "Under the policy Cluster an endpoint on the node itself sees the client's own address, where kube-proxy would put the node's in its place.",
  ],
  conformance: (sofar) => mended(sofar, FROM_OUTSIDE),
  onto: withTcNodePort,
};

function withTcNodePort(wiring: Wiring, { services = [] }: Topology, count: number): Wiring | Lacking {
  const ground = serviceGround(wiring);
  if (isLacking(ground)) return ground;
  if (wiring.steps.some((step) => step.kind === "link" && step.type === "vlan"))
    return { lacks: "tags what its pods send, which the program on the card does not look into" };
  const named = { ...wiring, steps: wiring.steps.map((step) => withPodMac(wiring, step)) };
  return { ...named, steps: [...named.steps, ...ground.nodes.map((node) => load(named, ground, node, count, services))] };
}

function load(wiring: Wiring, ground: ServiceGround, node: ServiceNode, count: number, more: readonly Service[]): LoadStep {
  const card = cardOf(wiring, ground, node);
  return {
    kind: "load",
    id: "tc-nodeport",
    in: node.name,
    layer: "tc-nodeport",
    what: servicesInWords(count),
    tracks: false,
    argv: applyingFrom(node.name),
    inputs: { [Symbol.iterator]: () => [cardText(serviceList(count, ground, more), card)][Symbol.iterator]() },
    reason: "the node's card answers for node ports and external addresses",
  };
}

/** What of a wiring a node's card has to know. */
export function cardOf(wiring: Wiring, { nodes }: ServiceGround, node: ServiceNode): NodeCard {
  const nodeDevice = wiring.paths["host-host"]?.device ?? CARD;
  const other = nodes.find(({ name }) => name !== node.name);
  const [peer] = other === undefined ? [] : podsOf(wiring, other.name);
  const apart = putsStraightIntoPods(wiring) ? [] : podsOf(wiring, node.name);
  const macs = apart.flatMap(({ name, address }): [string, string][] => {
    const mac = segmentMac(wiring, name);
    return mac === undefined ? [] : [[address, mac]];
  });
  return {
    node,
    card: CARD,
    nodeDevice,
    podsDevice: (peer && routeDevice(wiring, node.name, peer.address)) ?? nodeDevice,
    macs: new Map(macs),
  };
}

/** The pods of a node with their addresses. */
function podsOf({ namespaces, steps }: Wiring, node: NamespaceName): { readonly name: NamespaceName; readonly address: string }[] {
  const own = namespaces.filter(({ name, kind }) => kind === "pod" && nodeOf(name) === node);
  return own.flatMap(({ name }) => {
    const found = steps.find((step) => step.kind === "address" && step.in === name);
    return found?.kind === "address" ? [{ name, address: found.address.split("/")[0] ?? "" }] : [];
  });
}

/** The device of the most specific of a node's routes to an address. */
function routeDevice({ steps }: Wiring, node: NamespaceName, address: string): string | undefined {
  const routes = steps.flatMap((step) => {
    if (step.kind !== "route" || step.in !== node || !holds(step.to, address)) return [];
    const device = step.options[step.options.indexOf("dev") + 1];
    return step.options.includes("dev") && device !== undefined ? [{ length: lengthOf(step.to), device }] : [];
  });
  return routes.sort((one, other) => other.length - one.length)[0]?.device;
}

const lengthOf = (prefix: string): number => (prefix === "default" ? 0 : Number(prefix.split("/")[1] ?? 32));

function holds(prefix: string, address: string): boolean {
  if (prefix === "default") return true;
  const size = 2 ** (32 - lengthOf(prefix));
  return Math.floor(numberOf(prefix.split("/")[0] ?? "") / size) === Math.floor(numberOf(address) / size);
}

const numberOf = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

/**
 * The MAC address by which a pod is told apart on its node's card: that of a macvlan child, or of a pod on the bridge that the card is a port of. Undefined
 * where the node routes to its pods, or where they share the card's address (ipvlan).
 */
function segmentMac({ steps }: Wiring, pod: NamespaceName): string | undefined {
  const link = steps.find((step): step is LinkStep => step.kind === "link" && (step.moveTo === pod || step.peer?.in === pod));
  const words = (link?.type === "veth" ? link.peer?.common : link?.common) ?? [];
  return words.includes("address") ? words[words.indexOf("address") + 1] : undefined;
}

/** A pod on the bridge over the card gets a MAC address that the plan knows. */
function withPodMac(wiring: Wiring, step: Step): Step {
  if (step.kind !== "link" || step.type !== "veth" || step.peer?.in.startsWith("pod-") !== true) return step;
  const masters = wiring.steps.flatMap((one) => {
    if (one.kind !== "link-set" || one.in !== step.in || !one.settings.includes("master")) return [];
    return [[one.name, one.settings[one.settings.indexOf("master") + 1]] as const];
  });
  const bridge = new Map(masters).get(step.name);
  if (bridge === undefined || bridge !== new Map(masters).get(CARD)) return step;
  const index = wiring.namespaces.filter(({ kind }) => kind === "pod").findIndex(({ name }) => name === step.peer?.in);
  return { ...step, peer: { ...step.peer, common: [...(step.peer.common ?? []), "address", macAddress(POD_MAC, index)] } };
}
