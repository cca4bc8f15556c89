import { applyingFrom, EBPF_LOADER } from "../../model/ebpf.js";
import type { Service } from "../../model/service.js";
import { type LoadStep, nodeOf, type ServiceChange, type Topology, type Wiring } from "../../model/wiring.js";
import { type CountedLayer, isLacking, type Lacking } from "../contract.js";
import { type SocketClient, socketChangeText, socketText } from "./ebpf/lines.js";
import { each, FROM_OUTSIDE, isMissing, notOffered, withServices } from "./expectations.js";
import { type ServiceGround, serviceGround } from "./ground.js";
import { SERVICES, serviceList, servicePath, servicesInWords } from "./service-list.js";

/** Services at the socket, by eBPF programs on podwire's cgroup. */
export const socketLb: CountedLayer = {
  name: "socket-lb",
  family: "services",
  argument: SERVICES,
  carries: "services",
  sentence: "Services at the socket: whoever dials one is given an endpoint instead, so that no packet is ever translated.",
  why:
    "A look-up in a hash for each connect and for each datagram of an unconnected socket, however many Services there are; packets themselves meet nothing. " +
    "Beside a kube-proxy it carries what sockets dial, and each new connection still walks kube-proxy's rules.",
  needs: { kernel: ["cgroup-bpf"], programs: [EBPF_LOADER] },
  excludes: {},
  sources: [
    "bpf/socket-lb.bpf.c, docs/socket-lb.md",
    "Linux net/ipv4/af_inet.c, net/ipv4/udp.c, net/ipv6/udp.c, kernel/bpf/cgroup.c (BPF_PROG_TYPE_CGROUP_SOCK_ADDR)",
    "Cilium's socket-level load balancing (bpf/bpf_sock.c) does the same; this is podwire's own code",
  ],
  deviations: [
    "Services come from the lab's list and not from an API server.",
    "Pods behind the other Services do not exist, and nothing dials them.",
  ],
  conformance: (sofar) => ({
    ...withServices(sofar),
    // What comes from outside has no socket here: rules that are broken stay so.
    ...Object.fromEntries(FROM_OUTSIDE.flatMap((check) => (sofar[check]?.expected === "does-not-work" ? [[check, sofar[check]]] : []))),
    ...each(
      FROM_OUTSIDE.filter(isMissing(sofar)),
      notOffered("who dials from outside has no socket on a node (tc-nodeport answers there)"),
    ),
    ...(sofar["host-own-pod"] === undefined ? {} : { "clusterip-from-host-local": sofar["host-own-pod"] }),
    ...(sofar["host-pod-across"] === undefined ? {} : each(["clusterip-from-host-across", "nodeport-from-node"], sofar["host-pod-across"])),
    ...each((["nodeport-localhost"] as const).filter(isMissing(sofar)), notOffered("no node port on the loopback address")),
    ...each((["clusterip-unused-port"] as const).filter(isMissing(sofar)), notOffered("what is no Service's port is dialled as it is")),
  }),
  onto: withSocketLb,
  change: changedSockets,
};

/** The one loader of the lab knows the variant by any of its namespaces. */
function changedSockets(wiring: Wiring, services: readonly Service[]): readonly ServiceChange[] {
  const ground = serviceGround(wiring);
  const [first] = isLacking(ground) ? [] : ground.nodes;
  if (isLacking(ground) || first === undefined) return [];
  return [
    {
      in: first.name,
      argv: applyingFrom(first.name),
      stdin: socketChangeText(services, ground.nodes),
      reason: "the Services' new endpoints",
    },
  ];
}

function withSocketLb(wiring: Wiring, { services = [] }: Topology, count: number): Wiring | Lacking {
  const ground = serviceGround(wiring);
  if (isLacking(ground)) return ground;
  return {
    ...wiring,
    steps: [...wiring.steps, load(wiring, ground, count, services)],
    paths: { ...wiring.paths, "pod-service": servicePath(ground, count) },
  };
}

/** One load a variant: sockets of all its nodes look into the same tables. */
function load(wiring: Wiring, ground: ServiceGround, count: number, more: readonly Service[]): LoadStep {
  const [first] = ground.nodes;
  if (first === undefined) throw new Error("a wiring with pods has no node");
  return {
    kind: "load",
    id: "socket-lb",
    in: first.name,
    layer: "socket-lb",
    what: servicesInWords(count),
    tracks: false,
    argv: applyingFrom(first.name),
    inputs: { [Symbol.iterator]: () => [socketText(serviceList(count, ground, more), ground.nodes, clientsOf(wiring))][Symbol.iterator]() },
    reason: "Services for the sockets of this variant's nodes and pods, and of no other namespace",
  };
}

/** Nodes and pods; a pod's name says which node it is on. */
export const clientsOf = ({ namespaces }: Wiring): readonly SocketClient[] =>
  namespaces
    .filter(({ kind }) => kind !== "fabric")
    .map(({ name, kind }) => ({ name, node: kind === "node" ? name : (nodeOf(name) ?? name) }));
